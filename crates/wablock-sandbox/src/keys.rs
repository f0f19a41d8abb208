//! Reads the keys of commands from JSON; errors name the key.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::ControlError;

/// What the keys of commands accept; for a provider, its own type says it.
const KEYS: [(&str, &str); 25] = [
    ("account", "a name"),
    ("app_secret", "true or false"),
    ("partner", "true or false"),
    ("blocked", "a list of numbers as texts"),
    ("messages", "a list of numbers, or of objects with user and at_ms or ago_s"),
    ("advance_s", "a number of seconds"),
    ("set_ms", "a whole number of milliseconds since 1970"),
    ("freeze", "true or false"),
    ("reset", "true or false"),
    ("days", "a number"),
    ("hours", "a number"),
    ("minutes", "a number"),
    ("seconds", "a number"),
    ("ms", "a number"),
    ("operation", "block, unblock or list"),
    ("limit", "a whole number"),
    ("clear", "true or false"),
    ("responses", "a list of objects with status, headers and body, or with raw"),
    ("name", "the name of a fault"),
    ("applied", "true or false"),
    ("every", "a whole number, at least 1"),
    ("after", "a whole number"),
    ("times", "a whole number"),
    ("probability", "a number from 0 to 1"),
    ("seed", "a whole number"),
];

/// Reads a command's keys; the error names the key that is unknown, missing or wrong.
pub(crate) fn read<T: DeserializeOwned>(command: &str, body: Map<String, Value>) -> Result<T, ControlError> {
    let parse = |body: Map<String, Value>| serde_json::from_value::<T>(Value::Object(body));
    let why = match parse(body.clone()) {
        Ok(read) => return Ok(read),
        Err(why) => why.to_string(),
    };
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    if why.starts_with("missing field") {
        return Err(ControlError::new(format!("{command}: ")).name(quoted(&why)).text(" is missing"));
    }
    if why.starts_with("unknown field") {
        let known: Vec<&str> = why.split('`').skip(3).step_by(2).collect();
        return Err(ControlError::unknown(command, "key", &quoted(&why), known));
    }
    // Finds the key with the wrong value: without it, the error differs or disappears.
    let guilty = |key: &&String| {
        let mut less = body.clone();
        less.remove(*key);
        parse(less).map_or_else(|other| other.to_string() != why, |_| true)
    };
    let Some(key) = body.keys().find(guilty) else {
        return Err(ControlError::new(format!("{command}: {why}")));
    };
    let expected = KEYS.iter().find(|(name, _)| name == key).map_or(why.as_str(), |(_, expected)| *expected);
    Err(ControlError::value(command, key, &body[key], expected))
}

/// Rejects any key, for commands that accept no keys.
pub(crate) fn nothing(command: &str, body: Map<String, Value>) -> Result<(), ControlError> {
    match body.keys().next() {
        None => Ok(()),
        Some(key) => {
            Err(ControlError::new(format!("{command}: unknown key ")).name(key).text(", this command accepts no keys"))
        }
    }
}
