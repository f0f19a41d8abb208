//! The sandbox inside this process.

use std::sync::{Mutex, PoisonError};

use pyo3::{
    exceptions::{PyRuntimeError, PyValueError},
    prelude::*,
};
use wablock_sandbox::{Options, Sandbox};

use crate::{convert, wait};

/// A running sandbox. It has its own thread and protects itself against forks.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct NativeSandbox {
    url: String,
    running: Mutex<Option<std::sync::Arc<Sandbox>>>,
}

#[pymethods]
impl NativeSandbox {
    #[new]
    fn new(py: Python<'_>, port: u16) -> PyResult<Self> {
        let sandbox = wait::detached(py, || Sandbox::start(Options { port, ..Options::default() }))?;
        Ok(Self { url: sandbox.url(), running: Mutex::new(Some(sandbox.into())) })
    }

    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    /// Runs one command.
    fn control<'py>(&self, py: Python<'py>, command: &str, body: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let body = convert::to_json(body)?;
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let sandbox = running.ok_or_else(|| PyRuntimeError::new_err("the sandbox was stopped"))?;
        // A server thread may hold the sandbox's world for a moment.
        let answer = wait::detached(py, || sandbox.control(command, body));
        convert::from_json(py, &answer.map_err(|error| PyValueError::new_err(error.to_string()))?)
    }

    /// Stops the server. Idempotent.
    fn stop(&self, py: Python<'_>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sandbox) = running {
            wait::detached(py, || sandbox.stop());
        }
    }
}
