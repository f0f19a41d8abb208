//! The native module of the Python package `wablock`: it converts, calls the core, and converts back.
//!
//! Two rules hold everywhere. Tokio's threads never touch Python: what they finish crosses as plain Rust data and is
//! converted on a thread of Python. And a lock that a forked child will use is only ever taken while Python's own lock is
//! held, and given back before anything can release that: a fork happens under Python's lock, so it never copies a taken
//! one. What Tokio's threads lock too is [`runtime::Tied`] to its process and out of reach in the child.

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
    // First of all: classes made in another interpreter would end with it.
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
