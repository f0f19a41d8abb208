//! Log records of a client, for a logger. They contain no credentials, and numbers are masked.

use std::{fmt, sync::Arc};

use crate::model::{text::printable, user::mask};

/// How much a record matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Every request and answer.
    Debug,
    /// What changed how the client works: smaller pages, a corrected clock.
    Info,
    /// What costs time or attempts: a retry, a throttle, a list read again.
    Warning,
}

impl LogLevel {
    /// The level as a string, the same in every language.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
        }
    }

    /// The level of a string that [`LogLevel::as_str`] gives.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Debug, Self::Info, Self::Warning].into_iter().find(|level| level.as_str() == name)
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogRecord {
    /// How much it matters.
    pub level: LogLevel,
    /// One line, with numbers masked.
    pub message: String,
}

impl LogRecord {
    /// A record of a binding's own.
    #[doc(hidden)]
    #[must_use]
    pub fn new(level: LogLevel, message: String) -> Self {
        Self { level, message }
    }
}

/// Takes records. Called on the task of the call, so it must be quick and must not wait.
pub type LogSink = Arc<dyn Fn(LogRecord) + Send + Sync>;

/// A sink and the lowest level it receives. Default: no sink.
#[derive(Clone, Default)]
pub struct Logger(Option<(LogLevel, LogSink)>);

impl Logger {
    /// Hands records of `level` and above to `sink`.
    #[must_use]
    pub fn new(level: LogLevel, sink: LogSink) -> Self {
        Self(Some((level, sink)))
    }

    /// Writes a record; the text is made only when somebody listens.
    pub(crate) fn log(&self, level: LogLevel, text: impl FnOnce() -> String) {
        self.log_about(level, &"", text);
    }

    /// Writes a record whose text follows a name: the name holds no number of anybody and is written as it is.
    pub(crate) fn log_about(&self, level: LogLevel, name: &impl fmt::Display, text: impl FnOnce() -> String) {
        if let Some((least, sink)) = &self.0
            && level >= *least
        {
            sink(LogRecord { level, message: format!("{name}{}", printable(&mask(&text()))) });
        }
    }
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Logger(on)" } else { "Logger(off)" })
    }
}
