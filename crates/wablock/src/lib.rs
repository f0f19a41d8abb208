//! wablock blocks, unblocks and lists blocked WhatsApp users through the APIs of business-messaging providers: Meta Cloud
//! API, NxCloud, 99digital and Sinch.
//!
//! ```no_run
//! use wablock::{CallOptions, Client, ClientOptions, MetaConfig};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(MetaConfig::new("EAAB...", "106540352242922"), ClientOptions::default())?;
//!
//! // One user: their outcome, or the error.
//! client.block_one("+1 (650) 555-1234", &CallOptions::default()).await?;
//!
//! // Many: a report with one outcome per input, in input order.
//! let report = client.block(["+16505551235", "972501234567"]).await?;
//! for outcome in report.in_state(wablock::State::Failed) {
//!     println!("{} {:?}", outcome.input, outcome.error);
//! }
//!
//! // The list, page by page.
//! for user in client.list().collect().await? {
//!     println!("{}", user.id());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Options are set by methods of their names: `MetaConfig::new(token, id).version("v25.0")`,
//! `ClientOptions::default().concurrency(4)`. [`providers`] lists every provider with its options.

mod client;
pub mod config;
mod engine;
mod model;
mod options;
pub mod provider;
mod transport;
mod wording;

pub use client::Client;
#[doc(hidden)]
pub use client::guarded;
pub use engine::{change::UserStream, list::List, presence::UserSet};
pub use model::{
    capabilities::{Capabilities, Effect, ProviderStatus},
    change::{Change, Operation},
    error::{Error, ErrorKind, ProviderId},
    event::{CallEvent, Observer},
    input::{Input, OnMissing, UserFields},
    log::{LogLevel, LogRecord, LogSink, Logger},
    report::{BlockedUser, CallError, Outcome, Problem, Report, State},
    secret::Secret,
    text::Text,
    user::{User, UserKind, mask, same_user},
};
pub use options::{
    CallOptions, Certainty, CheckOptions, ClientOptions, OptionDefault, OptionKind, OptionRow, OptionTable, Progress,
};
pub use provider::{
    IntoProvider, Provider,
    cloud_api::profiles::*,
    digital99::Digital99Config,
    nxcloud::{NxCloudConfig, SignatureAlgorithm, SignatureInput, nxcloud_signature},
    one_msg::OneMsgConfig,
    option::ProviderEntry,
    registry::{check_names, provider_from_value, providers},
    settings::{Source, settings},
    sinch::SinchConfig,
    zernio::ZernioConfig,
};
pub use tokio_util::sync::CancellationToken;
pub use wording::Naming;

/// What the fuzz targets reach besides the public API.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing {
    use std::time::{Duration, SystemTime};

    /// The wait that an answer's headers state.
    #[must_use]
    pub fn stated_wait(headers: &http::HeaderMap, now: SystemTime) -> Option<Duration> {
        crate::transport::retry::stated_wait(headers, now)
    }
}
