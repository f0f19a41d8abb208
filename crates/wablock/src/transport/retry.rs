//! The one owner of retries: when to send again, after how long, and at whose cost.

use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use http::HeaderMap;

use crate::{config, error::Remedy};

/// What to do after a refused or failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Decision {
    /// Report the error.
    GiveUp,
    /// Send again after a wait. A stated wait is the whole client's and uses up no attempt.
    After { wait: Duration, stated: bool },
}

/// How often and how patiently a call tries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryPolicy {
    pub(crate) max_retries: u32,
}

impl RetryPolicy {
    /// Decides after an attempt: `retries` were made before it, `stated` is the wait the answer asks for, `chance` is a random
    /// number in 0..1 that places the wait between zero and its bound (full jitter).
    pub(crate) fn decide(self, remedy: Remedy, retries: u32, stated: Option<Duration>, chance: f64) -> Decision {
        let base = match remedy {
            Remedy::Retry => config::BACKOFF_BASE,
            Remedy::Throttle => config::THROTTLE_BASE,
            Remedy::None | Remedy::SyncClock | Remedy::Halve | Remedy::RestartList | Remedy::ShrinkPage => {
                return Decision::GiveUp;
            }
        };
        if self.max_retries == 0 {
            return Decision::GiveUp;
        }
        match stated {
            Some(wait) if wait > config::LONGEST_STATED_WAIT => Decision::GiveUp,
            Some(wait) => Decision::After { wait, stated: true },
            None if retries >= self.max_retries => Decision::GiveUp,
            None => {
                let bound = base.saturating_mul(1 << retries.min(16)).min(config::BACKOFF_CAP);
                Decision::After { wait: bound.mul_f64(chance.clamp(0.0, 1.0)), stated: false }
            }
        }
    }
}

/// A token bucket over all calls of a client, so that an outage is not answered with a storm of retries.
#[derive(Debug)]
pub(crate) struct RetryBudget(Mutex<u32>);

impl RetryBudget {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(config::RETRY_TOKENS))
    }

    /// Takes the cost of one retry, or says that there is none left.
    pub(crate) fn spend(&self, remedy: Remedy) -> bool {
        let mut tokens = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match tokens.checked_sub(Self::cost(remedy)) {
            Some(left) => {
                *tokens = left;
                true
            }
            None => false,
        }
    }

    /// A success gives back the cost of the retry that led to it, or one token.
    pub(crate) fn refill(&self, retried_for: Option<Remedy>) {
        let mut tokens = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *tokens = (*tokens + retried_for.map_or(1, Self::cost)).min(config::RETRY_TOKENS);
    }

    fn cost(remedy: Remedy) -> u32 {
        if remedy == Remedy::Throttle { config::THROTTLED_RETRY_COST } else { config::RETRY_COST }
    }
}

/// The wait that an answer's headers state: `retry-after-ms`, or `Retry-After` in seconds or as a date.
pub(crate) fn stated_wait(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    if let Some(ms) = number("retry-after-ms") {
        return Duration::try_from_secs_f64(ms.max(0.0) / 1000.0).ok();
    }
    if let Some(seconds) = number("retry-after") {
        return Duration::try_from_secs_f64(seconds.max(0.0)).ok();
    }
    let date = httpdate::parse_http_date(headers.get("retry-after")?.to_str().ok()?.trim()).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { max_retries: 2 };

    fn after(ms: u64, stated: bool) -> Decision {
        Decision::After { wait: Duration::from_millis(ms), stated }
    }

    #[test]
    fn waits_double_up_to_the_cap_and_end() {
        let patient = RetryPolicy { max_retries: 30 };
        for (retries, transient, throttled) in [
            (0, 50, 1000),
            (1, 100, 2000),
            (2, 200, 4000),
            (3, 400, 8000),
            (4, 800, 16_000),
            (5, 1600, 20_000),
            (8, 12_800, 20_000),
            (9, 20_000, 20_000),
            (29, 20_000, 20_000),
        ] {
            assert_eq!(patient.decide(Remedy::Retry, retries, None, 1.0), after(transient, false), "{retries}");
            assert_eq!(patient.decide(Remedy::Retry, retries, None, 0.5), after(transient / 2, false), "{retries}");
            assert_eq!(patient.decide(Remedy::Throttle, retries, None, 1.0), after(throttled, false), "{retries}");
            assert_eq!(patient.decide(Remedy::Throttle, retries, None, 0.0), after(0, false), "{retries}");
        }
        assert_eq!(patient.decide(Remedy::Retry, 30, None, 1.0), Decision::GiveUp);
        assert_eq!(POLICY.decide(Remedy::Retry, 2, None, 1.0), Decision::GiveUp);
    }

    #[test]
    fn stated_waits_use_no_attempt_but_end_at_two_minutes() {
        let stated = |seconds| POLICY.decide(Remedy::Throttle, 7, Some(Duration::from_secs(seconds)), 0.3);
        assert_eq!(stated(0), after(0, true));
        assert_eq!(stated(120), after(120_000, true));
        assert_eq!(stated(121), Decision::GiveUp);
    }

    #[test]
    fn what_sending_again_cannot_help_ends() {
        for remedy in [Remedy::None, Remedy::Halve, Remedy::RestartList, Remedy::ShrinkPage, Remedy::SyncClock] {
            assert_eq!(POLICY.decide(remedy, 0, None, 1.0), Decision::GiveUp);
        }
        let never = RetryPolicy { max_retries: 0 };
        assert_eq!(never.decide(Remedy::Throttle, 0, Some(Duration::ZERO), 1.0), Decision::GiveUp);
    }

    #[test]
    fn an_outage_adds_thirty_five_attempts_and_then_none() {
        let budget = RetryBudget::new();
        assert_eq!((0..1000).filter(|_| budget.spend(Remedy::Retry)).count(), 35);
        budget.refill(Some(Remedy::Retry));
        assert!(budget.spend(Remedy::Retry));
        let budget = RetryBudget::new();
        assert_eq!((0..1000).filter(|_| budget.spend(Remedy::Throttle)).count(), 100);
        for _ in 0..2000 {
            budget.refill(None);
        }
        assert_eq!((0..1000).filter(|_| budget.spend(Remedy::Throttle)).count(), 100);
    }

    #[test]
    fn reads_every_form_of_retry_after() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 09:00:00 GMT").unwrap();
        for (name, value, expected) in [
            ("retry-after", "7", Some(7_000)),
            ("retry-after", " 1.5 ", Some(1_500)),
            ("retry-after", "-3", Some(0)),
            ("retry-after", "Sun, 22 Nov 2026 09:00:30 GMT", Some(30_000)),
            ("retry-after", "Sun, 22 Nov 2026 08:00:00 GMT", Some(0)),
            ("retry-after", "Sunday, 22-Nov-26 09:01:00 GMT", Some(60_000)),
            ("retry-after", "soon", None),
            ("retry-after", "", None),
            ("retry-after", "inf", None),
            ("retry-after", "1e300", None),
            ("retry-after-ms", "250", Some(250)),
            ("x-other", "5", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            let wait = stated_wait(&headers, now).map(|wait| u64::try_from(wait.as_millis()).unwrap());
            assert_eq!(wait, expected, "{name}: {value}");
        }
        let mut both = HeaderMap::new();
        both.insert("retry-after", "9".parse().unwrap());
        both.insert("retry-after-ms", "100".parse().unwrap());
        assert_eq!(stated_wait(&both, now), Some(Duration::from_millis(100)));
    }

    fn headers(name: &'static str, value: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(value) = http::HeaderValue::from_bytes(value) {
            headers.insert(name, value);
        }
        headers
    }

    proptest::proptest! {
        /// Whatever stands in the headers: no panic, and a wait that an error can tell and JSON can hold.
        #[test]
        fn any_bytes_are_a_wait_or_none(
            value in proptest::prop_oneof![
                proptest::collection::vec(proptest::num::u8::ANY, 0..40),
                proptest::strategy::Strategy::prop_map("[ +-]?[0-9]{0,25}[.]?[0-9]{0,5}(e[+-]?[0-9]{1,4})?", String::into_bytes),
            ],
            ms in proptest::bool::ANY,
        ) {
            let headers = headers(if ms { "retry-after-ms" } else { "retry-after" }, &value);
            if let Some(wait) = stated_wait(&headers, SystemTime::UNIX_EPOCH) {
                let error = crate::error::Error::new(crate::error::ErrorKind::RateLimited, "wait").with_retry_after(Some(wait));
                proptest::prop_assert!(error.retry_after().is_some());
            }
        }

        /// Seconds, milliseconds and dates mean what they say, and a date that is over means now.
        #[test]
        fn a_number_or_a_date_is_read_as_it_is_meant(seconds in 0u64..4_000_000_000, now in 0u64..4_000_000_000) {
            let clock = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
            let whole = headers("retry-after", seconds.to_string().as_bytes());
            proptest::prop_assert_eq!(stated_wait(&whole, clock), Some(Duration::from_secs(seconds)));
            let ms = headers("retry-after-ms", seconds.to_string().as_bytes());
            let read = stated_wait(&ms, clock).unwrap();
            proptest::prop_assert!(read.abs_diff(Duration::from_millis(seconds)) < Duration::from_micros(1));
            let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            let left = Duration::from_secs(seconds.saturating_sub(now));
            proptest::prop_assert_eq!(stated_wait(&headers("retry-after", date.as_bytes()), clock), Some(left));
        }
    }
}
