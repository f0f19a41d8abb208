//! Options as data: one row each, with its name, its type, and what it means. Configurations of providers, options of clients
//! and of calls, and environment variables are all read by these rows.

mod read;
mod suggest;

use std::time::Duration;

pub(crate) use read::{Elsewhere, Values, complete, from_text, known, read};
pub(crate) use suggest::suggest;

/// Longest duration an option can hold: a year, which timers of every platform can hold.
pub(crate) const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// One option of a provider, a client or a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OptionRow {
    /// Its name in `snake_case`.
    pub name: &'static str,
    /// What it holds.
    pub kind: OptionKind,
    /// Whether it must be given.
    pub required: bool,
    /// Its default in words; empty where there is none.
    pub default: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Names that people know from elsewhere and may try.
    pub(crate) also: &'static [&'static str],
}

/// What an option holds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OptionKind {
    /// A credential, as text. Never shown.
    Secret,
    /// Text.
    Text,
    /// True or false.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number in a range, both ends included.
    Whole {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Requests per second.
    Rate,
    /// A duration: seconds, or milliseconds where names are `camelCase`. Above 0, at most a year.
    Duration,
    /// A list of whole numbers.
    Numbers,
    /// PEM text, or the path of a file with it.
    Certificates,
}

impl OptionRow {
    pub(crate) const fn required(name: &'static str, kind: OptionKind, doc: &'static str) -> Self {
        Self { name, kind, required: true, default: "", doc, also: &[] }
    }

    pub(crate) const fn optional(
        name: &'static str,
        kind: OptionKind,
        default: &'static str,
        doc: &'static str,
    ) -> Self {
        Self { name, kind, required: false, default, doc, also: &[] }
    }

    /// With names that people know from elsewhere.
    pub(crate) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }
}

/// Requests per second that an option can ask for: from about one a day.
pub(crate) const RATES: std::ops::RangeInclusive<f64> = 0.000_01..=1_000_000.0;
