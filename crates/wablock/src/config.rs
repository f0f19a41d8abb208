//! Every default of wablock, and the options of a client that are the same for all providers.

use std::time::Duration;

use serde::Deserialize;

use crate::{
    error::{Error, ErrorKind},
    log::Logger,
    secret::Secret,
    user::check_region,
};

// ---- limits on what a configuration may hold ----

/// Longest id taken, in bytes.
pub(crate) const LONGEST_ID: usize = 128;
/// Longest credential taken, in bytes; Meta's tokens have some hundreds.
pub(crate) const LONGEST_SECRET: usize = 4096;
/// Longest base URL or path taken, in bytes.
pub(crate) const LONGEST_URL: usize = 2048;
/// Longest text of a server that an error keeps, in characters.
pub(crate) const LONGEST_TEXT: usize = 500;
/// Most that is kept of the fields of one user which wablock does not know, in bytes of JSON.
pub(crate) const LONGEST_EXTRA: usize = 500;
/// Longest cursor taken from a server, in bytes; real ones have about a hundred.
pub(crate) const LONGEST_CURSOR: usize = 4096;

// ---- time ----

/// To open a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For one attempt, from sending to the last byte of the answer.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// For a call about one user, with all its attempts and waits. Calls over collections and lists have no limit of their own:
/// each of their attempts has.
pub const SINGLE_CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How long an idle connection is kept; short, because load balancers and frozen functions drop idle ones silently.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// Longest time-out: a year bounds what a timer can hold on every platform.
pub(crate) const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

// ---- retries ----

/// Attempts after the first.
pub const MAX_RETRIES: u32 = 2;
/// First wait after a transient fault; doubles with every attempt, and each wait is drawn from zero to it (full jitter).
pub const BACKOFF_BASE: Duration = Duration::from_millis(50);
/// First wait after being throttled; doubles too, and each wait is drawn from half of it to all of it. The whole client waits.
pub const THROTTLE_BASE: Duration = Duration::from_secs(1);
/// The part of a throttled wait that is not drawn: many providers count by the second.
pub(crate) const THROTTLE_LEAST: f64 = 0.5;
/// Longest drawn wait.
pub const BACKOFF_CAP: Duration = Duration::from_secs(20);
/// Longest stated wait (`Retry-After`) that is waited for; beyond it the call fails at once and says how long.
pub const LONGEST_STATED_WAIT: Duration = Duration::from_secs(120);
/// Waits of one request that use up no attempt: stated ones, and those for its turn while other requests get through.
pub const MOST_FREE_WAITS: u32 = 20;
/// Batches of a call that are split in a row to find a wrong user, while the provider refuses every part.
pub const MOST_VAIN_SEARCHES: u32 = 100;
/// Tokens of a client's retry budget.
pub const RETRY_TOKENS: u32 = 500;
/// What a retry costs.
pub const RETRY_COST: u32 = 14;
/// What a retry after being throttled costs.
pub const THROTTLED_RETRY_COST: u32 = 5;

// ---- traffic ----

/// Requests at once of one bulk call.
pub const CONCURRENCY: usize = 8;
/// Requests at once of all calls of a client, unless `concurrency` asks for more.
pub const MAX_IN_FLIGHT: usize = 64;
/// Lowest rate: one request a day.
pub(crate) const LOWEST_RATE: f64 = 1.0 / 86_400.0;
/// Largest answer read, after decompression, in bytes. A full list of 64,000 numbers in one answer has about 1 MB.
pub const MAX_RESPONSE_BYTES: usize = 8 * 1024 * 1024;
/// Memory that the parts of an answer may take when it is read, in bytes, or twice `max_response_bytes` where that is more.
/// Enough for 20,000 users in one page, and for 64,000 bare numbers.
pub(crate) const MOST_READ_BYTES: usize = 16 * 1024 * 1024;
/// Answers longer than this, in bytes, are read on a thread of their own.
pub(crate) const LONG_ANSWER: usize = 256 * 1024;
/// Size of a block list where the provider states none.
pub(crate) const MOST_LISTED: u32 = 500_000;
/// How often a list is read anew from its first page because it changed.
pub const LIST_RESTARTS: u32 = 3;

// ---- providers: what their documentation leaves open is a setting with a default here ----

/// Meta. Sources: the Block Users guide and reference of developers.facebook.com.
pub mod meta {
    /// Graph API host.
    pub const BASE_URL: &str = "https://graph.facebook.com";
    /// Graph API version; current since August 2026.
    pub const VERSION: &str = "v26.0";
    /// Most users in a request (documented).
    pub const MAX_USERS_PER_REQUEST: usize = 1000;
    /// Users asked for in a page; the largest is not documented, and what comes is taken.
    pub const PAGE_SIZE: u32 = 1000;
    /// Page size asked for when the provider refuses a larger one.
    pub const FALLBACK_PAGE_SIZE: u32 = 100;
}

/// NxCloud. Source: the Block Users page and the call convention of its wiki.
pub mod nxcloud {
    /// API host.
    pub const BASE_URL: &str = "https://api2.nxcloud.com";
    /// The `bizType` of WhatsApp (documented).
    pub const BIZ_TYPE: &str = "2";
    /// The `action` of the block calls (documented).
    pub const ACTION: &str = "mt";
    /// Users in a request; no maximum is documented, this is our choice below Meta's 1,000.
    pub const MAX_USERS_PER_REQUEST: usize = 100;
    /// Users asked for in a page.
    pub const PAGE_SIZE: u32 = 100;
}

/// 99digital. Source: its page "Black List (block)".
pub mod digital99 {
    /// API host.
    pub const BASE_URL: &str = "https://api.99digital.co.il";
    /// Path of block (documented).
    pub const BLOCK_PATH: &str = "whatsapp/v2/block";
    /// Path of unblock: not in the documentation we have; chosen after its siblings.
    pub const UNBLOCK_PATH: &str = "whatsapp/v2/unblock";
    /// Path of list: not in the documentation we have; chosen after its siblings.
    pub const LIST_PATH: &str = "whatsapp/v2/getBlockedList";
}

/// Sinch. Source: the page "Blacklisting numbers from callbacks" of its legacy documentation.
pub mod sinch {
    /// Most numbers in a request (documented).
    pub const MAX_USERS_PER_REQUEST: usize = 20;
    /// Numbers in a page (documented; it cannot be asked for).
    pub const PAGE_SIZE: u32 = 100;
    /// Requests per second; documented for a sibling endpoint of the same API.
    pub const RATE_LIMIT: f64 = 20.0;
    /// Region whose host is called unless the configuration names one.
    pub const REGION: &str = "us1";
}

/// Most users on a block list (documented by Meta, NxCloud and 99digital).
pub(crate) const CLOUD_LIST_SIZE: u32 = 64_000;
/// A user can be blocked within this time of their last message (documented by the same three).
pub(crate) const REPLY_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// Options of a client that are the same for all providers. `ClientOptions::default()` holds the defaults of this module.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientOptions {
    /// To open a connection.
    pub connect_timeout: Duration,
    /// For one attempt.
    pub attempt_timeout: Duration,
    /// For a whole call; `None` gives [`SINGLE_CALL_TIMEOUT`] to calls about one user and no limit to the others.
    pub timeout: Option<Duration>,
    /// Attempts after the first.
    pub max_retries: u32,
    /// Requests at once of one bulk call.
    pub concurrency: usize,
    /// Requests per second; `None` takes the provider's documented rate, where it has one.
    pub rate_limit: Option<f64>,
    /// ISO 3166 region whose national numbers are meant; `None` takes only international numbers.
    pub default_region: Option<String>,
    /// Largest answer read, after decompression, in bytes.
    pub max_response_bytes: usize,
    /// How often a list is read anew because it changed.
    pub list_restarts: u32,
    /// URL of a proxy; `None` takes those of the environment. This machine is never reached through a proxy. May hold a
    /// password, so it is kept as a secret.
    pub proxy: Option<Secret>,
    /// Certificate authorities in PEM, trusted beside the system's and the bundled ones.
    pub ca_certificates: Option<String>,
    /// Who is told about the client's work; by default nobody.
    pub logger: Logger,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            timeout: None,
            max_retries: MAX_RETRIES,
            concurrency: CONCURRENCY,
            rate_limit: None,
            default_region: None,
            max_response_bytes: MAX_RESPONSE_BYTES,
            list_restarts: LIST_RESTARTS,
            proxy: None,
            ca_certificates: None,
            logger: Logger::default(),
        }
    }
}

/// Options as the faces and the environment give them: every one optional, durations in milliseconds.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawOptions {
    connect_timeout_ms: Option<f64>,
    attempt_timeout_ms: Option<f64>,
    timeout_ms: Option<f64>,
    max_retries: Option<u32>,
    concurrency: Option<usize>,
    rate_limit: Option<f64>,
    default_region: Option<String>,
    max_response_bytes: Option<usize>,
    list_restarts: Option<u32>,
    proxy: Option<Secret>,
    ca_certificates: Option<String>,
}

impl ClientOptions {
    /// The keys that [`ClientOptions::from_value`] takes.
    pub const KEYS: &'static [&'static str] = &[
        "connect_timeout_ms",
        "attempt_timeout_ms",
        "timeout_ms",
        "max_retries",
        "concurrency",
        "rate_limit",
        "default_region",
        "max_response_bytes",
        "list_restarts",
        "proxy",
        "ca_certificates",
    ];

    /// Options from a JSON object with some of [`ClientOptions::KEYS`]; what is missing or `null` takes its default.
    ///
    /// # Errors
    /// `config`, naming the option that is unknown or has an impossible value.
    pub fn from_value(value: serde_json::Value) -> Result<Self, Error> {
        let raw: RawOptions = read(value, "client options")?;
        let defaults = Self::default();
        let duration = |name: &str, given: Option<f64>| given.map(|ms| milliseconds(name, ms)).transpose();
        let options = Self {
            connect_timeout: duration("connect_timeout_ms", raw.connect_timeout_ms)?
                .unwrap_or(defaults.connect_timeout),
            attempt_timeout: duration("attempt_timeout_ms", raw.attempt_timeout_ms)?
                .unwrap_or(defaults.attempt_timeout),
            timeout: duration("timeout_ms", raw.timeout_ms)?,
            max_retries: raw.max_retries.unwrap_or(defaults.max_retries),
            concurrency: raw.concurrency.unwrap_or(defaults.concurrency),
            rate_limit: raw.rate_limit,
            default_region: raw.default_region,
            max_response_bytes: raw.max_response_bytes.unwrap_or(defaults.max_response_bytes),
            list_restarts: raw.list_restarts.unwrap_or(defaults.list_restarts),
            proxy: raw.proxy,
            ca_certificates: raw.ca_certificates,
            logger: Logger::default(),
        };
        options.check()?;
        Ok(options)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let wrong = |what: &str| Err(Error::new(ErrorKind::Config, what.to_owned()));
        if self.concurrency == 0 || self.concurrency > 1024 {
            return wrong("`concurrency` must be 1 to 1,024 requests at once");
        }
        if self.rate_limit.is_some_and(|rate| !rate.is_finite() || rate < LOWEST_RATE) {
            return wrong("`rate_limit` is in requests per second and must be at least one a day (0.0000116)");
        }
        if let Some(region) = &self.default_region {
            check_region(region).map_err(|error| {
                let hint = error.hint().to_owned();
                Error::new(ErrorKind::Config, format!("`default_region`: {}", error.message())).with_hint(hint)
            })?;
        }
        if self.max_response_bytes < 1024 {
            return wrong("`max_response_bytes` must be at least 1,024");
        }
        for (name, duration) in [("connect_timeout", self.connect_timeout), ("attempt_timeout", self.attempt_timeout)] {
            if duration.is_zero() || duration > LONGEST_TIMEOUT {
                return wrong(&format!("`{name}` must be above 0 and at most a year"));
            }
        }
        Ok(())
    }
}

/// A duration given in milliseconds.
pub(crate) fn milliseconds(name: &str, value: f64) -> Result<Duration, Error> {
    if !(value > 0.0 && value <= LONGEST_TIMEOUT.as_secs_f64() * 1000.0) {
        return Err(Error::new(ErrorKind::Config, format!("`{name}` must be above 0 and at most a year, not {value}")));
    }
    Ok(Duration::from_secs_f64(value / 1000.0))
}

/// Reads a JSON object into a configuration, naming what is wrong in words that users of any language can act on.
pub(crate) fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value, whose: &str) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| {
        let text =
            error.to_string().replace("unknown field", "unknown option").replace("missing field", "missing option");
        Error::new(ErrorKind::Config, format!("{whose}: {text}"))
    })
}
