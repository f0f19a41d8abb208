//! Settle: which reports it takes, how long it waits, and what it says of whom.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use wablock::{CallOptions, Client, ClientOptions, ErrorKind, MetaConfig, Report, State};

use crate::support::stage::{Stage, numbers};

const NUMBER: &str = "16505551234";

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

/// A report of one unknown user.
fn unknown(account: Option<&str>, error: &Value, finished_at_ms: u64) -> Report {
    let mut report = json!({ "provider": "meta", "operation": "block", "requests": 1, "finished_at_ms": finished_at_ms,
        "outcomes": [{ "input": NUMBER, "state": "unknown", "user": { "kind": "phone", "id": NUMBER }, "error": error }] });
    if let Some(account) = account {
        report["account"] = json!(account);
    }
    Report::from_json(&report.to_string()).expect("a report")
}

fn error(code: &str) -> Value {
    json!({ "code": code, "message": "no answer", "hint": "", "retryable": true })
}

#[tokio::test]
async fn a_report_of_another_business_number_is_refused() {
    let stage = Stage::new();
    let ours = stage.client("meta");
    let account = ours.check([NUMBER]).account.expect("a fingerprint");
    assert_eq!(ours.block([NUMBER]).await.expect("a report").account.as_ref(), Some(&account));
    let theirs = stage.client_with("meta", json!({ "phone_number_id": "106540352242923" }), json!({}));
    let report = unknown(Some(&account), &error("connection"), 0);
    let refused = theirs.settle(&report, &CallOptions::default()).await.expect_err("another number");
    assert_eq!(refused.kind(), ErrorKind::Config, "{refused}");
    assert!(refused.message().contains("business number"), "{refused}");
    // Another token, version or page size is the same number; a report without a fingerprint is an old one.
    let again = stage.client_with("meta", json!({ "version": "v25.0", "page_size": 7 }), json!({}));
    for report in [report, unknown(None, &error("connection"), 0)] {
        let settled = again.settle(&report, &CallOptions::default()).await.expect("a settled report");
        assert_eq!(settled.count(State::Done), 1);
    }
}

#[tokio::test]
async fn a_check_changed_nothing_so_the_list_tells_nothing_about_it() {
    let stage = Stage::new();
    let report =
        unknown(None, &error("connection"), 0).to_json().replace(r#""operation":"block""#, r#""operation":"check""#);
    let report = Report::from_json(&report).expect("a report");
    let settled = stage.client("meta").settle(&report, &CallOptions::default()).await.expect("a settled report");
    assert_eq!(settled, report);
    assert!(Report::from_json(&report.to_json().replace("check", "list")).is_err(), "no report is about a list");
}

#[test]
fn the_fingerprint_is_the_same_everywhere() {
    let client = Client::new(MetaConfig::new("any-token", "106540352242922"), ClientOptions::default()).unwrap();
    let report = client.check([NUMBER]);
    assert_eq!(report.account.as_deref(), Some("fcfe43cda777305e"));
    assert!(report.to_json().contains("\"account\":\"fcfe43cda777305e\""));
}

#[tokio::test]
async fn after_a_time_out_the_request_may_still_be_carried_out() {
    let stage = Stage::new();
    let client = stage.client_with("meta", json!({}), json!({ "attempt_timeout": 3600 }));
    let mut options = CallOptions::default();
    options.timeout = Some(Duration::from_millis(50));
    for code in ["timeout", "cancelled", "closed"] {
        let fresh = unknown(None, &error(code), now_ms());
        let waiting = client.settle(&fresh, &options).await.expect_err("it waits");
        assert_eq!(waiting.kind(), ErrorKind::Timeout, "{code}");
        assert_eq!(stage.requests("meta", "list").len(), 0, "{code}: nothing is asked too early");
    }
    let old = unknown(None, &error("timeout"), now_ms() - 3_600_001);
    assert_eq!(client.settle(&old, &CallOptions::default()).await.expect("a report").count(State::Failed), 1);
}

#[tokio::test]
async fn what_the_provider_said_of_a_user_is_kept_when_the_list_confirms_it() {
    let stage = Stage::new();
    let client = stage.client("meta");
    let refusal = json!({ "code": "not_eligible", "message": "(#131047) Re-engagement required", "hint": "", "retryable": false,
        "provider": "meta", "provider_code": "131047" });
    let settled = client.settle(&unknown(None, &refusal, 0), &CallOptions::default()).await.expect("a report");
    let why = settled.outcomes[0].error.clone().expect("an error");
    assert_eq!((settled.outcomes[0].state, why.kind()), (State::Failed, ErrorKind::NotEligible));
    let settled =
        client.settle(&unknown(None, &error("connection"), 0), &CallOptions::default()).await.expect("a report");
    let why = settled.outcomes[0].error.clone().expect("an error");
    assert!(why.kind() == ErrorKind::Server && why.retryable() && why.message().contains("not on the list"), "{why}");
}

#[tokio::test]
async fn a_placeholder_in_a_row_proves_no_absence() {
    let stage = Stage::new();
    let client = stage.client("meta");
    for row in [
        json!({ "wa_id": "0", "user_id": "US.1" }),
        json!({ "wa_id": "", "user_id": "US.1" }),
        json!({ "user_id": "US.1" }),
    ] {
        stage.control(
            "script",
            json!({ "responses": [{ "status": 200, "body": { "data": [row] } }], "provider": "meta" }),
        );
        let settled =
            client.settle(&unknown(None, &error("connection"), 0), &CallOptions::default()).await.expect("a report");
        assert_eq!(settled.count(State::Unknown), 1, "{row}");
    }
}

/// What a server writes about many users stays small in the report, and is shared where it is the same.
#[tokio::test]
async fn a_report_keeps_little_of_what_a_server_writes_about_each_user() {
    let stage = Stage::new();
    let client = stage.client_with("meta", json!({}), json!({ "max_retries": 0 }));
    let users = numbers(700);
    let long = "9999999 ".repeat(700);
    let failed: Vec<_> = users
        .iter()
        .map(|user| json!({ "input": user, "errors": [{ "code": 131047, "message": long }], "note": long, "id": 7 }))
        .collect();
    let body = json!({ "block_users": { "failed_users": failed } });
    stage.control("script", json!({ "responses": [{ "status": 200, "body": body }], "provider": "meta" }));
    let report = client.block(&users).await.unwrap_or_else(|error| error.into_parts().1.expect("a report"));
    assert_eq!(report.count(State::Failed), users.len());
    let first = report.outcomes[0].error.as_ref().expect("an error");
    assert!(first.message().chars().count() <= 501, "{}", first.message().len());
    for outcome in &report.outcomes {
        let extra = outcome.extra.as_ref().expect("what fits is kept");
        assert!(extra.contains_key("id") && !extra.contains_key("note"));
        assert!(std::sync::Arc::ptr_eq(first, outcome.error.as_ref().expect("an error")), "equal errors are one");
    }
}
