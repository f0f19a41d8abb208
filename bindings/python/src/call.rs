//! One call on its way: started on the runtime, announced to an event loop or to a waiting thread.

use std::{
    future::Future,
    sync::{Arc, mpsc},
};

use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyList, PyString},
};
use wablock::{BlockedUser, CallError, CancellationToken, Error, ErrorKind, Outcome, Report};

use crate::{
    bridge::Queue,
    errors, report,
    runtime::{self, Tied},
    wait,
};

/// What a call says while it runs, and at its end.
pub(crate) enum Event {
    Progress(usize, usize),
    Finished(Answer),
}

/// How a call ended, as plain Rust data.
pub(crate) enum Answer {
    Outcome(Box<Outcome>),
    Report(Arc<Report>),
    Page(Option<Vec<BlockedUser>>),
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
            Self::Outcome(outcome) => report::outcome(py, &outcome).map(Bound::unbind),
            Self::Report(report) => report::wrap(py, report).map(Bound::unbind),
            Self::Page(None) => Ok(py.None()),
            Self::Page(Some(users)) => {
                let users = users.iter().map(|user| report::blocked_user(py, user)).collect::<PyResult<Vec<_>>>()?;
                Ok(PyList::new(py, users)?.into_any().unbind())
            }
            Self::Failed(error) => {
                let (error, report) = error.into_parts();
                Err(errors::raise(py, &error, report.map(Arc::new)))
            }
        }
    }

    /// What is known of the inputs of a call that was interrupted.
    pub(crate) fn into_report(self) -> Option<Arc<Report>> {
        match self {
            Self::Report(report) => Some(report),
            Self::Failed(error) => error.into_parts().1.map(Arc::new),
            Self::Outcome(_) | Self::Page(_) => None,
        }
    }
}

impl Event {
    /// Kind (`progress`, `result` or `error`) and value. An error of the conversion takes the place of the value.
    pub(crate) fn into_python(self, py: Python<'_>) -> (Py<PyString>, Py<PyAny>) {
        let text = |kind: &str| PyString::intern(py, kind).unbind();
        let value = match self {
            Self::Progress(done, total) => match (done, total).into_py_any(py) {
                Ok(pair) => return (text("progress"), pair),
                Err(error) => Err(error),
            },
            Self::Finished(answer) => answer.into_python(py),
        };
        match value {
            Ok(value) => (text("result"), value),
            Err(error) => (text("error"), error.into_value(py).into_any()),
        }
    }
}

/// Where a call is announced.
pub(crate) enum Sink {
    Loop(Arc<Queue>, u64),
    Thread(mpsc::Sender<Event>),
}

impl Sink {
    pub(crate) fn send(&self, event: Event) {
        match self {
            Self::Loop(queue, token) => queue.push(*token, event),
            // The waiting thread gave up.
            Self::Thread(sender) => drop(sender.send(event)),
        }
    }
}

/// Announces the end exactly once, also when the task panics or is dropped with its runtime: nobody waits for ever.
struct Announcer(Arc<Sink>, Option<Answer>);

impl Announcer {
    fn announce(mut self, answer: Answer) {
        self.1 = Some(answer);
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        let answer = self.1.take().unwrap_or_else(|| {
            Error::new(ErrorKind::Protocol, "the call ended without a result, which is a defect of wablock")
                .with_hint("List to learn whether it took effect, and report this.")
                .into()
        });
        self.0.send(Event::Finished(answer));
    }
}

/// The token of a new call, which ends with its runtime.
pub(crate) fn token(py: Python<'_>) -> PyResult<CancellationToken> {
    runtime::enter(py).map(|(_, root)| root.child_token())
}

/// Runs `work` on the runtime and announces its end.
pub(crate) fn start(
    py: Python<'_>,
    sink: Arc<Sink>,
    work: impl Future<Output = Answer> + Send + 'static,
) -> PyResult<()> {
    let (handle, _) = runtime::enter(py)?;
    let announcer = Announcer(sink, None);
    handle.spawn(async move { announcer.announce(work.await) });
    Ok(())
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
    mut events: mpsc::Receiver<Event>,
    cancel: &CancellationToken,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let mut interrupted: Option<PyErr> = None;
    // An interrupted call ends at once; these ticks are for the case that it does not.
    let mut patience = 20;
    loop {
        let received;
        (events, received) = wait::detached(py, move || {
            let received = events.recv_timeout(wait::TICK);
            (events, received)
        });
        match (received, &interrupted) {
            (Ok(Event::Finished(answer)), None) => return answer.into_python(py),
            (Ok(Event::Finished(answer)), Some(_)) => {
                let error = interrupted.take().expect("it was just matched");
                return Err(with_report(py, error, answer.into_report()));
            }
            (Ok(Event::Progress(done, total)), None) => {
                if let Some(Err(error)) = progress.map(|progress| progress.call1((done, total))) {
                    cancel.cancel();
                    interrupted = Some(error);
                    continue;
                }
            }
            (Ok(Event::Progress(..)), Some(_)) => {}
            (Err(_), None) => {}
            (Err(_), Some(_)) => {
                patience -= 1;
                if patience == 0 {
                    return Err(interrupted.take().expect("it was just matched"));
                }
            }
        }
        if interrupted.is_none()
            && let Err(error) = py.check_signals()
        {
            cancel.cancel();
            interrupted = Some(error);
        }
    }
}

fn with_report(py: Python<'_>, error: PyErr, report: Option<Arc<Report>>) -> PyErr {
    let report = report.and_then(|report| report::wrap(py, report).ok());
    // An exception that takes no attributes is raised as it is.
    let _ = error.value(py).setattr("report", report);
    error
}
