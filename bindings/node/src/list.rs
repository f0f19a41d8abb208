//! The list, in pieces that do not hold JavaScript up.

use std::{sync::Arc, vec};

use napi_derive::napi;
use tokio::sync::Mutex;
use wablock::{BlockedUser, Error, List};
use wablock_bindings::{Listener, Pages};

/// Rows that cross to JavaScript at a time: about a millisecond of work there.
const PIECE: usize = 1000;

/// A listing that has begun; nothing is sent before the first rows are asked for.
#[napi]
#[derive(Clone)]
pub struct NativeList {
    pages: Pages,
    /// Rows of the last page that JavaScript has not asked for.
    rest: Arc<Mutex<vec::IntoIter<BlockedUser>>>,
}

impl NativeList {
    pub(crate) fn new(list: List, ahead: bool, listener: Option<Listener>) -> Self {
        Self { pages: Pages::new(list, ahead, listener), rest: Arc::new(Mutex::new(Vec::new().into_iter())) }
    }

    /// The next rows; never none, `None` at the end.
    pub(crate) async fn next(&self) -> Result<Option<Vec<BlockedUser>>, Error> {
        let mut rest = self.rest.lock().await;
        if rest.len() == 0 {
            let Some(page) = self.pages.next().await? else { return Ok(None) };
            *rest = page.into_iter();
        }
        Ok(Some(rest.by_ref().take(PIECE).collect()))
    }
}
