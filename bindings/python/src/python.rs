//! What the Python package gives to the native module when it is imported: classes and functions that are written in Python.

use pyo3::{
    call::PyCallArgs,
    exceptions::PyRuntimeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyMapping, PyString},
};

static PACKAGE: PyOnceLock<Package> = PyOnceLock::new();

pub(crate) struct Package {
    /// Exception classes by the code of their kind.
    errors: Py<PyDict>,
    /// `wablock.InvalidUserTypeError`.
    pub(crate) wrong_type: Py<PyAny>,
    /// `show(rows, masked, count)` gives a table to look at.
    pub(crate) show: Py<PyAny>,
    /// `to_pandas(columns)` and `to_polars(rows)` give data frames.
    pub(crate) to_pandas: Py<PyAny>,
    pub(crate) to_polars: Py<PyAny>,
}

/// Called while the package is imported. Looking these up during a call could let other threads run, and a fork at that moment
/// would leave the child waiting for a thread that it does not have.
#[pyfunction]
pub(crate) fn prepare(
    py: Python<'_>,
    errors: Py<PyDict>,
    wrong_type: Py<PyAny>,
    show: Py<PyAny>,
    to_pandas: Py<PyAny>,
    to_polars: Py<PyAny>,
) {
    PACKAGE.get_or_init(py, || Package { errors, wrong_type, show, to_pandas, to_polars });
    // PyO3 looks up this abstract class at the first question.
    let _ = py.None().bind(py).cast::<PyMapping>();
}

pub(crate) fn package(py: Python<'_>) -> PyResult<&Package> {
    PACKAGE.get(py).ok_or_else(|| PyRuntimeError::new_err("import wablock, not its native module"))
}

/// The exception class of an error code.
pub(crate) fn error_class<'py>(py: Python<'py>, code: &str) -> PyResult<Bound<'py, PyAny>> {
    package(py)?.errors.bind(py).as_any().get_item(PyString::intern(py, code))
}

/// Calls a function of a standard module that is imported when it is needed.
pub(crate) fn call<'py>(
    py: Python<'py>,
    module: &str,
    function: &str,
    args: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import(module)?.getattr(function)?.call1(args)
}
