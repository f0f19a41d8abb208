//! The native module of the Python package `wablock`: it converts, calls the core, and converts back.
//!
//! Two rules hold everywhere. Tokio's threads never touch Python: what they finish crosses as plain Rust data and is
//! converted on a thread of Python. And a lock that a forked child will use is only ever taken while Python's own lock is
//! held, and given back before anything can release that: a fork happens under Python's lock, so it never copies a taken
//! one. What Tokio's threads lock too is [`runtime::Tied`] to its process and out of reach in the child.

mod arrow;
mod bridge;
mod call;
mod client;
mod convert;
mod errors;
mod inputs;
mod list;
mod logs;
mod report;
mod runtime;
mod sandbox;
mod tools;
mod users;
mod wait;

use pyo3::prelude::*;

/// Private; use `wablock`.
#[pymodule(gil_used = true)]
mod _native {
    #[pymodule_export]
    use super::{
        bridge::Bridge,
        call::Call,
        client::NativeClient,
        inputs::{Inputs, prepare},
        list::Pager,
        report::NativeReport,
        runtime::{after_fork, shutdown},
        sandbox::NativeSandbox,
        tools::{check_user, config_from_vars, mask, nxcloud_signature, parse_user, provider_ids, same_user},
        users::{NativeUser, NativeUsers},
    };

    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
