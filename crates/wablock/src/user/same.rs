//! Whether a number and a wa_id name the same person, where WhatsApp's id and the dialled number differ.

use std::borrow::Cow;

/// True where two numbers or wa_ids, in any spelling that [`User::parse`](crate::User::parse) reads, can name the same
/// person.
///
/// WhatsApp keeps Brazilian mobiles with or without their ninth digit, Mexican ones with or without a `1` after `52`, and
/// Argentine ones with or without a `9` after `54`. This is for *matching* only: what is sent is never changed.
///
/// ```
/// assert!(wablock::same_user("+5511987654321", "551187654321"));
/// assert!(!wablock::same_user("16505551234", "16505551235"));
/// ```
#[must_use]
pub fn same_user(one: &str, other: &str) -> bool {
    let id = |text: &str| super::User::parse(text, None).map_or_else(|_| text.to_owned(), |user| user.id().to_owned());
    same_id(&id(one), &id(other))
}

/// True where two ids can name the same person.
pub(crate) fn same_id(one: &str, other: &str) -> bool {
    matching_key(one) == matching_key(other)
}

/// The spelling under which all ids of one person compare equal; a BSUID is its own.
pub(crate) fn matching_key(id: &str) -> Cow<'_, str> {
    let digits = id.strip_prefix('+').unwrap_or(id);
    let (country, optional, national_length, at) = match digits.get(..2) {
        // 55, two digits of area, an optional 9, eight digits.
        Some("55") => (2, '9', 10, 4),
        // 52, an optional 1, ten digits.
        Some("52") => (2, '1', 10, 2),
        // 54, an optional 9, ten digits.
        Some("54") => (2, '9', 10, 2),
        _ => return Cow::Borrowed(digits),
    };
    if digits.len() == country + national_length + 1 && digits.is_ascii() && digits[at..].starts_with(optional) {
        return Cow::Owned(format!("{}{}", &digits[..at], &digits[at + 1..]));
    }
    Cow::Borrowed(digits)
}

#[cfg(test)]
mod tests {
    use super::same_user;

    #[test]
    fn matches_the_three_countries_both_ways() {
        for (with, without) in
            [("5511987654321", "551187654321"), ("5215512345678", "525512345678"), ("5491112345678", "541112345678")]
        {
            assert!(same_user(with, without) && same_user(without, with), "{with} {without}");
            assert!(same_user(with, with) && same_user(&format!("+{with}"), without));
        }
        assert!(same_user("+1 (650) 555-1234", "0016505551234") && same_user("+55 11 98765-4321", "551187654321"));
        for (one, other) in [
            ("5511987654321", "551187654322"),
            ("5511887654321", "551187654321"),
            ("16505551234", "1650555123"),
            ("US.1349", "US.1340"),
            ("nobody", "nobody else"),
        ] {
            assert!(!same_user(one, other), "{one} {other}");
        }
    }
}
