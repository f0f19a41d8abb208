//! Limits how fast a client sends: one queue for all its requests, a fixed rate if there is one, and a concurrency that
//! shrinks when the provider throttles.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// Timers are no finer than this. Where a fixed rate asks for more, requests may leave in bursts of this length.
const TIMER: Duration = Duration::from_millis(2);

/// One per client. Requests leave in the order of their tickets. On tokio's clock, so that tests can pause it.
#[derive(Debug)]
pub(crate) struct Limiter {
    most_at_once: f64,
    interval: Option<Duration>,
    next_ticket: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests allowed at once; shrinks by half when throttled, grows by one for a round of successes (AIMD).
    allowed: f64,
    in_flight: usize,
    /// No request leaves before this.
    gate: Option<Instant>,
    /// When the next request of a fixed rate may leave.
    slot: Option<Instant>,
    shrunk_at: Option<Instant>,
    /// Requests that got through.
    accepted: u64,
    /// Who waits, by ticket. Only the first may leave.
    line: BTreeMap<u64, Arc<Notify>>,
}

/// What the first request in the queue waits for.
#[derive(Debug)]
enum Until {
    Time(Instant),
    /// Its turn, or the end of a request in flight.
    Woken,
}

impl Limiter {
    pub(crate) fn new(most_at_once: usize, rate: Option<f64>) -> Self {
        let most_at_once = u32::try_from(most_at_once).map_or(f64::from(u32::MAX), f64::from);
        Self {
            most_at_once,
            interval: rate.map(|rate| Duration::from_secs_f64(1.0 / rate)),
            next_ticket: AtomicU64::new(0),
            state: Mutex::new(State {
                allowed: most_at_once,
                in_flight: 0,
                gate: None,
                slot: None,
                shrunk_at: None,
                accepted: 0,
                line: BTreeMap::new(),
            }),
        }
    }

    /// A position in the queue, behind all earlier ones. A request keeps it for all its attempts.
    pub(crate) fn ticket(&self) -> u64 {
        self.next_ticket.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits until a request may leave. It leaves when this returns: pauses and a fixed rate are counted from there.
    pub(crate) async fn acquire(self: &Arc<Self>, ticket: u64) -> Permit {
        let place = Place { limiter: self, ticket, turn: Arc::default() };
        self.lock().line.insert(ticket, Arc::clone(&place.turn));
        loop {
            match self.enter(Some(ticket)) {
                Ok(permit) => return permit,
                Err(Until::Woken) => place.turn.notified().await,
                Err(Until::Time(at)) => {
                    tokio::select! {
                        () = sleep_until(at) => {}
                        () = place.turn.notified() => {}
                    }
                }
            }
        }
    }

    /// The right to send immediately, if no request waits and nothing holds one back.
    pub(crate) fn try_acquire(self: &Arc<Self>) -> Option<Permit> {
        self.enter(None).ok()
    }

    fn enter(self: &Arc<Self>, ticket: Option<u64>) -> Result<Permit, Until> {
        let now = Instant::now();
        let mut state = self.lock();
        if state.line.keys().next().copied() != ticket || state.in_flight >= state.most() {
            return Err(Until::Woken);
        }
        if let Some(gate) = state.gate.filter(|gate| *gate > now) {
            return Err(Until::Time(gate));
        }
        if let Some(interval) = self.interval {
            if let Some(slot) = state.slot.filter(|slot| *slot > now) {
                return Err(Until::Time(slot));
            }
            // Counted from when it leaves, not from when it could have: a late one is not made up for.
            let late = if interval < TIMER { TIMER } else { Duration::ZERO };
            let earliest = now.checked_sub(late).unwrap_or(now);
            state.slot = Some(state.slot.map_or(now, |slot| slot.max(earliest)) + interval);
        }
        state.in_flight += 1;
        Ok(Permit { limiter: Arc::clone(self), since: now })
    }

    /// Lets no request leave for `wait`.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = self.lock();
        state.gate = Some(state.gate.map_or(until, |gate| gate.max(until)));
    }

    /// How long no request leaves.
    pub(crate) fn paused_for(&self) -> Option<Duration> {
        let now = Instant::now();
        self.lock().gate.map(|gate| gate.saturating_duration_since(now)).filter(|wait| !wait.is_zero())
    }

    /// How many requests got through so far.
    pub(crate) fn accepted(&self) -> u64 {
        self.lock().accepted
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn most(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a count that fits")]
        let allowed = self.allowed as usize;
        allowed.max(1)
    }

    fn wake_first(&self) {
        if let Some(turn) = self.line.values().next() {
            turn.notify_one();
        }
    }
}

/// A position in the queue; given up when dropped.
struct Place<'a> {
    limiter: &'a Limiter,
    ticket: u64,
    turn: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.line.remove(&self.ticket);
        state.wake_first();
    }
}

/// The right to send one request; given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    since: Instant,
}

impl Permit {
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

    /// The request got through: one more at once after a round of these.
    pub(crate) fn succeeded(&self) {
        let mut state = self.limiter.lock();
        state.accepted += 1;
        let before = state.most();
        state.allowed = (state.allowed + 1.0 / state.allowed).min(self.limiter.most_at_once);
        if state.most() > before {
            state.wake_first();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.in_flight -= 1;
        state.wake_first();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(from: Instant) -> f64 {
        from.elapsed().as_secs_f64()
    }

    fn limiter(most_at_once: usize, rate: Option<f64>) -> Arc<Limiter> {
        Arc::new(Limiter::new(most_at_once, rate))
    }

    async fn next(limiter: &Arc<Limiter>) -> Permit {
        limiter.acquire(limiter.ticket()).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_fixed_rate_spaces_requests() {
        let limiter = limiter(64, Some(20.0));
        let mut last = None;
        for index in 0..5 {
            drop(next(&limiter).await);
            if let Some(last) = last.replace(Instant::now()) {
                let gap = (Instant::now() - last).as_secs_f64();
                assert!((0.05..0.053).contains(&gap), "{index}: {gap}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_leaves_while_paused_and_a_longer_pause_wins() {
        let limiter = limiter(4, None);
        let start = Instant::now();
        limiter.pause(Duration::from_secs(2));
        let waiting = next(&limiter);
        let lengthen = async {
            sleep_until(start + Duration::from_secs(1)).await;
            limiter.pause(Duration::from_secs(4));
        };
        let (permit, ()) = tokio::join!(waiting, lengthen);
        assert!((seconds(start) - 5.0).abs() < 0.01, "{}", seconds(start));
        drop(permit);
        limiter.pause(Duration::ZERO);
        drop(next(&limiter).await);
        assert!(seconds(start) < 5.01);
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_halves_once_a_round_and_success_recovers() {
        let limiter = limiter(8, None);
        let mut permits = Vec::new();
        for _ in 0..8 {
            permits.push(next(&limiter).await);
        }
        assert!(limiter.try_acquire().is_none(), "the ninth waits");
        tokio::time::advance(Duration::from_millis(1)).await;
        for permit in &permits {
            permit.throttled();
        }
        assert!((limiter.lock().allowed - 4.0).abs() < 1e-9, "one round of answers halves once");
        permits.clear();
        tokio::time::advance(Duration::from_millis(1)).await;
        next(&limiter).await.throttled();
        assert!((limiter.lock().allowed - 1.0).abs() < 1e-9, "never below one");
        for _ in 0..200 {
            next(&limiter).await.succeeded();
        }
        assert!((limiter.lock().allowed - 8.0).abs() < 1e-9);
        assert_eq!(limiter.lock().in_flight, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_given_up_while_waiting_is_given_back() {
        let limiter = limiter(1, None);
        limiter.pause(Duration::from_secs(60));
        let given_up = tokio::time::timeout(Duration::from_secs(1), next(&limiter)).await;
        assert!(given_up.is_err());
        assert_eq!(limiter.lock().in_flight, 0);
        assert!(limiter.lock().line.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn requests_leave_in_the_order_of_their_tickets() {
        let limiter = limiter(2, Some(10.0));
        let left = Mutex::new(Vec::new());
        let tickets: Vec<u64> = (0..20).map(|_| limiter.ticket()).collect();
        let held = (next(&limiter).await, tokio::time::sleep(Duration::from_secs(1)).await, next(&limiter).await);
        let waiting = tickets.iter().rev().map(|ticket| async {
            let permit = limiter.acquire(*ticket).await;
            left.lock().unwrap().push(*ticket);
            tokio::time::sleep(Duration::from_millis(700)).await;
            drop(permit);
        });
        let free = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(held);
        };
        tokio::join!(futures_util::future::join_all(waiting), free);
        assert_eq!(*left.lock().unwrap(), tickets);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever pauses there are, however many wait and however long requests take: no second has more than the rate
        /// and one more, nothing leaves within a pause, and everybody leaves.
        #[test]
        fn no_second_has_more_than_the_rate_and_one(
            rate in prop_oneof![0.5f64..40.0, (1u32..40).prop_map(f64::from)],
            waiting in proptest::collection::vec((0u64..3_000, 0u64..2_000), 1..80),
            pauses in proptest::collection::vec((0u64..4_000, 0u64..5_000), 0..6),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            let (mut left, closed) = runtime.block_on(async {
                let limiter = limiter(64, Some(rate));
                let start = Instant::now();
                let (left, closed) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
                let requests = waiting.iter().map(|(comes, takes)| async {
                    tokio::time::sleep(Duration::from_millis(*comes)).await;
                    let permit = next(&limiter).await;
                    left.lock().unwrap().push(start.elapsed());
                    tokio::time::sleep(Duration::from_millis(*takes)).await;
                    drop(permit);
                });
                let pauses = pauses.iter().map(|(comes, lasts)| async {
                    tokio::time::sleep(Duration::from_millis(*comes)).await;
                    let begin = start.elapsed();
                    limiter.pause(Duration::from_millis(*lasts));
                    closed.lock().unwrap().push((begin, begin + Duration::from_millis(*lasts)));
                });
                tokio::join!(futures_util::future::join_all(requests), futures_util::future::join_all(pauses));
                (left.into_inner().unwrap(), closed.into_inner().unwrap())
            });
            prop_assert_eq!(left.len(), waiting.len());
            left.sort_unstable();
            for (place, begin) in left.iter().enumerate() {
                let within = left[place..].iter().take_while(|at| **at - *begin <= Duration::from_secs(1)).count();
                prop_assert!(within as f64 <= rate + 1.0, "{} in a second at {}: {:?}", within, rate, left);
                prop_assert!(closed.iter().all(|(from, to)| begin <= from || begin >= to), "{:?} in {:?}", begin, closed);
            }
        }
    }
}
