//! The completion bridge. Tokio's threads put results into a queue and wake the event loop once per batch; the loop's own
//! thread fetches them. There is one bridge per event loop.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
};

use pyo3::{prelude::*, types::PyList};
use tokio::runtime::Handle;
use wablock_bindings::Queue;

use crate::{
    answer::{self, Answer, Event},
    errors,
    runtime::Tied,
    wait,
};

/// Where the events of one call go.
#[derive(Clone)]
pub(crate) struct Sink {
    queue: Arc<Queue<Answer>>,
    token: u64,
}

impl Sink {
    pub(crate) fn new(queue: &Arc<Queue<Answer>>, token: u64) -> Self {
        Self { queue: Arc::clone(queue), token }
    }

    pub(crate) fn report(&self, event: Event) {
        self.queue.report(self.token, event);
    }

    /// Starts the work of the call.
    pub(crate) fn start(&self, runtime: &Handle, work: impl Future<Output = Answer> + Send + 'static) {
        if self.queue.add(self.token, work) {
            drop(runtime.spawn(Arc::clone(&self.queue).begin()));
        }
    }
}

/// A queue for a thread that waits: the bell rings when there is something to fetch, once for all that waits.
pub(crate) fn queue_with_bell() -> (Arc<Queue<Answer>>, Receiver<()>) {
    let (ring, bell) = mpsc::sync_channel(1);
    let wake = move || {
        // Full: it has rung already. Disconnected: the thread gave up.
        let _ = ring.try_send(());
    };
    (Queue::new(wake), bell)
}

/// One event loop's queue of finished calls.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct Bridge {
    inner: Tied<Inner>,
}

struct Inner {
    queue: Arc<Queue<Answer>>,
    wake: Wake,
}

/// How the loop's thread learns that something waits in the queue.
enum Wake {
    /// The loop watches a socket.
    #[cfg(unix)]
    Socket(std::os::unix::net::UnixStream),
    /// A thread waits for it. Disconnected when the bridge is closed.
    Bell(Mutex<Receiver<()>>),
}

#[pymethods]
impl Bridge {
    /// With `socket`, a readable file descriptor announces finished calls; else `wait` does.
    #[new]
    fn new(socket: bool) -> PyResult<Self> {
        #[cfg(unix)]
        if socket {
            let (reader, writer) = std::os::unix::net::UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            writer.set_nonblocking(true)?;
            // A full pipe means that a wake-up is already waiting; a broken pipe, that the loop is gone.
            let queue = Queue::new(move || drop(std::io::Write::write(&mut &writer, &[1])));
            return Ok(Self { inner: Tied::new(Inner { queue, wake: Wake::Socket(reader) }) });
        }
        #[cfg(not(unix))]
        if socket {
            return Err(pyo3::exceptions::PyNotImplementedError::new_err(()));
        }
        let (queue, bell) = queue_with_bell();
        Ok(Self { inner: Tied::new(Inner { queue, wake: Wake::Bell(Mutex::new(bell)) }) })
    }

    /// The file descriptor to watch, -1 without one.
    fn fileno(&self) -> i32 {
        #[cfg(unix)]
        if let Some(Inner { wake: Wake::Socket(reader), .. }) = self.inner.get() {
            return std::os::fd::AsRawFd::as_raw_fd(reader);
        }
        -1
    }

    /// Everything that finished since the last time: `(token, kind, value)` each. What belongs to no call has the token 0,
    /// which no call has.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let Some(Inner { queue, wake }) = self.inner.get() else { return Ok(list) };
        wake.empty();
        for (token, event) in queue.fetch() {
            let (kind, value) = answer::event_into_python(py, event);
            list.append((token, kind, value))?;
        }
        Ok(list)
    }

    /// Blocks until something finished that was not waited for before; false when the bridge is closed. Without a socket,
    /// one thread may wait.
    fn wait(&self, py: Python<'_>) -> bool {
        let Some(Inner { wake: Wake::Bell(bell), .. }) = self.inner.get() else { return false };
        loop {
            let ring = || bell.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(wait::TICK * 10);
            match wait::detached(py, ring) {
                Ok(()) => return true,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Ends `wait`; what finishes later is dropped.
    fn close(&self) {
        if let Some(inner) = self.inner.get() {
            inner.queue.close();
        }
    }
}

impl Bridge {
    /// Where a call with this token is announced.
    pub(crate) fn sink(&self, py: Python<'_>, token: u64) -> PyResult<Sink> {
        let inner = self.inner.get();
        let inner =
            inner.ok_or_else(|| errors::after_fork(py, "this event loop was used before the process was forked"))?;
        Ok(Sink::new(&inner.queue, token))
    }
}

impl Wake {
    fn empty(&self) {
        #[cfg(unix)]
        if let Self::Socket(reader) = self {
            let mut bytes = [0; 64];
            while matches!(std::io::Read::read(&mut &*reader, &mut bytes), Ok(count) if count == bytes.len()) {}
        }
    }
}
