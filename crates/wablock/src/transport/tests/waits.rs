//! How long a request waits before it is sent again, and how often it is.

use super::*;

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
async fn stated_waits_that_are_as_long_as_any_drawn_one_are_exact_and_use_up_no_attempt() {
    // (steps, retries, total timeout in ms, when each request comes)
    type Row<'a> = (&'a [Step], u32, Option<u64>, &'a [u128]);
    let rows: &[Row<'_>] = &[
        (&[wait(1000), Step::Ok], 1, None, &[0, 1000]),
        (&[wait(1000), Step::Ok], 0, None, &[0]),
        (&[wait(1000), wait(2000), Step::Ok], 1, None, &[0, 1000, 3000]),
        (&[wait(1500), wait(1500), wait(1500), wait(1500), Step::Ok], 2, None, &[0, 1500, 3000, 4500, 6000]),
        (&[wait(60_000), Step::Ok], 2, None, &[0, 60_000]),
        (&[wait(120_000), Step::Ok], 2, None, &[0, 120_000]),
        (&[wait(120_001), Step::Ok], 2, None, &[0]),
        (&[wait(3_600_000), Step::Ok], 2, None, &[0]),
        (&[wait(120_000), wait(120_000), Step::Ok], 2, None, &[0, 120_000, 240_000]),
        (&[wait(1000), Step::Ok], 2, Some(1500), &[0, 1000]),
        (&[wait(1000), Step::Ok], 2, Some(1000), &[0]),
        (&[wait(1000), Step::Ok], 2, Some(999), &[0]),
        (&[wait(1700), wait(1700), Step::Ok], 2, Some(2000), &[0, 1700]),
        (&[wait(1000), REFUSED], 2, None, &[0, 1000]),
        (&[unavailable(300), unavailable(300), unavailable(300), Step::Ok], 2, None, &[0, 300, 600, 900]),
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
async fn a_stated_wait_makes_no_resend_sooner_and_a_short_one_costs_an_attempt() {
    // (the step that repeats, the attempts at most, the least and the longest waits between them)
    for seed in 0..20 {
        fastrand::seed(seed);
        for ms in [0, 1, 30, 49] {
            for (step, waits) in [(wait(ms), [(500, 1000), (1000, 2000)]), (unavailable(ms), [(0, 50), (0, 100)])] {
                let transport = transport(&[step]);
                assert!(send(&transport, &limits(2, None)).await.result.is_err());
                let came = transport.http.came.lock().unwrap().clone();
                assert_eq!(came.len(), 3, "{step:?}");
                for (pair, (least, most)) in came.windows(2).zip(waits) {
                    let waited = pair[1] - pair[0];
                    assert!(waited >= least.max(u128::from(ms)) && waited <= most + 1, "{step:?}: {came:?}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn stated_waits_end_also_where_the_call_has_no_end() {
    for (step, free) in [(wait(5000), 20), (unavailable(5000), 20)] {
        let transport = transport(&[step]);
        assert!(send(&transport, &limits(2, None)).await.result.is_err());
        assert_eq!(transport.http.came.lock().unwrap().len(), 1 + free + 2, "{step:?}");
    }
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
        assert_eq!(waiting.wait_to_retry(&limits, Remedy::Throttle, None, 0).await.unwrap(), waited);
    }
    let none_left = waiting.wait_to_retry(&limits(1, None), Remedy::Throttle, None, 1).await;
    assert!(!none_left.unwrap(), "no attempt is left");
    let start = Instant::now();
    let stated = Some(Duration::from_secs(7));
    assert!(waiting.wait_to_retry(&limits(1, None), Remedy::Throttle, stated, 0).await.unwrap());
    assert_eq!(start.elapsed().as_secs(), 7, "a stated wait is kept");
    let ended = limits(1, None);
    let (waited, ()) = tokio::join!(waiting.wait_to_retry(&ended, Remedy::Throttle, stated, 0), async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        ended.closed.cancel();
    });
    assert_eq!(waited.unwrap_err().kind(), ErrorKind::Closed, "a wait that is cut short is no answer");
}
