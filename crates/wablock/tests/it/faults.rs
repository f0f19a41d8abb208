//! The fault matrix: every fault of the sandbox at every provider and operation comes to what `tests/data/faults` says.
//! This run writes `docs/contributing/faults.md` if WABLOCK_UPDATE=1, and compares it otherwise.

mod cell;
mod matrix;
mod page;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
};

use futures_util::{StreamExt, stream};
use serde_json::json;
use wablock::{CallError, CallOptions, Outcome, Report};

use self::{
    matrix::{Case, Facts, NO_MEANING, OPERATIONS, Row},
    page::{Count, Results},
};
use crate::support::stage::{PROVIDERS, Stage, numbers};

/// Cells played at once; most of them wait.
const AT_ONCE: usize = 64;

/// Plays cells and gives what came of each; panics with all the cells that came to something else.
async fn play(cases: Vec<Case>, facts: &Facts) -> Vec<(Case, String)> {
    let played = stream::iter(cases).map(|case| {
        let applied = facts.carried_out(&case.fault);
        tokio::spawn(async move {
            let played = cell::play(&case, applied).await;
            (case, played)
        })
    });
    let results: Vec<_> = played.buffered(AT_ONCE).collect().await;
    let mut wrong = Vec::new();
    let mut good = Vec::new();
    for result in results {
        match result.expect("no cell panics") {
            // How many of a list are reported may depend on where the fault strikes.
            (case, Ok(words))
                if words == case.expected || case.expected == "reported" && words.starts_with("reported ") =>
            {
                good.push((case, words));
            }
            (Case { id, provider, operation, strikes, expected, .. }, got) => {
                wrong.push(format!("{id}, {provider} {operation} ({strikes:?}): expected {expected:?}, got {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    good
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_comes_to_what_is_written_down() {
    let facts = Facts::of(&Stage::new());
    let matrix = matrix::matrix();
    let rows: Vec<&Row> = matrix.groups.iter().flat_map(|group| &group.rows).collect();
    let cells = play(rows.iter().flat_map(|row| row.cases()).collect(), &facts).await;
    let codes = play(matrix::code_cases(), &facts).await;

    let count = Count {
        faults: rows.iter().flat_map(|row| row.names()).collect::<BTreeSet<_>>().len(),
        rows: rows.len(),
        cells: rows.len() * PROVIDERS.len() * OPERATIONS.len(),
        meaningful: rows.iter().map(|row| row.meaningful()).sum(),
        played: cells.iter().chain(&codes).filter(|(_, words)| words != NO_MEANING).count(),
    };
    let page = page::page(&matrix, &count, &Results::new(&cells), &codes, &facts);
    let path = page::path();
    if std::env::var_os("WABLOCK_UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "{} differs from the results of this run; WABLOCK_UPDATE=1 writes it", path.display());
}

#[test]
fn the_matrix_is_large_enough_and_leaves_no_fault_out() {
    let matrix = matrix::matrix();
    let rows: Vec<&Row> = matrix.groups.iter().flat_map(|group| &group.rows).collect();
    let ids: BTreeSet<_> = rows.iter().map(|row| &row.id).collect();
    assert_eq!(ids.len(), rows.len(), "two rows have one name");
    // A fault counts where it has a meaning in more than half of its cells.
    let mut most: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        let cells = most.entry(row.name()).or_default();
        *cells = row.meaningful().max(*cells);
    }
    let cells = rows.len() * PROVIDERS.len() * OPERATIONS.len();
    let meaningful: usize = rows.iter().map(|row| row.meaningful()).sum();
    assert!(most.values().filter(|cells| **cells * 2 > PROVIDERS.len() * OPERATIONS.len()).count() >= 40, "{most:?}");
    assert!(cells >= 480 && meaningful >= 350, "{cells} cells, {meaningful} with a meaning");
    let facts = Facts::of(&Stage::new());
    let named: BTreeSet<&str> = rows.iter().flat_map(|row| row.names()).collect();
    let missing: Vec<_> = facts.names().filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "the matrix has no row for {missing:?}");
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
        let stage = Arc::new(cell::with_own_port());
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
