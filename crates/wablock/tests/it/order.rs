//! Block and unblock of one user at the same time on one client: the later call's word stands.

use std::time::Duration;

use serde_json::{Value, json};
use wablock::{CallOptions, Client, ErrorKind};

use crate::support::stage::{PROVIDERS, Stage, numbers};

const USER: &str = "972501234567";
const OTHER: &str = "972501234568";

/// Once a block is asked for and not answered: unblocks another user, and lets the answer go. Gives how many unblocks were
/// asked for until then.
async fn while_a_block_is_held(stage: &Stage, provider: &str, client: &Client) -> usize {
    stage.asked(provider, "block", 1).await;
    assert!(client.unblock([OTHER]).await.is_ok(), "{provider}: nothing waits without need");
    let asked = stage.requests(provider, "unblock").len();
    stage.release();
    asked
}

#[tokio::test]
async fn the_later_call_waits_for_the_earlier_one_and_nothing_waits_without_need() {
    let options = CallOptions::default();
    for provider in PROVIDERS.iter().copied() {
        let stage = Stage::new();
        stage.hold(provider, "block", 0);
        let client = stage.client(provider);
        let (first, second, asked) = tokio::join!(
            client.block_one(USER, &options),
            client.unblock_one(USER, &options),
            while_a_block_is_held(&stage, provider, &client),
        );
        assert!(first.is_ok() && second.is_ok(), "{provider}: {first:?} {second:?}");
        assert!(stage.blocked(provider).is_empty(), "{provider}");
        assert_eq!(asked, 1, "{provider}: the other user's alone");
        assert_eq!(stage.requests(provider, "unblock").len(), 2, "{provider}");
    }
}

#[tokio::test]
async fn three_calls_in_turn_end_as_the_last_one_says() {
    let options = CallOptions::default();
    for provider in PROVIDERS.iter().copied() {
        let stage = Stage::new();
        stage.hold(provider, "block", 0);
        let client = stage.client(provider);
        let (first, second, third, ()) = tokio::join!(
            client.block_one(USER, &options),
            client.unblock([USER, OTHER]),
            client.block([OTHER, USER]),
            async {
                stage.asked(provider, "block", 1).await;
                stage.release();
            },
        );
        assert!(first.is_ok() && second.is_ok() && third.unwrap().is_ok(), "{provider}");
        assert_eq!(stage.blocked(provider), [USER, OTHER], "{provider}");
    }
}

#[tokio::test]
async fn a_collection_waits_only_for_the_users_that_are_in_hand() {
    // The earlier call is answered about everybody but one user, who is tried again; the later call is about another.
    let stage = Stage::new();
    let users = numbers(3);
    let client = stage.client_with("99digital", json!({}), json!({ "concurrency": 1 }));
    stage.hold("99digital", "block", 1);
    let (blocked, unblocked) = tokio::join!(client.block(&users), async {
        // The first is settled, the second in flight.
        stage.asked("99digital", "block", 2).await;
        let unblocked = client.unblock([&users[0]]).await;
        stage.release();
        unblocked
    });
    assert!(blocked.unwrap().is_ok() && unblocked.unwrap().is_ok());
    assert_eq!(stage.blocked("99digital"), users[1..]);
}

#[tokio::test]
async fn a_user_who_is_to_be_tried_again_is_still_in_hand() {
    let stage = Stage::new();
    let answer = |users: Value| json!({ "status": 200, "body": { "block_users": users } });
    let busy = json!([{ "input": USER, "errors": [{ "code": 131_000, "message": "busy" }] }]);
    let done = json!([{ "input": USER, "wa_id": USER }]);
    stage.control(
        "script",
        json!({ "responses": [
            answer(json!({ "failed_users": busy })),
            answer(json!({ "failed_users": busy })),
            answer(json!({ "added_users": done })),
            answer(json!({ "removed_users": done })),
        ] }),
    );
    let options = CallOptions::default();
    let client = stage.client("meta");
    let (first, second) = tokio::join!(client.block_one(USER, &options), client.unblock_one(USER, &options));
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    let methods = stage.control("requests", json!({}))["requests"].as_array().unwrap().clone();
    let methods: Vec<_> = methods.iter().map(|request| request["method"].as_str().unwrap().to_owned()).collect();
    assert_eq!(methods, ["POST", "POST", "POST", "DELETE"]);
}

#[tokio::test]
async fn one_person_in_two_spellings_is_one_user() {
    let stage = Stage::new();
    stage.hold("meta", "block", 0);
    let options = CallOptions::default();
    let client = stage.client("meta");
    let (first, second, asked) = tokio::join!(
        client.block_one("5511987654321", &options),
        client.unblock_one("551187654321", &options),
        while_a_block_is_held(&stage, "meta", &client),
    );
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!(asked, 1, "the other user's alone");
}

#[tokio::test]
async fn a_call_that_ends_while_it_waits_sent_nothing_and_says_why() {
    let stage = Stage::new();
    stage.hold("meta", "block", 0);
    let client = stage.client("meta");
    let mut short = CallOptions::default();
    short.timeout = Some(Duration::from_millis(40));
    let options = CallOptions::default();
    let (first, second) = tokio::join!(client.block_one(USER, &options), async {
        let second = client.unblock_one(USER, &short).await;
        stage.asked("meta", "block", 1).await;
        stage.release();
        second
    });
    assert!(first.is_ok());
    let error = second.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::Timeout);
    assert!(error.error().message().contains("earlier call about the same user"), "{error}");
    assert_eq!(error.report().unwrap().outcomes[0].state.as_str(), "not_sent");
    assert!(stage.requests("meta", "unblock").is_empty());
    assert!(client.unblock_one(USER, &options).await.is_ok(), "a call that ended holds up nobody");
}
