//! Which number some digits are, by libphonenumber's rules within the laws of this library. The digits that are sent are those
//! that were given, without at most one prefix.

use std::cell::OnceCell;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL as LIB, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region,
};

use super::{
    DIGITS,
    gate::{self, CallingCode},
    refusal::{Refusal, counted, wrong_count},
    same,
    written::Written,
};

/// One way to read digits: a number that is possible.
#[derive(Debug, PartialEq)]
pub(super) struct Reading {
    /// International, without `+`.
    pub(super) digits: String,
    /// Parsed on demand. `None` for an id that only WhatsApp knows.
    number: OnceCell<Option<PhoneNumber>>,
}

/// Why digits are not an international number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Impossible {
    NoCountry,
    Digits(usize),
    Length {
        code: String,
        found: usize,
        lengths: String,
    },
    /// They contain a prefix that is dialled only inside the country. `without` is the number without it.
    Prefix {
        code: String,
        prefix: Option<char>,
        without: Option<String>,
    },
}

impl Reading {
    /// Reads digits that begin with their country code: unchanged, or not at all.
    pub(super) fn international(digits: &str) -> Result<Self, Impossible> {
        if !DIGITS.contains(&digits.len()) {
            return Err(Impossible::Digits(digits.len()));
        }
        if same::is_wa_id_form(digits) {
            return Ok(Self::known_to_whatsapp(digits));
        }
        if gate::is_plainly_possible(digits) {
            return Ok(Self { digits: digits.to_owned(), number: OnceCell::new() });
        }
        Self::ask(digits)
    }

    fn known_to_whatsapp(digits: &str) -> Self {
        Self { digits: digits.to_owned(), number: OnceCell::from(None) }
    }

    /// Reads them with libphonenumber.
    pub(super) fn ask(digits: &str) -> Result<Self, Impossible> {
        let calling = CallingCode::of(digits).ok_or(Impossible::NoCountry)?;
        let (code, national) = digits.split_at(usize::from(calling.digits));
        let wrong_length =
            || Impossible::Length { code: code.to_owned(), found: national.len(), lengths: calling.lengths() };
        let number = LIB.parse(format!("+{digits}"), None).map_err(|_| wrong_length())?;
        let read = Self::of(number.clone());
        let prefix = national.chars().next().filter(|digit| *digit == '0' || *digit == national_prefix(code));
        match read {
            Some(read) if read.digits == digits && prefix.is_none() && !read.is_plausible() => Err(wrong_length()),
            Some(read) if read.digits == digits && (prefix.is_none() || read.is_valid()) => Ok(read),
            Some(read) if read.digits == digits => {
                Err(Impossible::Prefix { code: code.to_owned(), prefix, without: None })
            }
            Some(read) => {
                let without = digits.ends_with(&national_of(&number)).then_some(read.digits);
                Err(Impossible::Prefix { code: code.to_owned(), prefix, without })
            }
            None if prefix.is_some() => Err(Impossible::Prefix { code: code.to_owned(), prefix, without: None }),
            None => Err(wrong_length()),
        }
    }

    /// For digits with a national prefix after the country code: the number without that prefix, if it is in use.
    fn without_prefix(digits: &str, is_meant: impl Fn(char) -> bool) -> Option<String> {
        match Self::international(digits) {
            Err(Impossible::Prefix { prefix: Some(prefix), without: Some(number), .. }) if is_meant(prefix) => {
                Self::international(&number).is_ok_and(|reading| reading.is_valid()).then_some(number)
            }
            _ => None,
        }
    }

    /// libphonenumber's number, if it is possible.
    fn of(number: PhoneNumber) -> Option<Self> {
        let possible = LIB.is_possible_number_with_reason(&number) == Ok(NumberLengthType::IsPossible);
        let digits = format!("{}{}", number.country_code, national_of(&number));
        let number = OnceCell::from(Some(number));
        (possible && DIGITS.contains(&digits.len())).then_some(Self { digits, number })
    }

    fn number(&self) -> Option<&PhoneNumber> {
        self.number.get_or_init(|| LIB.parse(format!("+{}", self.digits), None).ok()).as_ref()
    }

    /// Whether the number is in use, or is an id that WhatsApp knows.
    fn is_valid(&self) -> bool {
        self.number().is_none_or(|number| LIB.is_valid_number(number))
    }

    /// Whether it has a length of this kind of number in its country, in use or not.
    fn is_as_long_as(&self, kind: PhoneNumberType) -> bool {
        let possible = Ok(NumberLengthType::IsPossible);
        self.number().is_none_or(|number| LIB.is_possible_number_for_type_with_reason(number, kind) == possible)
    }

    /// Whether it is in use, or could be: data about new ranges comes late.
    fn is_plausible(&self) -> bool {
        self.is_valid()
            || [PhoneNumberType::Mobile, PhoneNumberType::FixedLine].into_iter().any(|kind| self.is_as_long_as(kind))
    }

    /// Whether it is grouped as for calls inside the country.
    fn is_written_nationally(&self, written: &Written) -> bool {
        let Some(number) = self.number() else { return false };
        let national = national_of(number).len();
        let gaps = written.gaps(national);
        let format = LIB.format(number, PhoneNumberFormat::National);
        !gaps.is_empty() && Written::read(&format).is_ok_and(|format| format.gaps(national) == gaps)
    }
}

/// The national prefix. Most countries have 0 or none; a test compares this with libphonenumber's metadata.
fn national_prefix(code: &str) -> char {
    match code {
        "1" | "692" => '1',
        "7" | "375" | "993" => '8',
        _ => '0',
    }
}

fn national_of(number: &PhoneNumber) -> String {
    rlibphonenumber::get_national_significant_number_owned(number)
}

/// The international digits of a written number, under a region if one is given.
pub(super) fn read(written: &Written, region: Option<Region>) -> Result<String, Refusal> {
    let digits = &*written.digits;
    let reading = match (written.plus, region) {
        (true, _) => Reading::international(digits).map_err(|why| why.refusal(true))?,
        (false, Some(region)) => in_region(written, region)?,
        (false, None) => match digits.strip_prefix("00") {
            Some(international) => Reading::international(international)
                .map_err(|why| dialled_abroad(digits).unwrap_or_else(|| why.refusal(true)))?,
            None => with_country_code(written)?,
        },
    };
    let Some(tail) = written.short_tail() else { return Ok(reading.digits) };
    let shorter = &reading.digits[..reading.digits.len() - tail];
    match Reading::international(shorter) {
        Ok(shorter) if shorter.is_valid() || !reading.is_valid() => Err(Refusal::new(
            "its last digits may be an extension or belong to a second number",
        )
        .hint(format!("Write +{} if they are part of the number, or else +{}.", reading.digits, shorter.digits))),
        _ => Ok(reading.digits),
    }
}

/// Without `+` and without a region: the digits must begin with a country code, also by their grouping.
fn with_country_code(written: &Written) -> Result<Reading, Refusal> {
    let digits = &*written.digits;
    let code = CallingCode::of(digits).map_or(0, |code| usize::from(code.digits));
    if digits.starts_with('0') || written.begins_otherwise(code) {
        return Err(dialled_abroad(digits).unwrap_or_else(no_country_code));
    }
    Reading::international(digits).map_err(|why| dialled_abroad(digits).unwrap_or_else(|| why.refusal(false)))
}

/// A number as people in the region write it, or as an API gives it; refused where it could be either.
fn in_region(written: &Written, region: Region) -> Result<Reading, Refusal> {
    let digits = &*written.digits;
    if written.is_one_run() && same::is_wa_id_form(digits) {
        return Ok(Reading::known_to_whatsapp(digits));
    }
    let code = CallingCode::of(digits).map_or(0, |code| usize::from(code.digits));
    let abroad = match digits.strip_prefix("00") {
        Some(rest) => Reading::international(rest).ok(),
        None if digits.starts_with('0') || written.begins_otherwise(code) => None,
        None => Reading::international(digits).ok(),
    };
    let Some(home) = Home::of(digits, region) else {
        let nobody = || Refusal::new(format!("it is not a possible number in region {region}")).hint(WITH_PLUS);
        return abroad.ok_or_else(|| dialled_abroad(digits).unwrap_or_else(nobody));
    };
    // With the country code and then the national prefix, people mean the number without that prefix.
    let meant = match digits.strip_prefix("00") {
        Some(rest) => Reading::without_prefix(rest, |prefix| prefix == '0'),
        None if digits.starts_with(&home.calling_code) => Reading::without_prefix(digits, |_| true),
        None => None,
    };
    if let Some(meant) = meant.filter(|meant| *meant != home.reading.digits) {
        return Err(two_readings(&meant, &home.reading.digits));
    }
    match abroad {
        Some(abroad) if abroad.digits == home.reading.digits => Ok(abroad),
        Some(abroad) => choose(written, abroad, home),
        None => match home.how {
            How::Rewritten => Err(Refusal::new(format!("it is in the format for calls inside {region}"))
                .hint(format!("Write it as +{}.", home.reading.digits))),
            How::Bare if written.is_one_run() && !home.reading.is_valid() => {
                Err(Refusal::new(format!("it is not a valid number in region {region}")).hint(WITH_PLUS))
            }
            How::Bare | How::Prefixed => Ok(home.reading),
        },
    }
}

/// A national number of a region.
struct Home {
    reading: Reading,
    how: How,
    /// The calling code of the region.
    calling_code: String,
}

/// How the digits became international.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// A prefix was removed: the national one, or one for calls abroad.
    Prefixed,
    /// Only the country code was added, in some small countries with the area code.
    Bare,
    /// Digits inside the number were changed, so it is not what was given.
    Rewritten,
}

impl Home {
    fn of(digits: &str, region: Region) -> Option<Self> {
        let number = LIB.parse(digits, Some(region)).ok()?;
        let national = national_of(&number);
        // What is sent must read as the same number when it comes back.
        let reading = Reading::international(&format!("{}{national}", number.country_code)).ok()?;
        let how = if national == digits || reading.digits.ends_with(digits) {
            How::Bare
        } else if digits.ends_with(&national) {
            How::Prefixed
        } else {
            How::Rewritten
        };
        let calling_code = LIB.get_country_code_for_region(region)?.to_string();
        Some(Self { reading, how, calling_code })
    }
}

/// Chooses between two possible numbers. One that is in use wins over one that is only possible, unless the grouping says
/// otherwise. If neither wins, both are refused.
fn choose(written: &Written, abroad: Reading, home: Home) -> Result<Reading, Refusal> {
    let Home { reading: home, how, .. } = home;
    let (valid_abroad, valid_home) = (abroad.is_valid(), home.is_valid());
    if written.digits.starts_with("00") {
        // Both begin with a prefix for calls abroad, so the grouping cannot decide.
        return if valid_abroad && !valid_home { Ok(abroad) } else { Err(two_readings(&abroad.digits, &home.digits)) };
    }
    let code = CallingCode::of(&abroad.digits).map_or(0, |code| usize::from(code.digits));
    let begins_with_code = !written.is_one_run() && written.first_group() == code;
    let as_at_home = home.is_written_nationally(written);
    if how != How::Rewritten {
        if valid_home && as_at_home && !begins_with_code {
            return Ok(home);
        }
        if valid_home && !valid_abroad && !begins_with_code && !abroad.is_as_long_as(PhoneNumberType::Mobile) {
            return Ok(home);
        }
        if valid_home && !valid_abroad && as_at_home && !abroad.is_as_long_as(PhoneNumberType::Mobile) {
            return Ok(home);
        }
    }
    if begins_with_code && !as_at_home || valid_abroad && !valid_home && !as_at_home {
        return Ok(abroad);
    }
    Err(two_readings(&abroad.digits, &home.digits))
}

fn two_readings(one: &str, other: &str) -> Refusal {
    Refusal::new(format!("it could be {one} or {other}"))
        .hint(format!("Write +{one} or +{other}. An id that an API gave can be given as `wa_id`."))
}

const WITH_PLUS: &str = "Write it with + and its country code, such as +16505551234.";

fn no_country_code() -> Refusal {
    Refusal::new("it has no country code")
        .hint("Write it with its country code, such as +972501234567, or give a region such as \"IL\".")
}

/// Digits that begin with some country's prefix for calls abroad.
fn dialled_abroad(digits: &str) -> Option<Refusal> {
    let (prefix, reading) =
        ["0011", "011", "010", "001", "002", "009", "119", "810", "00"].iter().find_map(|prefix| {
            let reading = Reading::international(digits.strip_prefix(prefix)?).ok()?;
            reading.is_valid().then_some((prefix, reading))
        })?;
    Some(
        Refusal::new(format!("it begins with {prefix}, which is an international dialling prefix in some countries"))
            .hint(format!("Replace the prefix with +: +{}.", reading.digits)),
    )
}

impl Impossible {
    /// The refusal in words. `international`: it was clear that a country code comes first.
    pub(super) fn refusal(self, international: bool) -> Refusal {
        let hint = if international {
            "Write the country code and then the number without the 0 or other prefix for calls inside the country."
        } else {
            "Write it with + and its country code, or give the region whose national number it is, such as \"IL\"."
        };
        match self {
            Self::NoCountry => Refusal::new("it does not begin with the calling code of a country").hint(hint),
            Self::Digits(found) => wrong_count(found).hint(hint),
            Self::Length { code, lengths, .. } if lengths.is_empty() => {
                Refusal::new(format!("the calling code {code} has no such numbers")).hint(hint)
            }
            Self::Length { code, found, lengths } => Refusal::new(format!(
                "it has {} after the country code {code}, where mobiles and land lines have {lengths}",
                counted(found)
            ))
            .hint(hint),
            Self::Prefix { code, prefix, without } => {
                let prefix = prefix.map_or_else(|| "prefix".to_owned(), String::from);
                let refusal = Refusal::new(format!(
                    "the {prefix} after the country code {code} is dialled only inside the country"
                ));
                match without {
                    Some(number) => refusal.hint(format!("Write it without that prefix: +{number}.")),
                    None => refusal.hint(hint),
                }
            }
        }
    }
}
