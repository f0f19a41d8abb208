//! The parameters of a fault, and how given ones are checked.

use serde_json::{Map, Value, json};

use crate::error::ControlError;

/// What a parameter takes, and what it is when not given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Int(i64),
    Text(&'static str),
    Flag(bool),
    /// One of these texts; the first is the default.
    Choice(&'static [&'static str]),
    /// A whole number that must be given.
    NeededInt,
    /// A whole number that may be left out.
    OptionalInt,
}

/// One parameter of a fault.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
}

impl Param {
    /// As `faults` lists it.
    pub(crate) fn to_json(&self) -> Value {
        let (default, needed) = match self.kind {
            Kind::Int(n) => (json!(n), false),
            Kind::Text(text) => (json!(text), false),
            Kind::Flag(flag) => (json!(flag), false),
            Kind::Choice(texts) => (json!(texts.first()), false),
            Kind::OptionalInt => (Value::Null, false),
            Kind::NeededInt => (Value::Null, true),
        };
        let kind = match self.kind {
            Kind::Int(_) | Kind::OptionalInt | Kind::NeededInt => "integer",
            Kind::Text(_) => "text",
            Kind::Flag(_) => "flag",
            Kind::Choice(_) => "choice",
        };
        let mut row = json!({
            "name": self.name, "kind": kind, "default": default, "required": needed, "about": self.about,
        });
        if let Kind::Choice(texts) = self.kind {
            row["choices"] = json!(texts);
        }
        row
    }
}

/// Checked values, complete with defaults.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Checks names and types, and fills in defaults.
    ///
    /// `common` are the names of the keys that every fault takes.
    pub(crate) fn new<'c>(
        fault: &str,
        params: &'static [Param],
        common: impl IntoIterator<Item = &'c str>,
        mut given: Map<String, Value>,
    ) -> Result<Params, ControlError> {
        let place = format!("fault: {fault}");
        let mut all = Map::new();
        for spec in params {
            let value = match (given.remove(spec.name).filter(|v| !v.is_null()), spec.kind) {
                (Some(value), Kind::Int(_) | Kind::NeededInt | Kind::OptionalInt) if value.is_i64() => value,
                (Some(value), Kind::Text(_)) if value.is_string() => value,
                (Some(value), Kind::Flag(_)) if value.is_boolean() => value,
                (Some(value), Kind::Choice(texts)) if texts.iter().any(|text| value == *text) => value,
                (Some(value), kind) => return Err(ControlError::value(&place, spec.name, &value, &wanted(kind))),
                (None, Kind::Int(n)) => json!(n),
                (None, Kind::Text(text)) => json!(text),
                (None, Kind::Flag(flag)) => json!(flag),
                (None, Kind::Choice(texts)) => json!(texts.first()),
                (None, Kind::OptionalInt) => Value::Null,
                (None, kind @ Kind::NeededInt) => {
                    let problem = ControlError::new(format!("{place}: ")).name(spec.name);
                    return Err(problem.text(format!(" ({}) is required", wanted(kind))));
                }
            };
            all.insert(spec.name.to_owned(), value);
        }
        if let Some(unknown) = given.keys().next() {
            let names = params.iter().map(|spec| spec.name).chain(common);
            return Err(ControlError::unknown(&place, "key", unknown, names));
        }
        Ok(Params(all))
    }

    /// A whole number; negative ones count as 0.
    pub(crate) fn int(&self, name: &str) -> u64 {
        self.signed(name).max(0).unsigned_abs()
    }

    /// A whole number of either sign.
    pub(crate) fn signed(&self, name: &str) -> i64 {
        self.optional(name).unwrap_or(0)
    }

    /// A whole number, if given.
    pub(crate) fn optional(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// A switch.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}

fn wanted(kind: Kind) -> String {
    match kind {
        Kind::Int(_) | Kind::NeededInt | Kind::OptionalInt => "a whole number".to_owned(),
        Kind::Text(_) => "a text".to_owned(),
        Kind::Flag(_) => "true or false".to_owned(),
        Kind::Choice(texts) => format!("one of {}", texts.join(", ")),
    }
}
