//! How much work an answer may cause: as much as it is long, whatever stands in it. A client shares its thread with others,
//! so an answer that takes a second to read would hold up the calls of all of them.
//!
//! Measured in processor time of the client's own thread, which does not depend on what else the machine does, and compared
//! with that of the same bytes in many small answers. Linux only: elsewhere there is no such count.
#![cfg(target_os = "linux")]

use std::time::Duration;

use serde_json::{Value, json};
use wablock::{CallError, Client, Report};

use crate::support::stage::{Stage, numbers};

const USERS: usize = 1000;
const BATCHES: usize = 20;
/// Reading is linear but for sorting. What compares all with all takes as many times as long as there are batches.
const MOST_TIMES: f64 = 5.0;
const TEXT: usize = 1024;

/// How long this thread has run.
fn worked() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has it");
    Duration::from_nanos(text.split(' ').next().unwrap().parse().expect("a number"))
}

/// An answer that refuses every user with a text of its own.
fn refusals(provider: &str, users: &[String], filling: &str) -> Value {
    let failed: Vec<Value> = users
        .iter()
        .map(|user| {
            let text = format!("{} {}", user.chars().rev().collect::<String>(), filling.repeat(TEXT / filling.len()));
            json!({ "input": user, "errors": [{ "code": 131_047, "message": text, "error_data": { "details": text } }] })
        })
        .collect();
    let body = json!({ "block_users": { "failed_users": failed } });
    let body = if provider == "nxcloud" { json!({ "code": 0, "data": body }) } else { body };
    json!({ "status": 200, "body": body })
}

/// The work of calls over these users, one after the other.
async fn work(stage: &Stage, client: &Client, provider: &str, calls: &[&[String]], filling: &str) -> Duration {
    let answers: Vec<Value> = calls.iter().map(|users| refusals(provider, users, filling)).collect();
    stage.control("script", json!({ "responses": answers, "provider": provider }));
    let before = worked();
    for users in calls {
        let result: Result<Report, CallError> = client.block(*users).await;
        let report = result.unwrap_or_else(|failed| failed.into_parts().1.expect("a report"));
        for (outcome, user) in report.outcomes.iter().zip(*users) {
            let error = outcome.error.as_ref().expect("an error");
            assert_eq!((error.code(), error.message().contains(user)), ("not_eligible", false), "{error}");
        }
    }
    worked() - before
}

#[tokio::test]
async fn one_large_answer_is_no_more_work_than_its_bytes_in_small_ones() {
    let users = numbers(USERS);
    for provider in ["meta", "nxcloud"] {
        let stage = Stage::new();
        let client = stage.client_with(provider, json!({ "batch_size": USERS }), json!({ "max_retries": 0 }));
        let small: Vec<&[String]> = users.chunks(USERS / BATCHES).collect();
        for filling in ["9999999 ", "97250000 ", "9"] {
            work(&stage, &client, provider, &small[..1], filling).await;
            let apart = work(&stage, &client, provider, &small, filling).await;
            let at_once = work(&stage, &client, provider, &[&users], filling).await;
            let times = at_once.as_secs_f64() / apart.as_secs_f64();
            println!("{provider} {filling:?}: {apart:?} in small answers, {at_once:?} in one");
            assert!(times < MOST_TIMES, "{provider} {filling:?}: {times:.1} times the work of small answers");
        }
    }
}
