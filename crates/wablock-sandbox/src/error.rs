//! What is wrong with a command, in words that each language spells its own way.

use std::fmt;

/// A command that could not be carried out; the text says what was expected.
///
/// Names of keys and settings are kept apart from the words around them: [`ControlError::spelled`] writes them as a language does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlError {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String),
}

/// What a command answers.
pub(crate) type Answer = Result<serde_json::Value, ControlError>;

impl ControlError {
    pub(crate) fn new(text: impl Into<String>) -> ControlError {
        ControlError { parts: vec![Part::Text(text.into())] }
    }

    /// Adds words.
    pub(crate) fn text(mut self, text: impl Into<String>) -> ControlError {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Adds the name of a key or setting.
    pub(crate) fn name(mut self, name: impl Into<String>) -> ControlError {
        self.parts.push(Part::Name(name.into()));
        self
    }

    /// Adds names, with commas between them.
    pub(crate) fn names<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> ControlError {
        for (at, name) in names.into_iter().enumerate() {
            self = if at > 0 { self.text(", ") } else { self };
            self = self.name(name);
        }
        self
    }

    /// An unknown key, with those that there are.
    pub(crate) fn unknown<'a>(
        place: &str,
        kind: &str,
        key: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> ControlError {
        ControlError::new(format!("{place}: unknown {kind} ")).name(key).text(", expected one of ").names(known)
    }

    /// A value that does not fit.
    pub(crate) fn value(place: &str, key: &str, value: &serde_json::Value, expected: &str) -> ControlError {
        ControlError::new(format!("{place}: ")).name(key).text(format!(" = {value} is not {expected}"))
    }

    /// The text, with every name of a key or setting spelled by this function.
    #[must_use]
    pub fn spelled(&self, spell: impl Fn(&str) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Name(name) => format!("`{}`", spell(name)),
        };
        self.parts.iter().map(part).collect()
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled(str::to_owned))
    }
}

impl std::error::Error for ControlError {}
