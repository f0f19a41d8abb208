//! Why a text is not a user, and what to do about it.

use super::{DIGITS, mask};
use crate::model::error::{Error, ErrorKind};

/// Most characters of an input that a message shows.
const LONGEST_SHOWN: usize = 48;

/// Why a text is refused, and what to write instead.
///
/// The reason is part of the error's message, which masks numbers. The hint shows them in full, so that the caller can act on it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    why: String,
    hint: Option<String>,
}

impl Refusal {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), hint: None }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn character(c: char) -> Self {
        Self::new(format!("the character '{}' is not part of a phone number", c.escape_default()))
    }

    pub(super) fn two_numbers() -> Self {
        Self::new("it holds more than one number").hint("Give each number as a separate entry.")
    }

    /// The error about `input`, which is shown masked and cut.
    pub(super) fn about(self, input: &str) -> Error {
        let shown: String = mask(input).chars().take(LONGEST_SHOWN).collect();
        let error = Error::new(ErrorKind::InvalidUser, format!("{shown:?} is not a user: {}", mask(&self.why)));
        match self.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

/// The refusal of digits that are too few or too many for any number.
pub(super) fn wrong_count(found: usize) -> Refusal {
    Refusal::new(format!("it has {} where {} to {} are possible", counted(found), DIGITS.start(), DIGITS.end()))
}

/// `1 digit`, `6 digits`.
pub(super) fn counted(digits: usize) -> String {
    format!("{digits} {}", if digits == 1 { "digit" } else { "digits" })
}
