//! The only place that releases Python's lock. It does not swallow Ctrl-C or disturb Python's exit.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use pyo3::prelude::*;

/// How often a waiting thread checks for signals and for Python's exit.
pub(crate) const TICK: Duration = Duration::from_millis(50);
/// How long Python's exit waits for other threads to notice it.
const LONGEST_EXIT: Duration = Duration::from_millis(500);

static EXITING: AtomicBool = AtomicBool::new(false);
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Runs `wait`, which must return within about a [`TICK`], without Python's lock.
///
/// A daemon thread that finishes waiting while Python exits must not take Python's lock again: CPython would end the thread in
/// the middle of our frames. Instead, it sleeps until the process ends.
pub(crate) fn detached<T: Send>(py: Python<'_>, wait: impl FnOnce() -> T + Send) -> T {
    WAITING.fetch_add(1, Ordering::AcqRel);
    let got = py.detach(|| {
        let got = wait();
        if exiting() {
            WAITING.fetch_sub(1, Ordering::AcqRel);
            loop {
                thread::park();
            }
        }
        got
    });
    WAITING.fetch_sub(1, Ordering::AcqRel);
    got
}

/// Whether Python is shutting down.
pub(crate) fn exiting() -> bool {
    EXITING.load(Ordering::Acquire)
}

/// Keeps waiting threads out of Python from now on. Returns when every thread has left [`detached`] or sleeps in it.
pub(crate) fn end(py: Python<'_>) {
    EXITING.store(true, Ordering::Release);
    py.detach(|| {
        let end = Instant::now() + LONGEST_EXIT;
        while WAITING.load(Ordering::Acquire) > 0 && Instant::now() < end {
            thread::sleep(Duration::from_millis(1));
        }
    });
}

/// Called after a fork: waiting threads were not copied.
pub(crate) fn forget_waiters() {
    WAITING.store(0, Ordering::Release);
}
