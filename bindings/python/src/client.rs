//! The client: a checked configuration, and the core's client of this process, made when it is first needed.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use pyo3::{exceptions::PyTypeError, prelude::*};
use serde_json::{Value, json};
use wablock::{
    CallOptions, CancellationToken, Change, Client, ClientOptions, Error, Input, Naming, Secret, Source, User,
    UserStream, settings,
};

use crate::{
    bridge::Bridge,
    call::{self, Answer, Call, Event, Sink},
    convert, errors, given,
    inputs::{self, Given, Inputs},
    list::Pager,
    logs,
    results::{self, Report},
    runtime::Tied,
};

/// `timeout` and `max_retries` of one call, as they were given; and the least level of its log records that is wanted, as a
/// number of Python's `logging`, 0 for none.
type Limits<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, u8);

/// A client of one business number at one provider.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct NativeClient {
    /// The configuration as JSON text, to make the client anew after a fork.
    config: Secret,
    options: ClientOptions,
    capabilities: String,
    retired: Option<&'static str>,
    current: Mutex<Option<Tied<Client>>>,
    closed: AtomicBool,
}

/// What a call is asked for, in one place for event loops and threads.
enum Work {
    One(Change, Input),
    Many(Change, UserStream),
    Settle(Arc<wablock::Report>),
    IsBlocked(Input),
    Ping,
}

impl Work {
    async fn run(self, client: Client, options: CallOptions) -> Answer {
        match self {
            Self::One(change, user) => match client.change_one(change, user, &options).await {
                // The caller is no longer there for an outcome, only for a report.
                Ok(report) if is_cancelled(&options) => Answer::Report(Arc::new(report)),
                Ok(report) => Answer::One(Arc::new(report)),
                Err(error) => error.into(),
            },
            Self::Many(change, users) => {
                let done = client.change_stream(change, users, &options).await;
                done.map_or_else(Answer::from, |report| Answer::Report(Arc::new(report)))
            }
            Self::IsBlocked(user) => client.is_blocked(user, &options).await.map_or_else(Answer::from, Answer::Flag),
            Self::Ping => client.ping(&options).await.map_or_else(Answer::from, |()| Answer::Nothing),
            Self::Settle(report) => {
                let settling = client.settle(&report, &options).await;
                settling.map_or_else(Answer::from, |report| Answer::Report(Arc::new(report)))
            }
        }
    }
}

fn is_cancelled(options: &CallOptions) -> bool {
    options.cancel.as_ref().is_some_and(CancellationToken::is_cancelled)
}

#[pymethods]
impl NativeClient {
    /// Checks the configuration and the options (two dicts); raises `ConfigError`. Starts nothing. The configuration is
    /// `provider` and its options, or `environment` (a dict of variables) and `prefix`.
    #[new]
    fn new(
        py: Python<'_>,
        config: &Bound<'_, pyo3::types::PyDict>,
        options: &Bound<'_, pyo3::types::PyDict>,
    ) -> PyResult<Self> {
        let (config, options) = (convert::options(config)?, convert::options(options)?);
        let text = Secret::from(config.to_string());
        let client = settings(source(config), options, &Naming::snake()).and_then(|(provider, mut options)| {
            options.logger = logs::logger();
            Ok((Client::new(provider, options.clone())?, options))
        });
        let (client, options) = client.map_err(|error| errors::raise(py, &error, None))?;
        let capabilities = serde_json::to_string(client.capabilities()).unwrap_or_default();
        let retired = match client.capabilities().status {
            wablock::ProviderStatus::Retired { notice, .. } => Some(notice),
            wablock::ProviderStatus::Active => None,
        };
        let current = Mutex::new(Some(Tied::new(client)));
        Ok(Self { config: text, options, capabilities, retired, current, closed: AtomicBool::new(false) })
    }

    /// What the provider can do, as JSON.
    #[getter]
    fn capabilities(&self) -> &str {
        &self.capabilities
    }

    /// What to know where the provider has withdrawn the API.
    #[getter]
    fn retired(&self) -> Option<&'static str> {
        self.retired
    }

    /// The users of a call over many, to be read in pieces; `None` where one user is given.
    fn gather(&self, users: &Bound<'_, PyAny>, on_missing: &str) -> PyResult<Option<Inputs>> {
        Inputs::of(&self.client(users.py())?, users, on_missing)
    }

    /// Reads users and sends nothing.
    fn check<'py>(&self, users: &Bound<'py, PyAny>, on_missing: &str) -> PyResult<Bound<'py, Report>> {
        let client = self.current_client().map_err(|error| errors::raise(users.py(), &error, None))?;
        results::report(users.py(), Arc::new(client.check(inputs::all(users, on_missing)?)))
    }

    /// Starts a question for an event loop: `is_blocked` about one user, or `ping`.
    fn start_ask(
        &self,
        py: Python<'_>,
        bridge: &Bridge,
        token: u64,
        user: Option<(Bound<'_, PyAny>,)>,
        limits: Limits,
    ) -> PyResult<Call> {
        begin(py, bridge, token, (self.client(py)?, question(user)?), limits, false)
    }

    /// The same, waiting for the end.
    fn run_ask(&self, py: Python<'_>, user: Option<(Bound<'_, PyAny>,)>, limits: Limits) -> PyResult<Py<PyAny>> {
        finish(py, (self.client(py)?, question(user)?), limits, None)
    }

    /// Starts `block` or `unblock` of one user or many for an event loop.
    fn start(
        &self,
        bridge: &Bridge,
        token: u64,
        operation: &str,
        users: &Bound<'_, PyAny>,
        limits: Limits<'_>,
        progress: bool,
    ) -> PyResult<Call> {
        let client = self.client(users.py())?;
        // What may be missing was read before.
        let work = bulk(&client, operation, users, "raise")?;
        begin(users.py(), bridge, token, (client, work), limits, progress)
    }

    /// The same, waiting for the end.
    fn run(
        &self,
        operation: &str,
        users: &Bound<'_, PyAny>,
        on_missing: &str,
        limits: Limits<'_>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let client = self.client(users.py())?;
        let work = bulk(&client, operation, users, on_missing)?;
        finish(users.py(), (client, work), limits, progress)
    }

    /// Starts `settle` for an event loop.
    fn start_settle(
        &self,
        py: Python<'_>,
        bridge: &Bridge,
        token: u64,
        report: &Bound<'_, PyAny>,
        limits: Limits<'_>,
    ) -> PyResult<Call> {
        begin(py, bridge, token, (self.client(py)?, settling(report)?), limits, false)
    }

    /// The same, waiting for the end.
    fn run_settle(&self, py: Python<'_>, report: &Bound<'_, PyAny>, limits: Limits<'_>) -> PyResult<Py<PyAny>> {
        finish(py, (self.client(py)?, settling(report)?), limits, None)
    }

    /// The block list from its first page; nothing is sent yet.
    fn list(&self, py: Python<'_>, limits: Limits<'_>) -> PyResult<Pager> {
        let client = self.client(py)?;
        let cancel = call::token(py)?;
        let mut options = options(py, &limits)?;
        options.cancel = Some(cancel.clone());
        Ok(Pager::new(client.list_with(&options), cancel, logs::level(limits.2)))
    }

    /// Ends the calls in flight; later ones raise `ClosedError`.
    fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = current.as_ref().and_then(Tied::get) {
            client.close();
        }
    }

    #[getter]
    fn closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

impl NativeClient {
    /// The core's client of this process.
    fn client(&self, py: Python<'_>) -> PyResult<Client> {
        let client = self.current_client().map_err(|error| errors::raise(py, &error, None))?;
        if self.closed.load(Ordering::Acquire) {
            client.close();
        }
        Ok(client)
    }

    fn current_client(&self) -> Result<Client, Error> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = current.as_ref().and_then(Tied::get) {
            return Ok(client.clone());
        }
        let config: Value = serde_json::from_str(self.config.expose()).unwrap_or_default();
        // Python's lock is held meanwhile, so that no other thread forks while something in the process is made for its
        // first and only time: the child would wait for ever for that to be finished.
        // Loads the tables of numbers now, whatever comes of this one.
        drop(User::parse("+10000000", None));
        let (provider, _) = settings(source(config), json!({}), &Naming::snake())?;
        let client = Client::new(provider, self.options.clone())?;
        *current = Some(Tied::new(client.clone()));
        Ok(client)
    }
}

fn begin(
    py: Python<'_>,
    bridge: &Bridge,
    token: u64,
    (client, work): (Client, Work),
    limits: Limits<'_>,
    progress: bool,
) -> PyResult<Call> {
    let mut options = options(py, &limits)?;
    let sink = bridge.sink(py, token)?;
    options.cancel = Some(call::token(py)?);
    if progress {
        options.progress = Some(progress_to(&sink));
    }
    start(py, sink, work, client, options, limits.2).map(|cancel| Call(Tied::new(cancel)))
}

fn finish(
    py: Python<'_>,
    (client, work): (Client, Work),
    limits: Limits<'_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    let mut options = options(py, &limits)?;
    let (sink, inbox) = call::inbox();
    options.cancel = Some(call::token(py)?);
    if progress.is_some() {
        options.progress = Some(progress_to(&sink));
    }
    let cancel = start(py, sink, work, client, options, limits.2)?;
    call::wait_for(py, inbox, &cancel, progress)
}

/// Where the configuration that Python gave comes from.
fn source(mut config: Value) -> Source {
    let Some(Value::Object(given)) = config.get_mut("environment").map(Value::take) else {
        return Source::Config(config);
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let vars = given.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    Source::Variables { vars, prefix: config.get("prefix").and_then(Value::as_str).map(str::to_owned) }
}

/// About one user whether they are blocked; about nobody whether the client works.
fn question(user: Option<(Bound<'_, PyAny>,)>) -> PyResult<Work> {
    user.map_or(Ok(Work::Ping), |(user,)| given::one(&user, "the user").map(Work::IsBlocked))
}

fn settling(report: &Bound<'_, PyAny>) -> PyResult<Work> {
    let Ok(report) = report.cast::<Report>() else {
        let kind = given::type_name(report);
        let message = format!("settle needs a Report, not {kind}; Report.from_json reads a stored one");
        return Err(PyTypeError::new_err(message));
    };
    Ok(Work::Settle(Arc::clone(&report.get().0)))
}

fn bulk(client: &Client, operation: &str, users: &Bound<'_, PyAny>, on_missing: &str) -> PyResult<Work> {
    let change = match operation {
        "block" => Change::Block,
        "unblock" => Change::Unblock,
        _ => return Err(errors::config(users.py(), format!("there is no operation {operation:?}"))),
    };
    Ok(match inputs::read(client, users, on_missing)? {
        Given::One(user) => Work::One(change, user),
        Given::Many(users) => Work::Many(change, users),
    })
}

fn options(py: Python<'_>, (timeout, max_retries, _): &Limits<'_>) -> PyResult<CallOptions> {
    if timeout.is_none() && max_retries.is_none() {
        return Ok(CallOptions::default());
    }
    let given = json!({ "timeout": convert::option(timeout)?, "max_retries": convert::option(max_retries)? });
    CallOptions::read(given, &Naming::snake()).map_err(|error| errors::raise(py, &error, None))
}

fn start(
    py: Python<'_>,
    sink: Arc<Sink>,
    work: Work,
    client: Client,
    options: CallOptions,
    log: u8,
) -> PyResult<CancellationToken> {
    let cancel = options.cancel.clone().unwrap_or_default();
    call::start(py, sink, work.run(client, options), logs::level(log))?;
    Ok(cancel)
}

fn progress_to(sink: &Arc<Sink>) -> wablock::Progress {
    let sink = Arc::clone(sink);
    Arc::new(move |done, total| sink.send(Event::Progress(done, total)))
}
