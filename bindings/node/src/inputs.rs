//! Users, as JavaScript gives them. Those of a call over many come in pieces, and the runtime's thread reads one while
//! JavaScript prepares the next.

use std::sync::{Mutex, PoisonError};

use napi::bindgen_prelude::within_runtime_if_available;
use napi_derive::napi;
use serde_json::{Map, Value};
use wablock::{Client, Input, Text, UserFields, UserStream};

/// The users of one call.
#[napi]
pub struct NativeInputs(Mutex<Option<UserStream>>);

#[napi]
impl NativeInputs {
    /// Adds users, given as a JSON array.
    #[napi]
    pub fn push(&self, inputs: String) -> napi::Result<()> {
        let inputs = users(&inputs)?;
        if let Some(stream) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            within_runtime_if_available(|| stream.add(inputs));
        }
        Ok(())
    }
}

impl NativeInputs {
    /// `expected` says about how many there will be.
    pub(crate) fn new(client: &Client, expected: u32) -> Self {
        let mut stream = client.user_stream();
        stream.size_hint(expected as usize);
        Self(Mutex::new(Some(stream)))
    }

    /// Takes the users, for the call; a second call has none.
    pub(crate) fn take(&self, client: &Client) -> UserStream {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(|| client.user_stream())
    }
}

/// A JSON array of users.
pub(crate) fn users(json: &str) -> napi::Result<Vec<Input>> {
    match crate::parsed(json)? {
        Value::Array(users) => Ok(users.into_iter().map(user).collect()),
        other => Ok(vec![user(other)]),
    }
}

/// One user as JSON.
pub(crate) fn one(json: &str) -> napi::Result<Input> {
    crate::parsed(json).map(user)
}

/// Text, an object with some of the [`UserFields`], or an object with `missing`, which says what is there instead of a user.
fn user(value: Value) -> Input {
    match value {
        Value::String(text) => text.into(),
        Value::Object(mut fields) => match text(&mut fields, "missing") {
            Some(what) => Input::missing(&what),
            None => of_fields(fields),
        },
        other => Input::missing(&other.to_string()),
    }
}

fn of_fields(mut given: Map<String, Value>) -> Input {
    let fields = UserFields {
        kind: text(&mut given, "kind"),
        id: text(&mut given, "id"),
        wa_id: text(&mut given, "wa_id"),
        user_id: text(&mut given, "user_id"),
        user: given.remove("user").filter(|value| !value.is_null()).map(user),
        input: text(&mut given, "input"),
        state: text(&mut given, "state"),
    };
    fields.into_input().unwrap_or_else(|| Input::missing("undefined"))
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Option<Text> {
    match fields.remove(name)? {
        Value::String(text) => Some(text.into()),
        _ => None,
    }
}
