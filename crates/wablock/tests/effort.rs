//! How much a call tries, and what it tells meanwhile: searches, budgets, time, progress, log lines.

mod stage;

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use stage::{Stage, numbers};
use wablock::{
    CallError, CallOptions, Client, ClientOptions, LogLevel, Logger, Outcome, Report, State, provider_from_value,
};

fn states(result: &Result<Report, CallError>) -> Vec<&'static str> {
    let report = result.as_ref().unwrap_or_else(|error| error.report().expect("a report"));
    report.outcomes.iter().map(|outcome: &Outcome| outcome.state.as_str()).collect()
}

#[tokio::test]
async fn searching_for_wrong_numbers_is_not_paid_from_the_retry_budget() {
    let stage = Stage::new();
    let client = stage.client_with("sinch", json!({}), json!({ "rate_limit": 1e6 }));
    let mut users = numbers(19);
    users.insert(7, "15550000400".to_owned());
    // Some 5 halvings each: paid like throttled attempts, they would empty the budget after about 25 calls.
    for call in 0..40 {
        assert_eq!(client.block(&users).await.unwrap().count(State::Done), 19, "call {call}");
    }
}

#[tokio::test]
async fn sending_single_users_again_is_paid_from_the_retry_budget() {
    let stage = Stage::new();
    let client = stage.client_with("meta", json!({}), json!({ "max_retries": 1 }));
    let calls = 60;
    for _ in 0..calls {
        assert_eq!(states(&client.block(["15550139103"]).await), ["failed"]);
    }
    let again = stage.requests("meta", "block").len() - calls;
    // 500 tokens, 14 for each; every answered request gives some back.
    assert!((35..=45).contains(&again), "{again}");
}

#[tokio::test]
async fn one_requests_time_out_does_not_end_the_call() {
    let stage = Stage::new();
    stage.fault(json!({ "name": "silence", "provider": "99digital", "times": 1 }));
    let options = json!({ "max_retries": 0, "concurrency": 1, "attempt_timeout_ms": 300, "timeout_ms": 60_000 });
    let result = stage.client_with("99digital", json!({}), options).block(numbers(3)).await;
    assert_eq!(states(&result), ["unknown", "done", "done"]);
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_halved_down_to_single_users_and_no_further() {
    let stage = Stage::new();
    stage.fault(json!({ "name": "throttle", "provider": "meta" }));
    let result = stage.client_with("meta", json!({}), json!({ "max_retries": 0 })).block(numbers(4)).await;
    assert_eq!(states(&result), ["failed"; 4]);
    let sizes: Vec<_> = stage
        .requests("meta", "block")
        .iter()
        .map(|request| {
            let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
            body["block_users"].as_array().unwrap().len()
        })
        .collect();
    assert_eq!(sizes, [4, 2, 1, 1, 2, 1, 1]);
}

#[tokio::test]
async fn a_refused_request_of_one_user_says_nothing_about_them_where_users_get_their_own_answers() {
    for (provider, number, raises) in
        [("meta", "16505551234", true), ("sinch", "15550000400", false), ("99digital", "15550000400", false)]
    {
        let stage = Stage::new();
        if provider == "meta" {
            stage.fault(json!({ "name": "error_code", "provider": provider, "code": 100 }));
        }
        let result = stage.client(provider).block([number]).await;
        assert_eq!(states(&result), ["failed"], "{provider}");
        assert_eq!(result.is_err(), raises, "{provider}: {result:?}");
    }
}

#[tokio::test]
async fn progress_counts_every_user_once_up_to_all_of_them() {
    for (provider, count, told) in [
        ("99digital", 3, vec![(0, 3), (1, 3), (2, 3), (3, 3)]),
        ("nxcloud", 150, vec![(0, 150), (100, 150), (150, 150)]),
    ] {
        let stage = Stage::new();
        let client = stage.client_with(provider, json!({}), json!({ "concurrency": 1 }));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut options = CallOptions::default();
        let sink = Arc::clone(&seen);
        options.progress = Some(Arc::new(move |done, total| sink.lock().unwrap().push((done, total))));
        assert!(client.block_with(numbers(count), &options).await.unwrap().is_ok());
        assert_eq!(*seen.lock().unwrap(), told, "{provider}");
    }
}

#[tokio::test]
async fn progress_counts_every_user_once_also_when_batches_are_halved() {
    let stage = Stage::new();
    let mut users = numbers(19);
    users.insert(7, "15550000400".to_owned());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut options = CallOptions::default();
    let sink = Arc::clone(&seen);
    options.progress = Some(Arc::new(move |done, _| sink.lock().unwrap().push(done)));
    stage.client("sinch").block_with(users, &options).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted() && seen.first() == Some(&0) && seen.last() == Some(&20), "{seen:?}");
}

#[tokio::test]
async fn a_row_without_the_kind_of_id_that_is_sought_may_be_the_user() {
    let (number, bsuid) = ("16505551234", "US.1349120865530274");
    for (listed, sought, state) in [
        // A row that has only the other kind of id: absence proves nothing.
        (vec!["US.1000000000000001", "16505550000"], number, "unknown"),
        (vec!["16505550000", "US.1000000000000001"], bsuid, "unknown"),
        // Found beside such a row: that it is there is certain.
        (vec!["US.1000000000000001", number], number, "done"),
        (vec!["16505550000", bsuid], bsuid, "done"),
        (vec!["16505550000"], number, "failed"),
    ] {
        let stage = Stage::new();
        stage.control("seed", json!({ "provider": "meta", "blocked": listed }));
        stage.fault(json!({ "name": "reset_after_read", "provider": "meta", "operation": "block" }));
        let client = stage.client_with("meta", json!({}), json!({ "max_retries": 0 }));
        let error = client.block([sought]).await.unwrap_err();
        let settled = client.settle(error.report().unwrap(), &CallOptions::default()).await;
        assert_eq!(settled.unwrap().outcomes[0].state.as_str(), state, "{sought} among {listed:?}");
    }
}

#[tokio::test]
async fn a_log_line_names_method_place_status_size_and_time() {
    let stage = Stage::new();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let mut options = ClientOptions::default();
    options.logger =
        Logger::new(LogLevel::Debug, Arc::new(move |record| sink.lock().unwrap().push(record.message.to_string())));
    let config = stage.config("meta", json!({}));
    let client = Client::new(provider_from_value(config).unwrap(), options).unwrap();
    client.block(["16505551234"]).await.unwrap();
    let lines = lines.lock().unwrap().join("\n");
    let start =
        format!("POST {}/meta/v26.0/106**********22/block_users: HTTP 200, ", &stage.0.url()["http://".len()..]);
    let rest = lines.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("{start} in {lines}"));
    let (bytes, ms) = rest.split_once(" bytes, ").unwrap();
    assert!(bytes.parse::<usize>().unwrap() > 2 && ms.trim_end_matches(" ms").parse::<u64>().is_ok(), "{rest}");
}
