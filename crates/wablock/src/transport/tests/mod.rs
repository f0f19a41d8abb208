//! When each attempt leaves, to the millisecond, on a paused clock.

mod waits;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, atomic::AtomicU32},
    time::Duration,
};

use ::http::{Request, Response};
use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Attempt, Attempts, CallLimits, Deadline, Decoded, Delivery, Sent, Tracker, Transport, failure::Failure,
    http::Exchange,
};
use crate::{
    model::{
        error::{Error, ErrorKind, Refusal, Remedy},
        log::Logger,
    },
    options::ClientOptions,
};

/// What the next attempt meets.
#[derive(Clone, Copy, Debug)]
enum Step {
    Ok,
    /// Refused with a remedy and, in milliseconds, a stated wait.
    Refused(Remedy, ErrorKind, Option<u64>),
    /// The connection failed before or after the request could leave.
    Broken {
        may_have_left: bool,
    },
}

const TRANSIENT: Step = Step::Refused(Remedy::Retry, ErrorKind::Server, None);
const THROTTLED: Step = Step::Refused(Remedy::Throttle, ErrorKind::RateLimited, None);
const REFUSED: Step = Step::Refused(Remedy::None, ErrorKind::Rejected, None);
const LOST: Step = Step::Broken { may_have_left: true };
const NO_CONNECTION: Step = Step::Broken { may_have_left: false };

const fn wait(ms: u64) -> Step {
    Step::Refused(Remedy::Throttle, ErrorKind::RateLimited, Some(ms))
}

const fn unavailable(ms: u64) -> Step {
    Step::Refused(Remedy::Retry, ErrorKind::Server, Some(ms))
}

/// A server made of steps; the last one repeats. Notes when each request came.
struct Script {
    steps: Mutex<VecDeque<Step>>,
    start: Instant,
    takes: Duration,
    came: Mutex<Vec<u128>>,
}

impl Exchange for Script {
    async fn exchange(&self, _request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        self.came.lock().unwrap().push(self.start.elapsed().as_millis());
        let step = {
            let mut steps = self.steps.lock().unwrap();
            if steps.len() > 1 { steps.pop_front() } else { steps.front().copied() }.unwrap()
        };
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        match step {
            Step::Broken { may_have_left } => {
                Err(Failure { error: Error::new(ErrorKind::Connection, "broken"), may_have_left })
            }
            Step::Ok => Ok(Response::new(Bytes::from_static(b"ok"))),
            Step::Refused(remedy, kind, stated) => {
                let mut response = Response::new(Bytes::from(format!("{remedy:?}")));
                response.extensions_mut().insert((remedy, kind));
                if let Some(ms) = stated {
                    response.headers_mut().insert("retry-after-ms", ms.into());
                }
                Ok(response)
            }
        }
    }
}

fn script(steps: &[Step]) -> Script {
    Script {
        steps: Mutex::new(steps.iter().copied().collect()),
        start: Instant::now(),
        takes: Duration::ZERO,
        came: Mutex::default(),
    }
}

fn transport(steps: &[Step]) -> Transport<Script> {
    Transport::over(script(steps), 64, None, Logger::default())
}

fn limits(max_retries: u32, timeout: Option<Duration>) -> CallLimits {
    CallLimits {
        max_retries,
        deadline: timeout.map(|timeout| Deadline { at: Instant::now() + timeout, timeout }),
        cancel: CancellationToken::new(),
        closed: CancellationToken::new(),
        requests: AtomicU32::new(0),
    }
}

struct Direct<'a> {
    transport: &'a Transport<Script>,
    ticket: u64,
}

impl Attempts<()> for Direct<'_> {
    async fn attempt(&self, tracker: &Arc<Tracker>) -> Attempt<()> {
        let permit = self.transport.turn(self.ticket).await;
        let before = tracker.leave().expect("the call has not ended");
        let attempt = self.transport.exchange(permit, Request::new(Bytes::new()), 0, decode).await;
        attempt.arrive(tracker, before);
        attempt
    }
}

fn decode(response: &Response<Bytes>) -> Decoded<()> {
    let refused = response.extensions().get::<(Remedy, ErrorKind)>();
    let result = match refused {
        None => Ok(()),
        Some((remedy, kind)) => Err(Refusal::with(Error::new(*kind, "refused"), *remedy)),
    };
    Decoded { result, throttled: false }
}

async fn send(transport: &Transport<Script>, limits: &CallLimits) -> Sent<()> {
    transport.send(limits, &Direct { transport, ticket: transport.ticket() }).await
}

#[tokio::test(start_paused = true)]
async fn a_throttled_request_waits_for_its_turn_while_others_get_through() {
    // One of three gets through, again and again: nobody is lost, although some are throttled more often than they may retry.
    let steps: Vec<Step> = (0..400).map(|n| if n % 3 == 0 { Step::Ok } else { THROTTLED }).collect();
    let transport = Transport { http: Script { takes: Duration::from_millis(10), ..script(&steps) }, ..transport(&[]) };
    let bounds: Vec<CallLimits> = (0..64).map(|_| limits(2, Some(Duration::from_secs(600)))).collect();
    let sent = futures_util::future::join_all(bounds.iter().map(|limits| send(&transport, limits))).await;
    assert!(sent.iter().all(|sent| sent.result.is_ok()));
    let most = bounds.iter().map(|limits| limits.requests.load(std::sync::atomic::Ordering::Relaxed)).max();
    assert!(most > Some(3), "{most:?}");
}

#[tokio::test(start_paused = true)]
async fn a_fixed_rate_holds_after_a_pause_and_in_the_order_of_the_calls() {
    let transport = Transport::over(script(&[wait(3000), Step::Ok]), 64, Some(20.0), Logger::default());
    let bounds: Vec<CallLimits> = (0..64).map(|_| limits(2, None)).collect();
    let sent = futures_util::future::join_all(bounds.iter().map(|limits| send(&transport, limits))).await;
    assert!(sent.iter().all(|sent| sent.result.is_ok()));
    let came = transport.http.came.lock().unwrap().clone();
    for (place, at) in came.iter().enumerate() {
        let within = came[place..].iter().take_while(|other| **other <= at + 1000).count();
        assert!(within <= 21, "{within} in a second: {came:?}");
        assert!(*at == 0 || *at >= 3000, "nothing leaves during the pause: {came:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_ends_in_line_says_what_it_waited_for() {
    let transport = transport(&[wait(60_000), Step::Ok]);
    assert!(send(&transport, &limits(0, None)).await.result.is_err());
    let sent = send(&transport, &limits(2, Some(Duration::from_secs(5)))).await;
    let error = sent.result.unwrap_err().error;
    assert_eq!((error.kind(), sent.delivery), (ErrorKind::Timeout, Delivery::NotSent));
    assert!(error.message().contains("waits 55.0 s more"), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(55)));

    let slow = Transport::over(script(&[Step::Ok]), 64, Some(0.01), Logger::default());
    assert!(send(&slow, &limits(2, None)).await.result.is_ok());
    let sent = send(&slow, &limits(2, Some(Duration::from_secs(5)))).await;
    let error = sent.result.unwrap_err().error;
    assert_eq!((error.kind(), sent.delivery), (ErrorKind::Timeout, Delivery::NotSent));
    assert!(error.message().contains("queued behind") && error.retry_after().is_none(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_the_moment_of_a_cancel_is_kept_and_nothing_leaves_after_it() {
    let transport = transport(&[Step::Ok]);
    let ended = limits(2, None);
    ended.cancel.cancel();
    let sent = send(&transport, &ended).await;
    assert_eq!((sent.result.unwrap_err().error.kind(), sent.delivery), (ErrorKind::Cancelled, Delivery::NotSent));
    assert!(transport.http.came.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_known_of_the_effect_is_the_worst_of_all_attempts() {
    let rows: &[(&[Step], Delivery)] = &[
        (&[REFUSED], Delivery::Refused),
        (&[THROTTLED], Delivery::Refused),
        (&[wait(200_000)], Delivery::Refused),
        (&[NO_CONNECTION], Delivery::NotSent),
        (&[LOST], Delivery::InDoubt),
        (&[TRANSIENT], Delivery::InDoubt),
        (&[NO_CONNECTION, NO_CONNECTION, REFUSED], Delivery::Refused),
        (&[NO_CONNECTION, LOST, NO_CONNECTION], Delivery::InDoubt),
        (&[LOST, REFUSED], Delivery::InDoubt),
        (&[THROTTLED, NO_CONNECTION], Delivery::Refused),
        (&[TRANSIENT, THROTTLED, REFUSED], Delivery::InDoubt),
        (&[Step::Refused(Remedy::Retry, ErrorKind::Protocol, None)], Delivery::InDoubt),
    ];
    for (steps, expected) in rows {
        let sent = send(&transport(steps), &limits(2, None)).await;
        assert!(sent.result.is_err());
        assert_eq!(sent.delivery, *expected, "{steps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_client_waits_as_a_whole() {
    let transport = transport(&[wait(5000), Step::Ok]);
    let limits = limits(2, None);
    let (first, second, third) = tokio::join!(send(&transport, &limits), send(&transport, &limits), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        send(&transport, &limits).await
    });
    assert!(first.result.is_ok() && second.result.is_ok() && third.result.is_ok());
    // The second left before the first was answered.
    let came = transport.http.came.lock().unwrap().clone();
    assert!(came == [0, 0, 5000, 5000] || came == [0, 5000, 5000, 5000], "{came:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_does_not_retry_still_makes_the_client_wait() {
    let transport = transport(&[wait(3000), Step::Ok]);
    assert!(send(&transport, &limits(0, None)).await.result.is_err());
    assert!(send(&transport, &limits(0, None)).await.result.is_ok());
    assert_eq!(transport.http.came.lock().unwrap()[..], [0, 3000]);
}

#[tokio::test(start_paused = true)]
async fn time_and_cancellation_end_a_wait_at_once() {
    let waiting = transport(&[wait(60_000)]);
    let bounded = limits(2, None);
    let start = Instant::now();
    let (sent, ()) = tokio::join!(send(&waiting, &bounded), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        bounded.cancel.cancel();
    });
    assert_eq!(sent.result.unwrap_err().error.kind(), ErrorKind::Cancelled);
    assert_eq!(sent.delivery, Delivery::Refused);
    assert_eq!(start.elapsed().as_secs(), 3);
    let sent = send(&waiting, &bounded).await;
    assert_eq!(sent.delivery, Delivery::NotSent, "a call cancelled before it began sends nothing");
    let sent = send(&waiting, &limits(2, Some(Duration::from_secs(5)))).await;
    assert_eq!(sent.result.unwrap_err().error.kind(), ErrorKind::Timeout, "the gate is closed for longer than that");
    assert_eq!(waiting.http.came.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn only_a_stated_pace_that_is_not_too_long_makes_the_whole_client_wait() {
    for (step, second) in [(unavailable(2000), 0), (wait(2000), 2000), (wait(200_000), 0)] {
        let transport = transport(&[step, Step::Ok]);
        assert!(send(&transport, &limits(0, None)).await.result.is_err());
        assert!(send(&transport, &limits(0, None)).await.result.is_ok());
        assert_eq!(transport.http.came.lock().unwrap()[..], [0, second], "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_timestamp_without_a_date_is_not_sent_again() {
    let transport = transport(&[Step::Refused(Remedy::SyncClock, ErrorKind::Auth, None)]);
    assert!(send(&transport, &limits(2, None)).await.result.is_err());
    assert_eq!(transport.http.came.lock().unwrap().len(), 1, "there is nothing to learn");
    assert_eq!(transport.server_time_ms().1, 0);
    assert_eq!(ClientOptions::default().max_retries, 2);
}
