//! One call on its way: what is asked for, its options, and the means to cancel it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use napi::{
    Status,
    bindgen_prelude::{FnArgs, Function},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use wablock::{CallOptions, CancellationToken, Naming};

/// Tells JavaScript how far the call is. Weak: it never keeps the process alive, the call's promise does.
type Listener = ThreadsafeFunction<FnArgs<(u32, u32)>, (), FnArgs<(u32, u32)>, Status, false, true>;

/// The options of one call.
#[napi]
pub struct NativeCall {
    options: CallOptions,
    cancel: CancellationToken,
    progress: Arc<Progress>,
    caller: u32,
}

#[derive(Default)]
struct Progress {
    done: AtomicU32,
    total: AtomicU32,
}

#[napi]
impl NativeCall {
    /// `options` is JSON with `timeoutMs` and `maxRetries`, each optional. The call's time begins now. Its log records
    /// carry `caller`.
    #[napi(constructor)]
    pub fn new(
        options: String,
        caller: u32,
        on_progress: Option<Function<'_, FnArgs<(u32, u32)>, ()>>,
    ) -> napi::Result<Self> {
        let given = CallOptions::read(
            crate::parsed(&options)?,
            &Naming::camel().with_own(&["signal", "onMissing", "onProgress"]),
        );
        let mut options = given.map_err(|error| crate::thrown(&error))?;
        let cancel = CancellationToken::new();
        let progress = Arc::new(Progress::default());
        options.begun = Some(Instant::now());
        options.cancel = Some(cancel.clone());
        if let Some(listener) = on_progress {
            let listener: Listener = listener.build_threadsafe_function().weak::<true>().build()?;
            let progress = Arc::clone(&progress);
            options.progress = Some(Arc::new(move |done, total| {
                let (done, total) = (rows(done), rows(total));
                progress.done.store(done, Ordering::Relaxed);
                progress.total.store(total, Ordering::Relaxed);
                // An environment that is going away takes no calls; nobody is left to tell.
                let _ = listener.call((done, total).into(), ThreadsafeFunctionCallMode::NonBlocking);
            }));
        }
        Ok(Self { options, cancel, progress, caller })
    }

    /// The call has ended: lets go of the progress listener, which would count as an open handle until it is collected.
    #[napi]
    pub fn end(&mut self) {
        self.options.progress = None;
    }

    /// Ends the call; before it began, it ends at once.
    #[napi]
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// How many distinct users have an outcome: the last progress there was.
    #[napi(getter)]
    pub fn done(&self) -> u32 {
        self.progress.done.load(Ordering::Relaxed)
    }

    /// How many distinct users there are.
    #[napi(getter)]
    pub fn total(&self) -> u32 {
        self.progress.total.load(Ordering::Relaxed)
    }
}

/// Nobody waits for it any more: JavaScript holds it until the call has ended, or its environment (a worker that is
/// terminated) is gone, and then nothing more is to be sent.
impl Drop for NativeCall {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl NativeCall {
    pub(crate) fn options(&self) -> &CallOptions {
        &self.options
    }

    /// Whose log records they are.
    pub(crate) fn caller(&self) -> u32 {
        self.caller
    }
}

/// A count of rows as JavaScript's number; no list is as long as where this would cut.
pub(crate) fn rows(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
