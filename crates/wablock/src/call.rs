//! The options of one call.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// What one call does otherwise than its client.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// For the whole call, with all its attempts and waits.
    pub timeout: Option<Duration>,
    /// When the call began; by default, when the core gets it. Earlier where its users had to be read first.
    pub begun: Option<Instant>,
    /// Attempts after the first.
    pub max_retries: Option<u32>,
    /// Ends the call: the request in flight is dropped, what was not sent stays so.
    pub cancel: Option<CancellationToken>,
    /// Called with how many of the distinct users have an outcome, and how many there are.
    pub progress: Option<Progress>,
}

/// See [`CallOptions::progress`]. Called on the task of the call, so it must be quick.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}
