//! The fault matrix: every fault of the sandbox at every provider and operation comes to what `faults/matrix.json` says.
//! `docs/faults.md` is made by this run; WABLOCK_UPDATE=1 writes it anew.

#[path = "faults/cell.rs"]
mod cell;
#[path = "faults/matrix.rs"]
mod matrix;
mod stage;

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, stream};
use matrix::{Case, NO_MEANING};
use serde_json::{Value, json};
use stage::{Stage, numbers};
use wablock::{CallError, CallOptions, Outcome, Report};

/// Cells played at once; most of them wait.
const AT_ONCE: usize = 64;

/// Which faults let a write happen, by name; from the sandbox's own table.
fn applied() -> BTreeMap<String, bool> {
    let table = Stage::new().control("faults", json!({}));
    let rows = table["faults"].as_array().unwrap();
    rows.iter().map(|row| (row["name"].as_str().unwrap().to_owned(), row["applied"].as_bool().unwrap())).collect()
}

fn lets_write_happen(table: &BTreeMap<String, bool>, fault: &Value) -> bool {
    fault["applied"].as_bool().unwrap_or_else(|| table[fault["name"].as_str().unwrap()])
}

/// Plays cells and gives what came of each; panics with all the cells that came to something else.
async fn play(cases: Vec<Case>) -> Vec<(Case, String)> {
    let table = applied();
    let results: Vec<_> = stream::iter(cases)
        .map(|case| {
            let applied = lets_write_happen(&table, &case.fault);
            async move {
                let played = if case.expected == NO_MEANING {
                    cell::no_meaning(&case).map(|_| NO_MEANING.to_owned())
                } else {
                    cell::play(&case, applied).await
                };
                (case, played)
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut wrong = Vec::new();
    let mut good = Vec::new();
    for (case, played) in results {
        match played {
            Ok(words) if words == case.expected => good.push((case, words)),
            other => wrong.push(format!(
                "{} {} {} ({:?}): expected {:?}, got {other:?}",
                case.id, case.provider, case.operation, case.strikes, case.expected
            )),
        }
    }
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    good
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_comes_to_what_is_written_down() {
    let cases: Vec<Case> =
        matrix::matrix().groups.iter().flat_map(|group| &group.rows).flat_map(|row| row.cases()).collect();
    let played = play(cases).await;
    eprintln!("{} cells", played.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_code_comes_to_what_is_written_down() {
    let played = play(matrix::code_cases()).await;
    eprintln!("{} cells", played.len());
}

/// The states of a call's report, whether it raised or not.
fn states(result: Result<Report, CallError>) -> Vec<String> {
    let report = result.unwrap_or_else(|error| error.into_parts().1.expect("a report"));
    let word =
        |outcome: &Outcome| format!("{} {}", outcome.state.as_str(), outcome.error.as_ref().map_or("", |e| e.code()));
    report.outcomes.iter().map(word).collect()
}

#[tokio::test]
async fn a_doubt_is_not_forgotten_when_a_batch_is_halved() {
    for provider in ["meta", "nxcloud"] {
        let inner = if provider == "meta" { "error_code" } else { "error_code_inner" };
        // The first attempt is carried out and its answer lost; the second is throttled, so that the batch is halved; then
        // nothing is accepted any more: the first half is refused, the second never sent.
        let stage = Stage::new();
        stage.fault(json!({ "name": "lost_answer", "provider": provider, "times": 1 }));
        stage.fault(json!({ "name": "throttle", "provider": provider, "after": 1, "times": 1 }));
        stage.fault(json!({ "name": inner, "code": 190, "provider": provider, "after": 2 }));
        let client = stage.client_with(provider, json!({}), json!({ "concurrency": 1 }));
        let states = states(client.block(numbers(2)).await);
        assert_eq!(stage.blocked(provider), numbers(2), "{provider}");
        assert_eq!(states, ["unknown auth", "unknown rate_limited"], "{provider}");
        assert_eq!(stage.requests(provider, "block").len(), 3, "{provider}");
    }
}

#[tokio::test]
async fn who_was_sent_once_is_never_not_sent() {
    for provider in ["meta", "nxcloud"] {
        let stage = Arc::new(Stage::new());
        stage.fault(json!({ "name": "per_user_error", "provider": provider }));
        let client = stage.client(provider);
        let mut options = CallOptions::default();
        let (theirs, address) = (Arc::clone(&stage), stage.0.url().trim_start_matches("http://").to_owned());
        // As soon as the users were told to try again, the server is gone.
        options.progress = Some(Arc::new(move |done, _| {
            if done > 0 {
                theirs.fault(json!({ "name": "port_closed" }));
                while std::net::TcpStream::connect(&address).is_ok() {
                    std::thread::yield_now();
                }
            }
        }));
        let states = states(client.block_with(numbers(2), &options).await);
        for state in states {
            assert!(["failed server", "unknown connection"].contains(&state.as_str()), "{provider}: {state}");
        }
    }
}

#[tokio::test]
async fn a_stated_wait_is_waited_for_before_a_batch_is_halved() {
    for provider in ["meta", "nxcloud"] {
        let stage = Stage::new();
        stage.fault(json!({ "name": "throttle", "provider": provider, "retry_after_ms": 200, "times": 1 }));
        assert!(stage.client(provider).block(numbers(2)).await.unwrap().is_ok(), "{provider}");
        let sent: Vec<_> = stage.requests(provider, "block").iter().map(|r| r["at_ms"].as_i64().unwrap()).collect();
        assert_eq!(sent.len(), 2, "{provider}: a stated wait says that the pace was wrong, not the size");
        assert!(sent[1] - sent[0] >= 199, "{provider}: {sent:?}");
    }
}
