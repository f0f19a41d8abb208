//! The client: a checked configuration, and the core's client of this process, made when it is first needed.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use pyo3::{exceptions::PyTypeError, prelude::*};
use serde_json::{Value, json};
use wablock::{CallOptions, Change, Client, ClientOptions, Error, Naming, Secret, Source, User, settings};

use crate::{
    answer::Answer,
    call::{self, Call, Start},
    convert, errors, given,
    inputs::{self, Given},
    list::Pager,
    logs,
    results::{self, Report},
    runtime::Tied,
};

/// A client of one business number at one provider.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct NativeClient {
    /// The configuration as JSON text, to make the client again after a fork.
    config: Secret,
    options: ClientOptions,
    capabilities: String,
    retired: Option<&'static str>,
    current: Mutex<Option<Tied<Client>>>,
    closed: AtomicBool,
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

    /// The notice to show if the provider has withdrawn the API.
    #[getter]
    fn retired(&self) -> Option<&'static str> {
        self.retired
    }

    /// Reads users and sends nothing.
    fn check<'py>(&self, users: &Bound<'py, PyAny>, on_missing: &str) -> PyResult<Bound<'py, Report>> {
        let client = self.current_client().map_err(|error| errors::raise(users.py(), &error, None))?;
        results::report(users.py(), Arc::new(client.check(inputs::all(users, on_missing)?)))
    }

    /// The call that blocks (`"block"`) or unblocks (`"unblock"`) one user or many.
    fn change(
        &self,
        operation: &str,
        users: &Bound<'_, PyAny>,
        on_missing: &str,
        timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let py = users.py();
        let client = self.client(py)?;
        let change = match operation {
            "block" => Change::Block,
            "unblock" => Change::Unblock,
            _ => return Err(errors::config(py, format!("there is no operation {operation:?}"))),
        };
        let given = Given::read(&client, users, on_missing)?;
        let options = options(timeout, max_retries)?;
        match given {
            Given::One(user) => Call::new(py, options, None, move |Start { options, .. }| async move {
                let changed = client.change_one(change, user, &options).await;
                // A cancelled call has no caller to take an outcome; only its report is used.
                let cancelled = options.cancel.is_some_and(|token| token.is_cancelled());
                Answer::of(changed.map(Arc::new), if cancelled { Answer::Report } else { Answer::One })
            }),
            Given::Many(users) => Call::new(py, options, Some(users), move |Start { options, users, .. }| async move {
                let users = users.unwrap_or_else(|| client.user_stream());
                Answer::of(client.change_stream(change, users, &options).await.map(Arc::new), Answer::Report)
            }),
        }
    }

    /// The call that asks whether one user is blocked.
    fn is_blocked(
        &self,
        user: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let (client, user) = (self.client(user.py())?, given::one(user, "the user")?);
        Call::new(timeout.py(), options(timeout, max_retries)?, None, move |start| async move {
            Answer::of(client.is_blocked(user, &start.options).await, Answer::Flag)
        })
    }

    /// The call that checks the connection and the credentials.
    fn ping(&self, timeout: &Bound<'_, PyAny>, max_retries: &Bound<'_, PyAny>) -> PyResult<Call> {
        let client = self.client(timeout.py())?;
        Call::new(timeout.py(), options(timeout, max_retries)?, None, move |start| async move {
            Answer::of(client.ping(&start.options).await, |()| Answer::Nothing)
        })
    }

    /// The call that settles a report.
    fn settle(
        &self,
        report: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        max_retries: &Bound<'_, PyAny>,
    ) -> PyResult<Call> {
        let client = self.client(report.py())?;
        let Ok(report) = report.cast::<Report>() else {
            let kind = given::type_name(report);
            let message = format!("settle needs a Report, not {kind}; Report.from_json reads a stored one");
            return Err(PyTypeError::new_err(message));
        };
        let report = Arc::clone(&report.get().0);
        Call::new(timeout.py(), options(timeout, max_retries)?, None, move |start| async move {
            Answer::of(client.settle(&report, &start.options).await.map(Arc::new), Answer::Report)
        })
    }

    /// The block list from its first page; nothing is sent yet.
    fn list(&self, timeout: &Bound<'_, PyAny>, max_retries: &Bound<'_, PyAny>) -> PyResult<Pager> {
        let py = timeout.py();
        let (client, mut options) = (self.client(py)?, options(timeout, max_retries)?);
        let cancel = call::token(py)?;
        options.cancel = Some(cancel.clone());
        Pager::new(py, client.list_with(&options), cancel)
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
        // Python's lock is held here, so no other thread forks while something is initialized once for the process: a child
        // would wait forever for it. This loads the number tables now; the result does not matter.
        drop(User::parse("+10000000", None));
        let (provider, _) = settings(source(config), json!({}), &Naming::snake())?;
        let client = Client::new(provider, self.options.clone())?;
        *current = Some(Tied::new(client.clone()));
        Ok(client)
    }
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

/// The options of a call, as they were given.
fn options(timeout: &Bound<'_, PyAny>, max_retries: &Bound<'_, PyAny>) -> PyResult<CallOptions> {
    if timeout.is_none() && max_retries.is_none() {
        return Ok(CallOptions::default());
    }
    let given = json!({ "timeout": convert::option(timeout)?, "max_retries": convert::option(max_retries)? });
    CallOptions::read(given, &Naming::snake()).map_err(|error| errors::raise(timeout.py(), &error, None))
}
