//! The stage for tests of the client: a sandbox, and clients that talk to it over real HTTP.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wablock::{Client, ClientOptions, LogLevel, Logger, OptionKind, OptionRow, provider_from_value};
use wablock_sandbox::{Options, Sandbox};

use crate::support::data::file;

/// Every provider, in the order in which pages and tables name them.
pub(crate) static PROVIDERS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| wablock::providers().iter().map(|entry| entry.id.as_str()).collect());

/// The provider whose shapes a provider has: its own, or Meta's, which resellers relay.
pub(crate) fn kind(provider: &str) -> &str {
    static OWN: LazyLock<Vec<String>> = LazyLock::new(|| {
        serde_json::from_value(file("data/shapes.json").content["own"].take()).expect("ids of providers")
    });
    if OWN.iter().any(|own| own == provider) { provider } else { "meta" }
}

/// The provider at which faults come to the same, for one with shapes of its own.
pub(crate) fn like(provider: &str) -> Option<&'static str> {
    static LIKE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        serde_json::from_value(file("data/shapes.json").content["like"].take()).expect("an id for an id")
    });
    LIKE.get(provider).map(String::as_str)
}

/// The options of a provider.
pub(crate) fn options_of(provider: &str) -> &'static [OptionRow] {
    wablock::providers().iter().find(|entry| entry.id.as_str() == provider).expect("a provider").table.rows
}

/// The largest number that an option of a provider takes.
pub(crate) fn most_of(provider: &str, option: &str) -> u64 {
    match options_of(provider).iter().find(|row| row.name == option).map(|row| row.kind) {
        Some(OptionKind::Whole { most, .. }) => most,
        other => panic!("{provider} {option}: {other:?}"),
    }
}

/// Whether a provider has an option.
pub(crate) fn has_option(provider: &str, option: &str) -> bool {
    options_of(provider).iter().any(|row| row.name == option)
}

/// After this time, what a test waits for does not come any more.
const FOR_EVER: Duration = Duration::from_secs(60);

pub(crate) struct Stage(pub(crate) Sandbox);

impl Stage {
    pub(crate) fn new() -> Self {
        Self(Sandbox::start(Options::default()).expect("the sandbox starts"))
    }

    /// One command of the sandbox.
    pub(crate) fn control(&self, command: &str, body: Value) -> Value {
        self.0.control(command, body).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    pub(crate) fn fault(&self, fault: Value) {
        self.control("fault", fault);
    }

    /// The ready configuration of a provider, with changes.
    pub(crate) fn config(&self, provider: &str, changes: Value) -> Value {
        let mut config = self.control("config", json!({ "provider": provider }));
        for (key, value) in changes.as_object().expect("an object") {
            config[key] = value.clone();
        }
        config
    }

    pub(crate) fn client(&self, provider: &str) -> Client {
        self.client_with(provider, json!({}), json!({}))
    }

    pub(crate) fn client_with(&self, provider: &str, config: Value, options: Value) -> Client {
        let config = self.config(provider, config);
        let mut options = ClientOptions::from_value(options).expect("good options");
        options.logger = strict_logger(&config);
        // At the 60 requests a minute that Zernio documents, tests would only wait.
        options.rate_limit = options.rate_limit.or((provider == "zernio").then_some(1e6));
        Client::new(provider_from_value(config).expect("a good configuration"), options).expect("a client")
    }

    /// The ids on a provider's list, as the sandbox knows them.
    pub(crate) fn blocked(&self, provider: &str) -> Vec<String> {
        let state = self.control("inspect", json!({ "provider": provider }));
        state["blocked"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    /// Holds back the answers to an operation, but for the first `after` of them, until `release`.
    pub(crate) fn hold(&self, provider: &str, operation: &str, after: usize) {
        self.fault(
            json!({ "name": "delay", "ms": 3_600_000, "provider": provider, "operation": operation, "after": after }),
        );
    }

    /// Lets answers that are held back go out.
    pub(crate) fn release(&self) {
        self.control("clear_faults", json!({}));
    }

    /// Waits until the sandbox has recorded so many requests of an operation.
    pub(crate) async fn asked(&self, provider: &str, operation: &str, count: usize) {
        let begun = Instant::now();
        while self.requests(provider, operation).len() < count {
            assert!(begun.elapsed() < FOR_EVER, "{provider} {operation}: never {count} requests");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The requests of an operation that the sandbox recorded.
    pub(crate) fn requests(&self, provider: &str, operation: &str) -> Vec<Value> {
        let record = self.control("requests", json!({ "provider": provider, "operation": operation }));
        record["requests"].as_array().unwrap().clone()
    }
}

/// Distinct numbers without magic meaning.
pub(crate) fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("9725{n:08}")).collect()
}

/// As verbose as there is: a line with a credential or a whole number in it fails the test that caused it.
pub(crate) fn strict_logger(config: &Value) -> Logger {
    const SHORTEST_NUMBER: usize = 9;
    let secret = |key: &str| ["token", "secret", "key"].iter().any(|part| key.contains(part));
    let secrets: Vec<String> = config
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| secret(key))
        .filter_map(|(_, value)| value.as_str().filter(|value| value.len() > 4).map(str::to_owned))
        .collect();
    Logger::new(
        LogLevel::Debug,
        Arc::new(move |record| {
            let line = &record.message;
            let number = line.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() >= SHORTEST_NUMBER);
            assert!(number.is_none(), "a log line holds {number:?}: {line}");
            assert!(!secrets.iter().any(|secret| line.contains(secret.as_str())), "a log line holds a secret: {line}");
        }),
    )
}
