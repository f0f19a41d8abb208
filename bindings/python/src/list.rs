//! A block list being read, page after page.

use std::sync::Arc;

use pyo3::{prelude::*, types::PyList};
use tokio::{
    spawn,
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
};
use wablock::{CancellationToken, List, LogLevel};
use wablock_bindings::Listener;

use crate::{
    bridge::Bridge,
    call::{self, Answer, Call, Sink},
    errors, results,
    runtime::{self, Tied},
};

/// A listing that has begun; nothing is sent before the first page is asked for.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct Pager(Tied<Paging>);

#[derive(Clone)]
struct Paging {
    list: Arc<AsyncMutex<List>>,
    /// Least level of the log records that are wanted.
    least: Option<LogLevel>,
    /// The log records of reading ahead, told by the next call.
    kept: Arc<Sink>,
    cancel: CancellationToken,
}

#[pymethods]
impl Pager {
    /// Starts reading the next page for an event loop; the result is a list of users, or None at the end. With `whole`, all
    /// pages that are left; the result is a `BlockedUsers`.
    fn start(&self, py: Python<'_>, bridge: &Bridge, token: u64, whole: bool) -> PyResult<Call> {
        let paging = self.paging(py)?;
        let sink = bridge.sink(py, token)?;
        paging.start(py, sink, whole)?;
        Ok(Call(Tied::new(paging.cancel.clone())))
    }

    /// The same, waiting for the end.
    fn run(&self, py: Python<'_>, whole: bool) -> PyResult<Py<PyAny>> {
        let paging = self.paging(py)?;
        let (sink, inbox) = call::inbox();
        paging.start(py, sink, whole)?;
        call::wait_for(py, inbox, &paging.cancel, None)
    }

    /// The next page, if it was read ahead and is there.
    fn take_ahead<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let paging = self.paging(py)?;
        let Ok(mut list) = Arc::clone(&paging.list).try_lock_owned() else { return Ok(None) };
        // First, so that a page is not lost when Ctrl-C comes from there.
        paging.kept.write(py)?;
        let Some(page) = list.take_ahead() else { return Ok(None) };
        let (runtime, _) = runtime::enter(py)?;
        let _entered = runtime.enter();
        read_ahead(list, Arc::clone(&paging.kept), paging.least);
        results::page(py, page).map(Some)
    }
}

impl Pager {
    pub(crate) fn new(list: List, cancel: CancellationToken, least: Option<LogLevel>) -> Self {
        let kept = Arc::new(Sink::Later(Default::default()));
        Self(Tied::new(Paging { list: Arc::new(AsyncMutex::new(list)), least, kept, cancel }))
    }

    fn paging(&self, py: Python<'_>) -> PyResult<&Paging> {
        self.0.get().ok_or_else(|| errors::after_fork(py, "this list was begun before the process was forked"))
    }
}

/// The loop was left: nobody waits for the page that is being read ahead.
impl Drop for Pager {
    fn drop(&mut self) {
        if let Some(paging) = self.0.get() {
            paging.cancel.cancel();
        }
    }
}

impl Paging {
    fn start(&self, py: Python<'_>, sink: Arc<Sink>, whole: bool) -> PyResult<()> {
        let paging = self.clone();
        let told = Arc::clone(&sink);
        let work = async move { if whole { paging.rest(&told).await } else { paging.page(&told).await } };
        call::start(py, sink, work, self.least)
    }

    /// The next page. The one after it is read while Python looks at this one.
    async fn page(self, told: &Sink) -> Answer {
        let mut list = Arc::clone(&self.list).lock_owned().await;
        self.kept.hand_on(told);
        let read = list.next_page().await;
        if matches!(read, Ok(Some(_))) {
            read_ahead(list, self.kept, self.least);
        }
        read.map_or_else(Answer::from, Answer::Page)
    }

    async fn rest(self, told: &Sink) -> Answer {
        let mut list = self.list.lock().await;
        self.kept.hand_on(told);
        let mut all = Vec::new();
        loop {
            match list.next_page().await {
                Ok(Some(page)) => all.extend(page),
                Ok(None) => return Answer::All(all),
                Err(error) => return error.into(),
            }
        }
    }
}

/// Reads the next page while Python looks at the one before. To be called on the runtime.
fn read_ahead(mut list: OwnedMutexGuard<List>, kept: Arc<Sink>, least: Option<LogLevel>) {
    let ahead = async move { list.read_ahead().await };
    spawn(Listener::scope_of(least.map(|least| call::listener(&kept, least)), ahead));
}
