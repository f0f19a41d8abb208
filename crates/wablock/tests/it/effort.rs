//! How much a call tries, and what it tells meanwhile: searches, budgets, time, progress, log lines.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wablock::{
    CallError, CallOptions, Client, ClientOptions, ErrorKind, LogLevel, Logger, Outcome, Report, State,
    provider_from_value,
};

use crate::support::stage::{Stage, numbers};

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
async fn searching_for_wrong_numbers_does_not_slow_the_client() {
    let stage = Stage::new();
    // Ten batches are refused; what is sent to find the wrong numbers is held until several requests are under way.
    stage.hold("sinch", "block", 10);
    let client = stage.client_with("sinch", json!({}), json!({ "rate_limit": 1e6, "concurrency": 8 }));
    let mut users = numbers(190);
    (0..10).for_each(|place| users.insert(place * 20, "15550000400".to_owned()));
    let (report, ()) = tokio::join!(client.block(&users), async {
        stage.asked("sinch", "block", 14).await;
        stage.release();
    });
    assert_eq!(report.unwrap().count(State::Done), 190);
}

#[tokio::test]
async fn a_gateway_that_refuses_everything_is_not_searched_for_ever() {
    let stage = Stage::new();
    stage.fault(json!({ "name": "error_code", "provider": "sinch", "code": 400 }));
    let client = stage.client_with("sinch", json!({}), json!({ "rate_limit": 1e6 }));
    let result = client.block(numbers(2000)).await;
    let report = result.as_ref().unwrap_or_else(|error| error.report().unwrap());
    assert_eq!(report.count(State::Failed), 2000);
    // One request for each of the batches, and two for each of a hundred that were split.
    assert!(report.requests <= 300, "{}", report.requests);
    let hints = report.outcomes.iter().filter_map(|outcome| outcome.error.as_ref());
    assert!(hints.clone().any(|error| error.hint().contains("stopped looking")));
}

#[tokio::test]
async fn a_user_throttled_inside_a_good_answer_waits_as_throttled() {
    let stage = Stage::new();
    let answer = |users: Value| json!({ "status": 200, "headers": { "retry-after-ms": "10" }, "body": { "block_users": users } });
    let (one, two) = ("16505550000", "16505550001");
    let throttled = json!([{ "input": two, "errors": [{ "code": 130_429, "message": "Rate limit hit" }] }]);
    stage.control(
        "script",
        json!({ "responses": [
            answer(json!({ "added_users": [{ "input": one, "wa_id": one }], "failed_users": throttled })),
            answer(json!({ "added_users": [{ "input": two, "wa_id": two }] })),
        ] }),
    );
    let report = stage.client("meta").block([one, two]).await.unwrap();
    assert!(report.is_ok() && report.requests == 2, "{report:?}");
    let requests = stage.control("requests", json!({}))["requests"].as_array().unwrap().clone();
    let came: Vec<_> = requests.iter().map(|request| request["at_ms"].as_i64().unwrap()).collect();
    assert!(came[1] - came[0] >= 499, "not the 0 to 50 ms of a passing fault: {came:?}");
}

#[tokio::test]
async fn a_cancel_or_close_before_users_are_sent_again_is_no_success() {
    for close in [false, true] {
        let stage = Stage::new();
        stage.control(
            "script",
            json!({ "responses": [{ "status": 200, "body": { "block_users": { "failed_users": [
                { "input": "16505550000", "errors": [{ "code": 130_429, "message": "Rate limit hit" }] },
            ], "added_users": [{ "input": "16505550001" }] } } }] }),
        );
        let client = stage.client("meta");
        let mut options = CallOptions::default();
        let cancel = wablock::CancellationToken::new();
        options.cancel = Some(cancel.clone());
        let closing = client.clone();
        options.progress = Some(Arc::new(move |done, _| match (done, close) {
            (0, _) => {}
            (_, true) => closing.close(),
            (_, false) => cancel.cancel(),
        }));
        let error = client.block_with(["16505550000", "16505550001"], &options).await.unwrap_err();
        assert_eq!(error.error().kind(), if close { ErrorKind::Closed } else { ErrorKind::Cancelled });
        let report = error.report().unwrap();
        assert_eq!(
            report.outcomes.iter().map(|outcome| outcome.state.as_str()).collect::<Vec<_>>(),
            ["failed", "done"]
        );
    }
}

#[tokio::test]
async fn a_call_that_was_cancelled_before_it_began_does_nothing_and_says_so() {
    let stage = Stage::new();
    let client = stage.client("meta");
    let mut options = CallOptions::default();
    let cancel = wablock::CancellationToken::new();
    cancel.cancel();
    options.cancel = Some(cancel);
    for users in [vec![], vec!["nobody"], vec!["16505551234", "16505551235"]] {
        let error = client.block_with(&users, &options).await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::Cancelled);
        assert_eq!(error.report().unwrap().outcomes.len(), users.len());
    }
    assert!(stage.requests("meta", "block").is_empty());
}

#[tokio::test]
async fn a_panic_ends_its_call_with_an_error_and_no_other() {
    let stage = Stage::new();
    let client = stage.client("meta");
    let mut options = CallOptions::default();
    options.progress = Some(Arc::new(|done, _| assert!(done == 0, "a callback that panics")));
    let error = client.block_with(numbers(3), &options).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::Protocol);
    assert!(error.error().message().contains("bug in wablock"), "{error}");
    assert_eq!(error.report().unwrap().outcomes.len(), 3);
    options.progress = Some(Arc::new(|_, _| panic!("at once")));
    let error = client.block_one("16505551234", &options).await.unwrap_err();
    assert_eq!(error.report().unwrap().outcomes[0].state.as_str(), "unknown");
    assert!(client.block(numbers(3)).await.unwrap().is_ok(), "the client goes on");
}

#[tokio::test]
async fn no_option_can_panic_whatever_its_value() {
    let stage = Stage::new();
    let numbers = [
        0.0,
        -1.0,
        1e-300,
        1e-19,
        2e-19,
        1e-12,
        1.0 / 86_401.0,
        1.0 / 86_400.0,
        1e-3,
        0.5,
        1.0,
        1e3,
        1e9,
        1e19,
        1e300,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::EPSILON,
    ];
    let config = stage.config("meta", json!({}));
    let is_number = |name: &&str| !["default_region", "proxy", "ca_certificates"].contains(name);
    for name in ClientOptions::TABLE.rows.iter().map(|row| row.name).filter(is_number) {
        let whole = [0, 1, 2, u64::from(u32::MAX), u64::MAX].map(|n| json!(n));
        for value in numbers.iter().map(|number| json!(number)).chain(whole).chain([json!(-1)]) {
            let Ok(options) = ClientOptions::from_value(json!({ name: value })) else { continue };
            let client = Client::new(provider_from_value(config.clone()).unwrap(), options).unwrap();
            let mut options = CallOptions::default();
            options.timeout = Some(std::time::Duration::from_millis(30));
            for _ in 0..2 {
                if let Err(error) = client.block_one("16505551234", &options).await {
                    assert!(!error.error().message().contains("defect"), "{name} {value}: {error}");
                }
            }
        }
    }
    for rate in [f64::NAN, f64::INFINITY, -0.0, 1e-300] {
        let mut options = ClientOptions::default();
        options.rate_limit = Some(rate);
        assert!(Client::new(provider_from_value(config.clone()).unwrap(), options).is_err(), "{rate}");
    }
    let mut options = ClientOptions::default();
    (options.connect_timeout, options.timeout) = (std::time::Duration::MAX, Some(std::time::Duration::MAX));
    assert!(Client::new(provider_from_value(config).unwrap(), options).is_err());
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
    let options = json!({ "max_retries": 0, "concurrency": 1, "attempt_timeout": 2, "timeout": 60 });
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
async fn a_refused_request_of_one_user_raises_only_where_the_call_is_at_fault() {
    for (provider, number, code, raises) in [
        ("meta", "16505551234", Some(100), false),
        ("meta", "16505551234", Some(190), true),
        ("meta", "16505551234", Some(10), true),
        ("sinch", "15550000400", None, false),
        ("99digital", "15550000400", None, false),
    ] {
        let stage = Stage::new();
        if let Some(code) = code {
            stage.fault(json!({ "name": "error_code", "provider": provider, "code": code }));
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
