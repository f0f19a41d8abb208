//! Compares ids: where WhatsApp's digits differ from the dialled ones, and which ids are the same person.
//!
//! | country | number today | wa_id may be | source |
//! |---|---|---|---|
//! | Brazil | 55 + area + 9 + eight digits | without the 9 | Anatel's ninth digit of 2012 to 2016; only mobiles, which began with 6 to 9, got it |
//! | Mexico | 52 + ten digits | with a 1 after 52 | the mobile prefix that Mexico dropped in 2019 |
//! | Argentina | 54 + ten digits, or 54 + 9 + ten | with the 9 | E.164 form of mobiles, which WhatsApp keeps |
//! | Ivory Coast | 225 + ten digits | the eight digits before 2021 | ARTCI: the operator's two digits were put in front |
//! | Benin | 229 + 01 + eight digits | without the 01 | ARCEP Benin: 01 was put in front of all numbers in November 2024 |

use std::borrow::Cow;

use super::User;

/// True where two numbers or wa_ids, in any spelling that [`User::parse`](crate::User::parse) reads, name the same person.
///
/// WhatsApp keeps Brazilian mobiles with or without their ninth digit, Mexican ones with or without a `1` after `52`,
/// Argentine ones with or without a `9` after `54`, and accounts of Ivory Coast and Benin under the eight digits that their
/// numbers had before. This is for *matching* only: what is sent is never changed.
///
/// ```
/// assert!(wablock::same_user("+5511987654321", "551187654321"));
/// assert!(!wablock::same_user("+5511933334444", "551133334444"), "a land line is never a mobile");
/// assert!(!wablock::same_user("16505551234", "16505551235"));
/// ```
#[must_use]
pub fn same_user(one: &str, other: &str) -> bool {
    let id = |text: &str| User::parse(text, None).map_or_else(|_| text.to_owned(), |user| user.id().to_owned());
    same_id(&id(one), &id(other))
}

/// True where two ids can name the same person.
pub(crate) fn same_id(one: &str, other: &str) -> bool {
    matching_key(one) == matching_key(other)
}

/// The spelling under which all ids of one person compare equal; a BSUID is its own. The one rule of equality: `same_user`,
/// `settle` and every comparison of users use it.
pub(crate) fn matching_key(id: &str) -> Cow<'_, str> {
    let digits = id.strip_prefix('+').unwrap_or(id);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(id);
    }
    let without = |from: usize, to: usize| Cow::Owned(format!("{}{}", &digits[..from], &digits[to..]));
    match (digits.len(), digits.as_bytes()) {
        (13, [b'5', b'5', b'1'..=b'9', b'1'..=b'9', b'9', b'6'..=b'9', ..]) => without(4, 5),
        (13, [b'5', b'2', b'1', b'2'..=b'9', ..]) | (13, [b'5', b'4', b'9', b'1'..=b'9', ..]) => without(2, 3),
        (13, [b'2', b'2', b'5', operator @ ..])
            if ivory_coast(&operator[2..]).is_some_and(|own| operator[..2] == own) =>
        {
            without(3, 5)
        }
        (13, [b'2', b'2', b'9', b'0', b'1', ..]) => without(3, 5),
        _ => Cow::Borrowed(digits),
    }
}

/// True for digits in a form that WhatsApp keeps although nobody dials it: they are an account's id as they are.
pub(super) fn is_wa_id_form(digits: &str) -> bool {
    match (digits.len(), digits.as_bytes()) {
        (12, [b'5', b'5', b'1'..=b'9', b'1'..=b'9', b'6'..=b'9', ..])
        | (13, [b'5', b'2', b'1', b'2'..=b'9', ..])
        | (13, [b'5', b'4', b'9', b'1'..=b'9', ..])
        | (11, [b'2', b'2', b'9', b'2'..=b'9', ..]) => true,
        (11, [b'2', b'2', b'5', old @ ..]) => ivory_coast(old).is_some(),
        _ => false,
    }
}

/// The two digits that were put in front of eight old ones in Ivory Coast. They name the operator, whom the second digit of a
/// mobile and the third of a land line gave away.
fn ivory_coast(old: &[u8]) -> Option<[u8; 2]> {
    match old {
        [b'2' | b'3', _, b'8', ..] => Some(*b"21"),
        [b'2' | b'3', _, b'0', ..] => Some(*b"25"),
        [b'2' | b'3', ..] => Some(*b"27"),
        [b'4' | b'5' | b'7', b'0', ..] | [b'0' | b'4' | b'5' | b'7', b'1'..=b'3', ..] => Some(*b"01"),
        [b'0' | b'4'..=b'9', b'4'..=b'6', ..] => Some(*b"05"),
        [b'0' | b'4'..=b'9', b'7'..=b'9', ..] => Some(*b"07"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_wa_id_form, matching_key, same_user};

    #[test]
    fn matches_the_five_countries_both_ways() {
        for (number, wa_id) in [
            ("5511987654321", "551187654321"),
            ("525512345678", "5215512345678"),
            ("541112345678", "5491112345678"),
            ("2250707070707", "22507070707"),
            ("2250140414243", "22540414243"),
            ("2250544020304", "22544020304"),
            ("2252720212223", "22520212223"),
            ("2290197000000", "22997000000"),
        ] {
            assert!(same_user(number, wa_id) && same_user(wa_id, number), "{number} {wa_id}");
            assert!(is_wa_id_form(wa_id), "{wa_id}");
            assert!(same_user(number, number) && same_user(&format!("+{number}"), wa_id));
        }
        assert!(same_user("+1 (650) 555-1234", "0016505551234") && same_user("+55 11 98765-4321", "551187654321"));
    }

    #[test]
    fn never_matches_two_people() {
        for (one, other) in [
            ("5511987654321", "551187654322"),
            ("5511887654321", "551187654321"),
            // A land line, and a mobile with a 9 before the same digits.
            ("5511933334444", "551133334444"),
            ("5511934567890", "551134567890"),
            // Numbers of two operators that end alike.
            ("2250107070707", "22507070707"),
            ("2250107070707", "2250707070707"),
            ("2290297000000", "22997000000"),
            ("16505551234", "1650555123"),
            ("US.1349", "US.1340"),
            ("nobody", "nobody else"),
        ] {
            assert!(!same_user(one, other), "{one} {other}");
        }
        assert_eq!(matching_key("IL.5511987654321"), "IL.5511987654321");
    }
}
