//! Log records on their way to JavaScript: a queue that the runtime thread never waits for.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use napi::{
    Status,
    bindgen_prelude::Function,
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use wablock::{LogLevel, LogRecord, Logger};

/// Tells JavaScript that records wait. Weak: it never keeps the process alive; a call's end takes what is left.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// Records that wait at most; an event loop that is held up loses what is beyond, and is told how many.
const MOST: usize = 10_000;

/// The records of one client that JavaScript has not taken yet.
#[derive(Default)]
pub(crate) struct Records(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    records: VecDeque<LogRecord>,
    lost: usize,
    told: bool,
}

impl Records {
    /// The core's logger that puts records of `level` and above here and wakes JavaScript once for all that wait.
    pub(crate) fn logger(self: &Arc<Self>, level: &str, wake: &Function<'_, (), ()>) -> napi::Result<Logger> {
        let level = LogLevel::from_name(level).ok_or_else(|| napi::Error::from_reason(format!("no level {level}")))?;
        let wake: Wake = wake.build_threadsafe_function().weak::<true>().build()?;
        let records = Arc::clone(self);
        Ok(Logger::new(
            level,
            Arc::new(move |record| {
                if records.add(record) {
                    // An environment that is going away takes no calls; nobody is left to tell.
                    let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
                }
            }),
        ))
    }

    /// Adds a record; true when JavaScript has to be woken.
    fn add(&self, record: LogRecord) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.records.len() < MOST {
            waiting.records.push_back(record);
        } else {
            waiting.lost += 1;
        }
        !std::mem::replace(&mut waiting.told, true)
    }

    /// JSON of all records that wait, as pairs of level and message; `None` when there are none.
    pub(crate) fn take(&self) -> Option<String> {
        let Waiting { records, lost, .. } = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut pairs: Vec<_> = records.into_iter().map(|record| (record.level.as_str(), record.message)).collect();
        if lost > 0 {
            pairs.push((
                LogLevel::Warning.as_str(),
                format!("{lost} log records were lost, because the event loop was held up"),
            ));
        }
        (!pairs.is_empty()).then(|| crate::json(&pairs))
    }
}
