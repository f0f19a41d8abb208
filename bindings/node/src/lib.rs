//! The native half of the Node package `wablock`: it converts, calls the core, and converts back.
//!
//! Errors cross as data, in the JSON that is the same in every language: what can fail at once throws a JavaScript
//! `Error` whose message is that JSON, what fails later is reported with it. TypeScript makes the typed classes of both.
//! Reports and pages stay here; TypeScript asks for their rows in pieces, so that no turn of the event loop is long.

pub mod call;
mod calls;
pub mod client;
pub mod inputs;
pub mod list;
pub mod report;
pub mod sandbox;
pub mod sets;
pub mod tools;

/// One worker is the cheapest way to drive sockets, and a process that only imports the package pays for one thread.
#[napi_derive::module_init]
fn init() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("wablock").enable_all().build();
    // Where a thread cannot be had, napi makes its own runtime, and says so if it cannot either.
    if let Ok(runtime) = runtime {
        napi::bindgen_prelude::create_custom_tokio_runtime(runtime);
    }
}

/// An error of the core as one of napi: its message is the shared JSON.
fn thrown(error: &wablock::Error) -> napi::Error {
    napi::Error::from_reason(json(error))
}

/// The shared JSON of a value of the core.
fn json(value: &impl serde::Serialize) -> String {
    // The core's types hold only what JSON can say.
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON that TypeScript wrote.
fn parsed(text: &str) -> napi::Result<serde_json::Value> {
    serde_json::from_str(text).map_err(|error| napi::Error::from_reason(error.to_string()))
}
