//! Reading what people paste into a user, or saying exactly why not.

use super::{User, UserKind, mask};
use crate::error::{Error, ErrorKind};

/// E.164 allows 15 digits; the shortest numbers in use have 7 with their country code.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Longest input looked at; anything longer is no user and must not be echoed whole.
const LONGEST_INPUT: usize = 256;
const LONGEST_BSUID_TAIL: usize = 128;

pub(super) fn user(input: &str, region: Option<&str>) -> Result<User, Error> {
    if let Some(user) = plain(input, region) {
        return Ok(user);
    }
    if input.len() > LONGEST_INPUT {
        return Err(not_a_user(&input.chars().take(24).collect::<String>(), "it is far too long for a number"));
    }
    let trimmed = input.trim_matches(|c: char| is_separator(c));
    if trimmed.is_empty() {
        return Err(not_a_user(input, "it is empty"));
    }
    // A dot is a part of a BSUID, so one too many is not trimmed away.
    if let Some(user) = bsuid(input.trim_matches(|c: char| is_separator(c) && c != '.')) {
        return Ok(user);
    }
    let number = ["whatsapp:", "tel:"].iter().find_map(|scheme| strip_scheme(trimmed, scheme)).unwrap_or(trimmed);
    let (digits, plus) = dialled(input, number)?;
    match (plus, digits.strip_prefix("00")) {
        (true, _) => checked(input, &digits),
        (false, Some(international)) => checked(input, international),
        (false, None) => match region {
            Some(region) => national(input, &digits, region),
            None if digits.starts_with('0') => Err(not_a_user(input, "it has no country code")
                .with_hint("Write it with its country code, such as +972501234567, or give a region such as \"IL\".")),
            None => checked(input, &digits),
        },
    }
}

/// What nearly all inputs of a large call are: the digits of an international number and nothing else. Read without a copy;
/// everything that is not plainly this is left to the careful way.
fn plain(input: &str, region: Option<&str>) -> Option<User> {
    let digits = input.strip_prefix('+');
    if digits.is_none() && region.is_some() {
        return None;
    }
    let digits = digits.unwrap_or(input);
    let whole =
        DIGITS.contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| User::from_parts(UserKind::Phone, digits))
}

/// The bare digits and whether a `+` stood before them.
fn dialled(input: &str, number: &str) -> Result<(String, bool), Error> {
    if number.contains('@') {
        return Err(not_a_user(input, "it is a chat address (JID)").with_hint("Give only the number before the @."));
    }
    let mut digits = String::with_capacity(16);
    let mut plus = false;
    let mut bracket = None;
    for c in number.chars() {
        if let Some(digit) = decimal_digit(c) {
            digits.push(digit);
            if let Some(inside) = bracket.as_mut() {
                *inside += 1;
            }
        } else if matches!(c, '+' | '\u{FF0B}') {
            if plus || !digits.is_empty() {
                return Err(not_a_user(input, "a + stands inside it").with_hint("Give one number an entry."));
            }
            plus = true;
        } else if c == '(' {
            bracket = Some(0);
        } else if c == ')' {
            // "+44 (0)20": the 0 is dialled only inside the country, and dropping or keeping it would be a guess.
            if bracket.take() == Some(1) && digits.ends_with('0') && digits.len() > 1 {
                return Err(not_a_user(input, "its (0) is not part of the international number")
                    .with_hint("Write it without the (0), such as +442079460958."));
            }
        } else if !is_separator(c) {
            let shown = c.escape_default();
            return Err(not_a_user(input, &format!("the character '{shown}' is not part of a phone number")));
        }
    }
    Ok((digits, plus))
}

fn checked(input: &str, digits: &str) -> Result<User, Error> {
    if digits.starts_with('0') {
        return Err(not_a_user(input, "no country code begins with 0"));
    }
    if !DIGITS.contains(&digits.len()) {
        let found = digits.len();
        return Err(not_a_user(input, &format!("it has {found} digits where 7 to 15 are possible")));
    }
    Ok(User::from_parts(UserKind::Phone, digits))
}

/// Bare international digits, for ids that a webhook or a list gave.
pub(super) fn digits(kind: UserKind, digits: &str) -> Result<User, Error> {
    if let Some(c) = digits.chars().find(|c| !c.is_ascii_digit()) {
        let shown = c.escape_default();
        return Err(not_a_user(digits, &format!("the character '{shown}' is not a digit")));
    }
    checked(digits, digits).map(|user| User { kind, ..user })
}

/// `US.1349...` or the parent form `US.ENT.1181...`; lengths differ between sources, so only the form is checked.
pub(super) fn bsuid(id: &str) -> Option<User> {
    let (country, rest) = id.split_once('.')?;
    let tail = rest.strip_prefix("ENT.").unwrap_or(rest);
    let formed = country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=LONGEST_BSUID_TAIL).contains(&tail.len())
        && tail.bytes().all(|b| b.is_ascii_alphanumeric());
    formed.then(|| User::from_parts(UserKind::Bsuid, id))
}

#[cfg(feature = "regions")]
fn national(input: &str, digits: &str, region: &str) -> Result<User, Error> {
    let Ok(country) = region.parse::<phonenumber::country::Id>() else {
        return Err(Error::new(ErrorKind::Config, format!("`default_region`: {region:?} is not a region"))
            .with_hint("Give an ISO 3166 code in capitals, such as \"IL\" or \"US\"."));
    };
    let valid = |number: &phonenumber::PhoneNumber| phonenumber::is_valid(number);
    let at_home = phonenumber::parse(Some(country), digits).ok();
    // Digits that are a valid number abroad but not at home (a pasted wa_id) are what they are. A leading 0 is dialled only
    // inside a country, so such a number is read even where the library's tables do not know its range yet.
    let number = at_home
        .clone()
        .filter(valid)
        .or_else(|| phonenumber::parse(None, format!("+{digits}")).ok().filter(valid))
        .or_else(|| at_home.filter(|_| digits.starts_with('0')));
    match number {
        Some(number) => {
            let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
            checked(input, e164.trim_start_matches('+'))
        }
        None => Err(not_a_user(input, &format!("it is not a valid number in region {region}"))
            .with_hint("Write it with + and its country code.")),
    }
}

#[cfg(not(feature = "regions"))]
fn national(_input: &str, _digits: &str, _region: &str) -> Result<User, Error> {
    Err(Error::new(
        ErrorKind::Config,
        "`default_region` needs the cargo feature `regions`, which this build leaves out",
    ))
}

/// The error for an input that names nobody; says what it was, masked and short.
pub(super) fn not_a_user(input: &str, why: &str) -> Error {
    let shown: String = mask(input).chars().take(48).collect();
    Error::new(ErrorKind::InvalidUser, format!("{shown:?} is not a user: {why}"))
}

/// Removes `scheme` in any case, so that `WhatsApp:+1...` and `tel:+1...` are read too.
fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let head = text.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

/// Western, full-width, Arabic-Indic and Persian digits: phones paste them.
fn decimal_digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06F0}'..='\u{06F9}' => 0x06F0,
        _ => return None,
    };
    char::from_digit(c as u32 - zero, 10)
}

/// What may stand between digits: white space, the many dashes, dots, slashes, square brackets, and the invisible marks
/// with which phones and chat programs wrap numbers.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.' | '/' | '[' | ']' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' | '\u{00B7}'
                | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(input: &str) -> String {
        match User::parse(input, None) {
            Ok(user) => format!("{} {}", user.kind().as_str(), user.id()),
            Err(error) => error.message().to_owned(),
        }
    }

    #[test]
    fn reads_the_usual_spellings() {
        for input in [
            "+1 (650) 555-1234",
            "16505551234",
            "0016505551234",
            "001 650 555 1234",
            " +1.650.555.1234 ",
            "tel:+1-650-555-1234",
            "WhatsApp:+16505551234",
            "\u{202A}+1 650\u{00A0}555\u{2011}1234\u{202C}",
            "\u{FF0B}\u{FF11}6505551234",
            "+١٦٥٠٥٥٥١٢٣٤",
        ] {
            assert_eq!(parsed(input), "phone 16505551234", "{input:?}");
        }
        assert_eq!(parsed("US.13491208655302741918"), "bsuid US.13491208655302741918");
        assert_eq!(parsed(" IL.ENT.1605856887361213 "), "bsuid IL.ENT.1605856887361213");
    }

    #[test]
    fn says_why_not() {
        for (input, why) in [
            ("", "is empty"),
            ("hello", "'h' is not part of a phone number"),
            ("+123456", "it has 6 digits"),
            ("+1234567890123456", "it has 16 digits"),
            ("050-123-4567", "no country code"),
            ("+0501234567", "no country code begins with 0"),
            ("+44 (0)20 7946 0958", "(0) is not part"),
            ("972501234567@s.whatsapp.net", "chat address"),
            ("+16505551234+16505551235", "a + stands inside"),
            ("us.1349", "'u' is not part"),
        ] {
            let message = parsed(input);
            assert!(message.contains(why), "{input:?}: {message}");
        }
        assert!(!parsed("+1650555123456789").contains("0555123456"), "masked in the message");
        assert!(parsed(&"9".repeat(5000)).len() < 120);
    }

    #[cfg(feature = "regions")]
    #[test]
    fn reads_national_numbers_only_with_a_region() {
        let read = |input, region| User::parse(input, Some(region)).map(|user| user.id().to_owned());
        assert_eq!(read("050-123-4567", "IL").unwrap(), "972501234567");
        assert_eq!(read("(650) 253-0000", "US").unwrap(), "16502530000");
        assert_eq!(read("+972501234567", "US").unwrap(), "972501234567");
        assert_eq!(read("972523456789", "US").unwrap(), "972523456789");
        assert_eq!(read("12", "US").unwrap_err().kind(), ErrorKind::InvalidUser);
        assert_eq!(read("0501234567", "Israel").unwrap_err().kind(), ErrorKind::Config);
    }
}
