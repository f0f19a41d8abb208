//! The client: configuration in, calls out.

use napi::{Env, bindgen_prelude::PromiseRaw};
use napi_derive::napi;
use wablock::{CallError, Client, ClientOptions, Report};

use crate::{
    call::NativeCall,
    list::NativeList,
    report::{NativeAnswer, NativeReport},
};

/// A client of one business number.
#[napi]
pub struct NativeClient {
    client: Client,
}

#[napi]
impl NativeClient {
    /// Both are JSON with the core's option names.
    #[napi(constructor)]
    pub fn new(config: String, options: String) -> napi::Result<Self> {
        let (config, options) = (crate::parsed(&config)?, crate::parsed(&options)?);
        let made = wablock::provider_from_value(config)
            .and_then(|provider| Client::new(provider, ClientOptions::from_value(options)?));
        made.map(|client| Self { client }).map_err(|error| crate::thrown(&error))
    }

    /// JSON.
    #[napi]
    pub fn capabilities(&self) -> String {
        crate::json(self.client.capabilities())
    }

    /// Blocks the call's inputs.
    #[napi]
    pub fn block<'env>(&self, env: &'env Env, call: &NativeCall) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, inputs, options) = (self.client.clone(), call.take_inputs(), call.options().clone());
        env.spawn_future(async move { Ok(NativeAnswer::of_report(client.block_with(inputs, &options).await)) })
    }

    /// Unblocks the call's inputs.
    #[napi]
    pub fn unblock<'env>(&self, env: &'env Env, call: &NativeCall) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, inputs, options) = (self.client.clone(), call.take_inputs(), call.options().clone());
        env.spawn_future(async move { Ok(NativeAnswer::of_report(client.unblock_with(inputs, &options).await)) })
    }

    /// Blocks one user.
    #[napi]
    pub fn block_one<'env>(
        &self,
        env: &'env Env,
        user: String,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, options) = (self.client.clone(), call.options().clone());
        env.spawn_future(async move { Ok(NativeAnswer::of_outcome(client.block_one(user, &options).await)) })
    }

    /// Unblocks one user.
    #[napi]
    pub fn unblock_one<'env>(
        &self,
        env: &'env Env,
        user: String,
        call: &NativeCall,
    ) -> napi::Result<PromiseRaw<'env, NativeAnswer>> {
        let (client, options) = (self.client.clone(), call.options().clone());
        env.spawn_future(async move { Ok(NativeAnswer::of_outcome(client.unblock_one(user, &options).await)) })
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
        env.spawn_future(async move {
            let settled: Result<Report, CallError> = client.settle(&report, &options).await.map_err(CallError::from);
            Ok(NativeAnswer::of_report(settled))
        })
    }

    /// The list; its time begins now.
    #[napi]
    pub fn list(&self, call: &NativeCall) -> NativeList {
        NativeList::new(self.client.list_with(call.options()))
    }

    /// Ends what is in flight; later calls fail.
    #[napi]
    pub fn close(&self) {
        self.client.close();
    }
}
