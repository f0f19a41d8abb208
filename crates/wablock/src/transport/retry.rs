//! The only place that decides on retries: when to resend, after how long, and what it costs.

use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use http::HeaderMap;

use super::clock;
use crate::{config, model::error::Remedy};

/// What to do after a refused or failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Decision {
    /// Report the error.
    GiveUp,
    /// Send again after a wait.
    After { wait: Duration, cost: Cost },
}

/// What sending again uses up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    /// An attempt and a part of the client's retry budget.
    Attempt,
    /// A part of the budget but no attempt, because the answer said how long to wait.
    Stated,
    /// Nothing: the request was throttled while others got through, so it only waits for its turn.
    Turn,
}

/// What one request has used up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    /// Attempts after the first.
    pub(crate) retries: u32,
    /// Waits that used up no attempt.
    pub(crate) free_waits: u32,
}

impl Used {
    pub(crate) fn add(&mut self, cost: Cost) {
        match cost {
            Cost::Attempt => self.retries += 1,
            Cost::Stated | Cost::Turn => self.free_waits += 1,
        }
    }
}

/// Why an attempt was refused, as far as it matters for sending again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reason {
    pub(crate) remedy: Remedy,
    /// The wait that the answer asks for.
    pub(crate) stated: Option<Duration>,
    /// Other requests of the client got through meanwhile.
    pub(crate) others_pass: bool,
}

/// How often a call tries, and how long it waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryPolicy {
    pub(crate) max_retries: u32,
}

impl RetryPolicy {
    /// Decides after an attempt. `chance` is a random number in 0..1 that places the backoff between its bounds. A wait that
    /// the answer states can only make the backoff longer; one that is shorter than any backoff costs an attempt.
    pub(crate) fn decide(self, reason: Reason, used: Used, chance: f64) -> Decision {
        let (base, least) = match reason.remedy {
            Remedy::Retry => (config::BACKOFF_BASE, 0.0),
            Remedy::Throttle => (config::THROTTLE_BASE, config::THROTTLE_LEAST),
            Remedy::None | Remedy::SyncClock | Remedy::Halve | Remedy::RestartList | Remedy::ShrinkPage => {
                return Decision::GiveUp;
            }
        };
        let stated = reason.stated.unwrap_or_default();
        if self.max_retries == 0 || stated > config::LONGEST_STATED_WAIT {
            return Decision::GiveUp;
        }
        let bound = base.saturating_mul(1 << used.retries.min(16)).min(config::BACKOFF_CAP);
        let drawn = bound.mul_f64(least + (1.0 - least) * chance.clamp(0.0, 1.0));
        let free = used.free_waits < config::MOST_FREE_WAITS;
        let cost = if reason.remedy == Remedy::Throttle && reason.others_pass && free {
            Cost::Turn
        } else if stated >= bound && free {
            Cost::Stated
        } else if used.retries < self.max_retries {
            Cost::Attempt
        } else {
            return Decision::GiveUp;
        };
        Decision::After { wait: drawn.max(stated), cost }
    }
}

/// A token bucket over all calls of a client, so that an outage is not answered with a storm of retries.
#[derive(Debug)]
pub(crate) struct RetryBudget(Mutex<u32>);

impl RetryBudget {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(config::RETRY_TOKENS))
    }

    /// Whether there is enough for one retry. Takes it, unless another call pays for the same request.
    pub(crate) fn spend(&self, remedy: Remedy, pays: bool) -> bool {
        let mut tokens = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match tokens.checked_sub(Self::cost(remedy)) {
            Some(left) => {
                if pays {
                    *tokens = left;
                }
                true
            }
            None => false,
        }
    }

    /// A success returns the cost of the retry that led to it, or one token.
    pub(crate) fn refill(&self, retried_for: Option<Remedy>) {
        let mut tokens = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *tokens = (*tokens + retried_for.map_or(1, Self::cost)).min(config::RETRY_TOKENS);
    }

    fn cost(remedy: Remedy) -> u32 {
        if remedy == Remedy::Throttle { config::THROTTLED_RETRY_COST } else { config::RETRY_COST }
    }
}

/// The wait that an answer's headers state: `retry-after-ms`, or `Retry-After` in seconds or as a date. A date is compared
/// with the answer's own `Date`, and with our clock only where there is none: the two clocks may differ.
pub(crate) fn stated_wait(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    if let Some(ms) = number("retry-after-ms") {
        return Duration::try_from_secs_f64(ms.max(0.0) / 1000.0).ok();
    }
    if let Some(seconds) = number("retry-after") {
        return Duration::try_from_secs_f64(seconds.max(0.0)).ok();
    }
    let until = httpdate::parse_http_date(headers.get("retry-after")?.to_str().ok()?.trim()).ok()?;
    Some(until.duration_since(clock::date(headers).unwrap_or(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { max_retries: 2 };

    fn after(ms: u64, cost: Cost) -> Decision {
        Decision::After { wait: Duration::from_millis(ms), cost }
    }

    fn reason(remedy: Remedy, stated_ms: Option<u64>) -> Reason {
        Reason { remedy, stated: stated_ms.map(Duration::from_millis), others_pass: false }
    }

    fn used(retries: u32, free_waits: u32) -> Used {
        Used { retries, free_waits }
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
            let decide = |remedy, chance| patient.decide(reason(remedy, None), used(retries, 0), chance);
            assert_eq!(decide(Remedy::Retry, 1.0), after(transient, Cost::Attempt), "{retries}");
            assert_eq!(decide(Remedy::Retry, 0.5), after(transient / 2, Cost::Attempt), "{retries}");
            assert_eq!(decide(Remedy::Throttle, 1.0), after(throttled, Cost::Attempt), "{retries}");
            assert_eq!(decide(Remedy::Throttle, 0.0), after(throttled / 2, Cost::Attempt), "{retries}");
        }
        assert_eq!(patient.decide(reason(Remedy::Retry, None), used(30, 0), 1.0), Decision::GiveUp);
        assert_eq!(POLICY.decide(reason(Remedy::Retry, None), used(2, 0), 1.0), Decision::GiveUp);
    }

    #[test]
    fn a_stated_wait_never_shortens_a_wait_and_is_free_only_where_it_is_as_long_as_any_drawn_one() {
        for (remedy, stated, retries, expected) in [
            (Remedy::Throttle, 0, 0, after(500, Cost::Attempt)),
            (Remedy::Throttle, 1, 1, after(1000, Cost::Attempt)),
            (Remedy::Throttle, 700, 0, after(700, Cost::Attempt)),
            (Remedy::Throttle, 999, 2, Decision::GiveUp),
            (Remedy::Throttle, 1000, 0, after(1000, Cost::Stated)),
            (Remedy::Throttle, 120_000, 2, after(120_000, Cost::Stated)),
            (Remedy::Throttle, 120_001, 0, Decision::GiveUp),
            (Remedy::Retry, 0, 0, after(0, Cost::Attempt)),
            (Remedy::Retry, 1, 1, after(1, Cost::Attempt)),
            (Remedy::Retry, 199, 2, Decision::GiveUp),
            (Remedy::Retry, 200, 2, after(200, Cost::Stated)),
        ] {
            let decision = POLICY.decide(reason(remedy, Some(stated)), used(retries, 0), 0.0);
            assert_eq!(decision, expected, "{remedy:?} {stated} {retries}");
        }
    }

    #[test]
    fn free_waits_are_bounded_in_number() {
        let most = config::MOST_FREE_WAITS;
        let stated = reason(Remedy::Throttle, Some(5000));
        assert_eq!(POLICY.decide(stated, used(2, most - 1), 0.0), after(5000, Cost::Stated));
        assert_eq!(POLICY.decide(stated, used(2, most), 0.0), Decision::GiveUp);
        assert_eq!(POLICY.decide(stated, used(1, most), 0.0), after(5000, Cost::Attempt));
        let in_line = Reason { others_pass: true, ..reason(Remedy::Throttle, None) };
        assert_eq!(POLICY.decide(in_line, used(2, most - 1), 0.0), after(2000, Cost::Turn));
        assert_eq!(POLICY.decide(in_line, used(2, most), 0.0), Decision::GiveUp);
        let failing = Reason { others_pass: true, ..reason(Remedy::Retry, None) };
        assert_eq!(POLICY.decide(failing, used(2, 0), 0.0), Decision::GiveUp, "only throttled requests wait in line");
    }

    #[test]
    fn what_sending_again_cannot_help_ends() {
        for remedy in [Remedy::None, Remedy::Halve, Remedy::RestartList, Remedy::ShrinkPage, Remedy::SyncClock] {
            assert_eq!(POLICY.decide(reason(remedy, None), used(0, 0), 1.0), Decision::GiveUp);
        }
        let never = RetryPolicy { max_retries: 0 };
        for others_pass in [false, true] {
            let reason = Reason { others_pass, ..reason(Remedy::Throttle, Some(5000)) };
            assert_eq!(never.decide(reason, used(0, 0), 1.0), Decision::GiveUp);
        }
    }

    #[test]
    fn an_outage_adds_thirty_five_attempts_and_then_none() {
        let budget = RetryBudget::new();
        assert_eq!((0..1000).filter(|_| budget.spend(Remedy::Retry, true)).count(), 35);
        assert!(!budget.spend(Remedy::Retry, false), "who does not pay needs somebody who can");
        budget.refill(Some(Remedy::Retry));
        assert!((0..50).all(|_| budget.spend(Remedy::Retry, false)));
        assert!(budget.spend(Remedy::Retry, true));
        let budget = RetryBudget::new();
        assert_eq!((0..1000).filter(|_| budget.spend(Remedy::Throttle, true)).count(), 100);
        for _ in 0..2000 {
            budget.refill(None);
        }
        assert_eq!((0..1000).filter(|_| budget.spend(Remedy::Throttle, true)).count(), 100);
    }

    #[test]
    fn a_date_is_compared_with_the_answers_own_clock() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 09:00:00 GMT").unwrap();
        let mut headers = headers("retry-after", b"Sun, 22 Nov 2026 10:00:02 GMT");
        assert_eq!(stated_wait(&headers, now), Some(Duration::from_secs(3602)));
        for (date, seconds) in
            [("Sun, 22 Nov 2026 10:00:00 GMT", 2), ("Sun, 22 Nov 2026 10:05:00 GMT", 0), ("yesterday", 3602)]
        {
            headers.insert("date", date.parse().unwrap());
            assert_eq!(stated_wait(&headers, now), Some(Duration::from_secs(seconds)), "{date}");
        }
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
        /// For any headers: no panic, and a wait that an error can show and JSON can hold.
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
                let error = crate::model::error::Error::new(crate::model::error::ErrorKind::RateLimited, "wait").with_retry_after(Some(wait));
                proptest::prop_assert!(error.retry_after().is_some());
            }
        }

        /// Seconds, milliseconds and dates mean what they say, and a date in the past means now.
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
