//! Calls to start, and their events. One wake-up makes the other language's thread fetch all events, because a wake-up costs
//! as much as half a call.

use std::{
    collections::VecDeque,
    fmt, future, mem,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use tokio::runtime::Handle;
use wablock::{CallError, Error, ErrorKind, LogLevel, LogRecord};

/// The most log records that can wait. If an event loop or thread is blocked, further records are dropped, and the log says how
/// many.
const MOST_RECORDS: usize = 10_000;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

type Wake = Arc<dyn Fn() + Send + Sync>;

/// What a call reports while it runs, and at its end. `A` is how it ended.
#[derive(Debug)]
pub enum Event<A> {
    /// How many of its distinct users have an outcome, and how many there are.
    Progress(usize, usize),
    /// Something to log.
    Log(LogRecord),
    /// It ended.
    Finished(A),
}

/// Calls that wait to begin, and events that wait to be fetched, each with the token of its call.
pub struct Queue<A> {
    /// Calls in the order in which they were made; `None` while no one has been asked to start them.
    line: Mutex<Option<Vec<Task>>>,
    /// Calls that have not ended.
    running: AtomicUsize,
    events: Mutex<Events<A>>,
    wake: Mutex<Option<Wake>>,
}

struct Events<A> {
    waiting: VecDeque<(u64, Event<A>)>,
    /// Log records among them.
    records: usize,
    /// Log records that were dropped since the last fetch.
    dropped: usize,
    /// A wake-up was sent, and nothing has been fetched since.
    woken: bool,
    closed: bool,
}

impl<A: From<CallError> + Send + 'static> Queue<A> {
    /// An empty queue; `wake` is called on any thread when there is something to fetch, once for all that waits.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        let queue = Arc::new(Self::default());
        queue.open(wake);
        queue
    }

    /// Gives the queue another way to wake the thread that fetches, and opens it again if it was closed. Wakes at once if
    /// something waits.
    pub fn open(&self, wake: impl Fn() + Send + Sync + 'static) {
        *lock(&self.wake) = Some(Arc::new(wake));
        let mut events = lock(&self.events);
        events.closed = false;
        events.woken = !events.waiting.is_empty();
        let woken = events.woken;
        drop(events);
        if woken {
            self.wake();
        }
    }

    /// Drops everything that waits and all later events, and releases the wake function.
    pub fn close(&self) {
        let closed = Events { closed: true, ..Events::default() };
        // Dropped outside of the locks: these may hold the queue, or report their end to it.
        let events = mem::replace(&mut *lock(&self.events), closed);
        drop(events);
        let line = lock(&self.line).take();
        drop(line);
        let wake = lock(&self.wake).take();
        drop(wake);
    }

    /// Adds a call that is to begin; its end is reported with `token`, exactly once, even if it panics or is dropped. True when
    /// the binding must now see to it that [`Queue::begin`] runs on the runtime; calls that are added until it does begin with
    /// it.
    #[must_use]
    pub fn add(self: &Arc<Self>, token: u64, call: impl Future<Output = A> + Send + 'static) -> bool {
        self.running.fetch_add(1, Ordering::Relaxed);
        let end = End { queue: Arc::clone(self), token, answer: None };
        let task: Task = Box::pin(async move { end.with(call.await) });
        let mut line = lock(&self.line);
        let idle = line.is_none();
        line.get_or_insert_default().push(task);
        idle
    }

    /// Begins the calls that wait, in the order in which they were added: each takes its place in the client's line when it is
    /// first polled, and the runtime promises no order among the tasks that it is given.
    pub async fn begin(self: Arc<Self>) {
        let tasks = lock(&self.line).take();
        drop(self);
        for mut task in tasks.into_iter().flatten() {
            let begun = future::poll_fn(|context| {
                let polled = panic::catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(context)));
                Poll::Ready(matches!(polled, Ok(Poll::Pending)))
            });
            if begun.await {
                tokio::spawn(task);
            }
        }
    }

    /// Adds an event. Called on any thread.
    pub fn report(self: &Arc<Self>, token: u64, event: Event<A>) {
        let others = matches!(event, Event::Finished(_)) && self.running.fetch_sub(1, Ordering::Relaxed) > 1;
        let mut events = lock(&self.events);
        if !events.admit(token, event) || mem::replace(&mut events.woken, true) {
            return;
        }
        drop(events);
        let waking = Waking(Arc::clone(self));
        if others && let Ok(runtime) = Handle::try_current() {
            // Calls that have ended by then are included.
            runtime.spawn(async move {
                let _waking = waking;
                tokio::task::yield_now().await;
            });
        }
    }

    /// Everything that waits, oldest first, with a record about log records that were dropped, if any were, as token 0's.
    pub fn fetch(&self) -> VecDeque<(u64, Event<A>)> {
        let mut events = lock(&self.events);
        let closed = events.closed;
        let Events { mut waiting, dropped, .. } = mem::replace(&mut *events, Events { closed, ..Events::default() });
        drop(events);
        if dropped > 0 {
            let message = format!("{dropped} log records were dropped: too many were waiting");
            waiting.push_back((0, Event::Log(LogRecord::new(LogLevel::Warning, message))));
        }
        waiting
    }
}

impl<A> Queue<A> {
    fn wake(&self) {
        let wake = lock(&self.wake).clone();
        if let Some(wake) = wake {
            wake();
        }
    }
}

impl<A> Events<A> {
    /// Adds an event, unless the queue is closed or too many log records wait.
    fn admit(&mut self, token: u64, event: Event<A>) -> bool {
        if self.closed {
            return false;
        }
        match (self.waiting.back_mut(), &event) {
            (_, Event::Log(_)) if self.records == MOST_RECORDS => {
                self.dropped += 1;
                return false;
            }
            // After the start, only the newest progress is of interest.
            (Some((last, old @ Event::Progress(1.., _))), Event::Progress(..)) if *last == token => *old = event,
            _ => {
                self.records += usize::from(matches!(event, Event::Log(_)));
                self.waiting.push_back((token, event));
            }
        }
        true
    }
}

impl<A> Default for Events<A> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), records: 0, dropped: 0, woken: false, closed: false }
    }
}

impl<A> Default for Queue<A> {
    fn default() -> Self {
        Self {
            line: Mutex::default(),
            running: AtomicUsize::default(),
            events: Mutex::default(),
            wake: Mutex::default(),
        }
    }
}

impl<A> fmt::Debug for Queue<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue({} running)", self.running.load(Ordering::Relaxed))
    }
}

/// Reports the end of a call when it is dropped, which includes a call that panics and a task that is dropped.
struct End<A: From<CallError> + Send + 'static> {
    queue: Arc<Queue<A>>,
    token: u64,
    answer: Option<A>,
}

impl<A: From<CallError> + Send + 'static> End<A> {
    fn with(mut self, answer: A) {
        self.answer = Some(answer);
    }
}

impl<A: From<CallError> + Send + 'static> Drop for End<A> {
    fn drop(&mut self) {
        let answer = self.answer.take().unwrap_or_else(|| CallError::from(lost()).into());
        self.queue.report(self.token, Event::Finished(answer));
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::Protocol, "the call ended without a result, which is a bug in wablock")
        .with_hint("Check the block list to see whether it took effect, and please open an issue.")
}

/// Wakes when it is dropped, even if the runtime ends first.
struct Waking<A>(Arc<Queue<A>>);

impl<A> Drop for Waking<A> {
    fn drop(&mut self) {
        self.0.wake();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
