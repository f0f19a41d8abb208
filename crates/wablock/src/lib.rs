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

mod bulk;
mod call;
mod capabilities;
mod client;
pub mod config;
mod core;
mod error;
mod input;
mod log;
mod options;
mod pager;
mod presence;
pub mod provider;
mod report;
mod secret;
mod settle;
mod text;
mod transport;
mod user;
mod wording;

pub use bulk::Gathering;
pub use call::{CallOptions, Progress};
pub use capabilities::{Capabilities, Effect, ProviderStatus};
pub use client::Client;
#[doc(hidden)]
pub use client::guarded;
pub use config::ClientOptions;
pub use error::{Error, ErrorKind, ProviderId};
pub use input::{Input, OnMissing, UserFields};
pub use log::{LogLevel, LogRecord, LogSink, Logger};
pub use options::{OptionKind, OptionRow};
pub use pager::List;
pub use presence::UserSet;
pub use provider::{
    Provider,
    digital99::Digital99Config,
    meta::MetaConfig,
    nxcloud::{NxCloudConfig, SignatureAlgorithm, SignatureInput, nxcloud_signature},
    registry::{IntoProvider, Source, check_names, provider_from_value, provider_ids, provider_options, settings},
    sinch::SinchConfig,
};
pub use report::{BlockedUser, CallError, Operation, Outcome, Report, State};
pub use secret::Secret;
pub use text::Text;
pub use tokio_util::sync::CancellationToken;
pub use user::{User, UserKind, mask, same_user};
pub use wording::Naming;

/// What the fuzz targets reach beside the public API.
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
