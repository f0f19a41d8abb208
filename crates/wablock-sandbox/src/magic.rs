//! The magic numbers, and how a phone number becomes a wa_id.
//!
//! Magic numbers are `15550` followed by a six-digit code: `15550131047` answers as if that user had not written
//! in the last 24 hours. The list is [`MAGIC_CODES`].

/// The code of an invalid number (`15550000400`).
pub(crate) const INVALID: u32 = 400;

/// The codes that may follow `15550`, and what happens to that number.
pub(crate) const MAGIC_CODES: [(u32, &str); 7] = [
    (131_047, "has sent no message in the last 24 hours (block)"),
    (131_021, "is the business's own number (block)"),
    (139_101, "meets a full list (block)"),
    (139_103, "meets an internal error (block, unblock)"),
    (130_429, "is throttled (block, unblock)"),
    (131_000, "meets an unknown error (block, unblock)"),
    (INVALID, "is not a valid number (block, unblock)"),
];

/// The code inside a magic number, for digits without `+`.
pub(crate) fn magic_code(digits: &str) -> Option<u32> {
    let code = digits.strip_prefix("15550").filter(|c| c.len() == 6)?;
    let code: u32 = code.parse().ok()?;
    MAGIC_CODES.iter().any(|(known, _)| *known == code).then_some(code)
}

/// The digits of an E.164 number with or without `+`; `None` where a provider would call it invalid.
/// Spaces, dashes and leading zeros are invalid: the client must remove them.
pub(crate) fn phone_digits(input: &str) -> Option<&str> {
    let digits = input.strip_prefix('+').unwrap_or(input);
    let shape =
        (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    (shape && magic_code(digits) != Some(INVALID)).then_some(digits)
}

/// The wa_id of a number, which differs from it in three countries:
/// Brazil drops the ninth digit for area codes from 31 up, Mexico gains a 1, Argentina gains a 9.
pub(crate) fn wa_id(digits: &str) -> String {
    let bytes = digits.as_bytes();
    if digits.starts_with("55") && bytes.len() == 13 && bytes[4] == b'9' && &digits[2..4] >= "31" {
        return format!("{}{}", &digits[..4], &digits[5..]);
    }
    if digits.starts_with("52") && bytes.len() == 12 {
        return format!("521{}", &digits[2..]);
    }
    if digits.starts_with("54") && bytes.len() == 12 {
        return format!("549{}", &digits[2..]);
    }
    digits.to_owned()
}

/// `US.13491208655302741918`, or a parent id `US.ENT.118...`.
pub(crate) fn is_bsuid(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else {
        return false;
    };
    let number = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && !number.is_empty()
        && number.len() <= 128
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{is_bsuid, magic_code, phone_digits, wa_id};

    #[test]
    fn magic_numbers() {
        assert_eq!(magic_code("15550131047"), Some(131_047));
        assert_eq!(magic_code("15550000400"), Some(400));
        for plain in ["15550123456", "155501310470", "1555013104", "16505551234"] {
            assert_eq!(magic_code(plain), None, "{plain}");
        }
    }

    #[test]
    fn phone_shapes() {
        assert_eq!(phone_digits("+16505551234"), Some("16505551234"));
        assert_eq!(phone_digits("16505551234"), Some("16505551234"));
        for bad in [
            "",
            "+",
            "abc",
            "123456",
            "1234567890123456",
            "+1 650 555 1234",
            "0016505551234",
            "++16505551234",
            "15550000400",
            "١٢٣٤٥٦٧٨",
        ] {
            assert_eq!(phone_digits(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn wa_ids_of_three_countries() {
        for (number, expected) in [
            ("5531987654321", "553187654321"),
            ("5511987654321", "5511987654321"),
            ("553187654321", "553187654321"),
            ("525512345678", "5215512345678"),
            ("5215512345678", "5215512345678"),
            ("541112345678", "5491112345678"),
            ("5491112345678", "5491112345678"),
            ("16505551234", "16505551234"),
        ] {
            assert_eq!(wa_id(number), expected);
        }
    }

    #[test]
    fn bsuids() {
        assert!(is_bsuid("US.13491208655302741918"));
        assert!(is_bsuid("US.ENT.11815799212886844830"));
        for bad in ["us.1", "USA.1", "US.", "US.ENT.", "US.1a", "16505551234", ""] {
            assert!(!is_bsuid(bad), "{bad:?}");
        }
    }
}
