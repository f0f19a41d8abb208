//! The list, page by page.

use std::sync::Arc;

use napi::{Env, bindgen_prelude::PromiseRaw};
use napi_derive::napi;
use tokio::sync::Mutex;
use wablock::{BlockedUser, Error, List};

use crate::call::rows;

/// A listing that has begun; nothing is sent before the first page is asked for.
#[napi]
pub struct NativeList {
    list: Arc<Mutex<List>>,
}

#[napi]
impl NativeList {
    /// The next page.
    #[napi]
    pub fn next_page<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, NativePage>> {
        let list = Arc::clone(&self.list);
        env.spawn_future(async move { Ok(NativePage::new(list.lock().await.next_page().await)) })
    }
}

impl NativeList {
    pub(crate) fn new(list: List) -> Self {
        Self { list: Arc::new(Mutex::new(list)) }
    }
}

/// A page: its users, the end of the list, or an error.
#[napi]
pub struct NativePage {
    error: Option<String>,
    users: Option<Vec<BlockedUser>>,
}

#[napi]
impl NativePage {
    /// JSON of the error, where there is one.
    #[napi(getter)]
    pub fn error(&self) -> Option<String> {
        self.error.clone()
    }

    /// How many users there are; none at the end of the list.
    #[napi(getter)]
    pub fn length(&self) -> u32 {
        self.users.as_ref().map_or(0, |users| rows(users.len()))
    }

    /// JSON array of the users from `start` to before `end`.
    #[napi]
    pub fn users(&self, start: u32, end: u32) -> String {
        let all = self.users.as_deref().unwrap_or_default();
        let end = all.len().min(end as usize);
        crate::json(&all.get(start as usize..end).unwrap_or_default())
    }
}

impl NativePage {
    fn new(result: Result<Option<Vec<BlockedUser>>, Error>) -> Self {
        match result {
            Ok(users) => Self { error: None, users },
            Err(error) => Self { error: Some(crate::json(&error)), users: None },
        }
    }
}
