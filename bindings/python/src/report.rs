//! Reports stay Rust data; outcomes become Python objects when somebody looks at them.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use pyo3::{
    exceptions::PyIndexError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyCapsule, PyDict, PyList, PyString, PyType},
};
use serde_json::{Map, Value};
use wablock::{BlockedUser, Outcome, Report, State, User, UserSet};

use crate::{arrow, convert, errors, given};

static REPORT: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static OUTCOMES: PyOnceLock<Outcomes> = PyOnceLock::new();
static BLOCKED_USER: PyOnceLock<Maker> = PyOnceLock::new();
static USER: PyOnceLock<Maker> = PyOnceLock::new();

const RESULTS: &str = "wablock.results";

/// Makes objects of a frozen class without its `__init__`, which would take three times as long, and check again what the core
/// has checked; tens of thousands of rows show it.
struct Maker {
    class: Py<PyType>,
    new: Py<PyAny>,
    setters: Vec<Py<PyAny>>,
}

impl Maker {
    fn of(py: Python<'_>, class: &str) -> PyResult<Self> {
        let class = py.import(RESULTS)?.getattr(class)?.cast_into::<PyType>()?;
        let new = class.getattr("__new__")?.unbind();
        let fields: Vec<String> = class.getattr("__slots__")?.extract()?;
        let setter = |field: String| Ok(class.getattr(field)?.getattr("__set__")?.unbind());
        let setters = fields.into_iter().map(setter).collect::<PyResult<_>>()?;
        Ok(Self { class: class.unbind(), new, setters })
    }

    /// An object of a class whose values a native class holds.
    fn hand_over<'py>(
        &self,
        py: Python<'py>,
        (one, two, three): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>),
    ) -> PyResult<Bound<'py, PyAny>> {
        debug_assert!(self.setters.is_empty());
        self.new.bind(py).call1((&self.class, one, two, three))
    }

    /// An object of a class with slots, with these values in their order.
    fn make<'py, const N: usize>(
        &self,
        py: Python<'py>,
        values: [Bound<'py, PyAny>; N],
    ) -> PyResult<Bound<'py, PyAny>> {
        debug_assert_eq!(self.setters.len(), N);
        let object = self.new.bind(py).call1((&self.class,))?;
        for (setter, value) in self.setters.iter().zip(values) {
            setter.bind(py).call1((&object, value))?;
        }
        Ok(object)
    }
}

/// The classes of outcomes: what they share, and one for each state, in the order of [`State::ALL`].
struct Outcomes {
    base: Py<PyType>,
    by_state: [Maker; State::ALL.len()],
}

impl Outcomes {
    fn find(py: Python<'_>) -> PyResult<Self> {
        let base = py.import(RESULTS)?.getattr("BaseOutcome")?.cast_into::<PyType>()?.unbind();
        let class = |state| match state {
            State::Done => "DoneOutcome",
            State::Failed => "FailedOutcome",
            State::Unknown => "UnknownOutcome",
            State::NotSent => "NotSentOutcome",
        };
        let [done, failed, unknown, not_sent] = State::ALL.map(|state| Maker::of(py, class(state)));
        Ok(Self { base, by_state: [done?, failed?, unknown?, not_sent?] })
    }

    fn of(py: Python<'_>) -> PyResult<&Self> {
        OUTCOMES.get_or_try_init(py, || Self::find(py))
    }
}

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

fn maker<'py>(py: Python<'py>, slot: &'static PyOnceLock<Maker>, class: &str) -> PyResult<&'py Maker> {
    slot.get_or_try_init(py, || Maker::of(py, class))
}

pub(crate) fn outcome_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    Outcomes::of(py).map(|outcomes| outcomes.base.bind(py))
}

pub(crate) fn blocked_user_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    maker(py, &BLOCKED_USER, "BlockedUser").map(|maker| maker.class.bind(py))
}

pub(crate) fn user_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    maker(py, &USER, "User").map(|maker| maker.class.bind(py))
}

/// The `wablock.Report` of a report.
pub(crate) fn wrap(py: Python<'_>, report: Arc<Report>) -> PyResult<Bound<'_, PyAny>> {
    report_class(py)?.call1((NativeReport(report),))
}

fn text<'py>(py: Python<'py>, text: Option<&str>) -> Bound<'py, PyAny> {
    text.map_or_else(|| py.None().into_bound(py), |text| PyString::new(py, text).into_any())
}

fn or_none<'py>(py: Python<'py>, value: Option<Bound<'py, PyAny>>) -> Bound<'py, PyAny> {
    value.unwrap_or_else(|| py.None().into_bound(py))
}

fn extra<'py>(py: Python<'py>, extra: Option<&Map<String, Value>>) -> PyResult<Bound<'py, PyAny>> {
    let dict = extra.map(|extra| convert::object(py, extra)).transpose()?;
    Ok(or_none(py, dict.map(Bound::into_any)))
}

/// The `wablock.Outcome` of an outcome.
pub(crate) fn outcome<'py>(py: Python<'py>, outcome: &Outcome) -> PyResult<Bound<'py, PyAny>> {
    let found = outcome.user.as_ref().map(|found| user(py, found)).transpose()?;
    let error = outcome.error.as_ref().map(|error| errors::exception(py, error, None)).transpose()?;
    let values = [
        PyString::new(py, &outcome.input).into_any(),
        PyString::intern(py, outcome.state.as_str()).into_any(),
        or_none(py, found),
        text(py, outcome.wa_id.as_deref()),
        text(py, outcome.user_id.as_deref()),
        or_none(py, error),
        extra(py, outcome.extra.as_deref())?,
    ];
    Outcomes::of(py)?.by_state[outcome.state as usize].make(py, values)
}

/// The `wablock.BlockedUser` of a user on a list.
pub(crate) fn blocked_user<'py>(py: Python<'py>, user: &BlockedUser) -> PyResult<Bound<'py, PyAny>> {
    let (wa_id, user_id) = (text(py, user.wa_id.as_deref()), text(py, user.user_id.as_deref()));
    maker(py, &BLOCKED_USER, "BlockedUser")?.hand_over(py, (wa_id, user_id, extra(py, user.extra.as_deref())?))
}

/// The `wablock.User` of a user.
pub(crate) fn user<'py>(py: Python<'py>, user: &User) -> PyResult<Bound<'py, PyAny>> {
    let values = [PyString::intern(py, user.kind().as_str()).into_any(), PyString::new(py, user.id()).into_any()];
    maker(py, &USER, "User")?.make(py, values)
}

fn outcomes<'a, 'py>(py: Python<'py>, outcomes: impl Iterator<Item = &'a Outcome>) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for item in outcomes {
        list.append(outcome(py, item)?)?;
    }
    Ok(list)
}

/// State, code, provider's code, message, hint, count; and whether the message is true of all of them.
type Problem<'a> = (&'a str, &'a str, Option<&'a str>, &'a str, &'a str, usize, bool);

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
    fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
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
        let [done, failed, unknown, not_sent] = self.0.counts();
        (done, failed, unknown, not_sent)
    }

    /// Whether an input names a user, in any spelling.
    fn contains(&self, user: &Bound<'_, PyAny>) -> PyResult<bool> {
        let (py, user) = (user.py(), given::one(user, "the user")?);
        UserSet::of_report(&self.0).has(user).map_err(|error| errors::raise(py, &error, None))
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

    /// The columns of the Arrow stream as Python lists.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        arrow::columns(py, &self.0.outcomes)
    }

    /// The outcomes as an Arrow stream; a wished schema is not needed, every reader can cast.
    #[pyo3(name = "__arrow_c_stream__", signature = (requested_schema = None))]
    fn arrow_c_stream<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        arrow::outcomes(py, Arc::clone(&self.0))
    }

    /// Why inputs are not done: how many there are with each code, most frequent first.
    fn failures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (kind, count) in State::ALL.into_iter().flat_map(|state| self.0.reasons(state)) {
            match counts.iter_mut().find(|(code, _)| *code == kind.code()) {
                Some((_, sum)) => *sum += count,
                None => counts.push((kind.code(), count)),
            }
        }
        counts.sort_by_key(|(_, count)| Reverse(*count));
        let dict = PyDict::new(py);
        counts.into_iter().try_for_each(|(code, count)| dict.set_item(code, count))?;
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }

    /// What went wrong, grouped, most frequent first.
    fn problems(&self) -> Vec<Problem<'_>> {
        let mut problems: Vec<Problem<'_>> = Vec::new();
        let mut known: HashMap<_, usize> = HashMap::new();
        for outcome in &self.0.outcomes {
            let Some(error) = &outcome.error else { continue };
            let place =
                *known.entry((outcome.state.as_str(), error.code(), error.provider_code())).or_insert_with(|| {
                    let state = outcome.state.as_str();
                    problems.push((state, error.code(), error.provider_code(), error.message(), error.hint(), 0, true));
                    problems.len() - 1
                });
            problems[place].5 += 1;
            problems[place].6 &= problems[place].3 == error.message();
        }
        problems.sort_by_key(|problem| Reverse(problem.5));
        problems
    }

    /// The exception that explains most of what did not work.
    fn cause<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.cause().map(|error| errors::exception(py, &error, Some(Arc::clone(&self.0)))).transpose()
    }
}
