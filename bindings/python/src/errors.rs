//! Errors of the core as exceptions of `wablock.errors`.

use std::sync::Arc;

use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyString, PyType},
};
use wablock::{Error, ErrorKind, Report};

use crate::report;

/// Exception classes by the code of their kind.
static CLASSES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
static WRONG_TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();

pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    classes(py)?;
    wrong_type_class(py)?;
    Ok(())
}

fn classes(py: Python<'_>) -> PyResult<&Bound<'_, PyDict>> {
    let find = || -> PyResult<_> { Ok(py.import("wablock.errors")?.getattr("_CLASSES")?.cast_into()?.unbind()) };
    CLASSES.get_or_try_init(py, find).map(|classes| classes.bind(py))
}

fn wrong_type_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    WRONG_TYPE.import(py, "wablock.errors", "InvalidUserTypeError")
}

/// The exception to raise, with the report as its `.report`.
pub(crate) fn raise(py: Python<'_>, error: &Error, report: Option<Arc<Report>>) -> PyErr {
    exception(py, error, report).map_or_else(|wrong| wrong, PyErr::from_value)
}

/// The exception that says the same as `error`.
pub(crate) fn exception<'py>(
    py: Python<'py>,
    error: &Error,
    report: Option<Arc<Report>>,
) -> PyResult<Bound<'py, PyAny>> {
    let class = classes(py)?.as_any().get_item(PyString::intern(py, error.code()))?;
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
        fields.set_item("report", report::wrap(py, report)?)?;
    }
    class.call((error.message(),), Some(&fields))
}

/// A setting that the core cannot check because it never sees it.
pub(crate) fn config(py: Python<'_>, message: String) -> PyErr {
    raise(py, &Error::new(ErrorKind::Config, message), None)
}

/// Something of a type that is no user.
pub(crate) fn wrong_type(py: Python<'_>, message: String, hint: &str) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let fields = PyDict::new(py);
        fields.set_item("hint", hint)?;
        Ok(PyErr::from_value(wrong_type_class(py)?.call((message,), Some(&fields))?))
    };
    make().unwrap_or_else(|wrong| wrong)
}
