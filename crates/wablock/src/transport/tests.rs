//! When each attempt leaves, to the millisecond, on a paused clock.

use std::{
    collections::VecDeque,
    sync::{Mutex, atomic::AtomicU32},
    time::Duration,
};

use ::http::{HeaderMap, Request, Response};
use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    CallLimits, Deadline, Effect, Sent, Transport,
    http::{Exchange, Failure},
};
use crate::{
    config,
    error::{Error, ErrorKind, Refusal, Remedy},
    log::Logger,
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

/// A server made of steps; the last one repeats. Notes when each request came.
struct Script {
    steps: Mutex<VecDeque<Step>>,
    start: Instant,
    came: Mutex<Vec<u128>>,
}

impl Exchange for Script {
    async fn exchange(&self, _request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        self.came.lock().unwrap().push(self.start.elapsed().as_millis());
        let mut steps = self.steps.lock().unwrap();
        let step = if steps.len() > 1 { steps.pop_front() } else { steps.front().copied() }.unwrap();
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

fn transport(steps: &[Step]) -> Transport<Script> {
    let script =
        Script { steps: Mutex::new(steps.iter().copied().collect()), start: Instant::now(), came: Mutex::default() };
    Transport::over(script, 64, None, Logger::default())
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

async fn send(transport: &Transport<Script>, limits: &CallLimits) -> Sent<()> {
    transport
        .send(
            limits,
            |_| Ok(Request::new(Bytes::new())),
            |response| match response.extensions().get::<(Remedy, ErrorKind)>() {
                None => Ok(()),
                Some((remedy, kind)) => Err(Refusal::with(Error::new(*kind, "refused"), *remedy)),
            },
        )
        .await
}

/// When attempts leave, with every random draw at its upper bound divided by nothing: the bounds are checked, so the draws
/// are taken out by comparing with the sum of the bounds.
fn within(came: &[u128], bounds: &[u64]) -> bool {
    came.len() == bounds.len() + 1
        && came.windows(2).zip(bounds).all(|(pair, bound)| pair[1] - pair[0] <= u128::from(*bound) + 1)
}

#[tokio::test(start_paused = true)]
async fn drawn_waits_stay_within_their_doubling_bounds() {
    // (steps, retries, bounds of the waits between the attempts)
    let rows: &[(&[Step], u32, &[u64])] = &[
        (&[Step::Ok], 2, &[]),
        (&[REFUSED], 2, &[]),
        (&[REFUSED], 9, &[]),
        (&[TRANSIENT, Step::Ok], 2, &[50]),
        (&[TRANSIENT, TRANSIENT, Step::Ok], 2, &[50, 100]),
        (&[TRANSIENT], 0, &[]),
        (&[TRANSIENT], 1, &[50]),
        (&[TRANSIENT], 2, &[50, 100]),
        (&[TRANSIENT], 5, &[50, 100, 200, 400, 800]),
        (&[TRANSIENT], 12, &[50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000, 20_000]),
        (&[THROTTLED, Step::Ok], 2, &[1000]),
        (&[THROTTLED], 0, &[]),
        (&[THROTTLED], 2, &[1000, 2000]),
        (&[THROTTLED], 7, &[1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]),
        (&[THROTTLED, TRANSIENT, Step::Ok], 2, &[1000, 100]),
        (&[TRANSIENT, THROTTLED, Step::Ok], 2, &[50, 2000]),
        (&[LOST, Step::Ok], 2, &[50]),
        (&[LOST], 2, &[50, 100]),
        (&[NO_CONNECTION], 2, &[50, 100]),
        (&[NO_CONNECTION, LOST, Step::Ok], 2, &[50, 100]),
        (&[TRANSIENT, REFUSED], 2, &[50]),
    ];
    for seed in 0..20 {
        fastrand::seed(seed);
        for (steps, retries, bounds) in rows {
            let transport = transport(steps);
            let sent = send(&transport, &limits(*retries, None)).await;
            let came = transport.http.came.lock().unwrap().clone();
            assert!(within(&came, bounds), "{steps:?} with {retries} retries, seed {seed}: left at {came:?}");
            assert_eq!(sent.result.is_ok(), matches!(steps.last(), Some(Step::Ok)) && bounds.len() + 1 >= steps.len());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn stated_waits_are_exact_and_use_up_no_attempt() {
    // (steps, retries, total timeout in ms, when each request comes)
    type Row<'a> = (&'a [Step], u32, Option<u64>, &'a [u128]);
    let rows: &[Row<'_>] = &[
        (&[wait(0), Step::Ok], 2, None, &[0, 0]),
        (&[wait(1), Step::Ok], 2, None, &[0, 1]),
        (&[wait(250), Step::Ok], 2, None, &[0, 250]),
        (&[wait(1000), Step::Ok], 1, None, &[0, 1000]),
        (&[wait(1000), Step::Ok], 0, None, &[0]),
        (&[wait(1000), wait(2000), Step::Ok], 1, None, &[0, 1000, 3000]),
        (&[wait(500), wait(500), wait(500), wait(500), Step::Ok], 2, None, &[0, 500, 1000, 1500, 2000]),
        (&[wait(60_000), Step::Ok], 2, None, &[0, 60_000]),
        (&[wait(120_000), Step::Ok], 2, None, &[0, 120_000]),
        (&[wait(120_001), Step::Ok], 2, None, &[0]),
        (&[wait(3_600_000), Step::Ok], 2, None, &[0]),
        (&[wait(120_000), wait(120_000), Step::Ok], 2, None, &[0, 120_000, 240_000]),
        (&[wait(1000), Step::Ok], 2, Some(1500), &[0, 1000]),
        (&[wait(1000), Step::Ok], 2, Some(1000), &[0]),
        (&[wait(1000), Step::Ok], 2, Some(999), &[0]),
        (&[wait(700), wait(700), Step::Ok], 2, Some(1000), &[0, 700]),
        (&[wait(100), REFUSED], 2, None, &[0, 100]),
    ];
    for (steps, retries, timeout, expected) in rows {
        let transport = transport(steps);
        let sent = send(&transport, &limits(*retries, timeout.map(Duration::from_millis))).await;
        assert_eq!(transport.http.came.lock().unwrap()[..], **expected, "{steps:?} {retries} {timeout:?}");
        if let Err(refusal) = sent.result
            && refusal.error.kind() == ErrorKind::RateLimited
        {
            assert!(refusal.error.retry_after().is_some(), "{steps:?}: the caller learns how long");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_known_of_the_effect_is_the_worst_of_all_attempts() {
    let rows: &[(&[Step], Effect)] = &[
        (&[REFUSED], Effect::Refused),
        (&[THROTTLED], Effect::Refused),
        (&[wait(200_000)], Effect::Refused),
        (&[NO_CONNECTION], Effect::NotSent),
        (&[LOST], Effect::InDoubt),
        (&[TRANSIENT], Effect::InDoubt),
        (&[NO_CONNECTION, NO_CONNECTION, REFUSED], Effect::Refused),
        (&[NO_CONNECTION, LOST, NO_CONNECTION], Effect::InDoubt),
        (&[LOST, REFUSED], Effect::InDoubt),
        (&[THROTTLED, NO_CONNECTION], Effect::Refused),
        (&[TRANSIENT, THROTTLED, REFUSED], Effect::InDoubt),
        (&[Step::Refused(Remedy::Retry, ErrorKind::Protocol, None)], Effect::InDoubt),
    ];
    for (steps, expected) in rows {
        let sent = send(&transport(steps), &limits(2, None)).await;
        assert!(sent.result.is_err());
        assert_eq!(sent.effect, *expected, "{steps:?}");
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
    assert_eq!(transport.http.came.lock().unwrap()[..], [0, 5000, 5000, 5000]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_does_not_retry_still_makes_the_client_wait() {
    let transport = transport(&[wait(3000), Step::Ok]);
    assert!(send(&transport, &limits(0, None)).await.result.is_err());
    assert!(send(&transport, &limits(0, None)).await.result.is_ok());
    assert_eq!(transport.http.came.lock().unwrap()[..], [0, 3000]);
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_thirty_five_retries_over_any_number_of_calls() {
    for (step, retries) in [(TRANSIENT, 35), (NO_CONNECTION, 35), (LOST, 35), (THROTTLED, 100)] {
        let transport = transport(&[step]);
        for _ in 0..500 {
            assert!(send(&transport, &limits(2, None)).await.result.is_err());
        }
        assert_eq!(transport.http.came.lock().unwrap().len(), 500 + retries, "{step:?}");
        *transport.http.steps.lock().unwrap() = [Step::Ok].into();
        for _ in 0..14 {
            assert!(send(&transport, &limits(2, None)).await.result.is_ok());
        }
        *transport.http.steps.lock().unwrap() = [TRANSIENT, Step::Ok].into();
        assert!(send(&transport, &limits(2, None)).await.result.is_ok(), "successes pay for retries again");
    }
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
    assert_eq!(sent.effect, Effect::Refused);
    assert_eq!(start.elapsed().as_secs(), 3);
    let sent = send(&waiting, &bounded).await;
    assert_eq!(sent.effect, Effect::NotSent, "a call cancelled before it began sends nothing");
    let sent = send(&waiting, &limits(2, Some(Duration::from_secs(5)))).await;
    assert_eq!(sent.result.unwrap_err().error.kind(), ErrorKind::Timeout, "the gate is closed for longer than that");
    assert_eq!(waiting.http.came.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_does_not_fit_is_not_begun() {
    for (ms, came) in [(4000, 2), (6000, 1)] {
        let waiting = transport(&[wait(ms), Step::Ok]);
        let start = Instant::now();
        let sent = send(&waiting, &limits(2, Some(Duration::from_secs(5)))).await;
        assert_eq!(waiting.http.came.lock().unwrap().len(), came, "{ms}");
        if came == 1 {
            let error = sent.result.unwrap_err().error;
            assert_eq!((error.kind(), start.elapsed().as_millis()), (ErrorKind::RateLimited, 0));
            assert_eq!(error.retry_after(), Some(Duration::from_secs(6)));
        }
    }
    let waiting = transport(&[TRANSIENT]);
    for (timeout, waited) in [(Duration::from_nanos(1), false), (Duration::from_secs(60), true)] {
        let limits = limits(1, Some(timeout));
        assert_eq!(waiting.wait_to_retry(&limits, Remedy::Throttle, 0).await, waited);
    }
    assert!(!waiting.wait_to_retry(&limits(1, None), Remedy::Throttle, 1).await, "no attempt is left");
}

#[tokio::test(start_paused = true)]
async fn only_a_stated_pace_that_is_not_too_long_makes_the_whole_client_wait() {
    let unavailable = Step::Refused(Remedy::Retry, ErrorKind::Server, Some(2000));
    for (step, second) in [(unavailable, 0), (wait(2000), 2000), (wait(200_000), 0)] {
        let transport = transport(&[step, Step::Ok]);
        assert!(send(&transport, &limits(0, None)).await.result.is_err());
        assert!(send(&transport, &limits(0, None)).await.result.is_ok());
        assert_eq!(transport.http.came.lock().unwrap()[..], [0, second], "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_timestamp_is_healed_once_by_the_servers_date() {
    let skewed = Step::Refused(Remedy::SyncClock, ErrorKind::Auth, None);
    let transport = transport(&[skewed]);
    assert!(send(&transport, &limits(2, None)).await.result.is_err());
    assert_eq!(transport.http.came.lock().unwrap().len(), 1, "without a Date there is nothing to learn");
    let mut headers = HeaderMap::new();
    let server = std::time::SystemTime::now() + Duration::from_secs(600);
    headers.insert("date", httpdate::fmt_http_date(server).parse().unwrap());
    let mut response = Response::new(Bytes::new());
    *response.headers_mut() = headers;
    assert!(transport.sync_clock(&response));
    let learnt = transport.server_time_ms() - super::now_ms();
    assert!((598_000..=600_000).contains(&learnt), "{learnt}");
    assert_eq!(config::MAX_RETRIES, 2);
}
