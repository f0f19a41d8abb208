//! The client: configuration in, calls out.

use std::sync::Arc;

use napi::{
    Env,
    bindgen_prelude::{Function, PromiseRaw},
};
use napi_derive::napi;
use serde_json::Value;
use wablock::{CallError, Client, Naming, OnMissing, Report, Source, guarded, settings};

use crate::{
    call::NativeCall,
    inputs::{self, NativeInputs},
    list::NativeList,
    log::{Records, as_caller},
    report::{NativeAnswer, NativeReport},
    singles::NativeSingles,
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

/// A client of one business number.
#[napi]
pub struct NativeClient {
    client: Client,
    records: Arc<Records>,
}

#[napi]
impl NativeClient {
    /// The first two are JSON with names as JavaScript writes them; the configuration is `provider` and its options, or
    /// `environment` (an object of variables) and `prefix`. `wake` is called when log records of `log_level` and above
    /// wait to be taken.
    #[napi(constructor)]
    pub fn new(
        config: String,
        options: String,
        log_level: Option<String>,
        wake: Option<Function<'_, (), ()>>,
    ) -> napi::Result<Self> {
        let (config, options) = (crate::parsed(&config)?, crate::parsed(&options)?);
        let records = Arc::<Records>::default();
        let made = settings(source(config), options, &Naming::camel().with_own(&["logger", "logLevel"]));
        let (provider, mut options) = made.map_err(|error| crate::thrown(&error))?;
        if let (Some(level), Some(wake)) = (log_level, wake) {
            options.logger = records.logger(&level, &wake)?;
        }
        Client::new(provider, options).map(|client| Self { client, records }).map_err(|error| crate::thrown(&error))
    }

    /// JSON of the log records that wait, as triples of level, message and caller.
    #[napi]
    pub fn take_records(&self) -> Option<String> {
        self.records.take()
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

    /// Whether a user, given as text or as JSON, is on the list.
    #[napi]
    pub fn is_blocked<'env>(
        &self,
        env: &'env Env,
        user: String,
        json: bool,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, options, user) = (self.client.clone(), call.options().clone(), inputs::one(user, json)?);
        env.spawn_future(as_caller(call.caller(), async move {
            Ok(NativeAnswer::of_question(client.is_blocked(user, &options).await))
        }))
    }

    /// Checks connection and credentials.
    #[napi]
    pub fn ping<'env>(&self, env: &'env Env, call: &NativeCall) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, options) = (self.client.clone(), call.options().clone());
        env.spawn_future(as_caller(call.caller(), async move {
            Ok(NativeAnswer::of_question(client.ping(&options).await.map(|()| true)))
        }))
    }

    /// Blocks users.
    #[napi]
    pub fn block<'env>(
        &self,
        env: &'env Env,
        users: &NativeInputs,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, users, options) = (self.client.clone(), users.take(&self.client), call.options().clone());
        env.spawn_future(as_caller(call.caller(), async move {
            Ok(NativeAnswer::of_report(guarded(client.block_stream(users, &options)).await))
        }))
    }

    /// Unblocks users.
    #[napi]
    pub fn unblock<'env>(
        &self,
        env: &'env Env,
        users: &NativeInputs,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, users, options) = (self.client.clone(), users.take(&self.client), call.options().clone());
        env.spawn_future(as_caller(call.caller(), async move {
            Ok(NativeAnswer::of_report(guarded(client.unblock_stream(users, &options)).await))
        }))
    }

    /// Blocks one user, given as text or as JSON.
    #[napi]
    pub fn block_one<'env>(
        &self,
        env: &'env Env,
        user: String,
        json: bool,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, options, user) = (self.client.clone(), call.options().clone(), inputs::one(user, json)?);
        env.spawn_future(as_caller(call.caller(), async move {
            Ok(NativeAnswer::of_outcome(client.block_one(user, &options).await))
        }))
    }

    /// Unblocks one user, given as text or as JSON.
    #[napi]
    pub fn unblock_one<'env>(
        &self,
        env: &'env Env,
        user: String,
        json: bool,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, options, user) = (self.client.clone(), call.options().clone(), inputs::one(user, json)?);
        env.spawn_future(as_caller(call.caller(), async move {
            Ok(NativeAnswer::of_outcome(client.unblock_one(user, &options).await))
        }))
    }

    /// The calls about one user that have no options of their own; `wake` is called when some have ended.
    #[napi]
    pub fn singles(&self, wake: Function<'_, (), ()>) -> napi::Result<NativeSingles> {
        NativeSingles::new(self.client.clone(), &wake)
    }

    /// Resolves a report's unknowns.
    #[napi]
    pub fn settle<'env>(
        &self,
        env: &'env Env,
        report: &NativeReport,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, report, options) = (self.client.clone(), report.shared(), call.options().clone());
        env.spawn_future(as_caller(call.caller(), async move {
            let settled: Result<Report, CallError> = client.settle(&report, &options).await.map_err(CallError::from);
            Ok(NativeAnswer::of_report(settled))
        }))
    }

    /// The list; its time begins now. `ahead` says how much of it is read before it is asked for: `none`, the next `page`,
    /// or `all`.
    #[napi]
    pub fn list(&self, call: &NativeCall, ahead: String) -> NativeList {
        NativeList::new(self.client.list_with(call.options()), &ahead, call.caller())
    }

    /// Ends what is in flight; later calls fail.
    #[napi]
    pub fn close(&self) {
        self.client.close();
    }

    /// Lets go of the logger, once nothing is in flight any more.
    #[napi]
    pub fn end_log(&self) {
        self.records.end();
    }
}

fn missing(given: Option<&str>) -> napi::Result<OnMissing> {
    given.map_or(Ok(OnMissing::default()), |text| text.parse().map_err(|error| crate::thrown(&error)))
}
