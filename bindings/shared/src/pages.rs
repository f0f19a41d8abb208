//! A list that is read one page ahead.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};
use wablock::{BlockedUser, Error, List};

use crate::Listener;

/// A list whose next page is read while the caller processes the current one. The core decides from which page on.
#[derive(Clone, Debug)]
pub struct Pages {
    list: Arc<Mutex<List>>,
    ahead: bool,
    listener: Option<Listener>,
}

impl Pages {
    /// `listener` takes the log records of reading ahead, which belongs to no call. Without `ahead`, pages are read when they
    /// are asked for.
    #[must_use]
    pub fn new(list: List, ahead: bool, listener: Option<Listener>) -> Self {
        Self { list: Arc::new(Mutex::new(list)), ahead, listener }
    }

    /// The next page; never empty, `None` at the end.
    ///
    /// # Errors
    /// As [`List::next_page`].
    pub async fn next(&self) -> Result<Option<Vec<BlockedUser>>, Error> {
        let mut list = Arc::clone(&self.list).lock_owned().await;
        let read = list.next_page().await;
        if matches!(read, Ok(Some(_))) {
            self.read_ahead(list);
        }
        read
    }

    /// The next page, if it was read ahead and is there. To be called on the runtime, or within it.
    #[must_use]
    pub fn take(&self) -> Option<Vec<BlockedUser>> {
        let mut list = Arc::clone(&self.list).try_lock_owned().ok()?;
        let users = list.take_ahead()?;
        self.read_ahead(list);
        Some(users)
    }

    /// All remaining users.
    ///
    /// # Errors
    /// As [`List::next_page`]; what was read before the error is lost then.
    pub async fn rest(&self) -> Result<Vec<BlockedUser>, Error> {
        let mut list = self.list.lock().await;
        let mut all = Vec::new();
        while let Some(users) = list.next_page().await? {
            all.extend(users);
        }
        Ok(all)
    }

    fn read_ahead(&self, mut list: OwnedMutexGuard<List>) {
        if self.ahead {
            tokio::spawn(Listener::scope_of(self.listener.clone(), async move { list.read_ahead().await }));
        }
    }
}
