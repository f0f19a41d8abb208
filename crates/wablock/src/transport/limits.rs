//! What bounds one call: its time, its cancellation, its attempts.

use std::{sync::atomic::AtomicU32, time::Duration};

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    model::error::{Error, ErrorKind},
    wording::said,
};

/// What bounds one call, over all its requests.
#[derive(Debug)]
pub(crate) struct CallLimits {
    pub(crate) max_retries: u32,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) cancel: CancellationToken,
    /// The client's own: closing it ends its calls.
    pub(crate) closed: CancellationToken,
    /// Requests sent so far.
    pub(crate) requests: AtomicU32,
}

/// When a call must end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) timeout: Duration,
}

impl CallLimits {
    /// True when the call has no time left or was ended.
    pub(crate) fn is_over(&self) -> bool {
        self.is_ended() || self.deadline.is_some_and(|deadline| deadline.at <= Instant::now())
    }

    /// True when the call was cancelled or its client closed.
    pub(crate) fn is_ended(&self) -> bool {
        self.cancel.is_cancelled() || self.closed.is_cancelled()
    }

    /// Why the call had to end; pending for as long as it need not.
    pub(crate) async fn over(&self) -> Error {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Error::new(ErrorKind::Cancelled, "the call was cancelled"),
            () = self.closed.cancelled() => Error::new(ErrorKind::Closed, "the client was closed during the call"),
            error = out_of_time(self.deadline) => error,
        }
    }

    /// Waits, unless the call has to end before.
    pub(crate) async fn sleep(&self, wait: Duration) -> Result<(), Error> {
        tokio::select! {
            biased;
            error = self.over() => Err(error),
            () = sleep(wait) => Ok(()),
        }
    }

    /// Whether a wait ends before the call's deadline; a wait that does not is never started.
    pub(super) fn fits(&self, wait: Duration) -> bool {
        self.deadline.is_none_or(|deadline| Instant::now() + wait < deadline.at)
    }
}

async fn out_of_time(deadline: Option<Deadline>) -> Error {
    let Some(Deadline { at, timeout }) = deadline else {
        return std::future::pending().await;
    };
    tokio::time::sleep_until(at).await;
    Error::new(ErrorKind::Timeout, format!("the call did not finish within its {}", said(timeout)))
}
