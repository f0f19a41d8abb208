//! The completion bridge: what Tokio's threads finish waits in a queue, and one wake-up per batch brings the event loop's
//! own thread to fetch it. There is one bridge per event loop.

use std::{
    collections::VecDeque,
    future,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use pyo3::{prelude::*, types::PyList};
use tokio::runtime::Handle;

use crate::{
    call::{Event, Sink},
    logs::{self, Backlog},
    runtime::{self, Tied},
    wait,
};

/// A call that is to be started.
pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Calls of one event loop that are to be started, and finished ones.
pub(crate) struct Queue {
    /// Waking the runtime's thread costs more than starting a call, so the calls of one turn of the loop are started at once.
    submitted: Mutex<Vec<Task>>,
    /// Calls that have not ended.
    running: AtomicUsize,
    state: Mutex<State>,
    arrived: Condvar,
    /// The log records among the events.
    backlog: Backlog,
    #[cfg(unix)]
    writer: Option<std::os::unix::net::UnixStream>,
}

#[derive(Default)]
struct State {
    events: VecDeque<(u64, Event)>,
    /// The loop was woken and has not fetched yet.
    woken: bool,
    /// The watching thread has to be told (only where there is no socket).
    untold: bool,
    closed: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a call, to be started by the next `flush`.
    pub(crate) fn submit(&self, task: Task) {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.submitted().push(task);
    }

    fn submitted(&self) -> MutexGuard<'_, Vec<Task>> {
        self.submitted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called on any thread, also without Python.
    pub(crate) fn push(self: &Arc<Self>, token: u64, event: Event) {
        let others = matches!(event, Event::Finished(_)) && self.running.fetch_sub(1, Ordering::Relaxed) > 1;
        let mut state = self.state();
        if state.closed || (matches!(event, Event::Log(_)) && !self.backlog.admit()) {
            return;
        }
        match (state.events.back_mut(), &event) {
            // Only the newest progress is of interest.
            (Some((last, old @ Event::Progress(..))), Event::Progress(..)) if *last == token => *old = event,
            _ => state.events.push_back((token, event)),
        }
        if state.woken {
            return;
        }
        state.woken = true;
        state.untold = true;
        drop(state);
        let waking = Waking(Arc::clone(self));
        if others && let Ok(runtime) = Handle::try_current() {
            // Whatever else has ended by then goes along: waking a loop costs as much as half a call.
            runtime.spawn(async move {
                let _waking = waking;
                tokio::task::yield_now().await;
            });
        }
    }

    #[cfg(unix)]
    fn wake(&self) {
        use std::io::Write;
        match self.writer.as_ref() {
            // A full pipe means that a wake-up is waiting already; a broken one that the loop is gone.
            Some(mut writer) => drop(writer.write(&[1])),
            None => self.arrived.notify_all(),
        }
    }

    #[cfg(not(unix))]
    fn wake(&self) {
        self.arrived.notify_all();
    }
}

/// Begins calls in the order in which they were made: each takes its place in the client's line when it is first polled, and
/// the runtime promises no order among the tasks that it is given.
async fn begin_in_order(tasks: Vec<Task>) {
    for mut task in tasks {
        let begun = future::poll_fn(|context| {
            let polled = panic::catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(context)));
            Poll::Ready(matches!(polled, Ok(Poll::Pending)))
        });
        if begun.await {
            tokio::spawn(task);
        }
    }
}

/// Wakes the loop when it is dropped, so also when a runtime ends in between.
struct Waking(Arc<Queue>);

impl Drop for Waking {
    fn drop(&mut self) {
        self.0.wake();
    }
}

/// One event loop's queue of finished calls.
#[pyclass(frozen, module = "wablock._native")]
pub(crate) struct Bridge {
    queue: Tied<Arc<Queue>>,
    #[cfg(unix)]
    reader: Option<std::os::unix::net::UnixStream>,
}

#[pymethods]
impl Bridge {
    /// With `socket`, a readable file descriptor announces finished calls; else `wait` does.
    #[new]
    fn new(socket: bool) -> PyResult<Self> {
        let queue = |#[cfg(unix)] writer| {
            Tied::new(Arc::new(Queue {
                submitted: Mutex::default(),
                running: AtomicUsize::new(0),
                state: Mutex::default(),
                arrived: Condvar::new(),
                backlog: Backlog::default(),
                #[cfg(unix)]
                writer,
            }))
        };
        #[cfg(unix)]
        {
            if !socket {
                return Ok(Self { queue: queue(None), reader: None });
            }
            let (reader, writer) = std::os::unix::net::UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            writer.set_nonblocking(true)?;
            Ok(Self { queue: queue(Some(writer)), reader: Some(reader) })
        }
        #[cfg(not(unix))]
        if socket { Err(pyo3::exceptions::PyNotImplementedError::new_err(())) } else { Ok(Self { queue: queue() }) }
    }

    /// Starts the calls that were submitted since the last time.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        let Some(queue) = self.queue.get() else { return Ok(()) };
        let mut tasks = std::mem::take(&mut *queue.submitted());
        let (handle, _) = runtime::enter(py)?;
        if tasks.len() == 1 {
            drop(handle.spawn(tasks.remove(0)));
        } else if !tasks.is_empty() {
            drop(handle.spawn(begin_in_order(tasks)));
        }
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

    /// Everything that finished since the last time: `(token, kind, value)` each.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.empty_socket();
        let list = PyList::empty(py);
        let Some(queue) = self.queue.get() else { return Ok(list) };
        let events = {
            let mut state = queue.state();
            state.woken = false;
            state.untold = false;
            std::mem::take(&mut state.events)
        };
        for (token, event) in events {
            if matches!(event, Event::Log(_)) {
                queue.backlog.taken();
            }
            let (kind, value) = event.into_python(py);
            list.append((token, kind, value))?;
        }
        if let Some((level, message)) = queue.backlog.confession() {
            // It belongs to no call, so its token is one that no call has.
            list.append((0, "log", (logs::number_of(level), message)))?;
        }
        Ok(list)
    }

    /// Blocks until something finished that was not waited for before; false when the bridge is closed.
    fn wait(&self, py: Python<'_>) -> bool {
        let Some(queue) = self.queue.get() else { return false };
        loop {
            let told = wait::detached(py, || {
                let end = Instant::now() + wait::TICK * 10;
                let mut state = queue.state();
                while !state.untold && !state.closed {
                    let left = end.saturating_duration_since(Instant::now());
                    if left == Duration::ZERO {
                        return None;
                    }
                    state = queue.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
                }
                state.untold = false;
                Some(!state.closed)
            });
            if let Some(open) = told {
                return open;
            }
        }
    }

    /// Ends `wait`; what finishes later is dropped.
    fn close(&self) {
        if let Some(queue) = self.queue.get() {
            let mut state = queue.state();
            state.closed = true;
            let events = std::mem::take(&mut state.events);
            drop(state);
            drop(events);
            // They hold this queue.
            let submitted = std::mem::take(&mut *queue.submitted());
            drop(submitted);
            queue.arrived.notify_all();
        }
    }
}

impl Bridge {
    /// Where a call with this token is to be announced; `None` in a child after a fork.
    pub(crate) fn sink(&self, token: u64) -> Option<Sink> {
        self.queue.get().map(|queue| Sink::Loop(Arc::clone(queue), token))
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
