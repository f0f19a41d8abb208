//! Errors of the core as exceptions of `wablock.errors`.

use pyo3::{prelude::*, types::PyDict};
use wablock::{Error, ErrorKind};

use crate::python;

/// The exception to raise, with the report of the call as its `.report`.
pub(crate) fn raise(py: Python<'_>, error: &Error, report: Option<Bound<'_, PyAny>>) -> PyErr {
    exception(py, error, report).map_or_else(|wrong| wrong, PyErr::from_value)
}

/// The exception for `error`.
pub(crate) fn exception<'py>(
    py: Python<'py>,
    error: &Error,
    report: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("hint", error.hint())?;
    fields.set_item("provider", error.provider().map(wablock::ProviderId::as_str))?;
    fields.set_item("provider_code", error.provider_code())?;
    fields.set_item("status", error.status())?;
    fields.set_item("request_id", error.request_id())?;
    fields.set_item("retryable", error.retryable())?;
    fields.set_item("retry_after", error.retry_after().map(|wait| wait.as_secs_f64()))?;
    fields.set_item("option", error.option())?;
    fields.set_item("os_code", error.os_code())?;
    if let Some(report) = report {
        fields.set_item("report", report)?;
    }
    python::error_class(py, error.code())?.call((error.message(),), Some(&fields))
}

/// A `ConfigError` for an argument that the core never sees.
pub(crate) fn config(py: Python<'_>, message: String) -> PyErr {
    raise(py, &Error::new(ErrorKind::Config, message), None)
}

/// The error for a value whose type cannot be a user.
pub(crate) fn wrong_type(py: Python<'_>, message: String, hint: &str) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let fields = PyDict::new(py);
        fields.set_item("hint", hint)?;
        Ok(PyErr::from_value(python::package(py)?.wrong_type.bind(py).call((message,), Some(&fields))?))
    };
    make().unwrap_or_else(|wrong| wrong)
}

/// The error for an object that was created before a fork and used in the child.
pub(crate) fn after_fork(py: Python<'_>, message: &str) -> PyErr {
    let error = Error::new(ErrorKind::Closed, message).with_hint("Start it again in this process.");
    raise(py, &error, None)
}
