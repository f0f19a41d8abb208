//! The list, in pieces that do not block JavaScript's event loop.

use std::{sync::Arc, vec};

use napi_derive::napi;
use tokio::sync::Mutex;
use wablock::{BlockedUser, CancellationToken, Error, List};
use wablock_bindings::Listener;

/// Rows that cross to JavaScript at a time: about a millisecond of work there.
const PIECE: usize = 1000;

/// A list that is being read; nothing is sent before JavaScript asks for the first rows.
#[napi]
#[derive(Clone)]
pub struct NativeList(Arc<Listing>);

struct Listing {
    list: Arc<Mutex<List>>,
    /// Rows of the last page that JavaScript has not asked for.
    rest: Mutex<vec::IntoIter<BlockedUser>>,
    /// Whether the next page is read while JavaScript processes the current one.
    ahead: bool,
    /// Receives the log records of reading ahead.
    listener: Option<Listener>,
    cancel: CancellationToken,
}

impl NativeList {
    pub(crate) fn new(list: List, ahead: bool, listener: Option<Listener>, cancel: CancellationToken) -> Self {
        let (list, rest) = (Arc::new(Mutex::new(list)), Mutex::new(Vec::new().into_iter()));
        Self(Arc::new(Listing { list, rest, ahead, listener, cancel }))
    }

    /// The next rows, at least one; `None` at the end.
    pub(crate) async fn next(&self) -> Result<Option<Vec<BlockedUser>>, Error> {
        let Listing { list, rest, ahead, listener, .. } = &*self.0;
        let mut rest = rest.lock().await;
        if rest.len() == 0 {
            let mut list = Arc::clone(list).lock_owned().await;
            let Some(page) = list.next_page().await? else { return Ok(None) };
            *rest = page.into_iter();
            if *ahead {
                tokio::spawn(Listener::scope_of(listener.clone(), async move { list.read_ahead().await }));
            }
        }
        Ok(Some(rest.by_ref().take(PIECE).collect()))
    }
}

/// A page that is being read ahead is no longer needed.
impl Drop for Listing {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
