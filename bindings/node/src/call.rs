//! The options of one call, and the means to cancel it.

use std::time::Instant;

use napi_derive::napi;
use wablock::{CallOptions, CancellationToken, Naming};

/// Options of a call. One whose caller gave none has no such object.
#[napi]
pub struct NativeCall {
    options: CallOptions,
    cancel: CancellationToken,
    progress: bool,
}

#[napi]
impl NativeCall {
    /// `options` is JSON with `timeoutMs` and `maxRetries`, each optional. The call's time begins now. With `progress`, the call
    /// reports how far it is.
    #[napi(constructor)]
    pub fn new(options: String, progress: bool) -> napi::Result<Self> {
        let naming = Naming::camel().with_own(&["signal", "onMissing", "onProgress"]);
        let given = CallOptions::read(crate::parsed(&options)?, &naming);
        let mut options = given.map_err(|error| crate::thrown(&error))?;
        let cancel = CancellationToken::new();
        options.begun = Some(Instant::now());
        options.cancel = Some(cancel.clone());
        Ok(Self { options, cancel, progress })
    }

    /// Ends the call; before it began, it ends at once.
    #[napi]
    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl NativeCall {
    /// The options, and whether progress is to be reported.
    pub(crate) fn options(&self) -> (CallOptions, bool) {
        (self.options.clone(), self.progress)
    }
}

/// JavaScript holds it until the call has ended, or its environment (a worker that is terminated) is gone, and then nothing
/// more is to be sent.
impl Drop for NativeCall {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
