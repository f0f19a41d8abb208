//! Tables of error codes: what a code means, what helps against it, and what to tell the caller.

use crate::model::error::{ErrorKind, Remedy};

/// What some codes mean.
#[derive(Debug)]
pub(super) struct Row {
    codes: &'static [i64],
    /// Only with one of these subcodes; none means with any.
    subcodes: &'static [i64],
    pub(super) kind: ErrorKind,
    pub(super) remedy: Remedy,
    /// What the provider's documentation calls it, where the answer itself may not say.
    pub(super) meaning: &'static str,
    /// What to do, where the kind's own hint says less. May name options in braces.
    pub(super) hint: Option<&'static str>,
}

/// A row of codes.
pub(super) const fn row(codes: &'static [i64], kind: ErrorKind, remedy: Remedy) -> Row {
    Row { codes, subcodes: &[], kind, remedy, meaning: "", hint: None }
}

impl Row {
    pub(super) const fn with(mut self, subcodes: &'static [i64]) -> Self {
        self.subcodes = subcodes;
        self
    }

    pub(super) const fn means(mut self, meaning: &'static str) -> Self {
        self.meaning = meaning;
        self
    }

    pub(super) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    fn is_for(&self, code: i64, subcode: Option<i64>) -> bool {
        self.codes.contains(&code)
            && (self.subcodes.is_empty() || subcode.is_some_and(|subcode| self.subcodes.contains(&subcode)))
    }
}

/// The first row for a code: rows with subcodes stand before those without.
pub(super) fn find(rows: &'static [Row], code: i64, subcode: Option<i64>) -> Option<&'static Row> {
    rows.iter().find(|row| row.is_for(code, subcode))
}

/// What a provider's own words mean, where they say more than the status.
#[derive(Debug)]
pub(super) struct Words {
    /// Codes, and parts of a text in small letters.
    said: &'static [&'static str],
    pub(super) kind: ErrorKind,
    pub(super) remedy: Remedy,
    /// What to do, where the kind's own hint says less. May name options in braces.
    pub(super) hint: Option<&'static str>,
}

/// A row of words.
pub(super) const fn words(said: &'static [&'static str], kind: ErrorKind, remedy: Remedy) -> Words {
    Words { said, kind, remedy, hint: None }
}

impl Words {
    pub(super) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Whether the row is for a code or a text. Only what is written in small letters is looked for in texts.
    pub(super) fn is_for(&self, code: Option<&str>, text: &str) -> bool {
        let is_phrase = |said: &str| said.contains(char::is_lowercase);
        let text = text.to_lowercase();
        self.said.iter().any(|said| code == Some(said) || is_phrase(said) && text.contains(said))
    }
}
