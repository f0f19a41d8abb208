//! The calling codes of the world: how long their numbers can be, and which numbers need no check by libphonenumber.

/// One line per calling code: the code; the lengths that national numbers of mobiles and land lines have; and the first one or
/// two digits where a prefix for calls inside the country has to be looked for. A 0 there is such a prefix too, except in the
/// few countries whose numbers begin with one. Their lines go on: the lengths of those numbers, and the one or two digits
/// after the 0 with which every number is valid. The data is libphonenumber's; tests hold every line against the number crate
/// and say what to change.
const CODES: &str = include_str!("calling_codes.txt");

/// What is known about a calling code.
#[derive(Clone, Copy)]
pub(super) struct CallingCode {
    /// Digits of the code itself.
    pub(super) digits: u8,
    /// Bit n: mobiles or land lines have n national digits.
    lengths: u32,
    /// Bit b of the a-th: a national number whose first two digits are a and b needs libphonenumber.
    careful: [u16; 10],
    /// Bit n: national numbers that begin with a 0 of their own have n digits.
    zero_lengths: u32,
    /// Bit b of the a-th: a national number with a and b after a 0 of its own is valid.
    zero: [u16; 10],
}

const NONE: CallingCode = CallingCode { digits: 0, lengths: 0, careful: [0; 10], zero_lengths: 0, zero: [0; 10] };

/// The calling codes, after a first entry for none, and the index of the code for each beginning of three digits.
static TABLE: ([CallingCode; 256], [u8; 1000]) = table();

const fn table() -> ([CallingCode; 256], [u8; 1000]) {
    let text = CODES.as_bytes();
    let (mut codes, mut places) = ([NONE; 256], [0; 1000]);
    let (mut count, mut code, mut entry) = (1, 0, NONE);
    // The column, and the number in it that is being read: its value and its digits.
    let (mut column, mut number, mut digits) = (0, 0, 0);
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            digit @ b'0'..=b'9' => {
                number = number * 10 + (digit - b'0') as usize;
                digits += 1;
            }
            b'-' => {}
            mark @ (b' ' | b',' | b'\n') => {
                if digits > 0 {
                    match column {
                        0 => (code, entry.digits) = (number, digits),
                        1 => entry.lengths |= 1 << number,
                        2 => add(&mut entry.careful, number, digits),
                        3 => entry.zero_lengths |= 1 << number,
                        _ => add(&mut entry.zero, number, digits),
                    }
                }
                (number, digits) = (0, 0);
                if mark == b' ' {
                    column += 1;
                }
                if mark == b'\n' {
                    codes[count] = entry;
                    let width = match entry.digits {
                        1 => 100,
                        2 => 10,
                        _ => 1,
                    };
                    let mut row = 0;
                    while row < width {
                        places[code * width + row] = count as u8;
                        row += 1;
                    }
                    (count, column, entry) = (count + 1, 0, NONE);
                }
            }
            _ => panic!("a line of calling_codes.txt holds something else"),
        }
        at += 1;
    }
    (codes, places)
}

/// Sets the bits of all two digits that begin with these one or two.
const fn add(bits: &mut [u16; 10], beginning: usize, digits: u8) {
    match digits {
        1 => bits[beginning] = 0x3ff,
        2 => bits[beginning / 10] |= 1 << (beginning % 10),
        _ => panic!("a line of calling_codes.txt has a beginning of more than two digits"),
    }
}

impl CallingCode {
    /// The code that international digits begin with.
    pub(super) fn of(digits: &str) -> Option<&'static Self> {
        let first = digits.as_bytes().first_chunk::<3>()?;
        let place =
            first.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + usize::from(digit - b'0')));
        let (codes, places) = &TABLE;
        Some(&codes[usize::from(places[place?])]).filter(|code| code.digits > 0)
    }

    /// How many digits can follow the code, in words: "4 to 15", "8 or 10".
    pub(super) fn lengths(&self) -> String {
        let possible: Vec<u32> = (0..32).filter(|length| self.lengths & 1 << length != 0).collect();
        match *possible {
            [] => String::new(),
            [only] => only.to_string(),
            [first, .., last] if possible.len() > 2 && last - first + 1 == possible.len() as u32 => {
                format!("{first} to {last}")
            }
            [ref most @ .., last] => {
                let most: Vec<String> = most.iter().map(u32::to_string).collect();
                format!("{} or {last}", most.join(", "))
            }
        }
    }
}

/// True for an international number that is possible unchanged, whatever the country's rules for dialling, and as long as
/// mobiles or land lines are. False means: ask libphonenumber.
pub(super) fn is_plainly_possible(digits: &str) -> bool {
    if !super::DIGITS.contains(&digits.len()) || !are_digits(digits.as_bytes()) {
        return false;
    }
    let Some(code) = CallingCode::of(digits) else { return false };
    let national = &digits.as_bytes()[usize::from(code.digits)..];
    let has = |bits: &[u16; 10], one: u8, two: u8| bits[usize::from(one - b'0')] >> (two - b'0') & 1 == 1;
    match *national {
        [b'0', one, two, ..] => code.zero_lengths >> national.len() & 1 == 1 && has(&code.zero, one, two),
        [one, two, ..] => code.lengths >> national.len() & 1 == 1 && !has(&code.careful, one, two),
        _ => false,
    }
}

/// Eight at a time: nearly every number of a large call comes through here.
fn are_digits(text: &[u8]) -> bool {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let eight = |bytes: &[u8; 8]| {
        let bytes = u64::from_ne_bytes(*bytes);
        // '0' to '9' are 0x30 to 0x39: six more stay below 0x40.
        bytes & HIGH == ZEROS && (bytes + 0x0606_0606_0606_0606) & HIGH == ZEROS
    };
    match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) if text.len() <= 16 => eight(first) && eight(last),
        _ => text.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberType};

    use super::*;
    use crate::model::user::number::Reading;

    /// The lengths that mobiles and land lines have, as far as the number crate knows.
    fn lengths_of(code: i32) -> String {
        let possible = |length: u32, kind| {
            let national_number = 10_u64.pow(length - 1);
            let number = PhoneNumber { country_code: code, national_number, ..PhoneNumber::default() };
            let result = PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(&number, kind);
            result == Ok(NumberLengthType::IsPossible)
        };
        let kinds = [PhoneNumberType::Mobile, PhoneNumberType::FixedLine];
        let any = |length: &u32| possible(*length, PhoneNumberType::Unknown);
        let usual = |length: &u32| any(length) && kinds.into_iter().any(|kind| possible(*length, kind));
        let lengths: Vec<String> = (1..18).filter(usual).map(|length| length.to_string()).collect();
        if lengths.is_empty() { "-".to_owned() } else { lengths.join(",") }
    }

    #[test]
    fn the_calling_codes_are_those_of_the_number_crate() {
        let lines: Vec<Vec<&str>> = CODES.lines().map(|line| line.split(' ').collect()).collect();
        let ours: Vec<i32> = lines.iter().map(|line| line[0].parse().unwrap()).collect();
        let mut theirs: Vec<i32> = PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
        theirs.sort_unstable();
        theirs.dedup();
        assert_eq!(ours, theirs, "calling_codes.txt has other codes than the number crate");
        for line in lines {
            let theirs = lengths_of(line[0].parse().unwrap());
            assert_eq!(line[1], theirs, "change the lengths of {} in calling_codes.txt", line[0]);
            assert!(matches!(line.len(), 3 | 5), "the line of {} in calling_codes.txt has 3 or 5 columns", line[0]);
        }
    }

    /// Whoever passes the gate is read by libphonenumber as the same digits. All calling codes, with every beginning of three
    /// national digits.
    #[test]
    fn who_passes_the_gate_is_unchanged_by_libphonenumber() {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let (mut passed, mut with_zero) = (0, 0);
        for code in CODES.lines().map(|line| line.split(' ').next().unwrap()) {
            for beginning in 0..1000 {
                // A 0 passes only where all its numbers are valid, so these are tried more often.
                for _ in 0..if beginning < 100 { 200 } else { 2 } {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let tail = format!("{:015}", random % 1_000_000_000_000_000);
                    let length = 4 + (random >> 60) as usize % 12;
                    let digits = format!("{code}{beginning:03}{tail}");
                    let digits = &digits[..(code.len() + length).min(15)];
                    if is_plainly_possible(digits) {
                        passed += 1;
                        with_zero += usize::from(beginning < 100);
                        let read = Reading::ask(digits).map(|reading| reading.digits);
                        assert_eq!(
                            read.as_deref(),
                            Ok(digits),
                            "make {beginning:03} after {code} careful in calling_codes.txt"
                        );
                    }
                }
            }
        }
        assert!(passed > 40_000 && with_zero > 5000, "only {passed} passed, {with_zero} with a 0");
    }

    /// Numbers in use that begin with a 0 of their own, which is not a prefix.
    #[test]
    fn a_zero_that_belongs_to_the_number_passes() {
        for digits in ["2250701234567", "2290190112345", "24106031234", "242061234567", "390212345678", "39010123456"] {
            assert!(is_plainly_possible(digits), "{digits}");
        }
        for digits in ["2250212345678", "2290212345678", "2410603123", "442071234567x", "4402079460958", "390661234567"]
        {
            assert!(!is_plainly_possible(digits), "{digits}");
        }
    }

    #[test]
    fn digits_are_told_from_all_other_bytes() {
        for length in 0..=20 {
            let text = vec![b'5'; length];
            assert!(are_digits(&text));
            for (place, byte) in (0..length).flat_map(|place| (0..=255).map(move |byte| (place, byte))) {
                let mut text = text.clone();
                text[place] = byte;
                assert_eq!(are_digits(&text), byte.is_ascii_digit(), "{byte} at {place} of {length}");
            }
        }
    }

    #[test]
    fn lengths_are_said_in_words() {
        let said = |digits| CallingCode::of(digits).unwrap().lengths();
        assert_eq!(
            [said("165"), said("491"), said("250"), said("201"), said("733")],
            ["10", "5 to 15", "8 or 9", "8 to 10", "10"]
        );
        assert!(CallingCode::of("999").is_none() && CallingCode::of("05").is_none() && CallingCode::of("१").is_none());
    }
}
