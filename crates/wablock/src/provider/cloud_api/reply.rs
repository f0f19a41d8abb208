//! Meta's replies as they are read: tolerant of what is missing or new.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::{
    model::text::Text,
    provider::answer::{sanitized, usable_id},
};

/// The answer to block and unblock. `error` and `errors` are both seen.
#[derive(Deserialize)]
pub(super) struct Reply {
    #[serde(default)]
    pub(super) block_users: Option<Results>,
    #[serde(default)]
    pub(super) error: Option<Value>,
    #[serde(default)]
    pub(super) errors: Option<Value>,
}

/// The users' results, by kind.
#[derive(Default)]
pub(super) struct Results {
    pub(super) added_users: Option<Vec<Entry>>,
    pub(super) removed_users: Option<Vec<Entry>>,
    pub(super) failed_users: Option<Vec<Entry>>,
}

/// A custom visitor, because serde's would accept an array in place of the object.
impl<'de> Deserialize<'de> for Results {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lists;

        impl<'de> Visitor<'de> for Lists {
            type Value = Results;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with lists of users")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut results = Results::default();
                while let Some(key) = map.next_key::<Word<'de>>()? {
                    match &*key.0 {
                        "added_users" => once(&mut results.added_users, "added_users", map.next_value()?)?,
                        "removed_users" => once(&mut results.removed_users, "removed_users", map.next_value()?)?,
                        "failed_users" => once(&mut results.failed_users, "failed_users", map.next_value()?)?,
                        _ => drop(map.next_value::<de::IgnoredAny>()?),
                    }
                }
                Ok(results)
            }
        }

        deserializer.deserialize_map(Lists)
    }
}

/// The answer to list.
#[derive(Deserialize)]
pub(super) struct ListReply {
    #[serde(default)]
    pub(super) data: Option<Vec<Entry>>,
    #[serde(default)]
    pub(super) paging: Option<Value>,
    #[serde(default)]
    pub(super) error: Option<Value>,
    #[serde(default)]
    pub(super) errors: Option<Value>,
}

/// One user of an answer: every field may be missing; what is not known is kept.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) input: Option<Text>,
    pub(super) wa_id: Option<Text>,
    pub(super) user_id: Option<Text>,
    /// Boxed like the rest of what is rare: entries are moved more than once.
    pub(super) errors: Option<Box<Value>>,
    pub(super) extra: Option<Box<Map<String, Value>>>,
}

/// A visitor of our own, because serde's `flatten` copies every entry before it looks at it.
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object that describes a user")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entry = Entry::default();
                while let Some(key) = map.next_key::<Word<'de>>()? {
                    match &*key.0 {
                        "input" => once(&mut entry.input, "input", text(map.next_value()?))?,
                        "wa_id" => once(&mut entry.wa_id, "wa_id", id(map.next_value()?))?,
                        "user_id" => once(&mut entry.user_id, "user_id", id(map.next_value()?))?,
                        "errors" => entry.errors = Some(Box::new(map.next_value()?)),
                        "messaging_product" => drop(map.next_value::<de::IgnoredAny>()?),
                        other => {
                            let value = map.next_value()?;
                            entry.extra.get_or_insert_default().insert(other.to_owned(), value);
                        }
                    }
                }
                Ok(entry)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// A duplicate id identifies no one, because choosing between the two would be a guess. The same applies to a duplicate list.
fn once<T, E: de::Error>(field: &mut Option<T>, name: &'static str, value: Option<T>) -> Result<(), E> {
    match value {
        Some(_) if field.is_some() => Err(E::duplicate_field(name)),
        Some(value) => {
            *field = Some(value);
            Ok(())
        }
        None => Ok(()),
    }
}

fn text(value: Option<Word<'_>>) -> Option<Text> {
    value.map(|word| word.0.into())
}

fn id(value: Option<Word<'_>>) -> Option<Text> {
    usable_id(&value?.0).map(Text::from)
}

/// Text, or a whole number where text belongs; borrowed when it has no escapes.
struct Word<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Word<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Word(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Word(Cow::Owned(number.to_string())))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// The Graph error envelope, or the smaller error of one user.
#[derive(Debug, Default)]
pub(in crate::provider) struct GraphError {
    pub(in crate::provider) code: Option<i64>,
    pub(super) subcode: Option<i64>,
    pub(super) transient: bool,
    pub(super) trace_id: Option<String>,
    message: Option<String>,
    /// The error's title, and its text for people.
    title: Option<String>,
    user_message: Option<String>,
    details: Option<String>,
}

impl GraphError {
    /// Reads an error object, the first of an array of them, or a bare string.
    pub(in crate::provider) fn from_value(value: &Value) -> Self {
        let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
        let text = |key: &str| value.get(key).and_then(Value::as_str).and_then(telling);
        let message = text("message").or_else(|| value.as_str().and_then(sanitized));
        let title = text("error_user_title").or_else(|| text("title").filter(|_| message.is_none()));
        let data = unwrapped(value.get("error_data").unwrap_or(&Value::Null));
        Self {
            code: value.get("code").and_then(number),
            subcode: value.get("error_subcode").and_then(number),
            transient: value.get("is_transient").and_then(Value::as_bool).unwrap_or(false),
            trace_id: text("fbtrace_id"),
            message,
            title,
            user_message: text("error_user_msg"),
            details: data.get("details").and_then(Value::as_str).or_else(|| data.as_str()).and_then(telling),
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

/// A code, where an answer must have one.
pub(in crate::provider) fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    number(&value).ok_or_else(|| de::Error::custom("its code is not a whole number"))
}

/// A whole number, also where it stands in quotes as on Meta's page.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
