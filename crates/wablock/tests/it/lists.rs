//! Lists over real HTTP: pages, what is read ahead, what changes under the reader, and where a list ends.

use std::collections::BTreeSet;

use serde_json::json;
use wablock::{CallOptions, CancellationToken, ErrorKind};

use crate::support::stage::{Stage, numbers};

#[tokio::test]
async fn a_list_that_changes_is_read_again_and_yields_nobody_twice() {
    let stage = Stage::new();
    let all = numbers(450);
    stage.control("seed", json!({ "provider": "meta", "blocked": all }));
    let client = stage.client("meta");
    let mut list = client.list();
    let mut seen: Vec<String> = Vec::new();
    let mut changes = 0;
    while let Some(users) = list.next_page().await.unwrap() {
        seen.extend(users.iter().map(|user| user.id().to_owned()));
        if changes < 2 {
            changes += 1;
            stage.control("seed", json!({ "provider": "meta", "blocked": [format!("1650555000{changes}")] }));
        }
    }
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "nobody twice");
    assert_eq!(seen.len(), 452);

    stage.fault(json!({ "name": "list_changed", "provider": "meta" }));
    let error = client.list().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ListChanged, "restarts are bounded");
    assert_eq!(error.provider_code(), Some("139102"));
}

#[tokio::test]
async fn a_page_is_read_ahead_when_asked_and_after_two_were_taken() {
    let stage = Stage::new();
    stage.control("seed", json!({ "provider": "meta", "blocked": numbers(550) }));
    let sent = || stage.requests("meta", "list").len();
    let mut list = stage.client("meta").list();
    let mut seen = BTreeSet::new();
    for (taken, asked) in [(1, 1), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7)] {
        let users = list.next_page().await.unwrap().unwrap();
        seen.extend(users.iter().map(|user| user.id().to_owned()));
        for _ in 0..3 {
            list.read_ahead().await;
        }
        assert_eq!(sent(), asked, "after page {taken}");
    }
    assert_eq!(seen, numbers(550).into_iter().collect());
    assert!(list.next_page().await.unwrap().is_none());

    // A call that was cancelled gives nothing more, also not what is there.
    let mut options = CallOptions::default();
    let cancel = CancellationToken::new();
    options.cancel = Some(cancel.clone());
    let mut list = stage.client("meta").list_with(&options);
    list.next_page().await.unwrap().unwrap();
    list.next_page().await.unwrap().unwrap();
    list.read_ahead().await;
    cancel.cancel();
    assert_eq!(list.next_page().await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(list.next_page().await.unwrap().is_none());

    // An error of reading ahead is reported once, by the next page.
    let mut list = stage.client("meta").list();
    list.next_page().await.unwrap().unwrap();
    list.next_page().await.unwrap().unwrap();
    stage.fault(json!({ "name": "status", "status": 403, "provider": "meta" }));
    list.read_ahead().await;
    let before = sent();
    assert_eq!(list.next_page().await.unwrap_err().kind(), ErrorKind::Permission);
    assert!(list.next_page().await.unwrap().is_none());
    assert_eq!(sent(), before);
}

#[tokio::test]
async fn a_full_list_in_one_answer_is_read_whole() {
    let stage = Stage::new();
    stage.control("seed", json!({ "provider": "99digital", "blocked": numbers(64_000) }));
    let mut list = stage.client("99digital").list();
    assert_eq!(list.next_page().await.unwrap().unwrap().len(), 64_000);
    assert!(list.next_page().await.unwrap().is_none());
}

#[tokio::test]
async fn a_list_without_an_end_ends() {
    let stage = Stage::new();
    let rows: Vec<_> = numbers(172_000).iter().map(|id| json!({ "wa_id": id })).collect();
    let next = |after: &str| json!({ "cursors": { "after": after }, "next": "https://example.org" });
    let responses: Vec<_> = rows
        .chunks(43_000)
        .enumerate()
        .map(|(page, rows)| json!({ "status": 200, "body": { "data": rows, "paging": next(&page.to_string()) } }))
        .collect();
    stage.control("script", json!({ "responses": responses }));
    stage.control("seed", json!({ "provider": "meta", "blocked": ["16505551234"] }));
    let client = stage.client_with("meta", json!({}), json!({ "max_response_bytes": 33_554_432 }));
    let error = client.list().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

#[tokio::test]
async fn an_empty_page_with_a_cursor_is_passed_over() {
    let stage = Stage::new();
    stage.control("seed", json!({ "provider": "meta", "blocked": numbers(150) }));
    let page = |ids: &[String], after: &str| {
        let rows: Vec<_> = ids.iter().map(|id| json!({ "wa_id": id })).collect();
        json!({ "status": 200, "body": { "data": rows,
            "paging": { "cursors": { "after": after }, "next": "https://example.org" } } })
    };
    let end = json!({ "status": 200, "body": { "data": [], "paging": {} } });
    let ids = numbers(2);
    let responses = json!([page(&ids[..1], "a"), page(&[], "b"), page(&ids[..1], "c"), page(&ids[1..], "d"), end]);
    stage.control("script", json!({ "responses": responses }));
    let mut list = stage.client("meta").list();
    let mut pages = Vec::new();
    while let Some(users) = list.next_page().await.unwrap() {
        pages.push(users.iter().map(|user| user.id().to_owned()).collect::<Vec<_>>());
    }
    assert_eq!(pages, [vec![ids[0].clone()], vec![ids[1].clone()]], "no page that is yielded is empty");
}
