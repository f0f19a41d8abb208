//! Which call a log record belongs to.

use std::{fmt, sync::Arc};

use wablock::{LogLevel, LogRecord, Logger};

tokio::task_local! {
    static LISTENER: Listener;
}

/// Receives the log records of one call.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(LogRecord) + Send + Sync>);

impl Listener {
    /// A listener that passes records to `listen`, which must be fast.
    pub fn new(listen: impl Fn(LogRecord) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listen))
    }

    /// Runs a call with a listener of its records, or without one.
    pub async fn scope_of<T>(listener: Option<Self>, call: impl Future<Output = T>) -> T {
        match listener {
            Some(listener) => LISTENER.scope(listener, call).await,
            None => call.await,
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// The logger of a client: records of `level` and above go to the [`Listener`] of the call that they belong to, and to
/// `others` if they belong to none.
pub fn logger(level: LogLevel, others: impl Fn(LogRecord) + Send + Sync + 'static) -> Logger {
    let sink = move |record: LogRecord| match LISTENER.try_with(Clone::clone) {
        Ok(listener) => (listener.0)(record),
        Err(_) => others(record),
    };
    Logger::new(level, Arc::new(sink))
}
