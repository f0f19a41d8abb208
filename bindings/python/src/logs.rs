//! What the core logs about a call, on its way to Python's `logging`. It crosses as plain Rust data with the results of the
//! call, so that no thread of the runtime ever waits for Python's lock.

use pyo3::{exceptions::PyException, prelude::*};
use wablock::{LogLevel, LogRecord, Logger};

use crate::python;

/// The logger of every client: it hands a record to the listener of the call. Records that belong to no call are dropped.
pub(crate) fn logger() -> Logger {
    wablock_bindings::logger(LogLevel::Debug, drop)
}

/// The level of a number of Python's `logging`; `None` where nothing is wanted.
pub(crate) fn level(number: u8) -> Option<LogLevel> {
    [LogLevel::Debug, LogLevel::Info, LogLevel::Warning].into_iter().find(|level| number_of(*level) == number)
}

/// The number that Python's `logging` gives to a level.
pub(crate) fn number_of(level: LogLevel) -> u8 {
    match level {
        LogLevel::Debug => 10,
        LogLevel::Info => 20,
        _ => 30,
    }
}

/// Writes a record on this thread. A handler that fails is reported as Python reports such errors; Ctrl-C is handed on.
pub(crate) fn write(py: Python<'_>, record: &LogRecord) -> PyResult<()> {
    let written =
        python::write_log(py).and_then(|write| write.call1((number_of(record.level), record.message.as_str())));
    match written {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, None);
            Ok(())
        }
        written => written.map(drop),
    }
}
