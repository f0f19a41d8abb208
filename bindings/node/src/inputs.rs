//! The users of a call over many, as JavaScript hands them over: piece by piece, each read on the runtime's thread while
//! JavaScript fetches the next.

use std::sync::{Mutex, PoisonError};

use napi::bindgen_prelude::within_runtime_if_available;
use napi_derive::napi;
use serde_json::{Map, Value};
use wablock::{Client, Input, OnMissing, Text, UserFields, UserStream};

/// The users of one call.
#[napi]
pub struct NativeInputs {
    gathering: Mutex<Option<UserStream>>,
    on_missing: OnMissing,
}

#[napi]
impl NativeInputs {
    /// Adds users, given as a JSON array; see `users`.
    #[napi]
    pub fn push(&self, inputs: String) -> napi::Result<()> {
        let inputs = users(&inputs)?;
        if let Some(gathering) = &mut *self.gathering.lock().unwrap_or_else(PoisonError::into_inner) {
            within_runtime_if_available(|| gathering.add(inputs));
        }
        Ok(())
    }

    /// Whether missing users fail alone; else the call is to be refused.
    #[napi(getter)]
    pub fn missing_fail(&self) -> bool {
        self.on_missing == OnMissing::Fail
    }
}

impl NativeInputs {
    /// `expected` says about how many there will be.
    pub(crate) fn new(client: &Client, expected: u32, on_missing: OnMissing) -> Self {
        let mut gathering = client.user_stream();
        gathering.size_hint(expected as usize);
        Self { gathering: Mutex::new(Some(gathering)), on_missing }
    }

    /// Takes the users, for the call; a second call has none.
    pub(crate) fn take(&self, client: &Client) -> UserStream {
        let taken = self.gathering.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.unwrap_or_else(|| client.user_stream())
    }
}

/// A JSON array of users: each is text, or an object with some of the [`UserFields`], or one with `missing`, which says what stands
/// in the place of a user.
pub(crate) fn users(json: &str) -> napi::Result<Vec<Input>> {
    match crate::parsed(json)? {
        Value::Array(users) => Ok(users.into_iter().map(user).collect()),
        other => Ok(vec![user(other)]),
    }
}

/// One user as text, or as JSON.
pub(crate) fn one(text: String, json: bool) -> napi::Result<Input> {
    if json { crate::parsed(&text).map(user) } else { Ok(text.into()) }
}

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
