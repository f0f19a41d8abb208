//! Who is blocked: phone numbers, wa_ids and business-scoped ids, read forgivingly and checked strictly.

mod address;
mod characters;
mod damage;
mod gate;
mod id;
mod mask;
mod number;
mod parse;
mod refusal;
mod region;
mod same;
mod usual;
mod written;

use std::fmt;

pub use id::{User, UserKind};
pub(crate) use mask::Numbers;
pub use mask::mask;
pub(crate) use region::check_region;
pub use same::same_user;
pub(crate) use same::{matching_key, same_id};

use self::id::{DIGITS, Parts};
use crate::model::error::Error;

impl TryFrom<Parts> for User {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self, Error> {
        if parts.kind == UserKind::Phone {
            return Self::phone(&parts.id);
        }
        Self::as_given(parts.kind, &parts.id)
            .ok_or_else(|| refusal::Refusal::new("an id is 1 to 128 letters, digits and dots").about(&parts.id))
    }
}

impl User {
    /// Reads what a person, a file or a webhook gives: a phone number in any usual spelling (`+`, `00`, spaces, dashes,
    /// dots, brackets, `tel:`, `https://wa.me/`), the digits of a wa_id, a chat address such as
    /// `16505551234@s.whatsapp.net`, or a BSUID.
    ///
    /// `region` is the ISO 3166 code, in any case, of the country whose national numbers are meant: `"IL"` reads
    /// `050-123 4567`. Without it only international numbers are read, and no country is guessed. A region never changes
    /// the digits of a wa_id or of an international number; where they could also be a national number, they are refused.
    ///
    /// # Errors
    /// `invalid_user`, saying what was wrong with it and what to give instead. The message masks numbers; the hint shows
    /// them in full, where it says what to write. `config` for a region that does not exist.
    pub fn parse(input: &str, region: Option<&str>) -> Result<Self, Error> {
        parse::user(input, region)
    }

    /// A phone number from its international digits, with or without `+`.
    ///
    /// # Errors
    /// `invalid_user` unless it is 7 to 15 digits that do not begin with 0.
    pub fn phone(digits: &str) -> Result<Self, Error> {
        parse::digits(UserKind::Phone, digits.strip_prefix('+').unwrap_or(digits))
    }

    /// A wa_id as a webhook or a list gave it.
    ///
    /// # Errors
    /// `invalid_user` unless it is 7 to 15 digits that do not begin with 0.
    pub fn wa_id(digits: &str) -> Result<Self, Error> {
        parse::digits(UserKind::WaId, digits)
    }

    /// A business-scoped user id, or parent BSUID, as a webhook gave it.
    ///
    /// # Errors
    /// `invalid_user` unless it is two capital letters, a dot, (`ENT.`,) and up to 128 letters and digits.
    pub fn bsuid(id: &str) -> Result<Self, Error> {
        parse::bsuid(id)
    }

    /// A user as an API or wablock returned it: used unchanged, because its source chose the form. `None`
    /// if it is not an id: 1 to 128 letters, digits and dots.
    pub(crate) fn as_given(kind: UserKind, id: &str) -> Option<Self> {
        let id = if kind == UserKind::Bsuid { id } else { id.strip_prefix('+').unwrap_or(id) };
        let formed =
            (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        // Some APIs put business-scoped ids where wa_ids go.
        let kind = if address::bsuid(id) { UserKind::Bsuid } else { kind };
        formed.then(|| Self::from_parts(kind, id))
    }
}

/// Masked: phone numbers are personal data.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind().as_str(), mask(self.id()))
    }
}
