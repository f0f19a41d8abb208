//! A client and its calls: started from JavaScript with a token, run on the runtime's thread, and reported through one queue,
//! because a Node-API promise for each would cost more than the call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use napi::{
    bindgen_prelude::{Function, spawn},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use serde::Serialize;
use serde_json::Value;
use wablock::{CallError, CallOptions, CancellationToken, Client, LogLevel, Naming, Report, Source, settings};
use wablock_bindings::{Event, Listener, Queue, logger};

use crate::report::NativeReport;

/// Wakes JavaScript. It is weak: JavaScript itself decides what keeps the process alive.
type Wake = ThreadsafeFunction<(), (), (), napi::Status, false, true>;

/// How a call ended: JSON of its value or error, and its report.
pub(crate) struct Answer {
    failed: bool,
    json: String,
    report: Option<Box<NativeReport>>,
}

impl Answer {
    pub(crate) fn of_value<T: Serialize>(result: Result<T, impl Into<CallError>>) -> Self {
        let value = |value| Self { failed: false, json: crate::json(&value), report: None };
        result.map_or_else(|error| error.into().into(), value)
    }

    pub(crate) fn of_report(result: Result<Report, impl Into<CallError>>) -> Self {
        let report = |report| Self { failed: false, json: "null".to_owned(), report: Some(boxed(report)) };
        result.map_or_else(|error| error.into().into(), report)
    }
}

impl From<CallError> for Answer {
    fn from(error: CallError) -> Self {
        let (error, report) = error.into_parts();
        Self { failed: true, json: crate::json(&error), report: report.map(boxed) }
    }
}

fn boxed(report: Report) -> Box<NativeReport> {
    Box::new(NativeReport::new(report))
}

/// A client of one business number. Each of its calls has a token. A user is JSON.
#[napi]
pub struct NativeClient {
    pub(crate) client: Client,
    queue: Arc<Queue<Answer>>,
    /// Whether the caller wants log records.
    logs: bool,
    /// The options of calls, where they have some.
    options: Mutex<HashMap<u32, CallOptions>>,
    /// Reports of calls that have ended, until JavaScript takes them.
    reports: Mutex<HashMap<u32, Box<NativeReport>>>,
    /// Cancelled once JavaScript's environment is gone.
    alive: CancellationToken,
}

#[napi]
impl NativeClient {
    /// The first two are JSON with names as JavaScript writes them; the configuration is `provider` and its options, or
    /// `environment` (an object of variables) and `prefix`. With `log_level`, log records of this level and above are reported.
    #[napi(constructor)]
    pub fn new(config: String, options: String, log_level: Option<String>) -> napi::Result<Self> {
        let naming = Naming::camel().with_own(&["logger", "logLevel"]);
        let read = settings(source(crate::parsed(&config)?), crate::parsed(&options)?, &naming);
        let (provider, mut options) = read.map_err(crate::thrown)?;
        let queue = Arc::<Queue<Answer>>::default();
        let level = log_level.as_deref().and_then(LogLevel::from_name);
        if let Some(level) = level {
            let records = Arc::clone(&queue);
            options.logger = logger(level, move |record| records.report(0, Event::Log(record)));
        }
        Ok(Self {
            client: Client::new(provider, options).map_err(crate::thrown)?,
            queue,
            logs: level.is_some(),
            options: Mutex::default(),
            reports: Mutex::default(),
            alive: CancellationToken::new(),
        })
    }

    /// Calls `wake` whenever something waits to be taken, until [`NativeClient::ignore`].
    #[napi]
    pub fn listen(&self, wake: Function<'_, (), ()>) -> napi::Result<()> {
        let wake: Wake = wake.build_threadsafe_function().weak::<true>().build()?;
        // Fails only in an environment that is going away, where nobody listens.
        self.queue.open(move || {
            let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        });
        Ok(())
    }

    /// Releases `wake`, which would count as an open handle.
    #[napi]
    pub fn ignore(&self) {
        self.queue.close();
    }

    /// JSON of everything that waits: `[token, kind, ...]` each, where kind is `log` (level, message), `progress` (done, total)
    /// or `end` (whether it failed, the value or error, and whether there is a report to take).
    #[napi]
    pub fn take(&self) -> Option<String> {
        let rows: Vec<_> = self.queue.fetch().into_iter().map(|(token, event)| self.row(token, event)).collect();
        (!rows.is_empty()).then(|| format!("[{}]", rows.join(",")))
    }

    /// The report of a call that has ended, once.
    #[napi]
    pub fn take_report(&self, token: u32) -> Option<NativeReport> {
        lock(&self.reports).remove(&token).map(|report| *report)
    }

    /// Opens a call that has options: JSON with names as JavaScript writes them. Its time begins now.
    #[napi]
    pub fn open(&self, token: u32, options: String, progress: bool) -> napi::Result<()> {
        let naming = Naming::camel().with_own(&["signal", "onMissing", "onProgress"]);
        let mut options = CallOptions::read(crate::parsed(&options)?, &naming).map_err(crate::thrown)?;
        options.begun = Some(Instant::now());
        options.cancel = Some(self.alive.child_token());
        if progress {
            let queue = Arc::clone(&self.queue);
            let report = move |done, total| queue.report(token.into(), Event::Progress(done, total));
            options.progress = Some(Arc::new(report));
        }
        lock(&self.options).insert(token, options);
        Ok(())
    }

    /// Cancels a call that has options.
    #[napi]
    pub fn cancel(&self, token: u32) {
        if let Some(cancel) = lock(&self.options).get(&token).and_then(|options| options.cancel.clone()) {
            cancel.cancel();
        }
    }

    /// Forgets a call that has options.
    #[napi]
    pub fn forget(&self, token: u32) {
        lock(&self.options).remove(&token);
    }

    /// Ends the calls in flight; later ones fail.
    #[napi]
    pub fn close(&self) {
        self.client.close();
    }
}

impl NativeClient {
    pub(crate) fn call_options(&self, token: u32) -> CallOptions {
        let mut options = lock(&self.options).get(&token).cloned().unwrap_or_default();
        options.cancel.get_or_insert_with(|| self.alive.clone());
        options
    }

    /// Receives the log records of a call, if the caller wants them.
    pub(crate) fn listener(&self, token: u32) -> Option<Listener> {
        let queue = Arc::clone(&self.queue);
        self.logs.then(|| Listener::new(move |record| queue.report(token.into(), Event::Log(record))))
    }

    /// Starts a call. What it reports has its token.
    pub(crate) fn start(&self, token: u32, work: impl Future<Output = Answer> + Send + 'static) {
        if self.queue.add(token.into(), Listener::scope_of(self.listener(token), work)) {
            spawn(Arc::clone(&self.queue).begin());
        }
    }

    fn row(&self, token: u64, event: Event<Answer>) -> String {
        match event {
            Event::Log(record) => crate::json(&(token, "log", record.level.as_str(), record.message)),
            Event::Progress(done, total) => crate::json(&(token, "progress", done, total)),
            Event::Finished(Answer { failed, json, report }) => {
                let reported = report.is_some();
                if let (Some(report), Ok(token)) = (report, u32::try_from(token)) {
                    lock(&self.reports).insert(token, report);
                }
                format!("[{token},\"end\",{failed},{json},{reported}]")
            }
        }
    }
}

/// JavaScript holds the client until its last call has ended, or the environment is gone: then nothing more may be sent.
impl Drop for NativeClient {
    fn drop(&mut self) {
        self.alive.cancel();
    }
}

/// Where the configuration that TypeScript gave comes from.
fn source(mut config: Value) -> Source {
    let Some(Value::Object(given)) = config.get_mut("environment").map(Value::take) else {
        return Source::Config(config);
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let vars = given.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    Source::Variables { vars, prefix: config.get("prefix").and_then(Value::as_str).map(str::to_owned) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
