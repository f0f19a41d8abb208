//! The options of one call.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    ClientOptions, Elsewhere,
    OptionDefault::Words,
    client::{MAX_RETRIES, TIMEOUT, duration, whole},
    option_table, read,
};
use crate::{
    model::{error::Error, event::Observer},
    wording::Naming,
};

option_table! {
    /// Options that override the client's for one call.
    derive(Clone)
    pub struct CallOptions;
    required {}
    optional {
        /// Limit for this call with all its attempts and waits.
        timeout: Option<Duration> = duration().default(Words("the client's")).also(TIMEOUT),
        /// Attempts after the first.
        max_retries: Option<u32> = whole(0, 100).default(Words("the client's")).also(MAX_RETRIES),
    }
    others {
        /// When the call began; by default, when the core gets it. Earlier where its users had to be read first.
        pub begun: Option<Instant>,
        /// Ends the call: the request in flight is dropped, what was not sent stays so.
        pub cancel: Option<CancellationToken>,
        /// Called with how many of the distinct users have an outcome, and how many there are.
        pub progress: Option<Progress>,
        /// Called before users are sent, and when their outcome is known.
        pub observer: Option<Observer>,
    }
}

/// See [`CallOptions::progress`]. Called on the task of the call, so it must be quick.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

impl CallOptions {
    /// Options from a JSON object with some of the names of [`CallOptions::TABLE`]; what is missing or `null` is the client's.
    /// Durations are in seconds.
    ///
    /// ```
    /// let options = wablock::CallOptions::from_value(serde_json::json!({ "timeout": 2.5 }))?;
    /// assert_eq!(options.timeout, Some(std::time::Duration::from_millis(2500)));
    /// # Ok::<(), wablock::Error>(())
    /// ```
    ///
    /// # Errors
    /// `config`, naming the option that is unknown or has an impossible value.
    pub fn from_value(value: Value) -> Result<Self, Error> {
        Self::read(value, &Naming::snake())
    }

    /// [`CallOptions::from_value`] for names and units of another language.
    ///
    /// # Errors
    /// As [`CallOptions::from_value`].
    pub fn read(value: Value, naming: &Naming) -> Result<Self, Error> {
        let elsewhere = Elsewhere { own: naming.own(), others: &[("the client", ClientOptions::TABLE.rows)] };
        read("a call", Self::TABLE.rows, value, naming, &elsewhere).map(Self::from)
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
