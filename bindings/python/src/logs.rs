//! What the core tells of a call, on its way to Python's `logging`: as plain Rust data, with the results of the call, so that
//! no thread of the runtime ever waits for Python's lock.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use pyo3::{exceptions::PyException, prelude::*};
use wablock::{LogLevel, LogRecord, Logger};

use crate::{
    call::{Event, Sink},
    python,
};

/// Records that wait for Python at once; more are dropped and counted, so that a busy loop costs no memory.
const MOST_WAITING: usize = 1000;

tokio::task_local! {
    /// Who listens to the call that this task is.
    static LISTENER: Listener;
}

/// Where the records of a call go, and the least level that is wanted there.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) sink: Arc<Sink>,
    pub(crate) least: LogLevel,
}

impl Listener {
    /// Runs a call with this listener.
    pub(crate) async fn hear<T>(self, call: impl Future<Output = T>) -> T {
        LISTENER.scope(self, call).await
    }
}

/// The logger of every client: it hands a record to the listener of the call, if there is one.
pub(crate) fn logger() -> Logger {
    Logger::new(
        LogLevel::Debug,
        Arc::new(|record| {
            // Without a call there is nobody to tell.
            let _ = LISTENER.try_with(|listener| {
                if record.level >= listener.least {
                    listener.sink.send(Event::Log(record));
                }
            });
        }),
    )
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

/// How many records wait, and how many were dropped.
#[derive(Default)]
pub(crate) struct Backlog {
    waiting: AtomicUsize,
    dropped: AtomicUsize,
}

impl Backlog {
    /// Whether there is room for one more, which then counts as waiting.
    pub(crate) fn admit(&self) -> bool {
        let admitted = self.waiting.fetch_add(1, Ordering::AcqRel) < MOST_WAITING;
        if !admitted {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            self.dropped.fetch_add(1, Ordering::AcqRel);
        }
        admitted
    }

    /// One record is no longer waiting.
    pub(crate) fn taken(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    /// What to say of the records dropped since the last question.
    pub(crate) fn confession(&self) -> Option<(LogLevel, String)> {
        match self.dropped.swap(0, Ordering::AcqRel) {
            0 => None,
            count => Some((LogLevel::Warning, format!("{count} log records were dropped: too many were waiting"))),
        }
    }
}

/// Writes a record on this thread. A handler that fails is reported as Python reports such errors; Ctrl-C is handed on.
pub(crate) fn write(py: Python<'_>, record: &LogRecord) -> PyResult<()> {
    write_text(py, record.level, &record.message)
}

/// As [`write`], for a record of the binding's own.
pub(crate) fn write_text(py: Python<'_>, level: LogLevel, message: &str) -> PyResult<()> {
    let written = python::write_log(py).and_then(|write| write.call1((number_of(level), message)));
    match written {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, None);
            Ok(())
        }
        written => written.map(drop),
    }
}
