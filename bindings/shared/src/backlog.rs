//! How many log records may wait.

use std::sync::atomic::{AtomicUsize, Ordering};

use wablock::{LogLevel, LogRecord};

/// The most records that can wait. If an event loop or thread is blocked, further records are dropped, and the log says how many.
const MOST_WAITING: usize = 10_000;

/// Counts log records that wait to be written, and those that were dropped because too many waited.
#[derive(Debug, Default)]
pub struct Backlog {
    waiting: AtomicUsize,
    dropped: AtomicUsize,
}

impl Backlog {
    /// Whether there is room for one more record, which then counts as waiting.
    pub fn admit(&self) -> bool {
        let admitted = self.waiting.fetch_add(1, Ordering::AcqRel) < MOST_WAITING;
        if !admitted {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            self.dropped.fetch_add(1, Ordering::AcqRel);
        }
        admitted
    }

    /// One record is no longer waiting.
    pub fn taken(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    /// A record about those that were dropped since the last call, if any were.
    pub fn dropped(&self) -> Option<LogRecord> {
        match self.dropped.swap(0, Ordering::AcqRel) {
            0 => None,
            count => {
                let message = format!("{count} log records were dropped: too many were waiting");
                Some(LogRecord::new(LogLevel::Warning, message))
            }
        }
    }
}
