//! What a provider can do. Batching, paging and the documentation read this and nothing else.

use std::time::Duration;

use serde::Serialize;

use crate::model::error::ProviderId;

/// What a provider can do, as its documentation states it or as its settings choose it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Capabilities {
    /// The provider's id.
    pub provider: ProviderId,
    /// Whether the provider still runs the API.
    pub status: ProviderStatus,
    /// Maximum number of users per request.
    pub max_users_per_request: usize,
    /// Users asked for in one page of the list; `None` where the list is a single page.
    pub page_size: Option<u32>,
    /// The page size to fall back to when the provider refuses `page_size`.
    pub fallback_page_size: Option<u32>,
    /// Most users on the list, where the provider states it.
    pub max_list_size: Option<u32>,
    /// What a block does.
    pub effect: Effect,
    /// A user can be blocked only within this time of their last message, in seconds; `None` where there is no such rule.
    #[serde(rename = "reply_window_s", serialize_with = "optional_seconds")]
    pub reply_window: Option<Duration>,
    /// Whether the provider returns a result for every user of a request.
    pub per_user_results: bool,
    /// Whether users can be named by business-scoped ids.
    pub bsuid: bool,
    /// How long a change may take to show in the list and in effect, in seconds.
    #[serde(rename = "effective_delay_s", serialize_with = "seconds")]
    pub effective_delay: Duration,
    /// Requests per second the provider allows, where it says so.
    pub rate_limit: Option<f64>,
}

/// Whether a provider still runs the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProviderStatus {
    /// In service.
    Active,
    /// Withdrawn by the provider.
    Retired {
        /// The day, `YYYY-MM-DD`.
        since: &'static str,
        /// What to know and do about it.
        notice: &'static str,
    },
}

/// What a block does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Neither side can message the other.
    BothDirections,
    /// Messages of the user no longer reach the business's callbacks; the business can still write to the user.
    InboundCallbacks,
}

impl Effect {
    /// The effect as a string, the same in every language.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BothDirections => "both_directions",
            Self::InboundCallbacks => "inbound_callbacks",
        }
    }
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

fn optional_seconds<S: serde::Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => seconds(duration, serializer),
        None => serializer.serialize_none(),
    }
}
