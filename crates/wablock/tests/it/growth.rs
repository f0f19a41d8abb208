//! What many answers cost, each of which is within its limits: as much memory as one of them, and little for each user of a
//! report, whatever a server writes. Counted on the client's own thread.

use serde_json::{Map, Value, json};
use wablock::State;

use crate::support::{
    allocator::{in_use, most, start},
    stage::{Stage, numbers},
};

const MIB: isize = 1 << 20;

/// A text that no other place has.
fn filler(size: usize, place: usize) -> String {
    format!("{place:08}{}", "7".repeat(size))
}

fn answer(provider: &str, body: Value) -> Value {
    json!({ "status": 200, "body": if provider == "nxcloud" { json!({ "code": 0, "data": body }) } else { body } })
}

/// A list of many pages with one user each, whose answers are a quarter of a MiB of something.
#[tokio::test]
async fn reading_a_list_keeps_no_page_whatever_is_in_it() {
    const PAGES: usize = 16;
    for provider in ["meta", "nxcloud"] {
        for kind in ["number", "bsuid", "note", "cursor"] {
            let stage = Stage::new();
            let page = |place: usize| {
                let long = filler(256 << 10, place);
                let mut row = json!({ "wa_id": format!("1650555{place:04}") });
                let mut cursor = format!("cursor-{place}");
                match kind {
                    "number" => row["wa_id"] = json!(long),
                    "bsuid" => row["user_id"] = json!(format!("US.{long}")),
                    "note" => row["note"] = json!(long),
                    _ => cursor = long,
                }
                let paging = json!({ "cursors": { "after": cursor }, "next": "https://next.test/" });
                answer(provider, json!({ "data": [row], "paging": paging }))
            };
            let mut answers: Vec<Value> = (0..PAGES).map(page).collect();
            answers.push(answer(provider, json!({ "data": [] })));
            stage.control("script", json!({ "responses": answers, "provider": provider }));
            let client = stage.client_with(provider, json!({}), json!({ "max_retries": 0 }));
            let before = start();
            let mut list = client.list();
            let mut pages = 0;
            let error = loop {
                match list.next_page().await {
                    Ok(Some(_)) => pages += 1,
                    Ok(None) => break None,
                    Err(error) => break Some(error),
                }
            };
            let most = most() - before;
            println!("{provider} {kind}: {pages} pages, {error:?}, at most {} KiB", most >> 10);
            assert!(most < 2 * MIB + MIB / 2, "{provider} {kind}: {most} bytes for answers of a quarter of a MiB");
            assert!(kind != "note" || (pages, error.is_none()) == (PAGES, true), "{provider}: {pages} {error:?}");
        }
    }
}

/// Batches whose answers write 8 KiB about each user, half of it as the error and half in unknown fields.
#[tokio::test]
async fn a_report_keeps_little_for_each_user_whatever_is_written_about_them() {
    const BATCH: usize = 100;
    const USERS: usize = 4 * BATCH;
    let users = numbers(USERS);
    let fields: Map<String, Value> =
        (0..40).map(|place| (format!("field_{place:02}"), json!("y".repeat(100)))).collect();
    for provider in ["meta", "nxcloud"] {
        let stage = Stage::new();
        let refused = |(place, user): (usize, &String)| {
            let details = json!({ "details": filler(8, place) });
            let error = json!({ "code": 131_047, "message": filler(4 << 10, place), "error_data": details });
            let mut row = json!({ "input": user, "errors": [error] });
            row.as_object_mut().unwrap().extend(fields.clone());
            row
        };
        let failed: Vec<Value> = users.iter().enumerate().map(refused).collect();
        let batch = |failed| answer(provider, json!({ "block_users": { "failed_users": failed } }));
        let answers: Vec<Value> = failed.chunks(BATCH).map(batch).collect();
        stage.control("script", json!({ "responses": answers, "provider": provider }));
        let options = json!({ "max_retries": 0, "concurrency": 1 });
        let client = stage.client_with(provider, json!({ "batch_size": BATCH }), options);
        let before = start();
        let result = client.block(&users).await;
        let report = result.unwrap_or_else(|failed| failed.into_parts().1.expect("a report"));
        let (most, kept) = (most() - before, in_use() - before);
        println!("{provider}: at most {} KiB, kept {} KiB", most >> 10, kept >> 10);
        assert_eq!(report.count(State::Failed), USERS, "{provider}");
        assert!(kept < 2 * MIB, "{provider}: {kept} bytes kept for {USERS} users");
        assert!(most - kept < 8 * MIB, "{provider}: {most} bytes at most");
    }
}
