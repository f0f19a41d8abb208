//! A request to an answer: limits, attempts, waits. Knows no provider.

mod http;
mod limit;
mod retry;
#[cfg(test)]
mod tests;
mod tls;

use std::{
    fmt,
    sync::atomic::{AtomicI64, AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ::http::{Method, Request, Response, Uri, header};
use bytes::Bytes;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

#[cfg(fuzzing)]
pub(crate) use self::retry::stated_wait;
use self::{
    http::{Exchange, Failure, HttpClient},
    limit::Limiter,
    retry::{Decision, RetryBudget, RetryPolicy},
};
use crate::{
    config::{self, ClientOptions},
    error::{Error, ErrorKind, Refusal, Remedy},
    log::{LogLevel, Logger},
};

/// What a client sends through.
#[derive(Debug)]
pub(crate) struct Transport<E = HttpClient> {
    http: E,
    limiter: Limiter,
    budget: RetryBudget,
    /// The server's clock minus ours, learnt when a signature's timestamp was refused.
    clock_offset_ms: AtomicI64,
    logger: Logger,
}

/// What bounds one call, over all its requests.
#[derive(Debug)]
pub(crate) struct CallLimits {
    pub(crate) max_retries: u32,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) cancel: CancellationToken,
    /// The client's own: closing it ends its calls.
    pub(crate) closed: CancellationToken,
    /// Requests sent so far.
    pub(crate) requests: AtomicU32,
}

/// When a call must end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) timeout: Duration,
}

impl CallLimits {
    /// True when the caller ended the call, or closed the client.
    pub(crate) fn is_ended(&self) -> bool {
        self.cancel.is_cancelled() || self.closed.is_cancelled()
    }

    /// True when the call has no time left or was ended.
    pub(crate) fn is_over(&self) -> bool {
        self.is_ended() || self.deadline.is_some_and(|deadline| deadline.at <= Instant::now())
    }

    /// Why the call had to end; pending for as long as it need not.
    pub(crate) async fn over(&self) -> Error {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Error::new(ErrorKind::Cancelled, "the call was cancelled"),
            () = self.closed.cancelled() => Error::new(ErrorKind::Closed, "the client was closed during the call"),
            error = out_of_time(self.deadline) => error,
        }
    }

    /// Waits, unless the call has to end before.
    pub(crate) async fn sleep(&self, wait: Duration) -> Result<(), Error> {
        tokio::select! {
            biased;
            error = self.over() => Err(error),
            () = sleep(wait) => Ok(()),
        }
    }
}

/// What came of sending one request, with all its attempts. Where it was answered, `effect` is that of the attempts before.
#[derive(Debug)]
pub(crate) struct Sent<T> {
    pub(crate) result: Result<T, Refusal>,
    pub(crate) effect: Effect,
}

/// What is known of the effect of a request that was not answered well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// It never left this machine.
    NotSent,
    /// Every attempt that left was refused.
    Refused,
    /// Some attempt may have been carried out.
    InDoubt,
}

impl Transport {
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
            limiter: Limiter::new(most_at_once, rate),
            budget: RetryBudget::new(),
            clock_offset_ms: AtomicI64::new(0),
            logger,
        }
    }

    /// Sends until there is an answer, a final refusal, or no more time, budget or attempts. `encode` is called anew for
    /// every attempt, with the server's time as far as it is known.
    pub(crate) async fn send<T>(
        &self,
        limits: &CallLimits,
        encode: impl Fn(u64) -> Result<Request<Bytes>, Error>,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Refusal>,
    ) -> Sent<T> {
        let mut effect = Effect::NotSent;
        let work = self.attempts(limits, &mut effect, encode, decode);
        let result = tokio::select! {
            biased;
            error = limits.over() => Err(Refusal::is_final(error)),
            result = work => result,
        };
        Sent { result, effect }
    }

    async fn attempts<T>(
        &self,
        limits: &CallLimits,
        effect: &mut Effect,
        encode: impl Fn(u64) -> Result<Request<Bytes>, Error>,
        decode: impl Fn(&Response<Bytes>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let policy = RetryPolicy { max_retries: limits.max_retries };
        let mut retries = 0;
        let mut retried_for = None;
        let mut clock_synced = false;
        loop {
            let permit = self.limiter.acquire().await;
            let request = encode(self.server_time_ms()).map_err(Refusal::is_final)?;
            let earlier = std::mem::replace(effect, Effect::InDoubt);
            limits.requests.fetch_add(1, Ordering::Relaxed);
            let name = Name::of(&request);
            let left = Instant::now();
            let exchanged = self.http.exchange(request).await;
            self.logger.log(LogLevel::Debug, || name.answered(&exchanged, left.elapsed()));
            let (refusal, stated) = match exchanged {
                Ok(response) => match decode(&response) {
                    Ok(answer) => {
                        *effect = earlier;
                        permit.succeeded();
                        self.budget.refill(retried_for);
                        return Ok(answer);
                    }
                    Err(refusal) => {
                        *effect = earlier.max(if in_doubt(&refusal.error) { Effect::InDoubt } else { Effect::Refused });
                        if refusal.remedy == Remedy::SyncClock && !clock_synced {
                            clock_synced = true;
                            if self.sync_clock(&response) {
                                continue;
                            }
                        }
                        let stated = retry::stated_wait(response.headers(), SystemTime::now());
                        (refusal, stated)
                    }
                },
                Err(failure) => {
                    *effect = earlier.max(if failure.may_have_left { Effect::InDoubt } else { Effect::NotSent });
                    let remedy = if failure.error.retryable() { Remedy::Retry } else { Remedy::None };
                    (Refusal::with(failure.error, remedy), None)
                }
            };
            if matches!(refusal.remedy, Remedy::Throttle | Remedy::Halve) {
                permit.throttled();
            }
            drop(permit);
            let stated = stated.or(refusal.error.retry_after());
            // A stated wait says that the pace is wrong, not the size.
            let paced = stated.is_some() && refusal.error.kind() == ErrorKind::RateLimited;
            // The client waits also when this call does not.
            if let Some(wait) = stated.filter(|wait| paced && *wait <= config::LONGEST_STATED_WAIT) {
                self.limiter.pause(wait);
            }
            let remedy = if paced { Remedy::Throttle } else { refusal.remedy };
            let refusal = Refusal { error: refusal.error.with_retry_after(stated), remedy };
            let Decision::After { wait, stated } = policy.decide(refusal.remedy, retries, stated, fastrand::f64())
            else {
                return Err(refusal);
            };
            if !fits(wait, limits.deadline) || !self.afford(refusal.remedy) {
                self.logger
                    .log(LogLevel::Warning, || format!("{name}: no time or retry budget left: {}", refusal.error));
                return Err(refusal);
            }
            self.logger.log(LogLevel::Warning, || {
                format!("{name}: sending again after {} ms: {}", wait.as_millis(), refusal.error)
            });
            retried_for = Some(refusal.remedy);
            if stated {
                self.limiter.pause(wait);
            } else {
                retries += 1;
                sleep(wait).await;
            }
        }
    }

    /// Waits before users whom the provider asked to try again are sent again; false when there is no time, no budget or no
    /// attempt left for that.
    pub(crate) async fn wait_to_retry(&self, limits: &CallLimits, remedy: Remedy, retries: u32) -> bool {
        let policy = RetryPolicy { max_retries: limits.max_retries };
        match policy.decide(remedy, retries, None, fastrand::f64()) {
            Decision::After { wait, .. } if fits(wait, limits.deadline) && self.afford(remedy) => {
                limits.sleep(wait).await.is_ok()
            }
            _ => false,
        }
    }

    /// Takes the cost of a retry from the client's budget, or says that there is none left.
    pub(crate) fn afford(&self, remedy: Remedy) -> bool {
        self.budget.spend(remedy)
    }

    /// Our clock, corrected by what was learnt of the server's.
    fn server_time_ms(&self) -> u64 {
        now_ms().saturating_add_signed(self.clock_offset_ms.load(Ordering::Relaxed))
    }

    /// Learns the server's clock from the `Date` of an answer.
    fn sync_clock(&self, response: &Response<Bytes>) -> bool {
        let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        let Some(server) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else {
            return false;
        };
        let server = server.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let offset =
            i64::try_from(server).unwrap_or(i64::MAX).saturating_sub(i64::try_from(now_ms()).unwrap_or(i64::MAX));
        self.clock_offset_ms.store(offset, Ordering::Relaxed);
        self.logger.log(LogLevel::Info, || {
            format!("the server's clock differs by {offset} ms from ours; signing with its time")
        });
        true
    }
}

/// A request's name in the log: method, host and path. The query stays out, it may hold a proof of the secret.
struct Name {
    method: Method,
    uri: Uri,
}

impl Name {
    fn of(request: &Request<Bytes>) -> Self {
        Self { method: request.method().clone(), uri: request.uri().clone() }
    }

    fn answered(&self, exchanged: &Result<Response<Bytes>, Failure>, after: Duration) -> String {
        let ms = after.as_millis();
        match exchanged {
            Ok(response) => {
                format!("{self}: HTTP {}, {} bytes, {ms} ms", response.status().as_u16(), response.body().len())
            }
            Err(failure) => format!("{self}: {}, {ms} ms", failure.error),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}{}",
            self.method,
            self.uri.authority().map_or("", |authority| authority.as_str()),
            self.uri.path()
        )
    }
}

/// Our clock in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A server that failed, whatever code it gives, and an answer that cannot be trusted, leave open whether the work was done.
fn in_doubt(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Server | ErrorKind::Protocol)
        || error.status().is_some_and(|status| status >= 500)
}

/// Whether a wait ends before the call must; a wait that does not is not begun.
fn fits(wait: Duration, deadline: Option<Deadline>) -> bool {
    deadline.is_none_or(|deadline| Instant::now() + wait < deadline.at)
}

async fn out_of_time(deadline: Option<Deadline>) -> Error {
    let Some(Deadline { at, timeout }) = deadline else {
        return std::future::pending().await;
    };
    tokio::time::sleep_until(at).await;
    Error::new(ErrorKind::Timeout, format!("the call did not end within its {} s", timeout.as_secs_f64()))
}
