//! The list, page by page.

use std::sync::Arc;

use napi::{Env, bindgen_prelude::PromiseRaw};
use napi_derive::napi;
use tokio::sync::Mutex;
use wablock::{BlockedUser, Error, List};

use crate::call::{SEPARATOR, rows};

/// The digits of the longest numbers, and what stands between two.
const LONGEST_NUMBER: usize = 16;

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
        crate::json(&self.part(start, end))
    }

    /// The wa_ids of the users from `start` to before `end`, with NUL characters between; `None` when there is more to say
    /// about one of them. Most lists have nothing else, and reading that takes JavaScript half the time.
    #[napi]
    pub fn wa_ids(&self, start: u32, end: u32) -> Option<String> {
        let part = self.part(start, end);
        let mut ids = String::with_capacity(part.len() * LONGEST_NUMBER);
        for (place, user) in part.iter().enumerate() {
            let BlockedUser { wa_id: Some(id), user_id: None, extra: None, .. } = user else { return None };
            if id.contains(SEPARATOR) {
                return None;
            }
            if place > 0 {
                ids.push(SEPARATOR);
            }
            ids.push_str(id);
        }
        Some(ids)
    }
}

impl NativePage {
    fn part(&self, start: u32, end: u32) -> &[BlockedUser] {
        let all = self.users.as_deref().unwrap_or_default();
        let end = all.len().min(end as usize);
        all.get(start as usize..end).unwrap_or_default()
    }

    fn new(result: Result<Option<Vec<BlockedUser>>, Error>) -> Self {
        match result {
            Ok(users) => Self { error: None, users },
            Err(error) => Self { error: Some(crate::json(&error)), users: None },
        }
    }
}
