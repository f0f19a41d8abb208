//! Many calls about one user at once: in line, together where the provider takes many, each with its own answer.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use wablock::{CallError, CallOptions, CancellationToken, Client, ErrorKind, Outcome, config::MAX_IN_FLIGHT};

use crate::support::stage::{PROVIDERS, Stage, numbers};

/// The users of each request, in the order in which the requests came.
fn sent(stage: &Stage, provider: &str) -> Vec<Vec<String>> {
    let users = |request: &Value| -> Vec<String> {
        let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
        let list = body.get("block_users").or(body.get("numbers")).unwrap().as_array().unwrap();
        let text = |user: &Value| user.as_str().or(user["user"].as_str()).unwrap().trim_start_matches('+').to_owned();
        list.iter().map(text).collect()
    };
    stage.requests(provider, "block").iter().map(users).collect()
}

async fn block_all(client: &Client, users: &[String]) -> Vec<Result<Outcome, CallError>> {
    let options = CallOptions::default();
    join_all(users.iter().map(|user| client.block_one(user, &options))).await
}

fn word(result: &Result<Outcome, CallError>) -> &'static str {
    match result {
        Ok(outcome) => outcome.state.as_str(),
        Err(error) => error.error().code(),
    }
}

/// A client that has as many requests in flight as it may have, none of which is answered before `Stage::release`: all
/// calls wait in line until then.
async fn with_a_line(stage: &Stage, provider: &str, options: Value) -> Client {
    let mut all = json!({ "rate_limit": 1e6 });
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let client = stage.client_with(provider, json!({}), all);
    stage.hold(provider, "unblock", 0);
    for place in 0..MAX_IN_FLIGHT {
        let client = client.clone();
        tokio::spawn(async move { client.unblock_one(format!("1650556{place:04}"), &CallOptions::default()).await });
    }
    stage.asked(provider, "unblock", MAX_IN_FLIGHT).await;
    client
}

/// Starts a call for each user, all of which wait in line, and lets the line go on.
async fn block_in_line(stage: &Stage, client: &Client, users: &[String]) -> Vec<Result<Outcome, CallError>> {
    let (results, ()) = tokio::join!(block_all(client, users), async {
        tokio::task::yield_now().await;
        stage.release();
    });
    results
}

#[tokio::test]
async fn a_burst_beyond_the_rate_of_the_provider_waits_in_line_and_nobody_is_lost() {
    let rates = [("meta", 200, 20), ("nxcloud", 200, 20), ("sinch", 200, 20), ("99digital", 120, 40)];
    join_all(rates.map(|(provider, count, rate)| async move {
        let stage = Stage::new();
        stage.control("settings", json!({ format!("{provider}_rate_per_s"): rate }));
        let client = stage.client(provider);
        let results = block_all(&client, &numbers(count)).await;
        let lost: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
        assert!(lost.is_empty(), "{provider}: {} of {count}, such as {:?}", lost.len(), lost[0]);
        assert_eq!(stage.blocked(provider).len(), count, "{provider}");
    }))
    .await;
}

#[tokio::test]
async fn singles_that_wait_are_sent_together_in_order_and_each_has_its_own_answer() {
    for provider in ["meta", "nxcloud"] {
        let stage = Stage::new();
        let client = with_a_line(&stage, provider, json!({ "max_retries": 0 })).await;
        let mut users = numbers(12);
        users[5] = "15550131047".to_owned();
        users[7] = "15550139103".to_owned();
        let results = block_in_line(&stage, &client, &users).await;
        let words: Vec<_> = results.iter().map(word).collect();
        let mut expected = ["done"; 12];
        (expected[5], expected[7]) = ("not_eligible", "server");
        assert_eq!(words, expected, "{provider}");
        assert_eq!(sent(&stage, provider), [users.clone()], "{provider}");
        for (result, user) in results.iter().zip(&users) {
            let outcome = result.as_ref().ok().or_else(|| result.as_ref().err()?.report()?.outcomes.first()).unwrap();
            assert_eq!(*outcome.input, **user, "{provider}");
            let requests = result.as_ref().err().map(|error| error.report().unwrap().requests);
            assert!(requests.is_none_or(|requests| requests == 1), "{provider}: {requests:?}");
        }
    }
}

#[tokio::test]
async fn no_request_has_more_users_than_the_provider_takes() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "sinch", json!({})).await;
    assert!(block_in_line(&stage, &client, &numbers(50)).await.iter().all(Result::is_ok));
    let mut sizes: Vec<_> = sent(&stage, "sinch").iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [10, 20, 20]);
}

#[tokio::test]
async fn a_wrong_number_among_others_fails_alone() {
    // Sinch refuses the whole request; Meta may too, for a reason that holds for one user only.
    for provider in ["sinch", "meta"] {
        let stage = Stage::new();
        let users = {
            let mut users = numbers(16);
            users[6] = "15550000400".to_owned();
            users
        };
        let client = with_a_line(&stage, provider, json!({})).await;
        let (results, ()) = tokio::join!(block_all(&client, &users), async {
            tokio::task::yield_now().await;
            stage.release();
            if provider == "meta" {
                stage.fault(json!({ "name": "error_code", "provider": provider, "operation": "block", "code": 100, "times": 1 }));
            }
        });
        for (place, result) in results.iter().enumerate() {
            let expected = if place == 6 && provider == "sinch" { "rejected" } else { "done" };
            let is_magic = place == 6 && provider == "meta";
            assert!(is_magic || word(result) == expected, "{provider} {place}: {result:?}");
        }
        assert!(sent(&stage, provider).len() <= 12, "{provider}");
    }
}

#[tokio::test]
async fn one_person_in_two_spellings_is_never_twice_in_a_request() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "meta", json!({})).await;
    let users = ["16505550000", "5511987654321", "551187654321", "+55 11 98765-4321"].map(str::to_owned);
    assert!(block_in_line(&stage, &client, &users).await.iter().all(Result::is_ok));
    let requests = sent(&stage, "meta");
    let people = |users: &Vec<String>| users.iter().filter(|user| user.starts_with("55")).count();
    assert!(requests.iter().all(|users| people(users) <= 1), "{requests:?}");
    assert_eq!(requests.concat().len(), users.len());
}

#[tokio::test]
async fn cancelling_one_that_waits_cancels_no_other() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "meta", json!({})).await;
    let users = numbers(6);
    let cancel = CancellationToken::new();
    let options: Vec<CallOptions> = (0..6)
        .map(|place| {
            let mut options = CallOptions::default();
            options.cancel = (place == 3).then(|| cancel.clone());
            options.timeout = (place == 4).then_some(Duration::from_millis(20));
            options
        })
        .collect();
    let calls = join_all(users.iter().zip(&options).enumerate().map(|(place, (user, options))| {
        let (client, stage) = (&client, &stage);
        async move {
            let result = client.block_one(user, options).await;
            if place == 4 {
                stage.release();
            }
            result
        }
    }));
    let (results, ()) = tokio::join!(calls, async { cancel.cancel() });
    assert_eq!(results.iter().map(word).collect::<Vec<_>>(), ["done", "done", "done", "cancelled", "timeout", "done"]);
    for ended in [&results[3], &results[4]] {
        let report = ended.as_ref().unwrap_err().report().unwrap();
        assert_eq!((report.outcomes[0].state.as_str(), report.requests), ("not_sent", 0));
    }
    let others = [0, 1, 2, 5].map(|place: usize| users[place].clone());
    assert_eq!(sent(&stage, "meta"), [&others]);
    assert_eq!(stage.blocked("meta"), others);
}

#[tokio::test]
async fn cancelling_one_in_flight_leaves_its_own_outcome_in_doubt_and_no_other() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "meta", json!({})).await;
    let users = numbers(4);
    let cancel = CancellationToken::new();
    let mut cancelled = CallOptions::default();
    cancelled.cancel = Some(cancel.clone());
    let plain = CallOptions::default();
    let calls = join_all(users.iter().enumerate().map(|(place, user)| {
        let (client, stage, options) = (&client, &stage, if place == 2 { &cancelled } else { &plain });
        async move {
            let result = client.block_one(user, options).await;
            if place == 2 {
                stage.release();
            }
            result
        }
    }));
    let (results, ()) = tokio::join!(calls, async {
        tokio::task::yield_now().await;
        stage.release();
        stage.hold("meta", "block", 0);
        stage.asked("meta", "block", 1).await;
        cancel.cancel();
    });
    assert_eq!(results.iter().map(word).collect::<Vec<_>>(), ["done", "done", "cancelled", "done"]);
    let report = results[2].as_ref().unwrap_err().report().unwrap();
    assert_eq!((report.outcomes[0].state.as_str(), report.requests), ("unknown", 1));
    assert_eq!(sent(&stage, "meta"), [users]);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_is_dropped_and_the_others_go_on() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "meta", json!({})).await;
    let users = numbers(5);
    let mut short = CallOptions::default();
    short.timeout = Some(Duration::from_millis(30));
    let options = CallOptions::default();
    let ended = join_all(users[..4].iter().map(|user| client.block_one(user, &short))).await;
    assert_eq!(ended.iter().map(word).collect::<Vec<_>>(), ["timeout"; 4]);
    stage.release();
    assert_eq!(word(&client.block_one(&users[4], &options).await), "done");
    assert_eq!(sent(&stage, "meta"), [&users[4..]]);
}

#[tokio::test]
async fn every_single_keeps_its_own_attempts_where_a_shared_request_fails() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "meta", json!({})).await;
    let users = numbers(4);
    let mut once = CallOptions::default();
    once.max_retries = Some(0);
    let options = CallOptions::default();
    let calls =
        users.iter().enumerate().map(|(place, user)| client.block_one(user, if place == 2 { &once } else { &options }));
    let (results, ()) = tokio::join!(join_all(calls), async {
        tokio::task::yield_now().await;
        stage.release();
        stage.fault(
            json!({ "name": "status_plain", "status": 503, "provider": "meta", "operation": "block", "times": 1 }),
        );
    });
    assert_eq!(results.iter().map(word).collect::<Vec<_>>(), ["done", "done", "server", "done"]);
    assert_eq!(results[2].as_ref().unwrap_err().report().unwrap().outcomes[0].state.as_str(), "unknown");
    assert!(sent(&stage, "meta")[1..].iter().all(|again| !again.contains(&users[2])), "it may not be sent again");
}

#[tokio::test]
async fn closing_ends_all_that_wait_and_a_closed_client_gives_a_report_too() {
    for provider in PROVIDERS.iter().copied() {
        let stage = Stage::new();
        let client = with_a_line(&stage, provider, json!({})).await;
        let users = numbers(5);
        let (results, ()) = tokio::join!(block_all(&client, &users), async { client.close() });
        for result in &results {
            let error = result.as_ref().unwrap_err();
            assert_eq!(error.error().kind(), ErrorKind::Closed, "{provider}");
            assert_eq!(error.report().unwrap().outcomes[0].state.as_str(), "not_sent", "{provider}");
        }
        let error = client.block(&users).await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::Closed, "{provider}");
        assert_eq!(error.report().unwrap().outcomes.len(), 5, "{provider}");
    }
}

#[tokio::test]
async fn whatever_happens_to_shared_requests_no_call_claims_what_is_not_so() {
    join_all((0..24).map(faults_by_chance)).await;
}

async fn faults_by_chance(seed: u64) {
    const FAULTS: &[&str] =
        &["lost_answer", "reset_after_read", "truncated_json", "throttle", "early_close", "status_plain"];
    let mut random = fastrand::Rng::with_seed(seed);
    let provider = ["meta", "nxcloud", "sinch"][random.usize(..3)];
    let stage = Stage::new();
    for _ in 0..3 {
        let name = FAULTS[random.usize(..FAULTS.len())];
        let (after, times) = (random.u32(..4), random.u32(1..3));
        let mut fault =
            json!({ "name": name, "provider": provider, "operation": "block", "after": after, "times": times });
        if name == "status_plain" {
            fault["status"] = json!([400, 500, 503][random.usize(..3)]);
        }
        stage.fault(fault);
    }
    let client = stage.client_with(provider, json!({}), json!({ "rate_limit": 40 }));
    let users = numbers(40);
    let options: Vec<CallOptions> = users
        .iter()
        .map(|_| {
            let mut options = CallOptions::default();
            options.timeout = random.bool().then(|| Duration::from_millis(random.u64(1..400)));
            options.max_retries = Some(random.u32(..3));
            options
        })
        .collect();
    let calls = users.iter().zip(&options).map(|(user, options)| client.block_one(user, options));
    let results = join_all(calls).await;
    let sent: Vec<String> = sent(&stage, provider).concat();
    let blocked = stage.blocked(provider);
    for (user, result) in users.iter().zip(&results) {
        let report = result.as_ref().err().map(|error| error.report().unwrap());
        let state = report.map_or("done", |report| report.outcomes[0].state.as_str());
        let times = sent.iter().filter(|other| *other == user).count();
        let fits = match state {
            "done" => blocked.contains(user),
            "failed" => !blocked.contains(user),
            "not_sent" => times == 0,
            _ => true,
        };
        assert!(fits, "seed {seed}, {provider}: {state} but blocked is {}: {result:?}", blocked.contains(user));
        if let Some(report) = report {
            assert!(report.requests as usize >= times, "seed {seed}: {times} requests, {report:?}");
        }
    }
}
