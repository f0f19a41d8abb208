//! Calls about one user without options of their own, which are most of a bot's. What they end with waits in a queue, and
//! one wake-up brings JavaScript to take all of it: a Node-API promise for each would cost more than the call.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use napi::{
    Status,
    bindgen_prelude::{Function, spawn},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use wablock::{CallError, CallOptions, CancellationToken, Client, Outcome};

use crate::log::as_caller;

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
    /// Calls that have not ended.
    running: AtomicUsize,
    ended: Mutex<Ended>,
}

#[derive(Default)]
struct Ended {
    /// JSON of what JavaScript has not taken yet, with commas between.
    answers: String,
    told: bool,
}

#[napi]
impl NativeSingles {
    /// Starts a call; `token` tells its answer from the others', and its log records carry `caller`.
    #[napi]
    pub fn start(&self, token: u32, unblock: bool, user: String, caller: u32) {
        let (client, options, queue) = (self.client.clone(), self.options.clone(), Arc::clone(&self.queue));
        queue.running.fetch_add(1, Ordering::Relaxed);
        spawn(as_caller(caller, async move {
            let done =
                if unblock { client.unblock_one(user, &options).await } else { client.block_one(user, &options).await };
            let others = queue.running.fetch_sub(1, Ordering::Relaxed) > 1;
            if queue.add(token, done) {
                if others {
                    // Whatever else has ended by then goes along: waking JavaScript costs as much as half a call.
                    tokio::task::yield_now().await;
                }
                queue.wake();
            }
        }));
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

impl Queue {
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
