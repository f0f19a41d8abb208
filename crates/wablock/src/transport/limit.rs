//! How fast a client may send: a fixed rate where there is one, and a number at once that shrinks when throttled.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// One per client: a throttled client waits as a whole. On tokio's clock, so that tests can pause it.
#[derive(Debug)]
pub(crate) struct Limiter {
    most_at_once: f64,
    interval: Option<Duration>,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    /// Requests allowed at once; shrinks by half when throttled, grows by one for a round of successes (AIMD).
    allowed: f64,
    in_flight: usize,
    /// No request leaves before this.
    gate: Option<Instant>,
    /// When the next request of a fixed rate may leave.
    next_slot: Option<Instant>,
    shrunk_at: Option<Instant>,
}

impl Limiter {
    pub(crate) fn new(most_at_once: usize, rate: Option<f64>) -> Self {
        let most_at_once = u32::try_from(most_at_once).map_or(f64::from(u32::MAX), f64::from);
        Self {
            most_at_once,
            interval: rate.map(|rate| Duration::from_secs_f64(1.0 / rate)),
            state: Mutex::new(State {
                allowed: most_at_once,
                in_flight: 0,
                gate: None,
                next_slot: None,
                shrunk_at: None,
            }),
            freed: Notify::new(),
        }
    }

    /// Waits until a request may leave.
    pub(crate) async fn acquire(&self) -> Permit<'_> {
        let slot = loop {
            let freed = self.freed.notified();
            if let Some(slot) = self.enter() {
                break slot;
            }
            freed.await;
        };
        let mut permit = Permit { limiter: self, since: Instant::now() };
        if let Some(slot) = slot {
            sleep_until(slot).await;
        }
        // The gate may close, or close for longer, while we wait at it.
        while let Some(gate) = self.closed_until() {
            sleep_until(gate).await;
        }
        permit.since = Instant::now();
        permit
    }

    /// Takes a place if there is one; the inner value is the time of a fixed rate's slot.
    fn enter(&self) -> Option<Option<Instant>> {
        let mut state = self.lock();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a count that fits")]
        let allowed = state.allowed as usize;
        if state.in_flight >= allowed.max(1) {
            return None;
        }
        state.in_flight += 1;
        // Places freed at the same time wake one waiter together, so whoever gets in wakes the next.
        if state.in_flight < allowed {
            self.freed.notify_one();
        }
        Some(self.interval.map(|interval| {
            let now = Instant::now();
            let slot = state.next_slot.map_or(now, |next| next.max(now));
            state.next_slot = Some(slot + interval);
            slot
        }))
    }

    /// Lets no request leave for `wait`.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = self.lock();
        state.gate = Some(state.gate.map_or(until, |gate| gate.max(until)));
    }

    fn closed_until(&self) -> Option<Instant> {
        self.lock().gate.filter(|gate| *gate > Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send one request; given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    limiter: &'a Limiter,
    since: Instant,
}

impl Permit<'_> {
    /// The request was throttled: fewer at once from now on. Answers to requests that left before the last shrinking say
    /// nothing new.
    pub(crate) fn throttled(&self) {
        let mut state = self.limiter.lock();
        if state.shrunk_at.is_none_or(|at| self.since > at) {
            #[expect(clippy::cast_precision_loss, reason = "a small count")]
            let used = state.in_flight as f64;
            state.allowed = (state.allowed.min(used) / 2.0).max(1.0);
            state.shrunk_at = Some(Instant::now());
        }
    }

    /// The request was taken: one more at once after a round of these.
    pub(crate) fn succeeded(&self) {
        let mut state = self.limiter.lock();
        let before = state.allowed.floor();
        state.allowed = (state.allowed + 1.0 / state.allowed).min(self.limiter.most_at_once);
        if state.allowed.floor() > before {
            self.limiter.freed.notify_one();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.limiter.lock().in_flight -= 1;
        self.limiter.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(from: Instant) -> f64 {
        from.elapsed().as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn a_fixed_rate_spaces_requests() {
        let limiter = Limiter::new(64, Some(20.0));
        let start = Instant::now();
        for index in 0..5 {
            drop(limiter.acquire().await);
            assert!((seconds(start) - f64::from(index) * 0.05).abs() < 0.002, "{index}: {}", seconds(start));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_leaves_while_paused_and_a_longer_pause_wins() {
        let limiter = Limiter::new(4, None);
        let start = Instant::now();
        limiter.pause(Duration::from_secs(2));
        let waiting = limiter.acquire();
        let lengthen = async {
            sleep_until(start + Duration::from_secs(1)).await;
            limiter.pause(Duration::from_secs(4));
        };
        let (permit, ()) = tokio::join!(waiting, lengthen);
        assert!((seconds(start) - 5.0).abs() < 0.01, "{}", seconds(start));
        drop(permit);
        limiter.pause(Duration::ZERO);
        drop(limiter.acquire().await);
        assert!(seconds(start) < 5.01);
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_halves_once_a_round_and_success_recovers() {
        let limiter = Limiter::new(8, None);
        let mut permits = Vec::new();
        for _ in 0..8 {
            permits.push(limiter.acquire().await);
        }
        assert!(limiter.enter().is_none(), "the ninth waits");
        tokio::time::advance(Duration::from_millis(1)).await;
        for permit in &permits {
            permit.throttled();
        }
        assert!((limiter.lock().allowed - 4.0).abs() < 1e-9, "one round of answers halves once");
        permits.clear();
        tokio::time::advance(Duration::from_millis(1)).await;
        limiter.acquire().await.throttled();
        assert!((limiter.lock().allowed - 1.0).abs() < 1e-9, "never below one");
        for _ in 0..200 {
            limiter.acquire().await.succeeded();
        }
        assert!((limiter.lock().allowed - 8.0).abs() < 1e-9);
        assert_eq!(limiter.lock().in_flight, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_given_up_while_waiting_is_given_back() {
        let limiter = Limiter::new(1, None);
        limiter.pause(Duration::from_secs(60));
        let given_up = tokio::time::timeout(Duration::from_secs(1), limiter.acquire()).await;
        assert!(given_up.is_err());
        assert_eq!(limiter.lock().in_flight, 0);
    }
}
