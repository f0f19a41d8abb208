//! The client: configuration in, calls out.

use napi::bindgen_prelude::Function;
use napi_derive::napi;
use serde_json::Value;
use wablock::{Client, LogLevel, Naming, OnMissing, Source, guarded, settings};

use crate::{
    call::NativeCall,
    calls::{Answer, Calls},
    inputs::{self, NativeInputs},
    list::NativeList,
    report::NativeReport,
};

/// Where the configuration that TypeScript gave comes from.
fn source(mut config: Value) -> Source {
    let Some(Value::Object(given)) = config.get_mut("environment").map(Value::take) else {
        return Source::Config(config);
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let vars = given.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    Source::Variables { vars, prefix: config.get("prefix").and_then(Value::as_str).map(str::to_owned) }
}

/// A client of one business number. Its calls have tokens, which tell what they report apart; `call` has the options of a
/// call, where its caller gave some. A user is text, or JSON.
#[napi]
pub struct NativeClient {
    client: Client,
    calls: Calls,
}

#[napi]
impl NativeClient {
    /// The first two are JSON with names as JavaScript writes them; the configuration is `provider` and its options, or
    /// `environment` (an object of variables) and `prefix`. With `log_level`, log records of this level and above are reported.
    #[napi(constructor)]
    pub fn new(config: String, options: String, log_level: Option<String>) -> napi::Result<Self> {
        let naming = Naming::camel().with_own(&["logger", "logLevel"]);
        let made = settings(source(crate::parsed(&config)?), crate::parsed(&options)?, &naming);
        let (provider, mut options) = made.map_err(|error| crate::thrown(&error))?;
        let (calls, logger) = Calls::new(log_level.as_deref().and_then(LogLevel::from_name));
        options.logger = logger.unwrap_or_default();
        Client::new(provider, options).map(|client| Self { client, calls }).map_err(|error| crate::thrown(&error))
    }

    /// Calls `wake` whenever something waits to be taken.
    #[napi]
    pub fn listen(&self, wake: Function<'_, (), ()>) -> napi::Result<()> {
        self.calls.listen(&wake)
    }

    /// Drops `wake`, once nothing is under way any more.
    #[napi]
    pub fn ignore(&self) {
        self.calls.ignore();
    }

    /// JSON of all that calls have reported: rows of a token, a kind and what belongs to it.
    #[napi]
    pub fn take(&self) -> Option<String> {
        self.calls.take()
    }

    /// The report of a call that has ended, once.
    #[napi]
    pub fn take_report(&self, token: u32) -> Option<NativeReport> {
        self.calls.take_report(token)
    }

    /// JSON.
    #[napi]
    pub fn capabilities(&self) -> String {
        crate::json(self.client.capabilities())
    }

    /// The users of a call over many, about as many as `expected`; `on_missing` is `raise` or `fail`.
    #[napi]
    pub fn gather(&self, expected: u32, on_missing: Option<String>) -> napi::Result<NativeInputs> {
        Ok(NativeInputs::new(&self.client, expected, missing(on_missing.as_deref())?))
    }

    /// Reads users, given as a JSON array, and sends nothing.
    #[napi]
    pub fn check(&self, users: String) -> napi::Result<NativeReport> {
        Ok(NativeReport::new(self.client.check(inputs::users(&users)?)))
    }

    /// Blocks or unblocks users.
    #[napi]
    pub fn change(&self, token: u32, unblock: bool, users: &NativeInputs, call: Option<&NativeCall>) {
        let (client, options) = (self.client.clone(), self.calls.options(token, call));
        let users = users.take(&self.client);
        self.calls.start(token, async move {
            Answer::of_report(if unblock {
                guarded(client.unblock_stream(users, &options)).await
            } else {
                guarded(client.block_stream(users, &options)).await
            })
        });
    }

    /// Blocks or unblocks one user.
    #[napi]
    pub fn change_one(
        &self,
        token: u32,
        unblock: bool,
        user: String,
        json: bool,
        call: Option<&NativeCall>,
    ) -> napi::Result<()> {
        let (client, options) = (self.client.clone(), self.calls.options(token, call));
        let user = inputs::one(user, json)?;
        self.calls.start(token, async move {
            Answer::of_value(if unblock {
                client.unblock_one(user, &options).await
            } else {
                client.block_one(user, &options).await
            })
        });
        Ok(())
    }

    /// Whether a user is on the list.
    #[napi]
    pub fn is_blocked(&self, token: u32, user: String, json: bool, call: Option<&NativeCall>) -> napi::Result<()> {
        let (client, options) = (self.client.clone(), self.calls.options(token, call));
        let user = inputs::one(user, json)?;
        self.calls.start(token, async move { Answer::of_value(client.is_blocked(user, &options).await) });
        Ok(())
    }

    /// Checks connection and credentials.
    #[napi]
    pub fn ping(&self, token: u32, call: Option<&NativeCall>) {
        let (client, options) = (self.client.clone(), self.calls.options(token, call));
        self.calls.start(token, async move { Answer::of_value(client.ping(&options).await) });
    }

    /// Resolves a report's unknowns.
    #[napi]
    pub fn settle(&self, token: u32, report: &NativeReport, call: Option<&NativeCall>) {
        let (client, options) = (self.client.clone(), self.calls.options(token, call));
        let report = report.shared();
        self.calls.start(token, async move { Answer::of_report(client.settle(&report, &options).await) });
    }

    /// The list; with `ahead`, the page after the one that was asked for is read too.
    #[napi]
    pub fn list(&self, token: u32, ahead: bool, call: Option<&NativeCall>) -> NativeList {
        let list = self.client.list_with(&self.calls.options(token, call));
        NativeList::new(list, ahead, self.calls.listener(token))
    }

    /// The next rows of a list, as a JSON array; `null` at the end.
    #[napi]
    pub fn next_rows(&self, token: u32, list: &NativeList) {
        let list = list.clone();
        self.calls.start(token, async move { Answer::of_value(list.next().await) });
    }

    /// Ends what is in flight; later calls fail.
    #[napi]
    pub fn close(&self) {
        self.client.close();
    }
}

fn missing(given: Option<&str>) -> napi::Result<OnMissing> {
    given.map_or(Ok(OnMissing::default()), |text| text.parse().map_err(|error| crate::thrown(&error)))
}
