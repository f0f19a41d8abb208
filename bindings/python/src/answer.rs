//! How a call ended, and what it reported before: plain Rust data, converted on a Python thread.

use std::sync::Arc;

use pyo3::{IntoPyObjectExt, prelude::*, types::PyString};
use wablock::{BlockedUser, CallError, Report};

use crate::{errors, logs, results};

/// What a call reports while it runs, and at its end.
pub(crate) type Event = wablock_bindings::Event<Answer>;

/// How a call ended.
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

impl Answer {
    /// The answer for a result of the core.
    pub(crate) fn of<T, E: Into<CallError>>(result: Result<T, E>, answer: impl FnOnce(T) -> Self) -> Self {
        result.map_or_else(|error| Self::Failed(error.into()), answer)
    }

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
        Event::Finished(Answer::One(report)) => ("one", Answer::Report(report).into_python(py)),
        Event::Finished(answer) => ("result", answer.into_python(py)),
    };
    let (kind, value) = match value {
        Ok(value) => (kind, value),
        Err(error) => ("error", error.into_value(py).into_any()),
    };
    (PyString::intern(py, kind).unbind(), value)
}
