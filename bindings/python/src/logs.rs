//! Passes the core's log records to Python's `logging`, as the logger `wablock`. Records cross as plain Rust data with the
//! results of the call, so that no thread of the runtime ever waits for Python's lock.

use pyo3::{exceptions::PyException, intern, prelude::*, sync::PyOnceLock};
use wablock::{LogLevel, LogRecord, Logger};

static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The logger of every client: it passes records to the listener of their call. Records without a call are dropped.
pub(crate) fn logger() -> Logger {
    wablock_bindings::logger(LogLevel::Debug, drop)
}

/// The lowest level that is enabled now; `None` if the program never imported `logging`.
pub(crate) fn wanted(py: Python<'_>) -> PyResult<Option<LogLevel>> {
    let Some(logger) = pythons(py)? else { return Ok(None) };
    for level in [LogLevel::Debug, LogLevel::Info, LogLevel::Warning] {
        if logger.call_method1(intern!(py, "isEnabledFor"), (number_of(level),))?.is_truthy()? {
            return Ok(Some(level));
        }
    }
    Ok(None)
}

/// The number of a level in Python's `logging`.
pub(crate) fn number_of(level: LogLevel) -> u8 {
    match level {
        LogLevel::Debug => 10,
        LogLevel::Info => 20,
        _ => 30,
    }
}

/// Writes a record on this thread. An error in a handler is reported as unraisable; Ctrl-C is raised.
pub(crate) fn write(py: Python<'_>, record: &LogRecord) -> PyResult<()> {
    let Some(logger) = pythons(py)? else { return Ok(()) };
    match logger.call_method1(intern!(py, "log"), (number_of(record.level), record.message.as_str())) {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, None);
            Ok(())
        }
        written => written.map(drop),
    }
}

/// Python's logger, if the program has imported `logging`.
fn pythons(py: Python<'_>) -> PyResult<Option<&Bound<'_, PyAny>>> {
    if let Some(logger) = LOGGER.get(py) {
        return Ok(Some(logger.bind(py)));
    }
    if !py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.contains("logging")? {
        return Ok(None);
    }
    let logging = py.import("logging")?;
    let logger = logging.call_method1("getLogger", ("wablock",))?;
    // Without handlers of the program's own, nothing is printed.
    logger.call_method1("addHandler", (logging.call_method0("NullHandler")?,))?;
    Ok(Some(LOGGER.get_or_init(py, || logger.unbind()).bind(py)))
}
