//! Options as data: one row each, with its name, its type, and what it means. Configurations of providers, options of clients
//! and of calls, and environment variables are all read by these rows.

mod call;
mod check;
mod client;
mod held;
mod read;
mod suggest;
mod table;

use std::{fmt, time::Duration};

pub use call::{CallOptions, Progress};
pub use check::CheckOptions;
pub use client::ClientOptions;
pub(crate) use held::Held;
pub(crate) use read::{Elsewhere, Values, check_set, complete, from_text, known, read};
pub(crate) use suggest::suggest;
pub(crate) use table::option_table;

use crate::wording::grouped;

/// Longest duration an option can hold: a year, which timers of every platform can hold.
pub(crate) const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// The options of a provider, of clients, or of calls.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OptionTable {
    /// The Rust type that holds them, such as `MetaConfig`.
    pub name: &'static str,
    /// What they are for, in Markdown.
    pub doc: &'static str,
    /// One row for each option.
    pub rows: &'static [OptionRow],
}

impl OptionTable {
    /// Whether the smallest configuration has this option: it is required, or another one may be given instead.
    #[must_use]
    pub fn needs(&self, row: &OptionRow) -> bool {
        row.required || self.rows.iter().any(|other| other.instead_of == row.name)
    }
}

/// One option of a provider, a client or a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OptionRow {
    /// Its name in `snake_case`.
    pub name: &'static str,
    /// What it means, in Markdown.
    pub doc: &'static str,
    /// What it holds.
    pub kind: OptionKind,
    /// Whether it must be given.
    pub required: bool,
    /// The value that it has unless it is given.
    pub default: OptionDefault,
    /// More about the default, such as when another one is used; often empty.
    pub note: &'static str,
    /// How far the provider's documentation says so.
    pub certainty: Certainty,
    /// A typical value; empty where the default shows one.
    pub example: &'static str,
    /// The option that it replaces: exactly one of the two is needed. Empty for most options.
    pub instead_of: &'static str,
    /// Names that people know from elsewhere and may try.
    pub(crate) also: &'static [&'static str],
}

/// The default of an option.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum OptionDefault {
    /// No default: the option is required, or stays unset.
    None,
    /// True or false.
    Flag(bool),
    /// Text, or a word.
    Text(&'static str),
    /// A whole number.
    Whole(u64),
    /// A duration in seconds.
    Seconds(u64),
    /// It depends; this says on what.
    Words(&'static str),
}

impl fmt::Display for OptionDefault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Text(text) | Self::Words(text) => f.write_str(text),
            Self::Whole(number) => f.write_str(&grouped(*number)),
            Self::Seconds(seconds) => write!(f, "{seconds} s"),
        }
    }
}

/// Where an option comes from, and how sure its default is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certainty {
    /// The provider documents it.
    Documented,
    /// The provider's documentation leaves it open, so the default is a guess.
    Guess,
    /// wablock's own; the provider knows nothing of it.
    Own,
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
    /// An option of wablock's own without a default, named by its table.
    pub(crate) const fn new(kind: OptionKind) -> Self {
        let default = OptionDefault::None;
        let (name, doc, note, example, instead_of) = ("", "", "", "", "");
        let certainty = Certainty::Own;
        Self { name, doc, kind, required: false, default, note, certainty, example, instead_of, also: &[] }
    }

    pub(crate) const fn named(mut self, name: &'static str, doc: &'static str, required: bool) -> Self {
        self.name = name;
        self.doc = doc;
        self.required = required;
        self
    }

    pub(crate) const fn default(mut self, default: OptionDefault) -> Self {
        self.default = default;
        self
    }

    pub(crate) const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    pub(crate) const fn documented(mut self) -> Self {
        self.certainty = Certainty::Documented;
        self
    }

    pub(crate) const fn guess(mut self) -> Self {
        self.certainty = Certainty::Guess;
        self
    }

    pub(crate) const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    pub(crate) const fn instead_of(mut self, option: &'static str) -> Self {
        self.instead_of = option;
        self
    }

    /// With names that people know from elsewhere.
    pub(crate) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }
}

/// The row of a name.
pub(crate) fn row<'a>(rows: &'a [OptionRow], name: &str) -> &'a OptionRow {
    rows.iter().find(|row| row.name == name).expect("a table has a row for each of its fields")
}

/// Requests per second that an option can ask for: from about one a day.
pub(crate) const RATES: std::ops::RangeInclusive<f64> = 0.000_01..=1_000_000.0;
