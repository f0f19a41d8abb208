//! One call: made ready, its users read, then started for an event loop or for a thread that waits.

use std::{future::Future, pin::Pin, sync::Arc};

use pyo3::{exceptions::PyRuntimeError, prelude::*, types::PyList};
use wablock::{CallOptions, CancellationToken, LogLevel, UserStream};
use wablock_bindings::Listener;

use crate::{
    answer::{Answer, Event},
    blocking,
    bridge::{self, Bridge, Sink},
    errors,
    inputs::Users,
    logs,
    runtime::{self, Tied},
};

/// What the work of a call gets when it starts.
pub(crate) struct Start {
    pub(crate) options: CallOptions,
    /// The users of a call over many.
    pub(crate) users: Option<UserStream>,
    pub(crate) sink: Sink,
}

type Work = Box<dyn FnOnce(Start) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

/// A call that is about to start, and then in flight. It is started once, with `start` or `run`.
#[pyclass(module = "wablock._native")]
pub(crate) struct Call(Tied<Ready>);

struct Ready {
    work: Option<Work>,
    users: Option<Users>,
    options: CallOptions,
    cancel: CancellationToken,
    /// Least level of the log records that are wanted.
    least: Option<LogLevel>,
}

impl Call {
    /// A call that does this work. Without a token in `options` it gets one of its own.
    pub(crate) fn new<F: Future<Output = Answer> + Send + 'static>(
        py: Python<'_>,
        mut options: CallOptions,
        users: Option<Users>,
        work: impl FnOnce(Start) -> F + Send + Sync + 'static,
    ) -> PyResult<Self> {
        let cancel = options.cancel.take().map_or_else(|| token(py), Ok)?;
        options.cancel = Some(cancel.clone());
        let work: Work = Box::new(|start| Box::pin(work(start)));
        Ok(Self(Tied::new(Ready { work: Some(work), users, options, cancel, least: logs::wanted(py)? })))
    }

    fn ready(&mut self, py: Python<'_>) -> PyResult<&mut Ready> {
        self.0.get_mut().ok_or_else(|| errors::after_fork(py, "this call was made before the process was forked"))
    }

    /// Starts the work on the runtime; its events go to `sink`.
    fn begin(&mut self, py: Python<'_>, sink: Sink, progress: bool) -> PyResult<CancellationToken> {
        let ready = self.ready(py)?;
        let work = ready.work.take().ok_or_else(|| PyRuntimeError::new_err("a call can be started only once"))?;
        let (runtime, _) = runtime::enter(py)?;
        let mut options = ready.options.clone();
        if progress {
            let sink = sink.clone();
            options.progress = Some(Arc::new(move |done, total| sink.report(Event::Progress(done, total))));
        }
        let listener = ready.least.map(|least| {
            let sink = sink.clone();
            Listener::new(move |record| {
                if record.level >= least {
                    sink.report(Event::Log(record));
                }
            })
        });
        let users = ready.users.take().map(Users::into_stream);
        let work = work(Start { options, users, sink: sink.clone() });
        sink.start(&runtime, Listener::scope_of(listener, work));
        Ok(ready.cancel.clone())
    }
}

#[pymethods]
impl Call {
    /// Reads some of the users; whether there may be more. After the client was closed no more are read: the call is over.
    fn read(&mut self, py: Python<'_>) -> PyResult<bool> {
        self.ready(py)?.users.as_mut().map_or(Ok(false), |users| users.read(py))
    }

    /// Adds users of an async iterable, after those that were read.
    fn add(&mut self, users: &Bound<'_, PyList>) -> PyResult<()> {
        self.ready(users.py())?.users.as_mut().map_or(Ok(()), |given| given.add(users))
    }

    /// True when the client was closed: no more users need be read for this call.
    #[getter]
    fn closed(&mut self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.ready(py)?.users.as_ref().is_some_and(Users::closed))
    }

    /// Starts the call for an event loop, which hears of it through its bridge under this token.
    fn start(&mut self, py: Python<'_>, bridge: &Bridge, token: u64, progress: bool) -> PyResult<()> {
        let sink = bridge.sink(py, token)?;
        self.begin(py, sink, progress).map(drop)
    }

    /// Starts the call and waits for its end.
    #[pyo3(signature = (progress = None))]
    fn run(this: &Bound<'_, Self>, progress: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        let py = this.py();
        while this.try_borrow_mut()?.read(py)? {}
        let (queue, bell) = bridge::queue_with_bell();
        let cancel = this.try_borrow_mut()?.begin(py, Sink::new(&queue, 1), progress.is_some())?;
        blocking::wait_for(py, &queue, bell, &cancel, progress)
    }

    /// Ends the call; its end is announced soon, with what is known of its inputs.
    fn cancel(&self) {
        if let Some(ready) = self.0.get() {
            ready.cancel.cancel();
        }
    }
}

/// The token of a new call, which ends with its runtime.
pub(crate) fn token(py: Python<'_>) -> PyResult<CancellationToken> {
    runtime::enter(py).map(|(_, root)| root.child_token())
}
