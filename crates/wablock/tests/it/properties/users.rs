//! Users: reading, masking, and telling whether two ids are one person.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
};

use proptest::prelude::*;
use wablock::{ErrorKind, User, UserKind, mask, same_user};

use crate::properties::{cases, digits};

/// What may stand between digits.
const BETWEEN: &[&str] = &["", " ", "-", ".", "\u{a0}", "\u{2011}", "\u{200e}", "\u{fe0f}", "\u{ff0d}"];

/// Numbers that are possible in their country, and the digits of their calling code.
fn number() -> impl Strategy<Value = (String, usize)> {
    prop_oneof![
        "1650[2-9][0-9]{6}".prop_map(|number| (number, 1)),
        "447[4-9][0-9]{8}".prop_map(|number| (number, 2)),
        "4915[0-9]{9}".prop_map(|number| (number, 2)),
        "336[0-9]{8}".prop_map(|number| (number, 2)),
        "55119[6-9][0-9]{7}".prop_map(|number| (number, 2)),
        "9725[0-9]{8}".prop_map(|number| (number, 3)),
    ]
}

/// The same number as people write it: the calling code, groups of three, and at last one of up to five.
fn spelled((digits, code): &(String, usize), prefix: &str, between: &str) -> String {
    let (code, mut rest) = digits.split_at(*code);
    let mut text = format!("{prefix}{code}");
    while rest.len() > 5 {
        text = format!("{text}{between}{}", &rest[..3]);
        rest = &rest[3..];
    }
    format!("{text}{between}{rest}")
}

/// Text with digits as people, programs and spreadsheets leave it behind.
fn litter() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,5}",
        2 => "[0-9]{5,13}",
        2 => proptest::sample::select(&[" ", "-", ".", "/", "(", ")", "+", "00", "0", "(0)", ",", "\n", "\u{200b}"][..]).prop_map(str::to_owned),
        1 => proptest::sample::select(&[".0", ",0", "E+10", " or ", ";", "'", "\u{2212}", "\u{ff0e}", "x", "=", "\"", "*"][..]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

/// What two texts have in common at their ends.
fn common_end(one: &str, other: &str) -> usize {
    one.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count()
}

fn longest_run(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default()
}

fn hash(user: &User) -> u64 {
    let mut hasher = DefaultHasher::new();
    user.hash(&mut hasher);
    hasher.finish()
}

/// Numbers of the countries where WhatsApp's id and the dialled number differ, in both forms.
fn two_spellings() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        ("[1-9]{2}", "[6-9][0-9]{7}").prop_map(|(area, rest)| (format!("55{area}9{rest}"), format!("55{area}{rest}"))),
        "[2-9][0-9]{9}".prop_map(|rest| (format!("521{rest}"), format!("52{rest}"))),
        "[1-8][0-9]{9}".prop_map(|rest| (format!("549{rest}"), format!("54{rest}"))),
        "0[7-9][0-9]{6}".prop_map(|rest| (format!("22507{rest}"), format!("225{rest}"))),
        "9[0-9]{7}".prop_map(|rest| (format!("22901{rest}"), format!("229{rest}"))),
    ]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn reading_any_text_ends_in_a_user_or_a_short_error(text in any::<String>(), region in proptest::option::of("[A-Z]{2}")) {
        match User::parse(&text, region.as_deref()) {
            Ok(user) => prop_assert!(user.id().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')),
            Err(error) => {
                prop_assert!(matches!(error.kind(), ErrorKind::InvalidUser | ErrorKind::Config));
                prop_assert!(error.message().len() < 600 && !error.hint().is_empty());
            }
        }
    }

    /// A user out of JSON (a stored report) is what `User::phone`, `wa_id` or `bsuid` would have made; an id that an API gave
    /// may have another form, as long as it can be written into a body without escapes. Everything else is an error.
    #[test]
    fn a_user_out_of_json_is_as_safe_as_any(kind in prop_oneof!["phone", "wa_id", "bsuid"], id in prop_oneof![
        any::<String>(), "[+0-9]{6,17}", "[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{0,20}[\"\\\\]?",
    ]) {
        let made = match kind.as_str() {
            "phone" => User::phone(&id),
            "wa_id" => User::wa_id(&id),
            _ => User::bsuid(&id),
        };
        let read = serde_json::from_value::<User>(serde_json::json!({ "kind": kind, "id": id }));
        prop_assert!(read.is_ok() || made.is_err());
        if kind == "phone" {
            prop_assert_eq!(read.is_ok(), made.is_ok());
        }
        if let (Ok(read), Ok(made)) = (&read, made) {
            prop_assert_eq!(read.kind(), made.kind());
            prop_assert_eq!(read.id(), made.id());
        }
        if let Ok(read) = read {
            prop_assert!((1..=128).contains(&read.id().len()));
            prop_assert!(read.id().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'));
        }
    }

    /// What is sent is the digits of the text, without one prefix in front and with a country code at most; or nothing is sent.
    #[test]
    fn what_is_sent_are_the_digits_that_were_given(
        text in prop_oneof![litter(), "[+0-9 ()./-]{0,24}"],
        region in proptest::option::of(proptest::sample::select(&["IL", "US", "BR", "DE", "IT", "AR", "RU", "CI", "AU", "HK", "SM"][..])),
    ) {
        if let Ok(user) = User::parse(&text, region) {
            let given: String = text.chars().filter(char::is_ascii_digit).collect();
            prop_assert!((7..=15).contains(&user.id().len()) && !user.id().starts_with('0'));
            let kept = common_end(&given, user.id());
            let (taken_off, put_in_front) = (&given[..given.len() - kept], &user.id()[..user.id().len() - kept]);
            if region.is_none() || text.contains('+') {
                prop_assert!(put_in_front.is_empty() && (taken_off.is_empty() || taken_off == "00"), "{:?} {}", text, user.id());
            }
            prop_assert!(put_in_front.len() <= 7 && taken_off.len() <= 7 && kept >= 4, "{:?} {:?} {}", text, region, user.id());
        }
    }

    #[test]
    fn what_was_read_is_read_alike(
        text in prop_oneof![litter(), "[+0-9 ()-]{6,20}"],
        region in proptest::option::of(proptest::sample::select(&["IL", "US", "BR", "DE", "IT", "AR", "RU", "MX", "CI"][..])),
    ) {
        if let Ok(user) = User::parse(&text, region) {
            prop_assert_eq!(User::parse(user.id(), None), Ok(user.clone()));
            prop_assert_eq!(User::parse(&format!("+{}", user.id()), region), Ok(user));
        }
    }

    #[test]
    fn every_spelling_is_the_same_user(
        number in number(),
        prefix in proptest::sample::select(&["", "+", "00", "tel:+", "whatsapp:", "WhatsApp:+", " \u{202a}+", "'+"][..]),
        between in proptest::sample::select(BETWEEN),
    ) {
        let user = User::parse(&spelled(&number, prefix, between), None).unwrap();
        prop_assert_eq!(user.id(), &*number.0);
        prop_assert_eq!(user.kind(), UserKind::Phone);
    }

    #[test]
    fn a_plus_means_the_same_in_every_region(
        (digits, _) in number(),
        region in proptest::sample::select(&["IL", "US", "BR", "DE", "IT"][..]),
    ) {
        let user = User::parse(&format!("+{digits}"), Some(region)).unwrap();
        prop_assert_eq!(user.id(), &*digits);
    }

    #[test]
    fn a_region_never_makes_another_number_of_digits_that_have_their_country_code(
        (digits, _) in prop_oneof![number(), two_spellings().prop_map(|(with, _)| (with, 0))],
        region in "[A-Z]{2}",
    ) {
        if let Ok(user) = User::parse(&digits, Some(&region)) {
            prop_assert_eq!(user.id(), &*digits);
        }
    }

    #[test]
    fn a_number_and_the_wa_id_of_its_digits_are_one_user(digits in digits()) {
        let (phone, wa_id) = (User::phone(&digits).unwrap(), User::wa_id(&digits).unwrap());
        prop_assert_eq!(hash(&phone), hash(&wa_id));
        prop_assert_eq!(phone, wa_id);
    }

    #[test]
    fn a_bsuid_is_read_as_it_is(id in "[A-Z]{2}\\.(ENT\\.)?[0-9A-Za-z]{1,40}") {
        let user = User::parse(&format!(" {id}\n"), None).unwrap();
        prop_assert!(user.is_bsuid());
        prop_assert_eq!(&user, &User::bsuid(&id).unwrap());
        prop_assert_eq!(user.id(), &*id);
    }

    #[test]
    fn a_user_survives_json(digits in digits(), bsuid in "[A-Z]{2}\\.[0-9]{1,20}") {
        for user in [User::phone(&digits).unwrap(), User::wa_id(&digits).unwrap(), User::bsuid(&bsuid).unwrap()] {
            let read: User = serde_json::from_str(&serde_json::to_string(&user).unwrap()).unwrap();
            prop_assert_eq!(read.kind(), user.kind());
            prop_assert_eq!(read, user);
        }
    }

    #[test]
    fn no_error_about_a_user_and_no_debug_holds_a_number(digits in "[0-9]{7,40}", around in "[a-z@ ]{0,5}") {
        match User::parse(&format!("{around}{digits}{around}"), None) {
            Ok(user) => {
                let shown = format!("{user:?}");
                prop_assert!(longest_run(&shown) < 7);
            }
            // The hint has an example number of its own.
            Err(error) => prop_assert!(longest_run(error.message()) < 7, "{}", error),
        }
    }

    #[test]
    fn masking_leaves_no_number_and_changes_nothing_else(text in "([0-9]{1,20}|[a-zא-ת+ .:-]{1,6}){0,8}") {
        let masked = mask(&text);
        prop_assert!(longest_run(&masked) < 7, "{}", masked);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        for (before, after) in text.chars().zip(masked.chars()) {
            prop_assert!(before == after || before.is_ascii_digit() && after == '*');
        }
    }

    #[test]
    fn masking_twice_is_masking_once(text in any::<String>(), digits in "[0-9]{0,30}") {
        let masked = mask(&format!("{text}{digits}"));
        prop_assert_eq!(mask(&masked), masked);
    }

    #[test]
    fn masking_leaves_short_numbers_alone(text in "([0-9]{1,6}[a-z]){0,8}") {
        prop_assert_eq!(mask(&text), text);
    }

    #[test]
    fn masking_finds_a_number_in_every_usual_spelling(
        digits in digits(), prefix in proptest::sample::select(&["", "+", "00", "tel:", "a "][..]),
        gaps in proptest::collection::vec(proptest::sample::select(&["", " ", "-", ".", "\u{a0}", "\u{2011}", ") "][..]), 15),
    ) {
        let spelled: String = digits.chars().zip(&gaps).flat_map(|(digit, gap)| [digit.to_string(), (*gap).to_owned()]).collect();
        let masked = mask(&format!("{prefix}{spelled}"));
        prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 5, "{}", masked);
    }

    #[test]
    fn same_user_is_an_equivalence(one in any::<String>(), (with, without) in two_spellings(), digits in digits()) {
        prop_assert!(same_user(&one, &one) && same_user(&digits, &digits));
        let class = [with.clone(), without.clone(), format!("+{with}"), format!("+{without}")];
        let all: Vec<&str> = class.iter().map(String::as_str).chain([&*one, &*digits]).collect();
        for a in &all {
            for b in &all {
                prop_assert_eq!(same_user(a, b), same_user(b, a));
                for c in &all {
                    prop_assert!(!(same_user(a, b) && same_user(b, c)) || same_user(a, c), "{} {} {}", a, b, c);
                }
            }
        }
    }

    #[test]
    fn the_two_spellings_of_a_country_are_one_user((with, without) in two_spellings()) {
        let plus = format!("+{without}");
        prop_assert!(same_user(&with, &without) && same_user(&plus, &with));
    }

    #[test]
    fn numbers_elsewhere_are_the_same_only_when_their_digits_are(
        one in "[1-46-9][0-9]{6,14}", other in "[1-46-9][0-9]{6,14}",
    ) {
        prop_assert_eq!(same_user(&one, &other), one == other);
    }
}
