//! Reports stay Rust data; outcomes become Python objects when somebody looks at them.

use std::sync::Arc;

use pyo3::{
    exceptions::PyIndexError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyList, PyString, PyType},
};
use wablock::{BlockedUser, Outcome, Report, State, User};

use crate::{convert, errors};

static REPORT: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static OUTCOME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static BLOCKED_USER: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static USER: PyOnceLock<Py<PyType>> = PyOnceLock::new();

const RESULTS: &str = "wablock.results";

pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    report_class(py)?;
    outcome_class(py)?;
    blocked_user_class(py)?;
    user_class(py)?;
    Ok(())
}

fn report_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    REPORT.import(py, RESULTS, "Report")
}

pub(crate) fn outcome_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    OUTCOME.import(py, RESULTS, "Outcome")
}

pub(crate) fn blocked_user_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    BLOCKED_USER.import(py, RESULTS, "BlockedUser")
}

pub(crate) fn user_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    USER.import(py, RESULTS, "User")
}

/// The `wablock.Report` of a report.
pub(crate) fn wrap(py: Python<'_>, report: Arc<Report>) -> PyResult<Bound<'_, PyAny>> {
    report_class(py)?.call1((NativeReport(report),))
}

/// The `wablock.Outcome` of an outcome.
pub(crate) fn outcome<'py>(py: Python<'py>, outcome: &Outcome) -> PyResult<Bound<'py, PyAny>> {
    let error = outcome.error.as_ref().map(|error| errors::exception(py, error, None)).transpose()?;
    let extra = outcome.extra.as_ref().map(|extra| convert::object(py, extra)).transpose()?;
    outcome_class(py)?.call1((
        &*outcome.input,
        PyString::intern(py, outcome.state.as_str()),
        outcome.user.as_ref().map(|found| user(py, found)).transpose()?,
        outcome.wa_id.as_deref(),
        outcome.user_id.as_deref(),
        error,
        extra,
    ))
}

/// The `wablock.BlockedUser` of a user on a list.
pub(crate) fn blocked_user<'py>(py: Python<'py>, user: &BlockedUser) -> PyResult<Bound<'py, PyAny>> {
    let extra = user.extra.as_ref().map(|extra| convert::object(py, extra)).transpose()?;
    blocked_user_class(py)?.call1((user.wa_id.as_deref(), user.user_id.as_deref(), extra))
}

/// The `wablock.User` of a user.
pub(crate) fn user<'py>(py: Python<'py>, user: &User) -> PyResult<Bound<'py, PyAny>> {
    user_class(py)?.call1((PyString::intern(py, user.kind().as_str()), user.id()))
}

fn outcomes<'a, 'py>(py: Python<'py>, outcomes: impl Iterator<Item = &'a Outcome>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for item in outcomes {
        list.append(outcome(py, item)?)?;
    }
    Ok(list)
}

/// The data of a `wablock.Report`.
#[pyclass(frozen, eq, module = "wablock._native")]
#[derive(PartialEq)]
pub(crate) struct NativeReport(pub(crate) Arc<Report>);

#[pymethods]
impl NativeReport {
    /// Reads what `to_json` wrote.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        Report::from_json(text).map(|report| Self(Arc::new(report))).map_err(|error| errors::raise(py, &error, None))
    }

    fn to_json(&self) -> String {
        self.0.to_json()
    }

    #[getter]
    fn provider(&self) -> &str {
        self.0.provider.as_str()
    }

    #[getter]
    fn operation(&self) -> &'static str {
        self.0.operation.as_str()
    }

    #[getter]
    fn requests(&self) -> u32 {
        self.0.requests
    }

    #[getter]
    fn finished_at_ms(&self) -> u64 {
        self.0.finished_at_ms
    }

    #[getter]
    fn ok(&self) -> bool {
        self.0.is_ok()
    }

    fn __len__(&self) -> usize {
        self.0.outcomes.len()
    }

    /// How many are done, failed, unknown, not sent.
    fn counts(&self) -> (usize, usize, usize, usize) {
        let [done, failed, unknown, not_sent] = State::ALL.map(|state| self.0.count(state));
        (done, failed, unknown, not_sent)
    }

    /// The outcome at `index`, which is not negative.
    fn item<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let item = self.0.outcomes.get(index).ok_or_else(|| PyIndexError::new_err("report index out of range"))?;
        outcome(py, item)
    }

    /// The outcomes from `start` up to `stop`.
    fn range<'py>(&self, py: Python<'py>, start: usize, stop: usize) -> PyResult<Bound<'py, PyList>> {
        outcomes(py, self.0.outcomes.iter().take(stop).skip(start))
    }

    /// The outcomes in a state.
    fn in_state<'py>(&self, py: Python<'py>, state: &str) -> PyResult<Bound<'py, PyList>> {
        outcomes(py, self.0.outcomes.iter().filter(|outcome| outcome.state.as_str() == state))
    }

    /// The exception that explains most of what did not work.
    fn cause<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.cause().map(|error| errors::exception(py, &error, Some(Arc::clone(&self.0)))).transpose()
    }
}
