//! The options of one call.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{CALL_ROWS, CLIENT_ROWS},
    model::error::Error,
    options::{self, Elsewhere},
    wording::Naming,
};

/// Options that override the client's for one call.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// For this call with all its attempts and waits.
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

impl CallOptions {
    /// Options from a JSON object with `timeout` and `max_retries`, each optional, by the names and units of `naming`.
    ///
    /// ```
    /// let options = wablock::CallOptions::read(serde_json::json!({ "timeout": 2.5 }), &wablock::Naming::snake())?;
    /// assert_eq!(options.timeout, Some(std::time::Duration::from_millis(2500)));
    /// # Ok::<(), wablock::Error>(())
    /// ```
    ///
    /// # Errors
    /// `config`, naming the option that is unknown or has an impossible value.
    pub fn read(value: Value, naming: &Naming) -> Result<Self, Error> {
        let elsewhere = Elsewhere { own: naming.own(), others: &[("the client", CLIENT_ROWS)] };
        let mut given = options::read("a call", CALL_ROWS, value, naming, &elsewhere)?;
        let (timeout, max_retries) = (given.duration("timeout"), given.whole("max_retries"));
        Ok(Self { timeout, max_retries, ..Self::default() })
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}
