//! The outcome of one input: a class for each state, over one base.

use pyo3::{
    IntoPyObjectExt,
    exceptions::{PyBaseException, PyValueError},
    prelude::*,
    types::{PyDict, PyTuple},
};
use serde_json::json;
use wablock::State;

use super::{
    User,
    record::{self, Record},
};
use crate::errors;

/// The fields that all outcomes have.
///
/// Attributes:
///     input: the caller's input, unchanged.
///     state: ``"done"``, ``"failed"``, ``"unknown"`` or ``"not_sent"``.
///     user: how the input was read; None if it is not a valid user.
///     wa_id: the user's wa_id as the provider resolved it, or None; it may differ from the number.
///     user_id: the user's business-scoped id, if the provider returned one.
///     error: why the user is not done; always set if failed or unknown, None if done.
///     extra: unknown fields of the provider's answer about this user, or None.
///
/// >>> outcome = DoneOutcome(input="+1 650-555-1234", wa_id="16505551234")
/// >>> outcome.ok, outcome.to_dict()
/// (True, {'input': '+1 650-555-1234', 'state': 'done', 'wa_id': '16505551234'})
#[pyclass(frozen, subclass, extends = Record, module = "wablock.results")]
pub(crate) struct BaseOutcome {
    /// Its error is `error` below.
    pub(crate) data: wablock::Outcome,
    error: Option<Py<PyAny>>,
}

#[pymethods]
impl BaseOutcome {
    #[classattr]
    #[pyo3(name = "_fields")]
    fn fields() -> [&'static str; 7] {
        ["input", "state", "user", "wa_id", "user_id", "error", "extra"]
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args(py: Python<'_>) -> Bound<'_, PyTuple> {
        PyTuple::empty(py)
    }

    #[getter]
    fn input(&self) -> &str {
        &self.data.input
    }

    #[getter]
    fn state(&self) -> &'static str {
        self.data.state.as_str()
    }

    #[getter]
    fn user<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, User>>> {
        self.data.user.as_ref().map(|user| super::user(py, user.clone())).transpose()
    }

    #[getter]
    fn wa_id(&self) -> Option<&str> {
        self.data.wa_id.as_deref()
    }

    #[getter]
    fn user_id(&self) -> Option<&str> {
        self.data.user_id.as_deref()
    }

    #[getter]
    fn error(&self) -> Option<&Py<PyAny>> {
        self.error.as_ref()
    }

    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        record::extra_of(py, self.data.extra.as_deref())
    }

    /// True if it is done: the provider confirmed it.
    #[getter]
    fn ok(&self) -> bool {
        self.data.is_ok()
    }

    /// The outcome as plain data, without fields that are None; the same keys in every language.
    ///
    /// >>> DoneOutcome(input="+16505551234").to_dict()
    /// {'input': '+16505551234', 'state': 'done'}
    fn to_dict<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        record::to_dict(this.as_super())
    }

    /// The outcome as JSON, the same in every language.
    ///
    /// >>> DoneOutcome(input="+16505551234").to_json()
    /// '{"input":"+16505551234","state":"done"}'
    fn to_json(this: &Bound<'_, Self>) -> PyResult<String> {
        record::to_json(this.as_super())
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<bool> {
        let other = other.get();
        match (&self.error, &other.error) {
            _ if self.data != other.data => Ok(false),
            (Some(mine), Some(theirs)) => mine.bind(py).eq(theirs),
            (mine, theirs) => Ok(mine.is_none() && theirs.is_none()),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        let user = self.data.user.as_ref().map(wablock::User::id);
        let counted = (self.input(), self.state(), user, self.wa_id(), self.user_id(), self.error());
        counted.into_bound_py_any(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let code = self.error.as_ref().map(|error| error.bind(py).getattr("code")).transpose()?;
        let why = code.map(|code| format!(" ({code})")).unwrap_or_default();
        let input = wablock::mask(self.input()).into_bound_py_any(py)?.repr()?;
        Ok(format!("Outcome({input} {}{why})", self.state()))
    }
}

/// What the constructor of a state's class is given.
struct Given<'py> {
    input: &'py str,
    state: &'py str,
    user: Option<Bound<'py, User>>,
    wa_id: Option<&'py str>,
    user_id: Option<&'py str>,
    error: Option<Bound<'py, PyBaseException>>,
    extra: Option<Bound<'py, PyAny>>,
}

impl Given<'_> {
    fn outcome(self, state: State) -> PyResult<PyClassInitializer<BaseOutcome>> {
        if self.state != state.as_str() {
            return Err(PyValueError::new_err(format!("the state must be {:?}, not {:?}", state.as_str(), self.state)));
        }
        if state == State::Done && self.error.is_some() {
            return Err(PyValueError::new_err("an outcome that is done has no error"));
        }
        let data = serde_json::from_value(json!({ "input": self.input, "state": state }));
        let mut data: wablock::Outcome = data.map_err(|error| PyValueError::new_err(error.to_string()))?;
        data.user = self.user.map(|user| user.get().0.clone());
        (data.wa_id, data.user_id) = (self.wa_id.map(Into::into), self.user_id.map(Into::into));
        data.extra = record::extra(self.extra.as_ref())?;
        Ok(base(data, self.error.map(|error| error.into_any().unbind())))
    }
}

fn base(data: wablock::Outcome, error: Option<Py<PyAny>>) -> PyClassInitializer<BaseOutcome> {
    PyClassInitializer::from(Record).add_subclass(BaseOutcome { data, error })
}

/// The class of a state, and what its constructor takes.
macro_rules! state_class {
    ($(#[$($doc:tt)*])* $name:ident, $state:ident, ($($signature:tt)*)) => {
        $(#[$($doc)*])*
        #[pyclass(frozen, extends = BaseOutcome, module = "wablock.results")]
        pub(crate) struct $name;

        #[pymethods]
        impl $name {
            #[new]
            #[pyo3(signature = ($($signature)*))]
            fn new<'py>(
                input: &'py str,
                state: &'py str,
                user: Option<Bound<'py, User>>,
                wa_id: Option<&'py str>,
                user_id: Option<&'py str>,
                error: Option<Bound<'py, PyBaseException>>,
                extra: Option<Bound<'py, PyAny>>,
            ) -> PyResult<PyClassInitializer<Self>> {
                let given = Given { input, state, user, wa_id, user_id, error, extra };
                Ok(given.outcome(State::$state)?.add_subclass(Self))
            }
        }
    };
}

state_class! {
    /// The outcome of an input that is done: the provider confirmed this very user.
    ///
    /// >>> DoneOutcome(input="+16505551234", wa_id="16505551234").error is None
    /// True
    DoneOutcome, Done, (*, input, state = State::Done.as_str(), user = None, wa_id = None, user_id = None, error = None, extra = None)
}

state_class! {
    /// The outcome of an input that the provider rejected, or that is not a valid user; `error` says why.
    ///
    /// >>> from wablock import NotEligibleError
    /// >>> FailedOutcome(input="+16505551234", error=NotEligibleError("not in 24 hours")).error.code
    /// 'not_eligible'
    FailedOutcome, Failed, (*, input, state = State::Failed.as_str(), user = None, wa_id = None, user_id = None, error, extra = None)
}

state_class! {
    /// The outcome of an input that was sent, but got no reliable answer; `settle` resolves it.
    ///
    /// >>> from wablock import APITimeoutError
    /// >>> UnknownOutcome(input="+16505551234", error=APITimeoutError("no answer")).error.code
    /// 'timeout'
    UnknownOutcome, Unknown, (*, input, state = State::Unknown.as_str(), user = None, wa_id = None, user_id = None, error, extra = None)
}

state_class! {
    /// The outcome of an input that never left this machine; pass it to the next call.
    ///
    /// `error` says why it was not sent. It is None after `check`, which sends nothing.
    ///
    /// >>> NotSentOutcome(input="+16505551234").ok
    /// False
    NotSentOutcome, NotSent, (*, input, state = State::NotSent.as_str(), user = None, wa_id = None, user_id = None, error = None, extra = None)
}

/// The outcome of the core, as an object of the class of its state.
pub(crate) fn outcome<'py>(py: Python<'py>, outcome: &wablock::Outcome) -> PyResult<Bound<'py, PyAny>> {
    let error = outcome.error.as_ref().map(|error| errors::exception(py, error, None)).transpose()?;
    let mut data = outcome.clone();
    data.error = None;
    let base = base(data, error.map(Bound::unbind));
    Ok(match outcome.state {
        State::Done => Bound::new(py, base.add_subclass(DoneOutcome))?.into_any(),
        State::Failed => Bound::new(py, base.add_subclass(FailedOutcome))?.into_any(),
        State::Unknown => Bound::new(py, base.add_subclass(UnknownOutcome))?.into_any(),
        State::NotSent => Bound::new(py, base.add_subclass(NotSentOutcome))?.into_any(),
    })
}
