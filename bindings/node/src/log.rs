//! Log records on their way to JavaScript: a queue that the runtime thread never waits for.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use napi::{
    Status,
    bindgen_prelude::Function,
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use wablock::{LogLevel, LogRecord, Logger};

/// Tells JavaScript that records wait. Weak: it never keeps the process alive; a call's end takes what is left.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

tokio::task_local! {
    /// Whose work this is, in JavaScript's number.
    static CALLER: u32;
}

/// Work whose log records carry `caller`, so that JavaScript can write them in the context of that call.
pub(crate) fn as_caller<F: Future>(caller: u32, work: F) -> impl Future<Output = F::Output> {
    CALLER.scope(caller, work)
}

/// Records that wait at most; an event loop that is held up loses what is beyond, and is told how many.
const MOST: usize = 10_000;

/// The records of one client that JavaScript has not taken yet.
#[derive(Default)]
pub(crate) struct Records {
    waiting: Mutex<Waiting>,
    wake: Mutex<Option<Wake>>,
}

#[derive(Default)]
struct Waiting {
    records: VecDeque<(LogRecord, u32)>,
    lost: usize,
    told: bool,
}

impl Records {
    /// The core's logger that puts records of `level` and above here and wakes JavaScript once for all that wait.
    pub(crate) fn logger(self: &Arc<Self>, level: &str, wake: &Function<'_, (), ()>) -> napi::Result<Logger> {
        let level = LogLevel::from_name(level).ok_or_else(|| napi::Error::from_reason(format!("no level {level}")))?;
        let wake: Wake = wake.build_threadsafe_function().weak::<true>().build()?;
        *lock(&self.wake) = Some(wake);
        let records = Arc::clone(self);
        Ok(Logger::new(
            level,
            Arc::new(move |record| {
                if records.add(record, CALLER.try_with(|caller| *caller).unwrap_or_default())
                    && let Some(wake) = &*lock(&records.wake)
                {
                    // An environment that is going away takes no calls; nobody is left to tell.
                    let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
                }
            }),
        ))
    }

    /// Wakes nobody from now on: what wakes JavaScript would count as an open handle.
    pub(crate) fn end(&self) {
        *lock(&self.wake) = None;
    }

    /// Adds a record; true when JavaScript has to be woken.
    fn add(&self, record: LogRecord, caller: u32) -> bool {
        let mut waiting = lock(&self.waiting);
        if waiting.records.len() < MOST {
            waiting.records.push_back((record, caller));
        } else {
            waiting.lost += 1;
        }
        !std::mem::replace(&mut waiting.told, true)
    }

    /// JSON of all records that wait, as triples of level, message and caller; `None` when there are none.
    pub(crate) fn take(&self) -> Option<String> {
        let Waiting { records, lost, .. } = std::mem::take(&mut *lock(&self.waiting));
        let mut rows: Vec<_> =
            records.into_iter().map(|(record, caller)| (record.level.as_str(), record.message, caller)).collect();
        if lost > 0 {
            rows.push((
                LogLevel::Warning.as_str(),
                format!("{lost} log records were lost, because the event loop was blocked"),
                0,
            ));
        }
        (!rows.is_empty()).then(|| crate::json(&rows))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
