//! The list, page by page.

use std::sync::Arc;

use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, spawn},
};
use napi_derive::napi;
use tokio::sync::{
    Mutex, OwnedMutexGuard,
    mpsc::{UnboundedReceiver, unbounded_channel},
};
use wablock::{BlockedUser, Error, List};

use crate::{call::rows, inputs::SEPARATOR, log::as_caller};

/// The digits of the longest numbers, and what stands between two.
const LONGEST_NUMBER: usize = 16;

/// What reading a page gave.
type Read = Result<Option<Vec<BlockedUser>>, Error>;

/// A listing that has begun; nothing is sent before the first page is asked for.
#[napi]
pub struct NativeList {
    pages: Arc<Mutex<Pages>>,
    caller: u32,
}

enum Pages {
    /// Read when they are asked for; with `ahead`, the next one is read then too.
    Asked { list: List, ahead: bool },
    /// To be read ahead once the first is asked for.
    Wanted(Option<List>),
    /// Read one after the other, whether asked for or not.
    Ahead { read: UnboundedReceiver<Read>, held: Option<Read> },
}

#[napi]
impl NativeList {
    /// The next page; where pages are read ahead, all that were read meanwhile as one.
    #[napi]
    pub fn next_page<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, NativePage>> {
        let (pages, caller) = (Arc::clone(&self.pages), self.caller);
        env.spawn_future(as_caller(caller, async move {
            let mut pages = pages.lock_owned().await;
            let read = pages.next(caller).await;
            if matches!(read, Ok(Some(_))) {
                read_ahead(pages, caller);
            }
            Ok(NativePage::new(read))
        }))
    }

    /// The next page, if it was read ahead and is there.
    #[napi]
    pub fn take_ahead(&self) -> Option<NativePage> {
        let mut pages = Arc::clone(&self.pages).try_lock_owned().ok()?;
        let Pages::Asked { list, ahead: true } = &mut *pages else { return None };
        let users = list.take_ahead()?;
        read_ahead(pages, self.caller);
        Some(NativePage::new(Ok(Some(users))))
    }
}

impl NativeList {
    pub(crate) fn new(list: List, ahead: &str, caller: u32) -> Self {
        let pages = match ahead {
            "all" => Pages::Wanted(Some(list)),
            _ => Pages::Asked { list, ahead: ahead == "page" },
        };
        Self { pages: Arc::new(Mutex::new(pages)), caller }
    }
}

impl Pages {
    fn ahead(mut list: List, caller: u32) -> Self {
        let (sender, read) = unbounded_channel();
        spawn(as_caller(caller, async move {
            loop {
                let page = list.next_page().await;
                let more = matches!(page, Ok(Some(_)));
                if sender.send(page).is_err() || !more {
                    return;
                }
            }
        }));
        Self::Ahead { read, held: None }
    }

    async fn next(&mut self, caller: u32) -> Read {
        if let Self::Wanted(list) = self
            && let Some(list) = list.take()
        {
            *self = Self::ahead(list, caller);
        }
        let (read, held) = match self {
            Self::Asked { list, .. } => return list.next_page().await,
            Self::Wanted(_) => return Ok(None),
            Self::Ahead { read, held } => (read, held),
        };
        let next = match held.take() {
            Some(next) => Some(next),
            None => read.recv().await,
        };
        let mut users = match next {
            Some(Ok(Some(users))) => users,
            Some(end) => return end,
            None => return Ok(None),
        };
        while let Ok(next) = read.try_recv() {
            match next {
                Ok(Some(more)) => users.extend(more),
                end => *held = Some(end),
            }
        }
        Ok(Some(users))
    }
}

/// Reads the next page while JavaScript looks at the one before.
fn read_ahead(mut pages: OwnedMutexGuard<Pages>, caller: u32) {
    if matches!(&*pages, Pages::Asked { ahead: true, .. }) {
        spawn(as_caller(caller, async move {
            if let Pages::Asked { list, .. } = &mut *pages {
                list.read_ahead().await;
            }
        }));
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

    fn new(result: Read) -> Self {
        match result {
            Ok(users) => Self { error: None, users },
            Err(error) => Self { error: Some(crate::json(&error)), users: None },
        }
    }
}
