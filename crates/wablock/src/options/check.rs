//! The options of a check, which a call about many users has too.

use serde_json::Value;

use super::{Elsewhere, Held, OptionDefault, OptionDefault::Text, OptionKind, OptionRow, option_table, read};
use crate::{
    model::{error::Error, input::OnMissing},
    wording::Naming,
};

option_table! {
    /// Options of a check. A call about many users has them too.
    derive(Clone, Copy, Debug)
    pub struct CheckOptions;
    required {}
    optional {
        /// How to treat a missing value (`None`, `null`, `undefined`, `NaN`) among many users: `raise` refuses the call before
        /// anything is sent, `fail` lets only that row fail.
        on_missing: OnMissing = OptionRow::new(OptionKind::OneOf(&["raise", "fail"])).default(Text("raise")),
    }
    others {}
}

impl CheckOptions {
    /// Options from a JSON object, by the names of `naming`; what is missing or `null` has its default.
    ///
    /// # Errors
    /// `config`, naming the option that is unknown or has an impossible value.
    pub fn read(value: Value, naming: &Naming) -> Result<Self, Error> {
        read("a check", Self::TABLE.rows, value, naming, &Elsewhere::default()).map(Self::from)
    }
}

impl Held for OnMissing {
    fn read(value: Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }

    fn default_of(_: OptionDefault) -> Self {
        Self::default()
    }
}
