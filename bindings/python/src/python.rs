//! What the native module fetches from the Python package, by name; here and nowhere else.

use pyo3::{
    call::PyCallArgs,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyMapping, PyString, PyType},
};

/// Exception classes by the code of their kind.
static ERRORS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
static WRONG_TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static WRITE_LOG: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Looks up what calls use, once, while the package is imported. A lookup can let other threads run; a fork in that moment
/// would leave the child waiting for a thread that it does not have.
#[pyfunction]
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    errors(py)?;
    wrong_type(py)?;
    write_log(py)?;
    // PyO3 looks up this abstract class at the first question.
    let _ = py.None().bind(py).cast::<PyMapping>();
    Ok(())
}

/// The exception class of an error code.
pub(crate) fn error_class<'py>(py: Python<'py>, code: &str) -> PyResult<Bound<'py, PyAny>> {
    errors(py)?.as_any().get_item(PyString::intern(py, code))
}

/// `wablock.InvalidUserTypeError`.
pub(crate) fn wrong_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    WRONG_TYPE.import(py, "wablock.errors", "InvalidUserTypeError")
}

/// The function that writes a log record.
pub(crate) fn write_log(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    WRITE_LOG.import(py, "wablock._logs", "write")
}

/// Calls a function of a module that is imported when it is needed.
pub(crate) fn call<'py>(
    py: Python<'py>,
    module: &str,
    function: &str,
    args: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import(module)?.getattr(function)?.call1(args)
}

fn errors(py: Python<'_>) -> PyResult<&Bound<'_, PyDict>> {
    let find = || -> PyResult<_> { Ok(py.import("wablock.errors")?.getattr("_CLASSES")?.cast_into()?.unbind()) };
    ERRORS.get_or_try_init(py, find).map(|classes| classes.bind(py))
}
