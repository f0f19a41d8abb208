//! Users that can be looked up in any spelling.

use napi_derive::napi;
use wablock::{BlockedUser, Error, ErrorKind, UserSet};

use crate::inputs;

/// The users of a block list.
#[napi]
pub struct NativeUserSet(UserSet);

#[napi]
impl NativeUserSet {
    /// `users` is a JSON array of users as a list gives them.
    #[napi(constructor)]
    pub fn new(users: String) -> napi::Result<Self> {
        let users: Result<Vec<BlockedUser>, _> = serde_json::from_str(&users);
        let users = users.map_err(|error| {
            crate::thrown(&Error::new(ErrorKind::Config, format!("not a list of blocked users: {error}")))
        })?;
        Ok(Self(UserSet::of_list(&users)))
    }

    /// Whether a user, given as text or as JSON, is among them.
    #[napi]
    pub fn has(&self, user: String, json: bool) -> napi::Result<bool> {
        self.0.has(inputs::one(user, json)?).map_err(|error| crate::thrown(&error))
    }
}
