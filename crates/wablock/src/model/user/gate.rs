//! The calling codes of the world: how long their numbers can be, and which of them need no second look.

/// One line per calling code: the code; the lengths that national numbers of mobiles and land lines have; and the first one or
/// two digits where a prefix for calls inside the country has to be looked for. The data is libphonenumber's; a test holds
/// every line against the number crate and says what to change.
const CODES: &str = include_str!("calling_codes.txt");

/// What is known of a calling code.
#[derive(Clone, Copy)]
pub(super) struct CallingCode {
    /// Digits of the code itself.
    pub(super) digits: u8,
    /// Bit n: mobiles or land lines have n national digits.
    lengths: u32,
    /// Bit n: a national number whose first two digits are n needs libphonenumber.
    careful: u128,
}

/// Indexed by the first three digits of an international number.
static TABLE: [CallingCode; 1000] = table();

const fn table() -> [CallingCode; 1000] {
    let text = CODES.as_bytes();
    let mut table = [CallingCode { digits: 0, lengths: 0, careful: 0 }; 1000];
    let (mut field, mut code, mut digits, mut length) = (0, 0, 0, 0);
    let (mut lengths, mut careful) = (0, 0_u128);
    // The first digits being read.
    let (mut beginning, mut beginning_digits) = (0, 0);
    let mut place = 0;
    while place < text.len() {
        match (field, text[place]) {
            (0, digit @ b'0'..=b'9') => {
                code = code * 10 + (digit - b'0') as usize;
                digits += 1;
            }
            (1, digit @ b'0'..=b'9') => length = length * 10 + (digit - b'0') as u32,
            (_, digit @ b'0'..=b'9') => {
                beginning = beginning * 10 + (digit - b'0') as u32;
                beginning_digits += 1;
            }
            (_, b'-') => {}
            (_, mark @ (b' ' | b',' | b'\n')) => {
                if length > 0 {
                    lengths |= 1 << length;
                    length = 0;
                }
                match beginning_digits {
                    0 => {}
                    1 => careful |= 0x3ff << (beginning * 10),
                    2 => careful |= 1 << beginning,
                    _ => panic!("a line of calling_codes.txt has a beginning of more than two digits"),
                }
                (beginning, beginning_digits) = (0, 0);
                if mark == b' ' {
                    field += 1;
                }
                if mark == b'\n' {
                    let width = if digits == 1 {
                        100
                    } else if digits == 2 {
                        10
                    } else {
                        1
                    };
                    let mut row = 0;
                    while row < width {
                        table[code * width + row] = CallingCode { digits, lengths, careful };
                        row += 1;
                    }
                    (field, code, digits, lengths, careful) = (0, 0, 0, 0, 0);
                }
            }
            _ => panic!("a line of calling_codes.txt holds something else"),
        }
        place += 1;
    }
    table
}

impl CallingCode {
    /// The code with which international digits begin.
    pub(super) fn of(digits: &str) -> Option<Self> {
        let first = digits.as_bytes().first_chunk::<3>()?;
        let place =
            first.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + usize::from(digit - b'0')));
        Some(TABLE[place?]).filter(|code| code.digits > 0)
    }

    /// How many digits can follow the code, for people: "4 to 15", "8 or 10".
    pub(super) fn lengths(self) -> String {
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

/// True for the digits of an international number that is possible as it is, whatever the country's rules for dialling, and as
/// long as mobiles or land lines. False says nothing: ask libphonenumber.
pub(super) fn is_plainly_possible(digits: &str) -> bool {
    let Some(code) = CallingCode::of(digits) else { return false };
    let national = &digits.as_bytes()[usize::from(code.digits)..];
    let first_two = national.first_chunk::<2>().filter(|digits| digits.iter().all(u8::is_ascii_digit));
    super::DIGITS.contains(&digits.len())
        && code.lengths & 1 << national.len() != 0
        && first_two.is_some_and(|[one, two]| code.careful & 1 << ((one - b'0') * 10 + (two - b'0')) == 0)
        && national.iter().all(u8::is_ascii_digit)
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
            assert!(line[2].starts_with('0'), "a 0 after {} is looked at", line[0]);
        }
    }

    /// Whoever passes the gate is read by libphonenumber as the same digits. All calling codes, with every beginning of three
    /// national digits.
    #[test]
    fn who_passes_the_gate_is_unchanged_by_libphonenumber() {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut passed = 0;
        for code in CODES.lines().map(|line| line.split(' ').next().unwrap()) {
            for beginning in 0..1000 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let tail = format!("{:015}", random % 1_000_000_000_000_000);
                let length = 4 + (random >> 60) as usize % 12;
                let digits = format!("{code}{beginning:03}{tail}");
                let digits = &digits[..(code.len() + length).min(15)];
                if is_plainly_possible(digits) {
                    passed += 1;
                    let read = Reading::international(digits).map(|reading| reading.digits);
                    assert_eq!(
                        read.as_deref(),
                        Ok(digits),
                        "make {beginning:03} after {code} careful in calling_codes.txt"
                    );
                }
            }
        }
        assert!(passed > 20_000, "only {passed} passed");
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
