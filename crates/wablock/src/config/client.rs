//! The options of a client and of a call: what they are, and how they are read.

use std::time::Duration;

use serde_json::Value;

use super::{ATTEMPT_TIMEOUT, CONCURRENCY, CONNECT_TIMEOUT, LIST_RESTARTS, MAX_RESPONSE_BYTES, MAX_RETRIES};
use crate::{
    model::{error::Error, log::Logger, secret::Secret, user},
    options::{self, Elsewhere, LONGEST, OptionKind, OptionRow, RATES},
    wording::{Naming, grouped},
};

const TIMEOUT: OptionRow = OptionRow::optional(
    "timeout",
    OptionKind::Duration,
    "60 s for a call about one user, no limit for the others",
    "For one call with all its attempts and waits.",
)
.also(&["request_timeout", "total_timeout", "call_timeout", "deadline"]);

const RETRIES: OptionRow =
    OptionRow::optional("max_retries", OptionKind::Whole { least: 0, most: 100 }, "2", "Attempts after the first.")
        .also(&["retries", "retry", "max_retry", "retry_count", "num_retries", "attempts", "max_attempts"]);

/// The options of one call.
pub(crate) const CALL_ROWS: &[OptionRow] = &[TIMEOUT, RETRIES];

/// The options of a client.
pub(crate) const CLIENT_ROWS: &[OptionRow] = &[
    TIMEOUT,
    OptionRow::optional("connect_timeout", OptionKind::Duration, "5 s", "To open a connection.")
        .also(&["connection_timeout"]),
    OptionRow::optional("attempt_timeout", OptionKind::Duration, "30 s", "For one attempt.").also(&[
        "read_timeout",
        "response_timeout",
        "socket_timeout",
    ]),
    RETRIES,
    OptionRow::optional(
        "concurrency",
        OptionKind::Whole { least: 1, most: 1024 },
        "8",
        "Concurrent requests of one call over a collection.",
    )
    .also(&["max_concurrency", "parallel", "parallelism", "workers", "max_connections", "max_workers", "threads"]),
    OptionRow::optional(
        "rate_limit",
        OptionKind::Rate,
        "the provider's documented rate, where it has one",
        "Requests per second.",
    )
    .also(&["rate", "rps", "requests_per_second", "max_rate", "throttle"]),
    OptionRow::optional(
        "default_region",
        OptionKind::Text,
        "none: only international numbers",
        "ISO 3166 region for numbers in national format, such as IL.",
    )
    .also(&["region", "country", "country_code", "default_country"]),
    OptionRow::optional(
        "max_response_bytes",
        OptionKind::Whole { least: 1024, most: 1024 * 1024 * 1024 },
        "8 MiB",
        "Largest answer that is read, after decompression, in bytes.",
    )
    .also(&["max_response_size", "max_body_size", "max_bytes"]),
    OptionRow::optional(
        "list_restarts",
        OptionKind::Whole { least: 0, most: 100 },
        "3",
        "How often a list is re-read because it changed.",
    )
    .also(&["restarts", "max_list_restarts"]),
    OptionRow::optional(
        "proxy",
        OptionKind::Secret,
        "those of the environment; this machine is never reached through one",
        "URL of an HTTP proxy.",
    )
    .also(&["proxies", "proxy_url", "http_proxy", "https_proxy"]),
    OptionRow::optional(
        "ca_certificates",
        OptionKind::Certificates,
        "the system's authorities and the bundled ones",
        "Additional certificate authorities: PEM text, the path of a PEM file, or a list of these.",
    )
    .also(&["ca", "ca_bundle", "ca_cert", "ca_file", "cafile", "verify", "ssl_cert_file", "root_certificates"]),
];

/// Options of a client that are the same for all providers. `ClientOptions::default()` holds the defaults of this module.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientOptions {
    /// To open a connection.
    pub connect_timeout: Duration,
    /// For one attempt.
    pub attempt_timeout: Duration,
    /// For one call; `None` gives [`super::SINGLE_CALL_TIMEOUT`] to calls about one user and no limit to the others.
    pub timeout: Option<Duration>,
    /// Attempts after the first.
    pub max_retries: u32,
    /// Requests at once of one bulk call.
    pub concurrency: usize,
    /// Requests per second; `None` takes the provider's documented rate, where it has one.
    pub rate_limit: Option<f64>,
    /// ISO 3166 region of numbers in national form; `None` takes only international numbers.
    pub default_region: Option<String>,
    /// Largest answer that is read, after decompression, in bytes.
    pub max_response_bytes: usize,
    /// How often a list is read again from its beginning because it changed.
    pub list_restarts: u32,
    /// URL of a proxy; `None` takes those of the environment. This machine is never reached through a proxy. May hold a
    /// password, so it is kept as a secret.
    pub proxy: Option<Secret>,
    /// More certificate authorities: each PEM text, or the path of a file with it. The system's and the bundled ones are
    /// trusted as well.
    pub ca_certificates: Vec<String>,
    /// Receives log records. Default: none.
    pub logger: Logger,
    /// How errors write the names of options.
    pub(crate) naming: Naming,
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
            ca_certificates: Vec::new(),
            logger: Logger::default(),
            naming: Naming::default(),
        }
    }
}

impl ClientOptions {
    /// What each option is called and what it holds.
    pub const ROWS: &'static [OptionRow] = CLIENT_ROWS;

    /// Options from a JSON object with some of the names of [`ClientOptions::ROWS`]; what is missing or `null` takes its
    /// default. Durations are in seconds.
    ///
    /// ```
    /// let options = wablock::ClientOptions::from_value(serde_json::json!({ "timeout": 2.5, "max_retries": 0 }))?;
    /// assert_eq!(options.timeout, Some(std::time::Duration::from_millis(2500)));
    /// # Ok::<(), wablock::Error>(())
    /// ```
    ///
    /// # Errors
    /// `config`, naming the option that is unknown or has an impossible value.
    pub fn from_value(value: Value) -> Result<Self, Error> {
        Self::read(value, &Naming::snake())
    }

    /// [`ClientOptions::from_value`] for names and units of another language.
    ///
    /// # Errors
    /// As [`ClientOptions::from_value`].
    pub fn read(value: Value, naming: &Naming) -> Result<Self, Error> {
        let mut given =
            options::read("the client", CLIENT_ROWS, value, naming, &Elsewhere { own: naming.own(), others: &[] })?;
        let defaults = Self::default();
        let options = Self {
            connect_timeout: given.duration("connect_timeout").unwrap_or(defaults.connect_timeout),
            attempt_timeout: given.duration("attempt_timeout").unwrap_or(defaults.attempt_timeout),
            timeout: given.duration("timeout"),
            max_retries: given.whole("max_retries").unwrap_or(defaults.max_retries),
            concurrency: given.whole("concurrency").unwrap_or(defaults.concurrency),
            rate_limit: given.number("rate_limit"),
            default_region: given.text("default_region"),
            max_response_bytes: given.whole("max_response_bytes").unwrap_or(defaults.max_response_bytes),
            list_restarts: given.whole("list_restarts").unwrap_or(defaults.list_restarts),
            proxy: given.secret("proxy"),
            ca_certificates: given.texts("ca_certificates"),
            logger: Logger::default(),
            naming: naming.clone(),
        };
        options.check().map_err(|error| error.spelled(naming))?;
        Ok(options)
    }

    /// Checks values that were set in code, by the same rows.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let wholes = [
            ("max_retries", u64::from(self.max_retries)),
            ("concurrency", self.concurrency as u64),
            ("max_response_bytes", self.max_response_bytes as u64),
            ("list_restarts", u64::from(self.list_restarts)),
        ];
        for (name, number) in wholes {
            if let Some(OptionKind::Whole { least, most }) = kind_of(name)
                && !(least..=most).contains(&number)
            {
                let what = format!("must be a whole number from {} to {}", grouped(least), grouped(most));
                return Err(Error::of_option(name, what));
            }
        }
        if self.rate_limit.is_some_and(|rate| !RATES.contains(&rate)) {
            return Err(Error::of_option("rate_limit", "must be from 0.00001 to 1,000,000 requests per second"));
        }
        let durations = [
            ("timeout", self.timeout.unwrap_or(LONGEST)),
            ("connect_timeout", self.connect_timeout),
            ("attempt_timeout", self.attempt_timeout),
        ];
        for (name, duration) in durations {
            if duration.is_zero() || duration > LONGEST {
                return Err(Error::of_option(name, "must be above 0 and at most a year"));
            }
        }
        self.default_region.as_deref().map_or(Ok(()), check_region)
    }
}

fn check_region(region: &str) -> Result<(), Error> {
    let wrong = |_| {
        Error::of_option("default_region", "must be an ISO 3166 region of two letters, such as IL or US")
            .with_hint("Give the code of one country, such as US, or GB for the United Kingdom.")
    };
    user::check_region(region).map_err(wrong)
}

fn kind_of(name: &str) -> Option<OptionKind> {
    CLIENT_ROWS.iter().find(|row| row.name == name).map(|row| row.kind)
}
