//! A block list being read, page after page.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use tokio::sync::Mutex as AsyncMutex;
use wablock::{BlockedUser, CallOptions, CancellationToken, Error, List, LogRecord};
use wablock_bindings::Listener;

use crate::{
    answer::{Answer, Event},
    bridge::Sink,
    call::Call,
    errors, logs,
    runtime::Tied,
};

/// A block list being read. Nothing is sent before the first page is requested.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct Pager(Tied<Paging>);

#[derive(Clone)]
struct Paging {
    list: Arc<AsyncMutex<List>>,
    /// Receives the log records of reading ahead.
    listener: Option<Listener>,
    /// The records of reading ahead, until the next call writes them.
    kept: Arc<Mutex<Vec<LogRecord>>>,
    reader: Arc<Reader>,
}

/// Held by the pager and by its calls in flight. When the last of them is dropped, reading ahead is cancelled.
struct Reader(CancellationToken);

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[pymethods]
impl Pager {
    /// The call that reads the next page; its result is a list of users, or None at the end.
    fn page(&self, py: Python<'_>) -> PyResult<Call> {
        let paging = self.paging(py)?;
        Call::new(py, paging.options(), None, |start| async move {
            let page = paging.page().await;
            paging.hand_on(&start.sink);
            Answer::of(page, Answer::Page)
        })
    }

    /// The call that reads all pages that are left; its result is a `BlockedUsers`.
    fn rest(&self, py: Python<'_>) -> PyResult<Call> {
        let paging = self.paging(py)?;
        Call::new(py, paging.options(), None, |start| async move {
            let all = paging.rest().await;
            paging.hand_on(&start.sink);
            Answer::of(all, Answer::All)
        })
    }
}

impl Pager {
    pub(crate) fn new(py: Python<'_>, list: List, cancel: CancellationToken) -> PyResult<Self> {
        let kept = Arc::<Mutex<Vec<LogRecord>>>::default();
        let listener = logs::wanted(py)?.map(|least| {
            let kept = Arc::clone(&kept);
            Listener::new(move |record| {
                if record.level >= least {
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(record);
                }
            })
        });
        Ok(Self(Tied::new(Paging {
            list: Arc::new(AsyncMutex::new(list)),
            listener,
            kept,
            reader: Arc::new(Reader(cancel)),
        })))
    }

    fn paging(&self, py: Python<'_>) -> PyResult<Paging> {
        let paging = self.0.get().cloned();
        paging.ok_or_else(|| errors::after_fork(py, "this list was begun before the process was forked"))
    }
}

impl Paging {
    /// The list already has its options; its calls share its cancellation.
    fn options(&self) -> CallOptions {
        let mut options = CallOptions::default();
        options.cancel = Some(self.reader.0.clone());
        options
    }

    /// The next page. The page after it is read while Python processes this one.
    async fn page(&self) -> Result<Option<Vec<BlockedUser>>, Error> {
        let mut list = Arc::clone(&self.list).lock_owned().await;
        let page = list.next_page().await?;
        if page.is_some() {
            tokio::spawn(Listener::scope_of(self.listener.clone(), async move { list.read_ahead().await }));
        }
        Ok(page)
    }

    async fn rest(&self) -> Result<Vec<BlockedUser>, Error> {
        let (mut list, mut all) = (self.list.lock().await, Vec::new());
        while let Some(page) = list.next_page().await? {
            all.extend(page);
        }
        Ok(all)
    }

    fn hand_on(&self, sink: &Sink) {
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        kept.into_iter().for_each(|record| sink.report(Event::Log(record)));
    }
}
