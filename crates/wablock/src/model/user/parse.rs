//! Reading what people paste into a user, or saying exactly why not.

use rlibphonenumber::Region;

use super::{
    DIGITS, User, UserKind,
    address::{self, Address, address},
    characters,
    damage::damage,
    gate,
    number::{self, Reading},
    refusal::{Refusal, wrong_count},
    region::region,
    usual::Usual,
    written::Written,
};
use crate::model::error::Error;

/// Longest input looked at; anything longer is not a user and must not be echoed in full.
const LONGEST_INPUT: usize = 256;

pub(super) fn user(input: &str, region_code: Option<&str>) -> Result<User, Error> {
    let region = region_code.map(region).transpose()?;
    // What nearly all inputs of a large call are: the digits of an international number and nothing else.
    let digits = input.strip_prefix('+').or_else(|| region.is_none().then_some(input));
    if let Some(digits) = digits.filter(|digits| gate::is_plainly_possible(digits)) {
        return Ok(User::from_parts(UserKind::Phone, digits));
    }
    if let Some(usual) = Usual::read(input).filter(|usual| gate::is_plainly_possible(usual.digits())) {
        return Ok(User::from_parts(UserKind::Phone, usual.digits()));
    }
    in_any_spelling(input, region)
}

fn in_any_spelling(input: &str, region: Option<Region>) -> Result<User, Error> {
    if input.len() > LONGEST_INPUT {
        let shown: String = input.chars().take(24).collect();
        return Err(Refusal::new("it is far too long for a number").about(&shown));
    }
    let text = characters::plain(input);
    let read = address(&text).and_then(|address| match address {
        Address::Bsuid(id) => Ok(User::from_parts(UserKind::Bsuid, id)),
        Address::WaId(digits) => {
            Reading::international(digits).map_err(|why| why.refusal(true))?;
            Ok(User::from_parts(UserKind::WaId, digits))
        }
        Address::International(text) => {
            let mut written = written(text)?;
            written.plus = true;
            number::read(&written, None).map(|digits| User::from_parts(UserKind::Phone, &digits))
        }
        Address::Writing(text) => {
            number::read(&written(text)?, region).map(|digits| User::from_parts(UserKind::Phone, &digits))
        }
    });
    read.map_err(|refusal| refusal.about(input))
}

fn written(text: &str) -> Result<Written, Refusal> {
    if text.chars().all(|c| matches!(c, ' ' | '\n' | '-' | '.' | '/' | '(' | ')' | '[' | ']')) {
        return Err(Refusal::new("it is empty"));
    }
    damage(text).map_or_else(|| Written::read(text), Err)
}

/// Digits as a webhook or a list gave them, or as they stand in a stored report: any number that could be an account's.
pub(super) fn digits(kind: UserKind, digits: &str) -> Result<User, Error> {
    let refusal = if let Some(c) = digits.chars().find(|c| !c.is_ascii_digit()) {
        Refusal::new(format!("the character '{}' is not a digit", c.escape_default()))
    } else if digits.starts_with('0') {
        Refusal::new("no country code begins with 0")
    } else if !DIGITS.contains(&digits.len()) {
        wrong_count(digits.len())
    } else {
        return Ok(User::from_parts(kind, digits));
    };
    Err(refusal.about(digits))
}

pub(super) fn bsuid(id: &str) -> Result<User, Error> {
    if address::bsuid(id) {
        return Ok(User::from_parts(UserKind::Bsuid, id));
    }
    Err(Refusal::new("it is not a business-scoped id")
        .hint("Give the id as the API gave it, such as US.13491208655302741918.")
        .about(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::ErrorKind;

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
        assert_eq!(parsed("16505551234@s.whatsapp.net"), "wa_id 16505551234");
    }

    /// Whatever `Usual` reads is read alike without it.
    #[test]
    fn usual_spellings_are_read_as_all_others() {
        let marks = [" ", "-", "(", ")", ") ", " (", "  ", "+", ".", "0", "(0)", "( 0) "];
        let mut random = fastrand::Rng::with_seed(7);
        let mut read = 0;
        for _ in 0..400_000 {
            let beginning = ["1650", "97258", "4420", "4479", "4930", "49151", "390", "5511", "225", "7", "2"];
            let mut rest = random.choice(beginning).unwrap().to_owned();
            rest.extend((0..random.usize(2..11)).map(|_| random.digit(10)));
            let mut input = "+".to_owned();
            for digit in rest.chars() {
                input.push(digit);
                if random.u8(..4) == 0 {
                    input.push_str(random.choice(marks).unwrap());
                }
            }
            if let Some(usual) = Usual::read(&input).filter(|usual| gate::is_plainly_possible(usual.digits())) {
                read += 1;
                let slowly = in_any_spelling(&input, None).map(|user| user.id().to_owned());
                assert_eq!(slowly.as_deref().ok(), Some(usual.digits()), "{input}");
            }
        }
        assert!(read > 10_000, "only {read}");
        assert_eq!(Usual::read("+972 58-340-1616").unwrap().digits(), "972583401616");
        assert_eq!(Usual::read("+1 (650) 555-1234").unwrap().digits(), "16505551234");
    }

    #[test]
    fn says_why_not() {
        for (input, why) in [
            ("", "is empty"),
            ("hello", "'h' is not part of a phone number"),
            ("+123456", "it has 6 digits"),
            ("+1234567890123456", "it has 16 digits"),
            ("050-123-4567", "no country code"),
            ("+0501234567", "does not begin with the calling code"),
            ("+44 (0)20 7946 0958", "(0) is not part"),
            ("+16505551234+16505551235", "more than one number"),
            ("+1650+55", "a + inside"),
            ("us.1349", "'u' is not part"),
        ] {
            let message = parsed(input);
            assert!(message.contains(why), "{input:?}: {message}");
        }
        assert!(!parsed("+1650555123456789").contains("0555123456"), "masked in the message");
        assert!(parsed(&"9".repeat(5000)).len() < 120);
    }

    #[test]
    fn reads_national_numbers_only_with_a_region() {
        let read = |input, region| User::parse(input, Some(region)).map(|user| user.id().to_owned());
        assert_eq!(read("050-123-4567", "IL").unwrap(), "972501234567");
        assert_eq!(read("(650) 253-0000", "US").unwrap(), "16502530000");
        assert_eq!(read("+972501234567", "US").unwrap(), "972501234567");
        assert_eq!(read("972523456789", "us").unwrap(), "972523456789");
        assert_eq!(read("12", "US").unwrap_err().kind(), ErrorKind::InvalidUser);
        assert_eq!(read("0501234567", "Israel").unwrap_err().kind(), ErrorKind::Config);
    }

    #[test]
    fn an_ambiguous_number_is_refused_with_both_readings() {
        let error = User::parse("4312345678", Some("DE")).unwrap_err();
        assert!(error.message().contains("431*****78 or 494*******78"), "{}", error.message());
        assert!(
            error.hint().contains("+4312345678 or +494312345678") && error.hint().contains("wa_id"),
            "{}",
            error.hint()
        );
    }
}
