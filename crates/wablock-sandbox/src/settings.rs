//! What a test can change about the world, with the documented or chosen default of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::ControlError;

/// Every setting; unknown facts about a provider are settings with a chosen default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) everyone_wrote: bool,
    pub(crate) list_cap: usize,
    pub(crate) meta_partial_status: u16,
    pub(crate) meta_page_max: usize,
    pub(crate) meta_page_default: usize,
    pub(crate) meta_page_refuse_above: Option<usize>,
    pub(crate) meta_next_links: NextLinks,
    pub(crate) require_appsecret_proof: bool,
    pub(crate) nxcloud_all_failed: AllFailed,
    pub(crate) nxcloud_algorithms: Vec<Algorithm>,
    pub(crate) nxcloud_clock_window_ms: i64,
    #[serde(rename = "99digital_unblock_missing")]
    pub(crate) digital99_unblock_missing: UnblockMissing,
    pub(crate) sinch_error_field: SinchErrorField,
    pub(crate) sinch_propagation_delay_s: u64,
    pub(crate) sinch_overload_status: u16,
    pub(crate) meta_regain_minutes: u64,
    pub(crate) meta_usage_percent: u64,
    pub(crate) retry_after_s: Option<u64>,
    pub(crate) response_delay_ms: u64,
    pub(crate) date_skew_ms: i64,
    pub(crate) record: bool,
    /// `{provider}_rate_per_s`, for every provider.
    #[serde(flatten)]
    rates: BTreeMap<String, Option<u32>>,
}

/// Whether `paging.next` and `paging.previous` are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NextLinks {
    WhenMoreRows,
    Omit,
}

/// How NxCloud answers when every user failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AllFailed {
    #[serde(rename = "code0")]
    Code0,
    #[serde(rename = "9099")]
    Code9099,
}

/// A signature algorithm that NxCloud accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Algorithm {
    Md5,
    Sha256,
}

/// What 99digital says about unblocking somebody who is not blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UnblockMissing {
    Ok,
    Fail,
}

/// Where Sinch puts the human-readable text of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SinchErrorField {
    Details,
    Reason,
}

impl Settings {
    /// The defaults, with a rate for each of these providers.
    pub(crate) fn new<'p>(providers: impl IntoIterator<Item = &'p str>) -> Settings {
        let rates = providers.into_iter().map(|provider| (rate_of(provider), None));
        Settings {
            everyone_wrote: true,
            list_cap: 64_000,
            meta_partial_status: 200,
            meta_page_max: 100,
            meta_page_default: 100,
            meta_page_refuse_above: None,
            meta_next_links: NextLinks::WhenMoreRows,
            require_appsecret_proof: false,
            nxcloud_all_failed: AllFailed::Code0,
            nxcloud_algorithms: vec![Algorithm::Md5, Algorithm::Sha256],
            nxcloud_clock_window_ms: 60_000,
            digital99_unblock_missing: UnblockMissing::Ok,
            sinch_error_field: SinchErrorField::Details,
            sinch_propagation_delay_s: 0,
            sinch_overload_status: 503,
            meta_regain_minutes: 0,
            meta_usage_percent: 1,
            retry_after_s: None,
            response_delay_ms: 0,
            date_skew_ms: 0,
            record: true,
            rates: rates.collect(),
        }
    }

    /// The defaults again.
    pub(crate) fn defaults(&self) -> Settings {
        let rates = self.rates.keys().map(|name| (name.clone(), None)).collect();
        Settings { rates, ..Settings::new([]) }
    }

    /// How many calls a second a provider takes from one account.
    pub(crate) fn rate(&self, provider: &str) -> Option<u32> {
        self.rates.get(&rate_of(provider)).copied().flatten()
    }

    /// These settings as the JSON that `settings` returns.
    pub(crate) fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }

    /// A copy with `changes` laid over it, or the reason why not.
    pub(crate) fn with(&self, changes: Map<String, Value>) -> Result<Settings, ControlError> {
        let Value::Object(mut all) = self.to_json() else {
            return Err(ControlError::new("settings: not an object"));
        };
        for (key, value) in changes {
            if !all.contains_key(&key) {
                return Err(ControlError::unknown("settings", "setting", &key, all.keys().map(String::as_str)));
            }
            all.insert(key.clone(), value.clone());
            // One at a time, so that the message can name the setting.
            if serde_json::from_value::<Settings>(Value::Object(all.clone())).is_err() {
                return Err(ControlError::value("settings", &key, &value, &self.expected(&key)));
            }
        }
        let new: Settings =
            serde_json::from_value(Value::Object(all)).map_err(|why| ControlError::new(format!("settings: {why}")))?;
        new.checked()
    }

    /// Every setting with its meaning, its default, and the texts that it may be.
    pub(crate) fn describe(&self) -> Value {
        let Value::Object(all) = self.defaults().to_json() else {
            return Value::Null;
        };
        let row = |(name, default): (String, Value)| {
            let row = match choices(&name) {
                [] => json!({"about": about(&name), "default": default}),
                texts => json!({"about": about(&name), "default": default, "choices": texts}),
            };
            (name, row)
        };
        all.into_iter().map(row).collect::<Map<String, Value>>().into()
    }

    /// What a setting takes.
    fn expected(&self, name: &str) -> String {
        match (choices(name), &self.defaults().to_json()[name]) {
            ([], Value::Bool(_)) => "true or false".to_owned(),
            ([], Value::Null) => "a whole number or null".to_owned(),
            ([], _) => "a whole number".to_owned(),
            (texts, Value::Array(_)) => format!("a list of {}", texts.join(", ")),
            (texts, _) => format!("one of {}", texts.join(", ")),
        }
    }

    fn checked(self) -> Result<Settings, ControlError> {
        let (name, problem) = if !matches!(self.meta_partial_status, 200 | 400) {
            ("meta_partial_status", "must be 200 or 400")
        } else if self.meta_page_max == 0 {
            ("meta_page_max", "must be at least 1")
        } else if self.meta_page_default == 0 {
            ("meta_page_default", "must be at least 1")
        } else if !(400..=599).contains(&self.sinch_overload_status) {
            ("sinch_overload_status", "must be a status from 400 to 599")
        } else if self.sinch_propagation_delay_s > 86_400 {
            ("sinch_propagation_delay_s", "must be at most a day (86400)")
        } else if self.nxcloud_algorithms.is_empty() {
            ("nxcloud_algorithms", "must name at least one of md5, sha256")
        } else {
            return Ok(self);
        };
        Err(ControlError::new("settings: ").name(name).text(format!(" {problem}")))
    }
}

/// The setting that holds a provider's rate.
fn rate_of(provider: &str) -> String {
    format!("{provider}_rate_per_s")
}

/// What a setting means.
fn about(name: &str) -> &'static str {
    match name {
        "everyone_wrote" => "users without a seeded message count as having just written",
        "list_cap" => "maximum users on a list",
        "meta_partial_status" => "status of an answer in which some users failed: 200 or 400",
        "meta_page_max" => "maximum rows per page",
        "meta_page_default" => "rows per page if the request does not say",
        "meta_page_refuse_above" => "larger pages are rejected with code 100; with null they are cut",
        "meta_next_links" => "when answers have links to the next and previous page",
        "meta_regain_minutes" => "minutes until access is regained, in Meta's usage headers",
        "meta_usage_percent" => "percentage in Meta's usage headers",
        "require_appsecret_proof" => "reject calls without `appsecret_proof`",
        "nxcloud_all_failed" => "code of an answer in which every user failed",
        "nxcloud_algorithms" => "accepted signature algorithms",
        "nxcloud_clock_window_ms" => "how far a request's timestamp may be off",
        "99digital_unblock_missing" => "answer to unblocking a user who is not blocked",
        "sinch_error_field" => "field with the text of an error",
        "sinch_propagation_delay_s" => "delay until a change is effective",
        "sinch_overload_status" => "status when the rate is exceeded",
        "retry_after_s" => "`Retry-After` of an answer that throttles",
        "response_delay_ms" => "delay before every answer",
        "date_skew_ms" => "offset of the `Date` header",
        "record" => "record requests",
        _ => "requests per second for each account",
    }
}

/// The texts that a setting may be.
fn choices(name: &str) -> &'static [&'static str] {
    match name {
        "meta_next_links" => &["when_more_rows", "omit"],
        "nxcloud_all_failed" => &["code0", "9099"],
        "nxcloud_algorithms" => &["md5", "sha256"],
        "99digital_unblock_missing" => &["ok", "fail"],
        "sinch_error_field" => &["details", "reason"],
        _ => &[],
    }
}
