//! The native module of the Python package `wablock`: it converts, calls the core, and converts back.
//!
//! Two rules hold everywhere. First, Tokio's threads never touch Python: results cross as plain Rust data and are converted
//! on a Python thread. Second, a lock that a forked child will use is locked only while Python's own lock is held, and
//! unlocked before anything can release Python's lock. A fork happens under Python's lock, so it never copies a locked one.
//! Data that Tokio's threads also lock is [`runtime::Tied`] to its process, so a child cannot reach it.

mod answer;
mod arrow;
mod blocking;
mod bridge;
mod call;
mod client;
mod convert;
mod errors;
mod given;
mod inputs;
mod list;
mod logs;
mod python;
mod results;
mod runtime;
mod sandbox;
mod secret;
mod tools;
mod wait;

use pyo3::prelude::*;

/// Private; use `wablock`.
#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // First, because classes that are created in another interpreter would be destroyed with it.
    runtime::refuse_subinterpreters(module.py())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<bridge::Bridge>()?;
    module.add_class::<call::Call>()?;
    module.add_class::<client::NativeClient>()?;
    module.add_class::<list::Pager>()?;
    module.add_class::<sandbox::NativeSandbox>()?;
    module.add_class::<secret::Secret>()?;
    module.add_class::<results::Record>()?;
    module.add_class::<results::User>()?;
    module.add_class::<results::BlockedUser>()?;
    module.add_class::<results::BaseOutcome>()?;
    module.add_class::<results::DoneOutcome>()?;
    module.add_class::<results::FailedOutcome>()?;
    module.add_class::<results::UnknownOutcome>()?;
    module.add_class::<results::NotSentOutcome>()?;
    module.add_class::<results::Rows>()?;
    module.add_class::<results::Report>()?;
    module.add_class::<results::BlockedUsers>()?;
    module.add_function(wrap_pyfunction!(python::prepare, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::after_fork, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::shutdown, module)?)?;
    module.add_function(wrap_pyfunction!(tools::check_names, module)?)?;
    module.add_function(wrap_pyfunction!(tools::mask, module)?)?;
    module.add_function(wrap_pyfunction!(tools::nxcloud_signature, module)?)?;
    module.add_function(wrap_pyfunction!(tools::parse_user, module)?)?;
    module.add_function(wrap_pyfunction!(tools::same_user, module)?)
}
