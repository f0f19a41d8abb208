//! The options of a client that are the same for all providers.

use std::time::Duration;

use serde_json::Value;

use super::{
    Elsewhere,
    OptionDefault::{Seconds, Whole, Words},
    OptionKind, OptionRow, option_table, read,
};
use crate::{
    model::{error::Error, log::Logger, secret::Secret, user},
    wording::Naming,
};

pub(super) const TIMEOUT: &[&str] = &["request_timeout", "total_timeout", "call_timeout", "deadline"];
pub(super) const MAX_RETRIES: &[&str] =
    &["retries", "retry", "max_retry", "retry_count", "num_retries", "attempts", "max_attempts"];

pub(super) const fn whole(least: u64, most: u64) -> OptionRow {
    OptionRow::new(OptionKind::Whole { least, most })
}

pub(super) const fn duration() -> OptionRow {
    OptionRow::new(OptionKind::Duration)
}

option_table! {
    /// The options of a client.
    derive(Clone, Debug)
    pub struct ClientOptions;
    required {}
    optional {
        /// Limit for one call with all its attempts and waits.
        timeout: Option<Duration> = duration()
            .default(Words("60 s for a call about one user, no limit for the others"))
            .also(TIMEOUT),
        /// Limit for opening a connection.
        connect_timeout: Duration = duration().default(Seconds(5)).also(&["connection_timeout"]),
        /// Limit for one attempt, from sending to the last byte of the answer.
        attempt_timeout: Duration = duration()
            .default(Seconds(30))
            .also(&["read_timeout", "response_timeout", "socket_timeout"]),
        /// Attempts after the first.
        max_retries: u32 = whole(0, 100).default(Whole(2)).also(MAX_RETRIES),
        /// Concurrent requests of one call over a collection.
        concurrency: usize = whole(1, 1024).default(Whole(8)).also(&[
            "max_concurrency", "parallel", "parallelism", "workers", "max_connections", "max_workers", "threads",
        ]),
        /// Requests per second, at least one per day.
        rate_limit: Option<f64> = OptionRow::new(OptionKind::Rate)
            .default(Words("the provider's documented rate, where it has one"))
            .also(&["rate", "rps", "requests_per_second", "max_rate", "throttle"]),
        /// ISO 3166 region for numbers in national format, such as `IL`.
        default_region: Option<String> = OptionRow::new(OptionKind::Text)
            .default(Words("none: only international numbers are accepted"))
            .example("IL")
            .also(&["region", "country", "country_code", "default_country"]),
        /// Largest answer that is read, after decompression, in bytes.
        max_response_bytes: usize = whole(1024, 1024 * 1024 * 1024)
            .default(Whole(8 * 1024 * 1024))
            .note("8 MiB")
            .also(&["max_response_size", "max_body_size", "max_bytes"]),
        /// How often a list is re-read because it changed.
        list_restarts: u32 = whole(0, 100).default(Whole(3)).also(&["restarts", "max_list_restarts"]),
        /// URL of an HTTP proxy. It may hold a password, so it is kept as a secret. This machine is never reached through one.
        proxy: Option<Secret> = OptionRow::new(OptionKind::Secret)
            .default(Words("those of the environment"))
            .example("http://proxy.example.com:3128")
            .also(&["proxies", "proxy_url", "http_proxy", "https_proxy"]),
        /// Additional certificate authorities: PEM text, the path of a PEM file, or a list of these.
        ca_certificates: Vec<String> = OptionRow::new(OptionKind::Certificates)
            .default(Words("the system's (also those of `SSL_CERT_FILE`) and the bundled ones, which are always trusted"))
            .also(&["ca", "ca_bundle", "ca_cert", "ca_file", "cafile", "verify", "ssl_cert_file", "root_certificates"]),
    }
    others {
        /// Receives log records. Default: none.
        pub logger: Logger,
        /// How errors write the names of options.
        pub(crate) naming: Naming,
    }
}

impl ClientOptions {
    /// Options from a JSON object with some of the names of [`ClientOptions::TABLE`]; what is missing or `null` has its
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
        let elsewhere = Elsewhere { own: naming.own(), others: &[] };
        let mut options = Self::from(read("the client", Self::TABLE.rows, value, naming, &elsewhere)?);
        options.naming = naming.clone();
        options.verify().map_err(|error| error.spelled(naming))?;
        Ok(options)
    }

    /// Checks values that were set in code.
    pub(crate) fn verify(&self) -> Result<(), Error> {
        self.check()?;
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
