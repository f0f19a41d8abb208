//! The native half of the Node package `wablock`: it converts, calls the core, and converts back.
//!
//! Errors cross as data, in the JSON that is the same in every language. What fails at once throws a JavaScript `Error` whose
//! message is that JSON; what fails later is reported with it. TypeScript makes typed errors of both.
//! Reports and pages stay here. TypeScript asks for their rows in pieces, so that no turn of the event loop is long.

pub mod calls;
pub mod client;
pub mod inputs;
pub mod list;
pub mod report;
pub mod sandbox;
pub mod tools;

/// One worker drives sockets at the least cost, and a process that only imports the package pays for one thread.
#[napi_derive::module_init]
fn init() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("wablock").enable_all().build();
    // If no thread can be started, napi tries its own runtime, and reports if that fails too.
    if let Ok(runtime) = runtime {
        napi::bindgen_prelude::create_custom_tokio_runtime(runtime);
    }
}

/// An error of the core as one of napi: its message is the shared JSON.
fn thrown(error: wablock::Error) -> napi::Error {
    napi::Error::from_reason(json(&error))
}

/// The shared JSON of a value of the core.
fn json(value: &impl serde::Serialize) -> String {
    // The core's types hold only what JSON can hold.
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON that TypeScript wrote.
fn parsed(text: &str) -> napi::Result<serde_json::Value> {
    serde_json::from_str(text).map_err(|error| napi::Error::from_reason(error.to_string()))
}
