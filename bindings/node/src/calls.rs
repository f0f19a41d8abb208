//! Every call's way: started from JavaScript with a token, run on the runtime's thread, and reported through one queue, because
//! a Node-API promise for each would cost more than the call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use napi::{
    bindgen_prelude::{Function, spawn},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use serde::Serialize;
use wablock::{CallError, CallOptions, CancellationToken, LogLevel, Logger, Report};
use wablock_bindings::{Event, Listener, Queue, logger};

use crate::{call::NativeCall, report::NativeReport};

/// Tells JavaScript that something waits. Weak: what keeps the process alive is JavaScript's business.
type Wake = ThreadsafeFunction<(), (), (), napi::Status, false, true>;

/// How a call ended, as JavaScript takes it.
pub(crate) enum Answer {
    /// JSON.
    Value(String),
    Report(Box<NativeReport>),
    /// JSON of the error, and what is known of the inputs.
    Failed(String, Option<Box<NativeReport>>),
}

impl Answer {
    pub(crate) fn of_value<T: Serialize>(result: Result<T, impl Into<CallError>>) -> Self {
        match result {
            Ok(value) => Self::Value(crate::json(&value)),
            Err(error) => error.into().into(),
        }
    }

    pub(crate) fn of_report(result: Result<Report, impl Into<CallError>>) -> Self {
        match result {
            Ok(report) => Self::Report(Box::new(NativeReport::new(report))),
            Err(error) => error.into().into(),
        }
    }
}

impl From<CallError> for Answer {
    fn from(error: CallError) -> Self {
        let (error, report) = error.into_parts();
        Self::Failed(crate::json(&error), report.map(|report| Box::new(NativeReport::new(report))))
    }
}

/// The calls of one client.
pub(crate) struct Calls {
    queue: Arc<Queue<Answer>>,
    /// Whether somebody wants log records.
    logs: bool,
    /// Reports of calls that have ended, until JavaScript takes them.
    reports: Mutex<HashMap<u32, NativeReport>>,
    /// Cancelled once JavaScript's environment is gone.
    alive: CancellationToken,
}

impl Calls {
    /// Calls that nobody listens to yet, and the logger of records of `level` and above.
    pub(crate) fn new(level: Option<LogLevel>) -> (Self, Option<Logger>) {
        let queue = Arc::<Queue<Answer>>::default();
        let others = Arc::clone(&queue);
        let logger = level.map(|level| logger(level, move |record| others.report(0, Event::Log(record))));
        let calls = Self { queue, logs: logger.is_some(), reports: Mutex::default(), alive: CancellationToken::new() };
        (calls, logger)
    }

    /// Calls `wake` whenever something waits, until [`Calls::ignore`].
    pub(crate) fn listen(&self, wake: &Function<'_, (), ()>) -> napi::Result<()> {
        let wake: Wake = wake.build_threadsafe_function().weak::<true>().build()?;
        // An environment that is going away takes no calls, and nobody is left to tell.
        self.queue.open(move || {
            let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        });
        Ok(())
    }

    /// Lets go of what wakes JavaScript, which would count as an open handle.
    pub(crate) fn ignore(&self) {
        self.queue.close();
    }

    /// Takes the log records of a call, if somebody wants them.
    pub(crate) fn listener(&self, token: u32) -> Option<Listener> {
        let queue = Arc::clone(&self.queue);
        self.logs.then(|| Listener::new(move |record| queue.report(token.into(), Event::Log(record))))
    }

    /// The options of a call.
    pub(crate) fn options(&self, token: u32, call: Option<&NativeCall>) -> CallOptions {
        let (mut options, progress) = call.map(NativeCall::options).unwrap_or_default();
        options.cancel.get_or_insert_with(|| self.alive.clone());
        if progress {
            let queue = Arc::clone(&self.queue);
            let report = move |done, total| queue.report(token.into(), Event::Progress(done, total));
            options.progress = Some(Arc::new(report));
        }
        options
    }

    /// Starts a call. What it reports has its token.
    pub(crate) fn start(&self, token: u32, work: impl Future<Output = Answer> + Send + 'static) {
        if self.queue.add(token.into(), Listener::scope_of(self.listener(token), work)) {
            spawn(Arc::clone(&self.queue).begin());
        }
    }

    /// JSON of all that waits: `[token, kind, ...]` each, where kind is `log` (level, message), `progress` (done, total),
    /// `value` (the value), `report`, or `error` (the error, whether there is a report). Reports wait for
    /// [`Calls::take_report`].
    pub(crate) fn take(&self) -> Option<String> {
        let mut rows = String::new();
        for (token, event) in self.queue.fetch() {
            let row = match event {
                Event::Log(record) => crate::json(&(token, "log", record.level.as_str(), record.message)),
                Event::Progress(done, total) => crate::json(&(token, "progress", done, total)),
                Event::Finished(Answer::Value(value)) => format!("[{token},\"value\",{value}]"),
                Event::Finished(Answer::Report(report)) => {
                    self.keep(token, *report);
                    crate::json(&(token, "report"))
                }
                Event::Finished(Answer::Failed(error, report)) => {
                    let reported = report.is_some();
                    report.into_iter().for_each(|report| self.keep(token, *report));
                    format!("[{token},\"error\",{error},{reported}]")
                }
            };
            rows.push(if rows.is_empty() { '[' } else { ',' });
            rows.push_str(&row);
        }
        (!rows.is_empty()).then(|| rows + "]")
    }

    /// The report of a call that has ended, once.
    pub(crate) fn take_report(&self, token: u32) -> Option<NativeReport> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).remove(&token)
    }

    fn keep(&self, token: u64, report: NativeReport) {
        if let Ok(token) = u32::try_from(token) {
            self.reports.lock().unwrap_or_else(PoisonError::into_inner).insert(token, report);
        }
    }
}

/// JavaScript holds it until the last call has ended, or its environment is gone: then nothing more is to be sent.
impl Drop for Calls {
    fn drop(&mut self) {
        self.alive.cancel();
    }
}
