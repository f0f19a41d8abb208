//! Users who are gathered bit by bit: read meanwhile, sent only when the call begins.

use std::panic;

use tokio::runtime::{Builder, Runtime};
use wablock::{CallOptions, ErrorKind, State};

use crate::support::stage::{Stage, numbers};

const PROVIDER: &str = "meta";

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

#[tokio::test]
async fn pieces_make_one_report_in_the_order_they_were_added() {
    let stage = Stage::new();
    let mut users = stage.client(PROVIDER).user_stream();
    let client = stage.client(PROVIDER);
    users.size_hint(usize::MAX);
    let given = numbers(2500);
    for piece in given.chunks(700) {
        users.add(piece.to_vec());
        tokio::task::yield_now().await;
    }
    users.add(["nobody".to_owned(), given[3].clone()]);
    assert!(stage.requests(PROVIDER, "block").is_empty(), "sent before the call began");
    let report = client.block_stream(users, &CallOptions::default()).await.unwrap();
    let inputs: Vec<_> = report.outcomes.iter().map(|outcome| outcome.input.to_string()).collect();
    assert_eq!(inputs[..2500], given);
    assert_eq!(inputs[2500..], ["nobody", &given[3]]);
    assert_eq!(report.counts(), [2501, 1, 0, 0]);
    assert_eq!(report.requests, 3);
    let mut again = client.user_stream();
    again.add(given);
    assert!(client.unblock_stream(again, &CallOptions::default()).await.unwrap().is_ok());
    assert!(stage.blocked(PROVIDER).is_empty());
}

#[tokio::test]
async fn nobody_gathered_is_nobody_sent() {
    let stage = Stage::new();
    let client = stage.client(PROVIDER);
    let report = client.block_stream(client.user_stream(), &CallOptions::default()).await.unwrap();
    assert!(report.outcomes.is_empty());
    let mut left = client.user_stream();
    left.add(numbers(10));
    left.add(numbers(20));
    drop(left);
    tokio::task::yield_now().await;
    assert!(stage.requests(PROVIDER, "block").is_empty());
}

#[test]
fn outside_a_runtime_users_are_read_when_the_call_begins() {
    let stage = Stage::new();
    let client = stage.client(PROVIDER);
    let mut users = client.user_stream();
    users.add(numbers(3));
    users.add(["+16505551234"]);
    let report = runtime().block_on(client.block_stream(users, &CallOptions::default())).unwrap();
    assert_eq!(report.counts(), [4, 0, 0, 0]);
}

#[tokio::test]
async fn a_call_cancelled_before_it_began_tells_of_everybody() {
    let stage = Stage::new();
    let client = stage.client(PROVIDER);
    let mut users = client.user_stream();
    users.add(numbers(5));
    users.add(["nobody"]);
    let mut options = CallOptions::default();
    let cancel = wablock::CancellationToken::new();
    cancel.cancel();
    options.cancel = Some(cancel);
    let failed = client.block_stream(users, &options).await.unwrap_err();
    assert_eq!(failed.error().kind(), ErrorKind::Cancelled);
    let report = failed.into_parts().1.expect("a report");
    let states: Vec<_> = report.outcomes.iter().map(|outcome| outcome.state).collect();
    assert_eq!(states, [[State::NotSent; 5].as_slice(), &[State::Failed]].concat());
    assert!(stage.requests(PROVIDER, "block").is_empty());
}

/// The panic is the caller's own, raised where it is looked for, not an end that nobody hears of.
#[test]
fn a_panic_of_the_source_is_raised_by_the_call() {
    let stage = Stage::new();
    let client = stage.client(PROVIDER);
    let call = panic::AssertUnwindSafe(|| {
        runtime().block_on(async {
            let mut users = client.user_stream();
            users.add(numbers(3));
            users.add((0..9).map(|place| if place == 5 { panic!("row 5") } else { place.to_string() }));
            users.add(numbers(3));
            tokio::task::yield_now().await;
            users.add(numbers(3));
            client.block_stream(users, &CallOptions::default()).await
        })
    });
    let raised = panic::catch_unwind(call).unwrap_err();
    assert_eq!(raised.downcast_ref::<&str>(), Some(&"row 5"));
    assert!(stage.requests(PROVIDER, "block").is_empty());
}

#[test]
fn the_end_of_the_runtime_that_reads_ends_the_call() {
    let stage = Stage::new();
    let client = stage.client(PROVIDER);
    let (reader, caller) = (runtime(), runtime());
    let mut users = client.user_stream();
    let inside = reader.enter();
    users.add(numbers(3));
    users.add(numbers(3));
    drop(inside);
    reader.shutdown_timeout(std::time::Duration::from_secs(60));
    let failed = caller.block_on(client.block_stream(users, &CallOptions::default())).unwrap_err();
    assert_eq!(failed.error().kind(), ErrorKind::Closed);
    assert!(stage.requests(PROVIDER, "block").is_empty());
}
