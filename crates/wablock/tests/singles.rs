//! Many calls about one user at once: in line, together where the provider takes many, each with its own answer.

mod stage;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use stage::{PROVIDERS, Stage, numbers};
use wablock::{CallError, CallOptions, CancellationToken, Client, ErrorKind, Outcome};

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

/// The first call leaves at once, and the others wait for the next slot of the rate.
fn with_a_line(stage: &Stage, provider: &str, options: Value) -> Client {
    let mut all = json!({ "rate_limit": 4 });
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    stage.client_with(provider, json!({}), all)
}

#[tokio::test]
async fn a_burst_beyond_the_rate_of_the_provider_waits_in_line_and_nobody_is_lost() {
    for (provider, count, rate) in [("meta", 200, 20), ("nxcloud", 200, 20), ("sinch", 200, 20), ("99digital", 120, 40)]
    {
        let stage = Stage::new();
        stage.control("settings", json!({ format!("{provider}_rate_per_s"): rate }));
        let client = stage.client(provider);
        let results = block_all(&client, &numbers(count)).await;
        let lost: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
        assert!(lost.is_empty(), "{provider}: {} of {count}, such as {:?}", lost.len(), lost[0]);
        assert_eq!(stage.blocked(provider).len(), count, "{provider}");
    }
}

#[tokio::test]
async fn singles_that_wait_are_sent_together_in_order_and_each_has_its_own_answer() {
    for provider in ["meta", "nxcloud"] {
        let stage = Stage::new();
        let client = with_a_line(&stage, provider, json!({ "max_retries": 0 }));
        let mut users = numbers(12);
        users[5] = "15550131047".to_owned();
        users[7] = "15550139103".to_owned();
        let results = block_all(&client, &users).await;
        let words: Vec<_> = results.iter().map(word).collect();
        let mut expected = ["done"; 12];
        (expected[5], expected[7]) = ("not_eligible", "server");
        assert_eq!(words, expected, "{provider}");
        assert_eq!(sent(&stage, provider), [vec![users[0].clone()], users[1..].to_vec()], "{provider}");
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
    let client = with_a_line(&stage, "sinch", json!({}));
    assert!(block_all(&client, &numbers(50)).await.iter().all(Result::is_ok));
    assert_eq!(sent(&stage, "sinch").iter().map(Vec::len).collect::<Vec<_>>(), [1, 20, 20, 9]);
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
        if provider == "meta" {
            stage.fault(json!({ "name": "error_code", "provider": provider, "code": 100, "after": 1, "times": 1 }));
        }
        let client = stage.client_with(provider, json!({}), json!({ "rate_limit": 50 }));
        let results = block_all(&client, &users).await;
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
    let client = with_a_line(&stage, "meta", json!({}));
    let users = ["16505550000", "5511987654321", "551187654321", "+55 11 98765-4321"].map(str::to_owned);
    assert!(block_all(&client, &users).await.iter().all(Result::is_ok));
    let requests = sent(&stage, "meta");
    assert!(requests.iter().all(|users| users.len() == 1), "{requests:?}");
}

#[tokio::test]
async fn cancelling_one_that_waits_cancels_no_other() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "meta", json!({}));
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
    let calls = join_all(users.iter().zip(&options).map(|(user, options)| client.block_one(user, options)));
    let (results, ()) = tokio::join!(calls, async { cancel.cancel() });
    assert_eq!(results.iter().map(word).collect::<Vec<_>>(), ["done", "done", "done", "cancelled", "timeout", "done"]);
    for ended in [&results[3], &results[4]] {
        let report = ended.as_ref().unwrap_err().report().unwrap();
        assert_eq!((report.outcomes[0].state.as_str(), report.requests), ("not_sent", 0));
    }
    let expected = [vec![users[0].clone()], vec![users[1].clone(), users[2].clone(), users[5].clone()]];
    assert_eq!(sent(&stage, "meta"), expected);
    let blocked: Vec<_> = [0, 1, 2, 5].map(|place: usize| users[place].clone()).into();
    assert_eq!(stage.blocked("meta"), blocked);
}

#[tokio::test]
async fn cancelling_one_in_flight_leaves_its_own_outcome_in_doubt_and_no_other() {
    let stage = Arc::new(Stage::new());
    stage.fault(json!({ "name": "delay", "ms": 400, "provider": "meta", "after": 1, "times": 1 }));
    let client = with_a_line(&stage, "meta", json!({}));
    let users = numbers(4);
    let cancel = CancellationToken::new();
    let mut cancelled = CallOptions::default();
    cancelled.cancel = Some(cancel.clone());
    let plain = CallOptions::default();
    let calls = join_all(
        users
            .iter()
            .enumerate()
            .map(|(place, user)| client.block_one(user, if place == 2 { &cancelled } else { &plain })),
    );
    let (results, ()) = tokio::join!(calls, async {
        while stage.requests("meta", "block").len() < 2 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        cancel.cancel();
    });
    assert_eq!(results.iter().map(word).collect::<Vec<_>>(), ["done", "done", "cancelled", "done"]);
    let report = results[2].as_ref().unwrap_err().report().unwrap();
    assert_eq!((report.outcomes[0].state.as_str(), report.requests), ("unknown", 1));
    assert_eq!(sent(&stage, "meta").len(), 2);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_is_dropped_and_the_others_go_on() {
    let stage = Stage::new();
    let client = with_a_line(&stage, "meta", json!({}));
    let users = numbers(5);
    let mut short = CallOptions::default();
    short.timeout = Some(Duration::from_millis(30));
    let options = CallOptions::default();
    let first = client.block_one(&users[0], &options);
    let waiting = join_all(users[1..4].iter().map(|user| client.block_one(user, &short)));
    let (first, ended) = tokio::join!(first, waiting);
    assert_eq!((word(&first), ended.iter().map(word).collect::<Vec<_>>()), ("done", vec!["timeout"; 3]));
    assert_eq!(word(&client.block_one(&users[4], &options).await), "done");
    assert_eq!(sent(&stage, "meta"), [[users[0].clone()], [users[4].clone()]]);
}

#[tokio::test]
async fn every_single_keeps_its_own_attempts_where_a_shared_request_fails() {
    let stage = Stage::new();
    stage.fault(json!({ "name": "status_plain", "status": 503, "provider": "meta", "after": 1, "times": 1 }));
    let client = with_a_line(&stage, "meta", json!({}));
    let users = numbers(4);
    let mut once = CallOptions::default();
    once.max_retries = Some(0);
    let options = CallOptions::default();
    let calls =
        users.iter().enumerate().map(|(place, user)| client.block_one(user, if place == 2 { &once } else { &options }));
    let results = join_all(calls).await;
    assert_eq!(results.iter().map(word).collect::<Vec<_>>(), ["done", "done", "server", "done"]);
    assert_eq!(results[2].as_ref().unwrap_err().report().unwrap().outcomes[0].state.as_str(), "unknown");
    assert!(sent(&stage, "meta")[2..].iter().all(|again| !again.contains(&users[2])), "it may not be sent again");
}

#[tokio::test]
async fn closing_ends_all_that_wait_and_a_closed_client_gives_a_report_too() {
    for provider in PROVIDERS {
        let stage = Stage::new();
        let client = with_a_line(&stage, provider, json!({}));
        let users = numbers(5);
        let (results, ()) = tokio::join!(block_all(&client, &users), async { client.close() });
        for result in &results[1..] {
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
    const FAULTS: &[&str] =
        &["lost_answer", "reset_after_read", "truncated_json", "throttle", "early_close", "status_plain"];
    for seed in 0..24 {
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
        let client = with_a_line(&stage, provider, json!({ "rate_limit": 40 }));
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
}
