//! The main journey over real HTTP: block, list, unblock at every provider, and what users see when things go wrong.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use wablock::{CallOptions, CancellationToken, ErrorKind, Report, State};

use crate::support::stage::{PROVIDERS, Stage, numbers};

fn states(report: &Report) -> Vec<&'static str> {
    report.outcomes.iter().map(|outcome| outcome.state.as_str()).collect()
}

#[tokio::test]
async fn block_list_and_unblock_work_at_every_provider() {
    for provider in PROVIDERS.iter().copied() {
        let stage = Stage::new();
        let client = stage.client(provider);
        let report = client.block(["+972 50-123-4567", "0097 2501234568", "(1) 650 555 1234"]).await.unwrap();
        assert!(report.is_ok(), "{provider}: {report:?} {:?}", report.outcomes);
        let blocked = ["16505551234", "972501234567", "972501234568"];
        assert_eq!(stage.blocked(provider), blocked, "{provider}");
        let mut listed: Vec<_> =
            client.list().collect().await.unwrap().iter().map(|user| user.id().to_owned()).collect();
        listed.sort_unstable();
        assert_eq!(listed, blocked, "{provider}");
        assert!(client.unblock(&blocked[..2]).await.unwrap().is_ok(), "{provider}");
        assert_eq!(stage.blocked(provider), blocked[2..], "{provider}");
        assert_eq!(client.list().collect().await.unwrap().len(), 1, "{provider}");
    }
}

#[tokio::test]
async fn every_input_gets_its_own_outcome_in_input_order() {
    let stage = Stage::new();
    stage.control("seed", json!({ "provider": "meta", "messages": [{ "user": "972500000009", "ago_s": 90000 }] }));
    for status in [200, 400] {
        stage.control("settings", json!({ "meta_partial_status": status }));
        let inputs =
            ["+1 650 555 1234", "nonsense", "16505551234", "15550131047", "972500000009", "US.1349120865530274"];
        let report = stage.client("meta").block(inputs).await.unwrap();
        assert_eq!(states(&report), ["done", "failed", "done", "failed", "failed", "done"], "{status}");
        let given: Vec<_> = report.outcomes.iter().map(|outcome| &*outcome.input).collect();
        assert_eq!(given, inputs);
        let code = |place: usize| report.outcomes[place].error.as_ref().map(|error| error.code());
        assert_eq!((code(0), code(1), code(3)), (None, Some("invalid_user"), Some("not_eligible")));
        assert_eq!(report.outcomes[3].error.as_ref().unwrap().provider_code(), Some("131047"));
        assert_eq!(report.outcomes[0].wa_id.as_deref(), Some("16505551234"));
        assert_eq!(report.outcomes[5].user_id.as_deref(), Some("US.1349120865530274"));
        assert_eq!(report.requests, 1, "the same user twice is sent once");
    }
}

#[tokio::test]
async fn one_user_gives_their_outcome_or_their_error() {
    let stage = Stage::new();
    let client = stage.client("meta");
    let options = CallOptions::default();
    assert!(client.block_one("+5511987654321", &options).await.unwrap().is_ok());
    let error = client.block_one("15550131047", &options).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::NotEligible);
    assert_eq!(error.report().unwrap().outcomes.len(), 1);
    let error = client.block_one("not a number", &options).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::InvalidUser);
    assert_eq!(stage.requests("meta", "block").len(), 2, "nothing is sent for what names nobody");
}

#[tokio::test]
async fn a_collection_raises_only_a_common_cause_and_keeps_the_report() {
    let stage = Stage::new();
    for (provider, wrong, code) in [
        ("meta", json!({ "access_token": "wrong" }), ErrorKind::Auth),
        ("meta", json!({ "phone_number_id": "1" }), ErrorKind::NotFound),
        ("nxcloud", json!({ "access_secret": "wrong" }), ErrorKind::Auth),
        ("99digital", json!({ "api_key": "wrong" }), ErrorKind::Auth),
        ("sinch", json!({ "token": "wrong" }), ErrorKind::Auth),
    ] {
        let client = stage.client_with(provider, wrong, json!({ "concurrency": 1 }));
        let error = client.block(numbers(25)).await.unwrap_err();
        assert_eq!(error.error().kind(), code, "{provider}: {error}");
        let report = error.report().unwrap();
        assert_eq!(report.outcomes.len(), 25, "{provider}");
        assert_eq!(report.count(State::Done) + report.count(State::Unknown), 0, "{provider}: {report:?}");
        assert_eq!(report.requests, 1, "{provider}: nothing more is sent after a fatal error");
        assert_eq!(client.list().collect().await.unwrap_err().kind(), code, "{provider}");
    }
    let report = stage.client("meta").block(["15550131047", "15550131021"]).await.unwrap();
    assert_eq!(states(&report), ["failed", "failed"], "the provider's word about users is a report, not an error");
    let none: [&str; 0] = [];
    let report = stage.client("meta").block(none).await.unwrap();
    assert!(report.outcomes.is_empty() && report.requests == 0);
}

#[tokio::test]
async fn batches_are_split_by_the_capability() {
    for (provider, count, requests) in [("meta", 2500, 3), ("nxcloud", 250, 3), ("99digital", 12, 12), ("sinch", 45, 3)]
    {
        let stage = Stage::new();
        let report = stage.client(provider).block(numbers(count)).await.unwrap();
        assert!(report.is_ok(), "{provider}");
        assert_eq!(report.requests, requests, "{provider}");
        assert_eq!(stage.blocked(provider).len(), count, "{provider}");
        let listed: BTreeSet<_> =
            stage.client(provider).list().collect().await.unwrap().iter().map(|user| user.id().to_owned()).collect();
        assert_eq!(listed, numbers(count).into_iter().collect(), "{provider}");
    }
}

#[tokio::test]
async fn one_wrong_number_does_not_spoil_its_batch_at_sinch() {
    let stage = Stage::new();
    let mut users = numbers(19);
    users.insert(7, "15550000400".to_owned());
    let report = stage.client("sinch").block(&users).await.unwrap();
    assert_eq!(report.count(State::Done), 19);
    assert_eq!(report.outcomes[7].state, State::Failed);
    assert_eq!(report.outcomes[7].error.as_ref().unwrap().kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn users_whom_the_provider_asks_to_try_again_are_sent_again_a_bounded_number_of_times() {
    for (retries, requests) in [(0, 1), (1, 2), (2, 3), (4, 5)] {
        let stage = Stage::new();
        let client = stage.client_with("meta", json!({}), json!({ "max_retries": retries }));
        let report = client.block(["16505551234", "15550139103", "15550131000"]).await.unwrap();
        assert_eq!(states(&report), ["done", "failed", "failed"]);
        assert_eq!(report.requests, requests, "{retries} retries");
        let again = stage.requests("meta", "block").pop().unwrap()["body"].as_str().unwrap().to_owned();
        assert_eq!(again.contains("16505551234"), retries == 0, "who is done is not sent again");
    }
}

#[tokio::test]
async fn a_clock_ten_minutes_off_is_healed_once_and_remembered() {
    let stage = Stage::new();
    stage.control("clock", json!({ "advance_s": 600 }));
    let client = stage.client("nxcloud");
    let report = client.block(["972501234567"]).await.unwrap();
    assert!(report.is_ok());
    assert_eq!(report.requests, 2, "one refusal, one signed anew");
    assert_eq!(client.unblock(["972501234567"]).await.unwrap().requests, 1, "the offset is kept");
}

#[tokio::test]
async fn cancelling_tells_what_is_known_of_every_input() {
    let stage = Stage::new();
    stage.control("settings", json!({ "response_delay_ms": 60000 }));
    let client = stage.client_with("meta", json!({ "batch_size": 10 }), json!({ "concurrency": 2 }));
    let cancel = CancellationToken::new();
    let mut options = CallOptions::default();
    options.cancel = Some(cancel.clone());
    let call = client.block_with(numbers(50), &options);
    let (result, ()) = tokio::join!(call, async {
        while stage.requests("meta", "block").len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        cancel.cancel();
    });
    let error = result.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::Cancelled);
    let report = error.report().unwrap();
    assert_eq!((report.count(State::Unknown), report.count(State::NotSent)), (20, 30));
    stage.control("reset", json!({}));
    assert!(client.block(["16505551234"]).await.unwrap().is_ok(), "the client stays usable");
    client.close();
    assert_eq!(client.block(["16505551234"]).await.unwrap_err().error().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_until_settled_by_listing() {
    for provider in PROVIDERS.iter().copied() {
        let stage = Stage::new();
        let client = stage.client_with(provider, json!({}), json!({ "max_retries": 0 }));
        stage.fault(json!({ "name": "lost_answer", "provider": provider, "operation": "block" }));
        let error = client.block(["16505551234"]).await.unwrap_err();
        let report = error.report().unwrap();
        assert_eq!(states(report), ["unknown"], "{provider}");
        stage.control("clear_faults", json!({}));
        stage.fault(json!({ "name": "reset_after_read", "provider": provider, "operation": "block" }));
        let lost = client.block(["16505551235"]).await.unwrap_err().report().unwrap().clone();
        if provider == "sinch" {
            continue; // It takes effect after five minutes; the next test has that.
        }
        let settled = client.settle(report, &CallOptions::default()).await.unwrap();
        assert_eq!(states(&settled), ["done"], "{provider}");
        let settled = client.settle(&lost, &CallOptions::default()).await.unwrap();
        assert_eq!(states(&settled), ["failed"], "{provider}");
        assert_eq!(stage.requests(provider, "block").len(), 2, "{provider}: settling never sends again");
    }
}

#[tokio::test]
async fn settling_waits_until_a_change_can_be_seen() {
    let stage = Stage::new();
    let client = stage.client_with("sinch", json!({}), json!({ "max_retries": 0 }));
    stage.fault(json!({ "name": "lost_answer", "provider": "sinch", "operation": "block" }));
    let mut report = client.block(["16505551234"]).await.unwrap_err().report().unwrap().clone();
    let mut options = CallOptions::default();
    options.timeout = Some(Duration::from_millis(200));
    let error = client.settle(&report, &options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "five minutes do not fit into the time of this call");
    assert!(stage.requests("sinch", "list").is_empty(), "nothing is listed before it can be seen");
    report.finished_at_ms -= 300_000;
    let settled = client.settle(&report, &CallOptions::default()).await.unwrap();
    assert_eq!(states(&settled), ["done"]);
    assert_eq!(stage.requests("sinch", "block").len(), 1);
}

#[tokio::test]
async fn a_transient_fault_is_sent_again_and_an_outage_ends() {
    for provider in PROVIDERS.iter().copied() {
        let stage = Stage::new();
        stage.fault(json!({ "name": "reset_after_read", "provider": provider, "times": 1 }));
        let report = stage.client(provider).block(["16505551234"]).await.unwrap();
        assert!(report.is_ok() && report.requests == 2, "{provider}: {report:?}");
        stage.fault(json!({ "name": "status_plain", "status": 503, "provider": provider }));
        let report = stage.client(provider).block(["16505551235"]).await.unwrap();
        assert_eq!(report.outcomes[0].error.as_ref().unwrap().kind(), ErrorKind::Server, "{provider}");
        assert_eq!(report.requests, 3, "{provider}");
        assert_eq!(states(&report), ["unknown"], "{provider}: a 503 does not say that nothing was done");
    }
}

#[tokio::test]
async fn nothing_left_this_machine_is_not_sent() {
    // A port that is taken but not listened to: connections are refused, and nobody else can get it meanwhile.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base_url = format!("http://{}", taken.local_addr().unwrap());
    let client = Stage::new().client_with("meta", json!({ "base_url": base_url }), json!({}));
    let error = client.block(["16505551234"]).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::Connection);
    assert_eq!(states(error.report().unwrap()), ["not_sent"]);
}

#[tokio::test]
async fn this_machine_is_reached_by_its_name_too() {
    let stage = Stage::new();
    let base_url = stage.config("meta", json!({}))["base_url"].as_str().unwrap().replace("127.0.0.1", "localhost");
    assert!(base_url.contains("localhost"));
    let client = stage.client_with("meta", json!({ "base_url": base_url }), json!({}));
    assert!(client.block(["16505551234"]).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_stated_wait_is_waited_for_and_a_long_one_is_reported() {
    let stage = Stage::new();
    let ok = json!({ "block_users": { "added_users": [{ "input": "+16505551234", "wa_id": "16505551234" }] } });
    let throttled = json!({ "error": { "code": 80007, "message": "(#80007) Rate limit issues" } });
    let unavailable = json!({ "error": { "code": 2, "message": "Service temporarily unavailable" } });
    let regain = json!({ "1": [{ "type": "whatsapp", "estimated_time_to_regain_access": 7 }] }).to_string();
    stage.control(
        "script",
        json!({ "responses": [
            { "status": 503, "headers": { "retry-after-ms": "80" }, "body": unavailable },
            { "status": 503, "headers": { "retry-after-ms": "80" }, "body": unavailable },
            { "status": 503, "headers": { "retry-after-ms": "80" }, "body": unavailable },
            { "status": 200, "body": ok },
            { "status": 429, "headers": { "x-business-use-case-usage": regain }, "body": throttled },
        ] }),
    );
    let client = stage.client("meta");
    let started = std::time::Instant::now();
    let report = client.block(["+16505551234"]).await.unwrap();
    assert!(report.is_ok() && report.requests == 4, "stated waits use up no attempt: {report:?}");
    assert!(started.elapsed() >= Duration::from_millis(240));
    let report = client.block(["+16505551234"]).await.unwrap();
    let error = report.outcomes[0].error.as_ref().unwrap();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(420)));
    assert_eq!(states(&report), ["failed"]);
}

#[test]
fn a_proxy_that_is_none_is_refused_before_anything_is_sent() {
    let provider =
        || wablock::provider_from_value(json!({ "provider": "sinch", "token": "t", "bot_id": "b" })).unwrap();
    for (proxy, good) in [
        ("http://127.0.0.1:3128", true),
        ("http://user:password@proxy.example:3128", true),
        ("ftp://proxy.example", false),
        ("proxy.example:3128", false),
        ("not a url", false),
    ] {
        let options = wablock::ClientOptions::from_value(json!({ "proxy": proxy })).unwrap();
        let client = wablock::Client::new(provider(), options);
        assert_eq!(client.is_ok(), good, "{proxy}");
        if let Err(error) = client {
            assert!(error.message().contains("`proxy`") && !error.to_string().contains("not a url"), "{error}");
        }
    }
}
