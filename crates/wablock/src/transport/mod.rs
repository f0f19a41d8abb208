//! A request to an answer: limits, attempts, waits. Knows no provider.

mod attempt;
mod clock;
mod delivery;
mod failure;
mod http;
mod limit;
mod limits;
mod resolve;
pub(crate) mod retry;
mod route;
#[cfg(test)]
mod tests;
mod tls;

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, SystemTime},
};

use ::http::{HeaderMap, Request, Response, Uri};
use bytes::Bytes;
use tokio::time::{Instant, sleep};

pub(crate) use self::{
    attempt::{Attempt, Attempts, Decoded},
    clock::now_ms,
    delivery::{Delivery, Tracker},
    limit::Permit,
    limits::{CallLimits, Deadline},
};
use self::{
    attempt::{Name, answered, grouped},
    clock::Clock,
    delivery::EndOnDrop,
    http::{Exchange, HttpClient},
    limit::Limiter,
    retry::{Cost, Decision, Reason, RetryBudget, RetryPolicy, Used},
};
use crate::{
    config,
    model::{
        error::{Error, ErrorKind, Refusal, Remedy},
        log::{LogLevel, Logger},
        secret::Secret,
    },
    options::ClientOptions,
};

/// What a client sends through.
#[derive(Debug)]
pub(crate) struct Transport<E = HttpClient> {
    http: E,
    limiter: Arc<Limiter>,
    budget: RetryBudget,
    clock: Clock,
    logger: Logger,
}

/// The result of sending one request, with all its attempts. Where it was answered, `delivery` is that of the attempts before.
#[derive(Debug)]
pub(crate) struct Sent<T> {
    pub(crate) result: Result<T, Refusal>,
    pub(crate) delivery: Delivery,
}

impl Transport {
    /// The password of the proxy.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.http.secret()
    }

    /// To the origin of `sample`; starts no thread and opens no connection.
    pub(crate) fn new(sample: &Uri, options: &ClientOptions, rate: Option<f64>) -> Result<Self, Error> {
        let most_at_once = options.concurrency.max(config::MAX_IN_FLIGHT);
        Ok(Self::over(HttpClient::new(sample, options)?, most_at_once, rate, options.logger.clone()))
    }
}

impl<E: Exchange> Transport<E> {
    fn over(http: E, most_at_once: usize, rate: Option<f64>, logger: Logger) -> Self {
        Self {
            http,
            limiter: Arc::new(Limiter::new(most_at_once, rate)),
            budget: RetryBudget::new(),
            clock: Clock::default(),
            logger,
        }
    }

    /// A position in the queue of this client's requests.
    pub(crate) fn ticket(&self) -> u64 {
        self.limiter.ticket()
    }

    /// Waits until the request with this ticket may leave.
    pub(crate) async fn turn(&self, ticket: u64) -> Permit {
        self.limiter.acquire(ticket).await
    }

    /// The right to send immediately, if nothing holds a request back.
    pub(crate) fn turn_at_once(&self) -> Option<Permit> {
        self.limiter.try_acquire()
    }

    /// Sends until there is an answer, a final refusal, or no more time, budget or attempts.
    pub(crate) async fn send<T>(&self, limits: &CallLimits, attempts: &impl Attempts<T>) -> Sent<T> {
        let tracker = Arc::new(Tracker::new());
        let result = if limits.is_over() {
            Err(Refusal::is_final(limits.over().await))
        } else {
            let _end = EndOnDrop(&tracker);
            tokio::select! {
                biased;
                // An answer that came in the same moment is kept.
                result = self.attempts(limits, &tracker, attempts) => result,
                error = limits.over() => Err(Refusal::is_final(self.explained(error, &tracker))),
            }
        };
        let (delivery, count) = tracker.end();
        limits.requests.fetch_add(count, Ordering::Relaxed);
        Sent { result, delivery }
    }

    async fn attempts<T>(
        &self,
        limits: &CallLimits,
        tracker: &Arc<Tracker>,
        attempts: &impl Attempts<T>,
    ) -> Result<T, Refusal> {
        let policy = RetryPolicy { max_retries: limits.max_retries };
        let mut used = Used::default();
        let mut retried_for = None;
        let mut refused_offsets = Vec::new();
        loop {
            let accepted = self.limiter.accepted();
            tracker.line_up();
            let attempt = attempts.attempt(tracker).await;
            let name = attempt.name.map_or(String::new(), |name| format!("{name}: "));
            let refusal = match attempt.result {
                Ok(answer) => {
                    if attempt.pays {
                        self.budget.refill(retried_for);
                    }
                    return Ok(answer);
                }
                Err(refusal) => refusal,
            };
            if refusal.remedy == Remedy::SyncClock && self.correct_clock(&mut refused_offsets, attempt.clock) {
                continue;
            }
            let stated = attempt.stated.or(refusal.error.retry_after());
            // A requested wait means that the pace is wrong, not the size.
            let paced = stated.is_some() && refusal.error.kind() == ErrorKind::RateLimited;
            // The client waits also when this call does not.
            if let Some(wait) = stated.filter(|wait| paced && *wait <= config::LONGEST_STATED_WAIT) {
                self.limiter.pause(wait);
            }
            let remedy = if paced { Remedy::Throttle } else { refusal.remedy };
            let refusal = Refusal { error: refusal.error.with_retry_after(stated), remedy };
            let others_pass = self.limiter.accepted() != accepted;
            let decision = policy.decide(Reason { remedy, stated, others_pass }, used, fastrand::f64());
            let Decision::After { wait, cost } = decision else {
                return Err(refusal);
            };
            if !limits.fits(wait) || (cost != Cost::Turn && !self.budget.spend(remedy, attempt.pays)) {
                self.logger
                    .log_about(LogLevel::Warning, &name, || format!("no time or retry budget left: {}", refusal.error));
                return Err(refusal);
            }
            self.logger.log_about(LogLevel::Warning, &name, || {
                format!("sending again after {} ms: {}", grouped(wait.as_millis()), refusal.error)
            });
            retried_for = Some(remedy).filter(|_| cost != Cost::Turn);
            used.add(cost);
            self.wait(remedy, wait).await;
        }
    }

    /// Only a provider that throttles makes the whole client wait. Any other wait is for one request.
    async fn wait(&self, remedy: Remedy, wait: Duration) {
        if remedy == Remedy::Throttle {
            self.limiter.pause(wait);
        } else {
            sleep(wait).await;
        }
    }

    /// Sends one request and reads its answer. `offset` is the one that it was signed with.
    pub(crate) async fn exchange<T>(
        &self,
        permit: Permit,
        request: Request<Bytes>,
        offset: i64,
        decode: impl FnOnce(&Response<Bytes>) -> Decoded<T>,
    ) -> Attempt<T> {
        let name = Name::of(&request);
        let left = Instant::now();
        let exchanged = self.http.exchange(request).await;
        self.logger.log_about(LogLevel::Debug, &name, || answered(&exchanged, left.elapsed()));
        let response = match exchanged {
            Ok(response) => response,
            Err(failure) => {
                let delivery = if failure.may_have_left { Delivery::InDoubt } else { Delivery::NotSent };
                let remedy = if failure.error.retryable() { Remedy::Retry } else { Remedy::None };
                let result = Err(Refusal::with(failure.error, remedy));
                let clock = (offset, None);
                return Attempt { result, delivery, sent: true, stated: None, clock, pays: true, name: Some(name) };
            }
        };
        let Decoded { result, throttled } = decode(&response);
        let delivery = match &result {
            Err(refusal) if in_doubt(&refusal.error) => Delivery::InDoubt,
            _ => Delivery::Refused,
        };
        let throttled =
            throttled || result.as_ref().is_err_and(|refusal| refusal.error.kind() == ErrorKind::RateLimited);
        if throttled {
            permit.throttled();
        } else if result.is_ok() {
            permit.succeeded();
        }
        Attempt {
            result,
            delivery,
            sent: true,
            stated: stated_wait(response.headers()),
            clock: (offset, clock::server_offset(response.headers())),
            pays: true,
            name: Some(name),
        }
    }

    /// Waits before users whom the provider asked to try again are sent again; false when there is no time, no budget or no
    /// attempt left for that.
    ///
    /// # Errors
    /// Why the call had to end during the wait.
    pub(crate) async fn wait_to_retry(
        &self,
        limits: &CallLimits,
        remedy: Remedy,
        stated: Option<Duration>,
        retries: u32,
    ) -> Result<bool, Error> {
        let policy = RetryPolicy { max_retries: limits.max_retries };
        let reason = Reason { remedy, stated, others_pass: false };
        let used = Used { retries, free_waits: config::MOST_FREE_WAITS };
        match policy.decide(reason, used, fastrand::f64()) {
            Decision::After { wait, .. } if limits.fits(wait) && self.try_spend(remedy) => {
                if remedy == Remedy::Throttle {
                    self.limiter.pause(wait);
                }
                limits.sleep(wait).await.map(|()| true)
            }
            _ => Ok(false),
        }
    }

    /// Takes the cost of a retry from the client's budget, or says that there is none left.
    pub(crate) fn try_spend(&self, remedy: Remedy) -> bool {
        self.budget.spend(remedy, true)
    }

    /// Our clock, corrected by what was learnt of the server's, and that correction.
    pub(crate) fn server_time_ms(&self) -> (u64, i64) {
        let offset = self.clock.offset_ms();
        (now_ms().saturating_add_signed(offset), offset)
    }

    /// Whether a timestamp that was refused can be mended, and sent again at once.
    fn correct_clock(&self, refused: &mut Vec<i64>, (used, server): (i64, Option<i64>)) -> bool {
        let corrected = self.clock.correct(refused, used, server);
        if corrected {
            self.logger.log(LogLevel::Info, || {
                let (offset, sign) = (self.clock.offset_ms(), if self.clock.offset_ms() < 0 { "-" } else { "" });
                let offset = grouped(offset.unsigned_abs().into());
                format!(
                    "the server refused a timestamp; signing with a clock that differs by {sign}{offset} ms from ours"
                )
            });
        }
        corrected
    }

    /// The end of a call's time, with what the request was waiting for.
    fn explained(&self, error: Error, tracker: &Tracker) -> Error {
        if error.kind() != ErrorKind::Timeout || !tracker.is_in_line() {
            return error;
        }
        match self.limiter.paused_for() {
            Some(wait) => {
                let seconds = wait.as_secs_f64();
                error
                    .map_message(|message| {
                        format!("{message}: the provider throttles, and this client waits {seconds:.1} s more")
                    })
                    .with_retry_after(Some(wait))
                    .with_hint("Wait for retry_after and call again, or allow the call more time.")
            }
            None => {
                error.map_message(|message| format!("{message}: it was still queued behind other requests")).with_hint(
                    "Allow the call more time, give many users to one call, or raise `rate_limit` if you set it.",
                )
            }
        }
    }
}

/// The wait that an answer's headers ask for.
pub(crate) fn stated_wait(headers: &HeaderMap) -> Option<Duration> {
    retry::stated_wait(headers, SystemTime::now())
}

/// A server that failed, whatever code it gives, and an answer that cannot be trusted, leave open whether the work was done.
fn in_doubt(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Server | ErrorKind::Protocol)
        || error.status().is_some_and(|status| status >= 500)
}
