//! The completion bridge: what Tokio's threads finish waits in a queue, and one wake-up per batch brings the event loop's
//! own thread to fetch it. There is one bridge per event loop.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use pyo3::{prelude::*, types::PyList};
use wablock_bindings::Queue;

use crate::{
    call::{self, Answer, Sink},
    errors,
    runtime::{self, Tied},
    wait,
};

/// One event loop's queue of finished calls.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct Bridge {
    queue: Tied<Arc<Queue<Answer>>>,
    bell: Tied<Arc<Bell>>,
    #[cfg(unix)]
    reader: Option<std::os::unix::net::UnixStream>,
}

/// Tells a watching thread, where there is no socket, that something waits in the queue.
#[derive(Default)]
struct Bell {
    state: Mutex<BellState>,
    rung: Condvar,
}

#[derive(Default)]
struct BellState {
    rung: bool,
    closed: bool,
}

impl Bell {
    fn ring(&self, change: impl FnOnce(&mut BellState)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.rung.notify_all();
    }

    /// Whether the bridge is still open when it rings; `None` after `time` without.
    fn wait(&self, time: Duration) -> Option<bool> {
        let end = Instant::now() + time;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.rung && !state.closed {
            let left = end.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return None;
            }
            state = self.rung.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.rung = false;
        Some(!state.closed)
    }
}

#[pymethods]
impl Bridge {
    /// With `socket`, a readable file descriptor announces finished calls; else `wait` does.
    #[new]
    fn new(socket: bool) -> PyResult<Self> {
        let bell = Arc::<Bell>::default();
        #[cfg(unix)]
        if socket {
            let (reader, writer) = std::os::unix::net::UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            writer.set_nonblocking(true)?;
            // A full pipe means that a wake-up is waiting already; a broken one that the loop is gone.
            let queue = Queue::new(move || drop(std::io::Write::write(&mut &writer, &[1])));
            return Ok(Self { queue: Tied::new(queue), bell: Tied::new(bell), reader: Some(reader) });
        }
        #[cfg(not(unix))]
        if socket {
            return Err(pyo3::exceptions::PyNotImplementedError::new_err(()));
        }
        let ringing = Arc::clone(&bell);
        let queue = Queue::new(move || ringing.ring(|state| state.rung = true));
        Ok(Self {
            queue: Tied::new(queue),
            bell: Tied::new(bell),
            #[cfg(unix)]
            reader: None,
        })
    }

    /// Starts the calls that were added since the last time: waking the runtime's thread costs more than starting a call, so
    /// the calls of one turn of the loop are started at once.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        let Some(queue) = self.queue.get() else { return Ok(()) };
        let (handle, _) = runtime::enter(py)?;
        drop(handle.spawn(Arc::clone(queue).begin()));
        Ok(())
    }

    /// The file descriptor to watch, -1 without one.
    fn fileno(&self) -> i32 {
        #[cfg(unix)]
        {
            use std::os::fd::AsRawFd;
            self.reader.as_ref().map_or(-1, AsRawFd::as_raw_fd)
        }
        #[cfg(not(unix))]
        {
            -1
        }
    }

    /// Everything that finished since the last time: `(token, kind, value)` each. What belongs to no call has the token 0,
    /// which no call has.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.empty_socket();
        let list = PyList::empty(py);
        let Some(queue) = self.queue.get() else { return Ok(list) };
        for (token, event) in queue.fetch() {
            let (kind, value) = call::event_into_python(py, event);
            list.append((token, kind, value))?;
        }
        Ok(list)
    }

    /// Blocks until something finished that was not waited for before; false when the bridge is closed.
    fn wait(&self, py: Python<'_>) -> bool {
        let Some(bell) = self.bell.get() else { return false };
        loop {
            if let Some(open) = wait::detached(py, || bell.wait(wait::TICK * 10)) {
                return open;
            }
        }
    }

    /// Ends `wait`; what finishes later is dropped.
    fn close(&self) {
        if let (Some(queue), Some(bell)) = (self.queue.get(), self.bell.get()) {
            queue.close();
            bell.ring(|state| state.closed = true);
        }
    }
}

impl Bridge {
    /// Where a call with this token is announced.
    pub(crate) fn sink(&self, py: Python<'_>, token: u64) -> PyResult<Arc<Sink>> {
        let queue = self.queue.get();
        let queue =
            queue.ok_or_else(|| errors::after_fork(py, "this event loop was used before the process was forked"))?;
        Ok(Arc::new(Sink::Loop(Arc::clone(queue), token)))
    }

    fn empty_socket(&self) {
        #[cfg(unix)]
        if let Some(mut reader) = self.reader.as_ref() {
            use std::io::Read;
            let mut bytes = [0; 64];
            while matches!(reader.read(&mut bytes), Ok(count) if count == bytes.len()) {}
        }
    }
}
