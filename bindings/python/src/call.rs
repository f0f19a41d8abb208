//! One call on its way: started on the runtime, announced to an event loop or to a waiting thread.

use std::{
    future::Future,
    mem,
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use pyo3::{IntoPyObjectExt, prelude::*, types::PyString};
use wablock::{BlockedUser, CallError, CancellationToken, Error, LogLevel, Report};
use wablock_bindings::{Backlog, Listener, Queue, announced};

use crate::{
    errors, logs, results,
    runtime::{self, Tied},
    wait,
};

/// What a call reports while it runs, and at its end.
pub(crate) type Event = wablock_bindings::Event<Answer>;

/// How a call ended, as plain Rust data.
pub(crate) enum Answer {
    /// The report of a call about one user, who gets its only outcome.
    One(Arc<Report>),
    Report(Arc<Report>),
    Page(Option<Vec<BlockedUser>>),
    All(Vec<BlockedUser>),
    Flag(bool),
    Nothing,
    Failed(CallError),
}

impl From<CallError> for Answer {
    fn from(error: CallError) -> Self {
        Self::Failed(error)
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Answer {
    /// What the call returns, or the exception it raises.
    pub(crate) fn into_python(self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        match self {
            Self::One(report) => results::outcome(py, &report.outcomes[0]).map(Bound::unbind),
            Self::Report(report) => results::report(py, report).map(|report| report.into_any().unbind()),
            Self::Page(None) | Self::Nothing => Ok(py.None()),
            Self::Flag(flag) => flag.into_py_any(py),
            Self::Page(Some(page)) => results::page(py, page).map(|list| list.into_any().unbind()),
            Self::All(all) => results::blocked_users(py, all).map(|users| users.into_any().unbind()),
            Self::Failed(error) => {
                let (error, report) = error.into_parts();
                let report = report.map(|report| results::report(py, Arc::new(report))).transpose()?;
                Err(errors::raise(py, &error, report.map(Bound::into_any)))
            }
        }
    }

    /// What is known of the inputs of a call that was interrupted.
    pub(crate) fn into_report(self) -> Option<Arc<Report>> {
        match self {
            Self::One(report) | Self::Report(report) => Some(report),
            Self::Failed(error) => error.into_parts().1.map(Arc::new),
            Self::Page(_) | Self::All(_) | Self::Flag(_) | Self::Nothing => None,
        }
    }
}

/// Kind (`progress`, `log`, `result`, `one` or `error`) and value. The value of `one` is the report of a call about one user:
/// a caller who has just been cancelled needs it. An error of the conversion takes the place of the value.
pub(crate) fn event_into_python(py: Python<'_>, event: Event) -> (Py<PyString>, Py<PyAny>) {
    let (kind, value) = match event {
        Event::Progress(done, total) => ("progress", (done, total).into_py_any(py)),
        Event::Log(record) => ("log", (logs::number_of(record.level), record.message).into_py_any(py)),
        Event::Finished(Answer::One(report)) => {
            ("one", results::report(py, report).map(|report| report.into_any().unbind()))
        }
        Event::Finished(answer) => ("result", answer.into_python(py)),
    };
    let (kind, value) = match value {
        Ok(value) => (kind, value),
        Err(error) => ("error", error.into_value(py).into_any()),
    };
    (PyString::intern(py, kind).unbind(), value)
}

/// Where a call is announced.
pub(crate) enum Sink {
    Loop(Arc<Queue<Answer>>, u64),
    Thread(mpsc::Sender<Event>, Arc<Backlog>),
    /// Kept for the next call: what happens between two calls that belong together.
    Later(Mutex<Vec<Event>>),
}

/// What comes for a thread that waits.
pub(crate) struct Inbox {
    events: mpsc::Receiver<Event>,
    backlog: Arc<Backlog>,
}

/// A sink for a thread that will wait, and what will come there.
pub(crate) fn inbox() -> (Arc<Sink>, Inbox) {
    let (sender, events) = mpsc::channel();
    let backlog = Arc::<Backlog>::default();
    (Arc::new(Sink::Thread(sender, Arc::clone(&backlog))), Inbox { events, backlog })
}

impl Sink {
    pub(crate) fn send(&self, event: Event) {
        match self {
            Self::Loop(queue, token) => queue.report(*token, event),
            Self::Thread(_, backlog) if matches!(event, Event::Log(_)) && !backlog.admit() => {}
            // An error says that the waiting thread gave up.
            Self::Thread(sender, _) => drop(sender.send(event)),
            Self::Later(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).push(event),
        }
    }

    /// Hands on what was kept.
    pub(crate) fn hand_on(&self, next: &Self) {
        self.take().into_iter().for_each(|event| next.send(event));
    }

    /// Writes the log records that were kept.
    pub(crate) fn write(&self, py: Python<'_>) -> PyResult<()> {
        let mut records = self.take().into_iter().filter_map(|event| match event {
            Event::Log(record) => Some(record),
            Event::Progress(..) | Event::Finished(_) => None,
        });
        records.try_for_each(|record| logs::write(py, &record))
    }

    fn take(&self) -> Vec<Event> {
        match self {
            Self::Later(kept) => mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::Loop(..) | Self::Thread(..) => Vec::new(),
        }
    }
}

/// The token of a new call, which ends with its runtime.
pub(crate) fn token(py: Python<'_>) -> PyResult<CancellationToken> {
    runtime::enter(py).map(|(_, root)| root.child_token())
}

/// Runs `work` on the runtime (that of an event loop from its bridge's next `flush`) and announces its end, and before it the
/// log records of `least` and above.
pub(crate) fn start(
    py: Python<'_>,
    sink: Arc<Sink>,
    work: impl Future<Output = Answer> + Send + 'static,
    least: Option<LogLevel>,
) -> PyResult<()> {
    let (handle, _) = runtime::enter(py)?;
    let work = Listener::scope_of(least.map(|least| listener(&sink, least)), work);
    if let Sink::Loop(queue, token) = &*sink {
        // The loop flushes at its next turn.
        let _ = queue.add(*token, work);
    } else {
        drop(handle.spawn(announced(work, move |answer| sink.send(Event::Finished(answer)))));
    }
    Ok(())
}

/// Takes a call's log records of `least` and above.
pub(crate) fn listener(sink: &Arc<Sink>, least: LogLevel) -> Listener {
    let sink = Arc::clone(sink);
    Listener::new(move |record| {
        if record.level >= least {
            sink.send(Event::Log(record));
        }
    })
}

/// A call in flight that an event loop waits for.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct Call(pub(crate) Tied<CancellationToken>);

#[pymethods]
impl Call {
    /// Ends the call; it is announced soon, with what is known of its inputs.
    fn cancel(&self) {
        if let Some(token) = self.0.get() {
            token.cancel();
        }
    }
}

/// Waits for the end of a call on a thread of Python. Ctrl-C, and an exception of `progress`, cancel the call and are raised
/// with what is known of its inputs as `.report`.
pub(crate) fn wait_for(
    py: Python<'_>,
    inbox: Inbox,
    cancel: &CancellationToken,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let Inbox { mut events, backlog } = inbox;
    let mut interrupted: Option<PyErr> = None;
    // An interrupted call ends at once; these ticks are for the case that it does not.
    let mut patience = 20;
    loop {
        let received;
        (events, received) = wait::detached(py, move || {
            let received = events.recv_timeout(wait::TICK);
            (events, received)
        });
        // What a handler, a callback or Ctrl-C raised in this round.
        let mut raised = Ok(());
        match received {
            Ok(Event::Finished(answer)) => {
                if let Some(record) = backlog.dropped() {
                    raised = logs::write(py, &record);
                }
                return match interrupted.or(raised.err()) {
                    Some(error) => Err(with_report(py, error, answer.into_report())),
                    None => answer.into_python(py),
                };
            }
            Ok(Event::Progress(done, total)) if interrupted.is_none() => {
                raised = progress.map_or(Ok(()), |progress| progress.call1((done, total)).map(drop));
            }
            Ok(Event::Log(record)) => {
                backlog.taken();
                raised = logs::write(py, &record);
            }
            Ok(Event::Progress(..)) => {}
            Err(_) if interrupted.is_some() => patience -= 1,
            Err(_) => {}
        }
        let raised = raised.and_then(|()| if interrupted.is_none() { py.check_signals() } else { Ok(()) });
        if let Err(error) = raised {
            cancel.cancel();
            interrupted.get_or_insert(error);
        }
        if patience == 0
            && let Some(error) = interrupted.take()
        {
            return Err(with_report(py, error, None));
        }
    }
}

fn with_report(py: Python<'_>, error: PyErr, report: Option<Arc<Report>>) -> PyErr {
    let report = report.and_then(|report| results::report(py, report).ok());
    // An exception that takes no attributes is raised as it is.
    let _ = error.value(py).setattr("report", report);
    error
}
