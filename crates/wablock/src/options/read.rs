//! Reads the values of options by their rows. Says what is wrong in plain words, and never repeats what may be a credential.

use serde_json::{Map, Value};

use super::{Held, LONGEST, OptionKind, OptionRow, RATES, suggest::suggest};
use crate::{
    model::error::{Error, ErrorKind},
    wording::{Naming, grouped, listed},
};

/// Longest text of a wrong value that is repeated; a credential is longer.
const SHOWN: usize = 5;

/// Names that are known but are in no row.
#[derive(Default)]
pub(crate) struct Elsewhere<'a> {
    /// Options that belong elsewhere: where, and their rows.
    pub(crate) others: &'a [(&'a str, &'a [OptionRow])],
    /// Options that the face reads itself.
    pub(crate) own: &'a [&'a str],
}

/// Values by the names of their options, each of the type that its row says. Durations are in seconds.
#[derive(Default)]
pub(crate) struct Values(Map<String, Value>);

impl Values {
    /// The value of an option, or its default.
    pub(crate) fn take<T: Held>(&mut self, row: &OptionRow) -> T {
        self.0.remove(row.name).and_then(T::read).unwrap_or_else(|| T::default_of(row.default))
    }
}

/// Reads an object of options. `whose` names who has them: "the client", or a provider. What is `null` is missing. A value that
/// JSON cannot hold stands as `{"kind": its type in the caller's words}`, with its `text` where it has one.
///
/// # Errors
/// `config`: an option is unknown or of a wrong type, or some are missing, of which all are named.
pub(crate) fn read(
    whose: &str,
    rows: &[OptionRow],
    given: Value,
    naming: &Naming,
    elsewhere: &Elsewhere<'_>,
) -> Result<Values, Error> {
    let Value::Object(given) = given else {
        let what = format!("the options of {whose} must be an object, not {}", kind_of(&given));
        return Err(Error::new(ErrorKind::Config, what));
    };
    known(whose, rows, given.keys(), naming, elsewhere)?;
    let mut values = Map::new();
    for row in rows {
        if let Some(value) = given.get(&naming.key(row.name)).filter(|value| !value.is_null()) {
            values.insert(row.name.to_owned(), checked(row, value.clone(), naming)?);
        }
    }
    complete(whose, rows, |name| values.contains_key(name), naming)?;
    Ok(Values(values))
}

/// Refuses names that are in no row.
pub(crate) fn known<'a>(
    whose: &str,
    rows: &[OptionRow],
    mut names: impl Iterator<Item = &'a String>,
    naming: &Naming,
    elsewhere: &Elsewhere<'_>,
) -> Result<(), Error> {
    match names.find(|name| !rows.iter().any(|row| naming.key(row.name) == **name)) {
        None => Ok(()),
        Some(name) => Err(unknown(whose, rows, name, naming, elsewhere)),
    }
}

/// Names all required options that are missing.
pub(crate) fn complete(
    whose: &str,
    rows: &[OptionRow],
    is_given: impl Fn(&str) -> bool,
    naming: &Naming,
) -> Result<(), Error> {
    let missing: Vec<&str> =
        rows.iter().filter(|row| row.required && !is_given(row.name)).map(|row| row.name).collect();
    match missing.first() {
        None => Ok(()),
        Some(first) => Err(missing_error(whose, &missing, naming).with_option(naming.key(first))),
    }
}

fn missing_error(whose: &str, missing: &[&str], naming: &Naming) -> Error {
    let are = if missing.len() == 1 { "is" } else { "are" };
    let state = if missing.iter().any(|name| naming.is_variable(name)) { "not set" } else { "missing" };
    let text = format!("{} {are} {state}", naming.all(missing.iter().copied()));
    let them = if missing.len() == 1 { "it" } else { "them" };
    Error::new(ErrorKind::Config, text).with_hint(format!("Set {them}: {whose} cannot be reached without {them}."))
}

/// The error for a name that is in no row.
fn unknown(whose: &str, rows: &[OptionRow], key: &str, naming: &Naming, elsewhere: &Elsewhere<'_>) -> Error {
    // It was given in code, so the names are those of code, also where other options come from variables.
    let in_code = |name: &str| format!("`{}`", naming.key(name));
    let shown: String = key.chars().map(|c| if c.is_control() { ' ' } else { c }).take(40).collect();
    let mut text = format!("`{shown}` is not an option of {whose}");
    if elsewhere.own.contains(&key) {
        // Where it is an option, the face has read it already.
        text = format!("`{shown}` is an option of {whose}, but not of this one");
    } else if let Some(row) = suggest(key, rows) {
        text.push_str(&format!("; did you mean {}?", in_code(row.name)));
    } else if let Some(own) = elsewhere.own.iter().find(|own| same_letters(own, key)) {
        text.push_str(&format!("; did you mean `{own}`?"));
    } else if let Some((owner, name)) =
        elsewhere.others.iter().find_map(|(owner, rows)| Some((owner, suggest(key, rows)?.name)))
    {
        text.push_str(&format!("; {} is an option of {owner}", in_code(name)));
    }
    let own = elsewhere.own.iter().filter(|own| **own != key).map(|own| format!("`{own}`"));
    let all = listed(rows.iter().map(|row| in_code(row.name)).chain(own), "and");
    Error::new(ErrorKind::Config, text).with_hint(format!("The options of {whose} are {all}.")).with_option(shown)
}

fn same_letters(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    letters(one) == letters(other)
}

/// Checks a value that was set in code as if it had been read.
pub(crate) fn check_set(row: &OptionRow, held: &impl Held) -> Result<(), Error> {
    held.shown().map_or(Ok(()), |value| checked(row, value, &Naming::snake()).map(drop))
}

/// The value as its row has it, or what is wrong with it.
fn checked(row: &OptionRow, value: Value, naming: &Naming) -> Result<Value, Error> {
    let refuse = |value: &Value| {
        let what = format!("must be {}, not {}", expected(row, naming), found(row, value));
        let error = Error::of_option(row.name, what).spelled(naming);
        match (row.kind, value) {
            (OptionKind::Secret | OptionKind::Text, Value::Number(_)) => error.with_hint("Give it as text, in quotes."),
            _ => error,
        }
    };
    let good = match row.kind {
        OptionKind::Secret | OptionKind::Text => value.is_string(),
        OptionKind::Flag => value.is_boolean(),
        OptionKind::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        OptionKind::Whole { least, most } => value.as_u64().is_some_and(|number| (least..=most).contains(&number)),
        OptionKind::Rate => value.as_f64().is_some_and(|rate| RATES.contains(&rate)),
        OptionKind::Numbers => value.as_array().is_some_and(|items| items.iter().all(Value::is_i64)),
        OptionKind::Duration => {
            let unit = if naming.in_milliseconds(row.name) { 1000.0 } else { 1.0 };
            return match value.as_f64().map(|number| number / unit) {
                Some(seconds) if seconds >= 1e-9 && seconds <= LONGEST.as_secs_f64() => Ok(Value::from(seconds)),
                _ => Err(refuse(&value)),
            };
        }
        OptionKind::Certificates => {
            let text = |item: &Value| item.get("text").filter(|text| text.is_string()).cloned();
            let one = |item: &Value| if item.is_string() { Some(item.clone()) } else { text(item) };
            return match &value {
                Value::Array(items) => items.iter().map(one).collect::<Option<Vec<_>>>().map(Value::Array),
                item => one(item),
            }
            .ok_or_else(|| refuse(&value));
        }
    };
    if good { Ok(value) } else { Err(refuse(&value)) }
}

/// What an option takes, in words.
fn expected(row: &OptionRow, naming: &Naming) -> String {
    match row.kind {
        OptionKind::Secret | OptionKind::Text => "a string".to_owned(),
        OptionKind::Flag if naming.is_variable(row.name) => {
            "true or false (or 1 or 0, yes or no, on or off)".to_owned()
        }
        OptionKind::Flag => "true or false".to_owned(),
        OptionKind::OneOf(words) => listed(words.iter().map(|word| format!("\"{word}\"")), "or"),
        OptionKind::Whole { least, most } => format!("a whole number from {} to {}", grouped(least), grouped(most)),
        OptionKind::Rate => "a number of requests per second from 0.00001 to 1,000,000".to_owned(),
        OptionKind::Duration => {
            let (unit, per_second) =
                if naming.in_milliseconds(row.name) { ("milliseconds", 1000) } else { ("seconds", 1) };
            format!("a number of {unit} above 0 and at most {} (a year)", grouped(LONGEST.as_secs() * per_second))
        }
        OptionKind::Numbers if naming.is_variable(row.name) => "whole numbers, such as 4,5".to_owned(),
        OptionKind::Numbers => "a list of whole numbers".to_owned(),
        OptionKind::Certificates => "certificates in PEM text, or the path of a file with them".to_owned(),
    }
}

/// What was given instead, without what may be a credential.
fn found(row: &OptionRow, value: &Value) -> String {
    let shows = !matches!(row.kind, OptionKind::Secret | OptionKind::Text | OptionKind::Certificates);
    match value {
        Value::Number(number) if shows => {
            let text = number.to_string();
            if text.len() > 9 { "a number out of this range".to_owned() } else { text }
        }
        Value::String(text) if shows && text.is_empty() => "empty".to_owned(),
        Value::String(text) if shows && text.chars().count() <= SHOWN && text.chars().all(char::is_alphanumeric) => {
            format!("\"{text}\"")
        }
        _ => kind_of(value),
    }
}

/// The kind of a value, in words.
fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "missing".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(fields) => match fields.get("kind") {
            Some(Value::String(kind)) => kind.clone(),
            _ => "an object".to_owned(),
        },
    }
}

/// The value that the text of an environment variable stands for, as far as it can be read; [`read`] checks it.
pub(crate) fn from_text(row: &OptionRow, text: &str) -> Value {
    let plain = text.trim();
    let number = || {
        let whole = plain.parse::<i64>().ok().map(Value::from).or_else(|| plain.parse::<u64>().ok().map(Value::from));
        whole.or_else(|| plain.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from))
    };
    let read = match row.kind {
        OptionKind::Secret => return Value::from(text),
        OptionKind::Text | OptionKind::OneOf(_) | OptionKind::Certificates => return Value::from(plain),
        OptionKind::Flag => match plain.to_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(Value::Bool(true)),
            "false" | "0" | "no" | "off" => Some(Value::Bool(false)),
            _ => None,
        },
        OptionKind::Whole { .. } | OptionKind::Rate | OptionKind::Duration => number(),
        OptionKind::Numbers => match serde_json::from_str(plain) {
            Ok(list @ Value::Array(_)) => Some(list),
            _ => plain.split(',').map(|item| item.trim().parse().ok().map(|n: i64| Value::from(n))).collect(),
        },
    };
    read.unwrap_or_else(|| Value::from(plain))
}
