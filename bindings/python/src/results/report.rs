//! The report of a call: `wablock.Report`.

use std::sync::Arc;

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyList, PyString, PyType},
};
use wablock::State;

use super::{outcome, rows::Rows};
use crate::{errors, given, python};

/// See [`Report::_problems`].
type Group<'a> = (&'a str, &'a str, Option<&'a str>, &'a str, &'a str, usize, bool);

/// Milliseconds to the end of the year 9999, where Python's datetimes end.
const LAST_MS: u64 = 253_402_300_799_999;

/// The outcomes of one call of `block`, `unblock` or `check`: exactly one per input, in input order.
///
/// A sequence of `Outcome`: it has a length, can be looped over, indexed and sliced. Plain data: frozen, comparable,
/// hashable and picklable.
///
/// Data frame libraries read it directly (``polars.DataFrame(report)``), with the columns ``input``, ``state``,
/// ``user`` (its id), ``wa_id``, ``user_id``, ``error`` (its code), ``message``, ``hint``, ``provider_code``,
/// ``status``, ``request_id``, ``retryable``, ``retry_after`` (seconds) and ``extra`` (JSON text).
///
/// >>> report = Report.from_json(
/// ...     '{"provider":"meta","operation":"block","requests":1,"finished_at_ms":0,'
/// ...     '"outcomes":[{"input":"+16505551234","state":"done"}]}'
/// ... )
/// >>> report
/// Report(meta block: 1 done, 0 failed, 0 unknown, 0 not_sent)
/// >>> report.ok, report[0].state
/// (True, 'done')
#[pyclass(frozen, eq, extends = Rows, module = "wablock.reports")]
#[derive(PartialEq)]
pub(crate) struct Report(pub(crate) Arc<wablock::Report>);

#[pymethods]
impl Report {
    /// Reads a report that `to_json` wrote, here or in another language.
    ///
    /// Raises:
    ///     ConfigError: the text is not a report.
    ///
    /// >>> Report.from_json("{}")
    /// Traceback (most recent call last):
    /// ...
    /// wablock.errors.ConfigError: ...
    #[staticmethod]
    fn from_json<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let py = text.py();
        let Ok(text) = text.cast::<PyString>() else {
            let kind = given::type_name(text);
            let message = format!("from_json needs text, not {kind}; from_dict takes what to_dict gave");
            return Err(PyTypeError::new_err(message));
        };
        let read = wablock::Report::from_json(&text.to_string_lossy());
        report(py, Arc::new(read.map_err(|error| errors::raise(py, &error, None))?))
    }

    /// Reads a report that `to_dict` wrote.
    ///
    /// Raises:
    ///     ConfigError: the value is not a report.
    ///
    /// >>> empty = {"provider": "meta", "operation": "block", "outcomes": [], "requests": 0, "finished_at_ms": 0}
    /// >>> Report.from_dict(empty)
    /// Report(meta block: 0 done, 0 failed, 0 unknown, 0 not_sent)
    #[staticmethod]
    fn from_dict<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        Self::from_json(&python::call(value.py(), "json", "dumps", (value,))?)
    }

    /// Id of the provider that was called.
    #[getter]
    fn provider(&self) -> &str {
        self.0.provider.as_str()
    }

    /// The operation: ``"block"``, ``"unblock"`` or ``"check"``.
    #[getter]
    fn operation(&self) -> &'static str {
        self.0.operation.as_str()
    }

    /// A fingerprint of the business number: ``settle`` accepts only reports of its own number.
    ///
    /// ``None`` in a report that an older version wrote.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }

    /// HTTP requests sent, every attempt counted.
    #[getter]
    fn requests(&self) -> u32 {
        self.0.requests
    }

    /// When the call ended, in UTC.
    #[getter]
    fn finished_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let datetime = py.import("datetime")?;
        let (utc, ms) = (datetime.getattr("UTC")?, self.0.finished_at_ms.min(LAST_MS));
        let epoch = datetime.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
        epoch.add(datetime.getattr("timedelta")?.call1((0, 0, 0, ms))?)
    }

    /// True when every input is done.
    #[getter]
    fn ok(&self) -> bool {
        self.0.is_ok()
    }

    /// How many outcomes are in each state, all four states included.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, State::ALL.into_iter().map(State::as_str).zip(self.0.counts()))
    }

    /// Why inputs are not done: how many there are with each error code, the most frequent first.
    #[getter]
    fn failures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, self.0.failures().into_iter().map(|(kind, count)| (kind.code(), count)))
    }

    /// The outcomes that the provider confirmed, in input order.
    #[getter]
    fn done<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.in_state(py, State::Done)
    }

    /// The outcomes that the provider rejected, or whose input names no user, in input order; each has an error.
    #[getter]
    fn failed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.in_state(py, State::Failed)
    }

    /// The outcomes without a trustworthy answer, in input order; `settle` resolves them.
    #[getter]
    fn unknown<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.in_state(py, State::Unknown)
    }

    /// The outcomes of inputs that never left this machine, in input order; pass them to the next call.
    #[getter]
    fn not_sent<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.in_state(py, State::NotSent)
    }

    /// Raises the error that explains most of what did not work, with this report as `report`; not when all is done.
    ///
    /// >>> Report.from_json(
    /// ...     '{"provider":"meta","operation":"block","requests":0,"finished_at_ms":0,"outcomes":[]}'
    /// ... ).raise_for_failures()
    fn raise_for_failures(&self, py: Python<'_>) -> PyResult<()> {
        let Some(error) = self.0.cause() else { return Ok(()) };
        let report = report(py, Arc::clone(&self.0))?;
        Err(errors::raise(py, &error, Some(report.into_any())))
    }

    /// The report as plain data, the same keys in every language.
    ///
    /// >>> Report.from_json(
    /// ...     '{"provider":"meta","operation":"block","requests":0,"finished_at_ms":0,"outcomes":[]}'
    /// ... ).to_dict()
    /// {'v': 1, 'provider': 'meta', 'operation': 'block', 'outcomes': [], 'requests': 0, 'finished_at_ms': 0}
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        python::call(py, "json", "loads", (self.0.to_json(),))
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        let report = &self.0;
        let counted =
            (self.provider(), self.operation(), report.requests, report.finished_at_ms, report.outcomes.len());
        counted.into_pyobject(py)?.hash()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }

    fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let class: Bound<'py, PyType> = this.get_type();
        Ok((class.getattr("from_json")?, (this.get().0.to_json(),)))
    }

    /// The groups of outcomes with an error, for `_view`: state, code, the provider's code, message, hint, count, and
    /// whether the message is the same in all of them.
    fn _problems(&self) -> Vec<Group<'_>> {
        let group = |wablock::Problem { state, error, count, same, .. }| {
            (state.as_str(), error.code(), error.provider_code(), error.message(), error.hint(), count, same)
        };
        self.0.problems().into_iter().map(group).collect()
    }
}

impl Report {
    fn in_state<'py>(&self, py: Python<'py>, state: State) -> PyResult<Bound<'py, PyList>> {
        let outcomes = self.0.in_state(state).map(|item| outcome(py, item)).collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, outcomes)
    }
}

fn dict<'py>(py: Python<'py>, counts: impl Iterator<Item = (&'static str, usize)>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, count) in counts {
        dict.set_item(name, count)?;
    }
    Ok(dict)
}

/// A report of the core as an object of Python.
pub(crate) fn report(py: Python<'_>, report: Arc<wablock::Report>) -> PyResult<Bound<'_, Report>> {
    Bound::new(py, Rows::outcomes(&report).add_subclass(Report(report)))
}
