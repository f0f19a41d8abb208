//! What every answer is held against, whatever its provider: an answer that says somewhere that the call failed makes nobody
//! done.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http::Response;
use serde::{
    Deserializer as _,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{Answer, Call, Provider, answer};

/// Fields in which APIs report whether a call succeeded.
const FIELDS: [&str; 4] = ["success", "ok", "status", "result"];

/// Their values if it did not.
const FAILURES: [&str; 6] = ["false", "fail", "failed", "failure", "error", "rejected"];

/// How deep in objects these fields are looked for: `{"data": {"block_users": {"success": false}}}`.
const DEPTH: usize = 2;

/// What an answer says, as its provider reads it. One that contradicts itself is not believed.
pub(crate) fn decode(provider: &dyn Provider, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
    let answer = provider.decode(call, response);
    let good = match &answer {
        Answer::Users(items) => items.iter().any(|item| item.result.is_ok()),
        Answer::Everyone | Answer::Page(_) => true,
        Answer::Refused(_) => false,
    };
    let Some(failure) = good.then(|| failure_in(response.body())).flatten() else { return answer };
    let (id, context) = (&provider.capabilities().provider, answer::Context::of(response));
    match answer {
        Answer::Users(mut items) => {
            let doubt = answer::contradiction(id, &context, &format!("the answer lists users as done, and {failure}"));
            for item in items.iter_mut().filter(|item| item.result.is_ok()) {
                (item.result, item.in_doubt) = (Err(doubt.clone()), true);
            }
            Answer::Users(items)
        }
        _ => answer::unreadable(id, &context, response.body(), &failure),
    }
}

/// The failure that the fields of one user speak of.
pub(super) fn failure_of(fields: &Map<String, Value>) -> Option<String> {
    fields.iter().find_map(|(name, value)| match value {
        Value::Bool(value) => flag(name, *value),
        Value::Number(number) => number.as_u64().and_then(|number| code(name, number)),
        Value::String(text) => word(name, text),
        _ => None,
    })
}

/// The failure that an answer speaks of in the objects around its lists.
pub(super) fn failure_in(body: &[u8]) -> Option<String> {
    let text = str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed);
    // Almost no answer has such a field, and looking for the name is much faster than reading.
    if !FIELDS.iter().any(|field| text.contains(field)) {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(&text);
    json.deserialize_any(Search { field: "", depth: 0 }).ok().flatten()
}

fn flag(field: &str, value: bool) -> Option<String> {
    (FIELDS.contains(&field) && !value).then(|| said(field, "false"))
}

/// `success: 0`, or an HTTP status that failed.
fn code(field: &str, number: u64) -> Option<String> {
    let failed = match field {
        "success" | "ok" => number == 0,
        "status" => (400..600).contains(&number),
        _ => false,
    };
    failed.then(|| said(field, &number.to_string()))
}

fn word(field: &str, text: &str) -> Option<String> {
    let failure = FAILURES.into_iter().find(|word| text.trim().eq_ignore_ascii_case(word))?;
    FIELDS.contains(&field).then(|| said(field, failure))
}

fn said(field: &str, value: &str) -> String {
    format!("it also says {field}: {value}")
}

/// Looks for a failure in a value, without building it.
#[derive(Clone, Copy)]
struct Search<'a> {
    /// The name of the value.
    field: &'a str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = Option<String>;

    fn deserialize<D: serde::Deserializer<'de>>(self, value: D) -> Result<Self::Value, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if self.depth >= DEPTH && !FIELDS.contains(&&*name) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let inner = map.next_value_seed(Search { field: &name, depth: self.depth + 1 })?;
                found = found.or(inner);
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(flag(self.field, value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(word(self.field, text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(code(self.field, number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
