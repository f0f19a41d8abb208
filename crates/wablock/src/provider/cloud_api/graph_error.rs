//! What an answer says went wrong: Meta's error object, and the envelopes in which resellers pass it on or speak for themselves.

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::provider::answer::{given, sanitized};

/// The Graph error envelope, the smaller error of one user, or what a reseller says in its place.
#[derive(Debug, Default)]
pub(in crate::provider) struct GraphError {
    pub(in crate::provider) code: Option<i64>,
    /// A code of a reseller's own.
    pub(in crate::provider) word: Option<String>,
    /// The class of errors that it belongs to.
    pub(super) class: Option<String>,
    pub(super) subcode: Option<i64>,
    pub(super) transient: bool,
    pub(super) trace_id: Option<String>,
    message: Option<String>,
    /// The error's title, and its text for people.
    title: Option<String>,
    user_message: Option<String>,
    details: Option<String>,
}

/// Where an error may be inside another object, Meta's own before the others, and whether a number in its `code` is Meta's.
const INNER: [(&str, bool); 6] = [
    ("whatsappApiError", true),
    ("platformError", true),
    ("error", true),
    ("errors", true),
    ("detail", false),
    ("meta", false),
];

/// Keys of Meta's own error inside a reseller's.
const METAS: [&str; 2] = ["whatsappApiError", "platformError"];

/// How many envelopes are opened.
const DEPTH: u8 = 3;

/// Longest code of a reseller's own, in bytes.
const LONGEST_WORD: usize = 64;

impl GraphError {
    /// Reads an error: an object, the first of an array of them, or a bare text.
    pub(in crate::provider) fn from_value(value: &Value) -> Self {
        Self::inside(value, true, DEPTH)
    }

    /// The error that a body speaks of, whatever it is wrapped in; `None` if it says nothing.
    pub(in crate::provider) fn of_body(body: &Value) -> Option<Self> {
        Some(Self::inside(body, false, DEPTH)).filter(Self::says_something)
    }

    fn inside(value: &Value, is_error: bool, depth: u8) -> Self {
        let value = first(value);
        let mut own = Self::plain(value);
        if !is_error {
            // A number beside the envelopes is the reseller's own, unless the text says that it is Meta's.
            own.word = own.word.or(own.code.take().map(|code| code.to_string()));
            own.code = own.message.as_deref().and_then(code_in);
        }
        // Meta's own error may be a text too.
        let is_inner = |inner: &&Value, key: &str| inner.is_object() || inner.is_string() && METAS.contains(&key);
        for (key, is_error) in INNER {
            if depth > 0
                && let Some(inner) = value.get(key).map(first).and_then(given).filter(|inner| is_inner(inner, key))
            {
                let inner = Self::inside(inner, is_error, depth - 1);
                if inner.says_something() {
                    return inner.or(own);
                }
            }
        }
        own
    }

    /// Reads the fields of one object, or a text.
    fn plain(value: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).and_then(telling);
        let bare = ["error", "errors", "detail"].iter().find_map(|key| first(value.get(*key)?).as_str());
        let bare = value.as_str().or(bare).and_then(telling);
        let more = bare.is_some().then(|| text("message")).flatten();
        let message = bare.or_else(|| text("message")).or_else(|| text("developerMessage"));
        let title = text("error_user_title").or_else(|| text("title").filter(|_| message.is_none()));
        let data = unwrapped(value.get("error_data").unwrap_or(&Value::Null));
        let details = data.get("details").and_then(Value::as_str).or_else(|| data.as_str()).and_then(telling);
        let code = value.get("code");
        Self {
            code: code.and_then(number).or_else(|| code_in(message.as_deref()?)),
            word: code.and_then(word),
            class: value.get("type").and_then(word),
            subcode: value.get("error_subcode").and_then(number),
            transient: value.get("is_transient").and_then(Value::as_bool).unwrap_or(false),
            trace_id: text("fbtrace_id").or_else(|| text("requestId")),
            details: details.or(more),
            message,
            title,
            user_message: text("error_user_msg"),
        }
    }

    pub(super) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    fn says_something(&self) -> bool {
        self.code.is_some() || self.word.is_some() || self.text().is_some()
    }

    /// With what only the envelope says.
    fn or(self, outer: Self) -> Self {
        Self {
            code: self.code.or(outer.code),
            word: self.word.or(outer.word),
            class: self.class.or(outer.class),
            trace_id: self.trace_id.or(outer.trace_id),
            message: self.message.or(outer.message),
            ..self
        }
    }

    /// Everything the error says, in one line, nothing twice.
    pub(in crate::provider) fn text(&self) -> Option<String> {
        let mut text = String::new();
        for part in [&self.message, &self.title, &self.user_message, &self.details].into_iter().flatten() {
            let bare = part.trim_end_matches(['.', '!']);
            if text.to_lowercase().contains(&bare.to_lowercase()) {
                continue;
            }
            if !text.is_empty() {
                text.push_str(if text.ends_with(['.', '!', '?', ':']) { " " } else { ": " });
            }
            text.push_str(part);
        }
        (!text.is_empty()).then_some(text)
    }
}

/// The first of an array, or the value itself.
fn first(value: &Value) -> &Value {
    value.as_array().map_or(value, |list| list.first().unwrap_or(&Value::Null))
}

/// `error_data` without the JSON texts that some edges wrap it in, once or twice.
fn unwrapped(data: &Value) -> Value {
    let mut data = data.clone();
    for _ in 0..3 {
        match data.as_str().and_then(|inner| serde_json::from_str(inner).ok()) {
            Some(inner) => data = inner,
            None => break,
        }
    }
    data
}

/// A text that says something; edges write `null` and `{}` where they have nothing to say.
fn telling(text: &str) -> Option<String> {
    sanitized(text).filter(|text| !matches!(text.trim(), "null" | "\"null\"" | "{}" | "[]" | "undefined" | "None"))
}

/// The code that a text begins with, as Meta writes it: `(#131047) Re-engagement required`.
fn code_in(text: &str) -> Option<i64> {
    text.strip_prefix("(#")?.split_once(')')?.0.parse().ok()
}

/// A code that is not a number.
fn word(code: &Value) -> Option<String> {
    let word = code.as_str()?.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_word = (1..=LONGEST_WORD).contains(&word.len()) && word.bytes().all(plain) && number(code).is_none();
    is_word.then(|| word.to_owned())
}

/// A code, where an answer must have one.
pub(in crate::provider) fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    number(&value).ok_or_else(|| de::Error::custom("its code is not a whole number"))
}

/// A whole number, also where it stands in quotes as on Meta's page.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
