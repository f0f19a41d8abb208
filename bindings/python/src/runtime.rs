//! The Tokio runtime: created on first use, created again after a fork, shut down when Python exits.

use std::{
    mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use pyo3::{exceptions::PyImportError, ffi, prelude::*};
use tokio::runtime::{Builder, Handle, Runtime};
use wablock::{CancellationToken, Error, ErrorKind};

use crate::{errors, wait};

/// Threads for host name look-ups, the only blocking work. A client has one look-up at a time, so this many clients with a
/// silent name server delay no other client. Threads are created when needed.
const BLOCKING_THREADS: usize = 256;

static RUNTIME: Mutex<Option<Running>> = Mutex::new(None);
static GENERATION: AtomicU64 = AtomicU64::new(0);

struct Running {
    runtime: Runtime,
    /// Parent of the token of every call.
    root: CancellationToken,
}

/// One runtime and one set of classes serve the whole process, so they serve one interpreter.
#[expect(unsafe_code, reason = "PyO3 has no safe question for the current interpreter")]
pub(crate) fn refuse_subinterpreters(py: Python<'_>) -> PyResult<()> {
    let _attached = py;
    // SAFETY: this thread is attached to an interpreter, so there is a current one; asking for its number changes nothing.
    let number = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    if number == 0 {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "wablock works in the main interpreter only, and this is a subinterpreter. Use a process of its own; under mod_wsgi, \
         set `WSGIApplicationGroup %{GLOBAL}`.",
    ))
}

/// The runtime, started if this is the first call, and the token that every call's token descends from.
pub(crate) fn enter(py: Python<'_>) -> PyResult<(Handle, CancellationToken)> {
    if wait::exiting() {
        let error = Error::new(ErrorKind::Closed, "Python is shutting down, so no call can be started");
        return Err(errors::raise(py, &error, None));
    }
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if slot.is_none() {
        // One worker costs the least per request, and is enough for thousands of concurrent requests.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_name("wablock")
            .enable_all()
            .build()?;
        *slot = Some(Running { runtime, root: CancellationToken::new() });
    }
    let running = slot.as_ref().expect("it was just made");
    Ok((running.runtime.handle().clone(), running.root.clone()))
}

/// Distinguishes a process from the processes it was forked from.
pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Acquire)
}

/// Called in the child after a fork: the runtime's threads were not copied, so the runtime is leaked.
#[pyfunction]
pub(crate) fn after_fork() {
    GENERATION.fetch_add(1, Ordering::AcqRel);
    wait::forget_waiters();
    // Dropping it would wait for threads that do not exist here.
    mem::forget(RUNTIME.lock().unwrap_or_else(PoisonError::into_inner).take());
}

/// Called when Python exits: no more calls are accepted, calls in flight are cancelled, and waiting threads no longer enter
/// Python.
#[pyfunction]
pub(crate) fn shutdown(py: Python<'_>) {
    let running = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(running) = &running {
        running.root.cancel();
    }
    wait::end(py);
    if let Some(running) = running {
        running.runtime.shutdown_background();
    }
}

/// A value that belongs to the process that created it. In a child after a fork it cannot be reached and is never dropped,
/// because its locks may be held by threads that were not copied.
pub(crate) struct Tied<T> {
    generation: u64,
    value: Option<T>,
}

impl<T> Tied<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { generation: generation(), value: Some(value) }
    }

    /// The value, unless the process has forked since.
    pub(crate) fn get(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.generation == generation())
    }

    /// The value for changing, unless the process has forked since.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut().filter(|_| self.generation == generation())
    }
}

impl<T> Drop for Tied<T> {
    fn drop(&mut self) {
        if self.generation != generation() {
            mem::forget(self.value.take());
        }
    }
}
