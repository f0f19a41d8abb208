//! The Rust types that hold values of options.

use std::time::Duration;

use serde_json::{Value, json};

use super::OptionDefault;
use crate::model::secret::Secret;

/// A type that holds the value of an option.
pub(crate) trait Held: Sized {
    /// Reads a value that its row has checked.
    fn read(value: Value) -> Option<Self>;

    /// The value of a default.
    fn default_of(default: OptionDefault) -> Self;

    /// The value as data, to be checked by its row; `None` for what needs no check: credentials, text, and what is not set.
    fn shown(&self) -> Option<Value> {
        None
    }
}

/// Reached only if a table gives an option a default of another type; a test makes every default.
fn mismatch<T>(default: OptionDefault) -> T {
    unreachable!("the default {default:?} is not of the type of its option")
}

impl<T: Held> Held for Option<T> {
    fn read(value: Value) -> Option<Self> {
        T::read(value).map(Some)
    }

    fn default_of(_: OptionDefault) -> Self {
        None
    }

    fn shown(&self) -> Option<Value> {
        self.as_ref().and_then(T::shown)
    }
}

impl Held for Secret {
    fn read(value: Value) -> Option<Self> {
        String::read(value).map(Self::from)
    }

    fn default_of(default: OptionDefault) -> Self {
        Self::from(String::default_of(default))
    }
}

impl Held for String {
    fn read(value: Value) -> Option<Self> {
        if let Value::String(text) = value { Some(text) } else { None }
    }

    fn default_of(default: OptionDefault) -> Self {
        match default {
            OptionDefault::Text(text) => text.to_owned(),
            OptionDefault::None => Self::new(),
            other => mismatch(other),
        }
    }

    fn shown(&self) -> Option<Value> {
        Some(json!(self))
    }
}

impl Held for bool {
    fn read(value: Value) -> Option<Self> {
        value.as_bool()
    }

    fn default_of(default: OptionDefault) -> Self {
        if let OptionDefault::Flag(flag) = default { flag } else { mismatch(default) }
    }
}

impl Held for u32 {
    fn read(value: Value) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }

    fn default_of(default: OptionDefault) -> Self {
        usize::default_of(default).try_into().unwrap_or_else(|_| mismatch(default))
    }

    fn shown(&self) -> Option<Value> {
        Some(json!(self))
    }
}

impl Held for usize {
    fn read(value: Value) -> Option<Self> {
        value.as_u64()?.try_into().ok()
    }

    fn default_of(default: OptionDefault) -> Self {
        match default {
            OptionDefault::Whole(number) => number.try_into().unwrap_or_else(|_| mismatch(default)),
            other => mismatch(other),
        }
    }

    fn shown(&self) -> Option<Value> {
        Some(json!(self))
    }
}

impl Held for f64 {
    fn read(value: Value) -> Option<Self> {
        value.as_f64()
    }

    fn default_of(default: OptionDefault) -> Self {
        mismatch(default)
    }

    fn shown(&self) -> Option<Value> {
        // JSON has no NaN and no infinity.
        Some(if self.is_finite() { json!(self) } else { json!({ "kind": self.to_string() }) })
    }
}

impl Held for Duration {
    fn read(value: Value) -> Option<Self> {
        Self::try_from_secs_f64(value.as_f64()?).ok()
    }

    fn default_of(default: OptionDefault) -> Self {
        if let OptionDefault::Seconds(seconds) = default { Self::from_secs(seconds) } else { mismatch(default) }
    }

    fn shown(&self) -> Option<Value> {
        Some(json!(self.as_secs_f64()))
    }
}

impl Held for Vec<i64> {
    fn read(value: Value) -> Option<Self> {
        Some(value.as_array()?.iter().filter_map(Value::as_i64).collect())
    }

    fn default_of(_: OptionDefault) -> Self {
        Self::new()
    }
}

/// One text, or several.
impl Held for Vec<String> {
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Array(texts) => texts.into_iter().map(String::read).collect(),
            text => Some(vec![String::read(text)?]),
        }
    }

    fn default_of(_: OptionDefault) -> Self {
        Self::new()
    }
}
