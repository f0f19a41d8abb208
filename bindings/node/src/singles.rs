//! Calls about one user without options of their own, which are most of a bot's. What they end with waits in a queue, and
//! one wake-up brings JavaScript to take all of it: a Node-API promise for each would cost more than the call.

use std::{
    future,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use napi::{
    Status,
    bindgen_prelude::{Function, spawn},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use wablock::{CallError, CallOptions, CancellationToken, Client, Error, ErrorKind, Outcome};

use crate::{inputs, log::as_caller};

/// Tells JavaScript that calls have ended. Weak: what keeps the process alive is JavaScript's business.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The calls about one user of one client.
#[napi]
pub struct NativeSingles {
    client: Client,
    options: CallOptions,
    alive: CancellationToken,
    queue: Arc<Queue>,
}

struct Queue {
    wake: Mutex<Option<Wake>>,
    /// Calls that have not begun, in the order in which they were made, while a task is about to begin them.
    line: Mutex<Option<Vec<Task>>>,
    /// Calls that have not ended.
    running: AtomicUsize,
    ended: Mutex<Ended>,
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Default)]
struct Ended {
    /// JSON of what JavaScript has not taken yet, with commas between.
    answers: String,
    told: bool,
}

#[napi]
impl NativeSingles {
    /// Starts a call about a user, given as text or as JSON; `token` tells its answer from the others', and its log records
    /// carry `caller`.
    #[napi]
    pub fn start(&self, token: u32, unblock: bool, user: String, json: bool, caller: u32) -> napi::Result<()> {
        let user = inputs::one(user, json)?;
        let (client, options) = (self.client.clone(), self.options.clone());
        self.queue.running.fetch_add(1, Ordering::Relaxed);
        let announcer = Announcer { queue: Some(Arc::clone(&self.queue)), token };
        let task = Box::pin(as_caller(caller, async move {
            let done =
                if unblock { client.unblock_one(user, &options).await } else { client.block_one(user, &options).await };
            announcer.announce(done).await;
        }));
        if self.queue.line_up(task) {
            spawn(begin_in_order(Arc::clone(&self.queue)));
        }
        Ok(())
    }

    /// The client is closed and nothing is under way: what wakes JavaScript would count as an open handle.
    #[napi]
    pub fn end(&self) {
        *self.queue.wake.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// JSON of the calls that have ended: `[token, outcome]`, or `[token, null, error, report]`; `None` when there are none.
    #[napi]
    pub fn take(&self) -> Option<String> {
        let mut ended = self.queue.lock();
        ended.told = false;
        let answers = std::mem::take(&mut ended.answers);
        drop(ended);
        (!answers.is_empty()).then(|| format!("[{answers}]"))
    }
}

impl NativeSingles {
    pub(crate) fn new(client: Client, wake: &Function<'_, (), ()>) -> napi::Result<Self> {
        let wake = wake.build_threadsafe_function().weak::<true>().build()?;
        let alive = CancellationToken::new();
        let mut options = CallOptions::default();
        options.cancel = Some(alive.clone());
        Ok(Self {
            client,
            options,
            alive,
            queue: Arc::new(Queue {
                wake: Mutex::new(Some(wake)),
                line: Mutex::default(),
                running: AtomicUsize::new(0),
                ended: Mutex::default(),
            }),
        })
    }
}

/// JavaScript holds it until the last call has ended, or its environment is gone: then nothing more is to be sent.
impl Drop for NativeSingles {
    fn drop(&mut self) {
        self.alive.cancel();
    }
}

/// Begins calls in the order in which they were made: each takes its place in the client's line when it is first polled, and
/// the runtime promises no order among the tasks that it is given.
async fn begin_in_order(queue: Arc<Queue>) {
    let tasks = queue.line.lock().unwrap_or_else(PoisonError::into_inner).take();
    for mut task in tasks.into_iter().flatten() {
        let begun = future::poll_fn(|context| {
            let polled = panic::catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(context)));
            Poll::Ready(matches!(polled, Ok(Poll::Pending)))
        });
        if begun.await {
            spawn(task);
        }
    }
}

/// Announces the end of a call exactly once, also when its task panics or is dropped: no promise waits for ever.
struct Announcer {
    queue: Option<Arc<Queue>>,
    token: u32,
}

impl Announcer {
    async fn announce(mut self, done: Result<Outcome, CallError>) {
        let (Some(queue), token) = (self.queue.take(), self.token) else { return };
        let others = queue.running.fetch_sub(1, Ordering::Relaxed) > 1;
        if queue.add(token, done) {
            let waking = Waking(queue);
            if others {
                // Whatever else has ended by then goes along: waking JavaScript costs as much as half a call.
                tokio::task::yield_now().await;
            }
            drop(waking);
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        let Some(queue) = self.queue.take() else { return };
        queue.running.fetch_sub(1, Ordering::Relaxed);
        let error = Error::new(ErrorKind::Protocol, "the call ended without a result, which is a bug in wablock")
            .with_hint("Check the block list to see whether it took effect, and please open an issue.");
        if queue.add(self.token, Err(error.into())) {
            queue.wake();
        }
    }
}

/// Wakes JavaScript when it is dropped, so also when a runtime ends in between.
struct Waking(Arc<Queue>);

impl Drop for Waking {
    fn drop(&mut self) {
        self.0.wake();
    }
}

impl Queue {
    /// Adds a call that is to begin; whether a task has to be started for that.
    fn line_up(&self, task: Task) -> bool {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = line.is_none();
        line.get_or_insert_default().push(task);
        idle
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether JavaScript is to be woken.
    fn add(&self, token: u32, done: Result<Outcome, CallError>) -> bool {
        let answer = match done {
            Ok(outcome) => crate::json(&(token, outcome)),
            Err(error) => {
                let (error, report) = error.into_parts();
                crate::json(&(token, (), error, report))
            }
        };
        let mut ended = self.lock();
        if !ended.answers.is_empty() {
            ended.answers.push(',');
        }
        ended.answers.push_str(&answer);
        !std::mem::replace(&mut ended.told, true)
    }

    fn wake(&self) {
        if let Some(wake) = &*self.wake.lock().unwrap_or_else(PoisonError::into_inner) {
            // An environment that is going away takes no calls; nobody is left to tell.
            let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}
