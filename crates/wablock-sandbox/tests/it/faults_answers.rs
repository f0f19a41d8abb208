//! Faults in what the providers say: codes, entries, pages.

use serde_json::{Value, json};
use wablock_sandbox::Sandbox;

use crate::support::faults::{PROVIDERS, USER, with_fault};
use crate::support::{blocked, control, meta, sinch, start, users};

/// Follows `after` cursors, up to a bound; gives each page's rows and cursor.
fn walk(sandbox: &Sandbox, most: usize) -> Vec<(Vec<String>, String)> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    for _ in 0..most {
        let page = meta(sandbox, "GET", &format!("?limit=100&after={after}"), "").json();
        let rows = page["data"].as_array().expect("data").iter();
        let rows = rows.map(|r| r["wa_id"].as_str().expect("wa_id").to_owned()).collect();
        after = page["paging"]["cursors"]["after"].as_str().unwrap_or("").to_owned();
        let more = page["paging"]["next"].is_string();
        pages.push((rows, after.clone()));
        if !more {
            break;
        }
    }
    pages
}

#[test]
fn codes_of_the_providers() {
    let sandbox = start();
    let fault = |provider: &str, fault: Value| with_fault(&sandbox, provider, "block", fault).answer();
    for (code, status) in
        [(190, 401), (4, 429), (80_007, 429), (139_102, 400), (139_103, 500), (2, 503), (10, 403), (17, 400)]
    {
        let answer = fault("meta", json!({"name": "error_code", "code": code}));
        assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (status, json!(code)));
    }
    let answer = fault(
        "meta",
        json!({"name": "error_code", "code": 190, "subcode": 463, "status": 400, "is_transient": true, "message": "m", "details": "d"}),
    );
    let error = &answer.json()["error"];
    assert_eq!((answer.status, &error["error_subcode"], &error["is_transient"]), (400, &json!(463), &json!(true)));
    assert_eq!((&error["message"], &error["error_data"]["details"]), (&json!("m"), &json!("d")));
    for code in [-1, 1003, 9001, 9007] {
        let answer = fault("nxcloud", json!({"name": "error_code", "code": code}));
        assert_eq!((answer.status, answer.json()["code"].clone()), (200, json!(code)));
        assert!(answer.json()["data"].is_null());
    }
    let answer = fault("nxcloud", json!({"name": "error_code_inner", "code": 80_007})).json();
    assert_eq!((&answer["code"], &answer["data"]["error"]["code"]), (&json!(9099), &json!(80_007)));
    let answer = fault("99digital", json!({"name": "error_code", "code": 7})).json();
    assert_eq!(answer, json!({"status": "FAIL", "from": "972555000001", "whatsapp": USER, "reason": 7}));
    let answer = fault("sinch", json!({"name": "error_code", "code": 503, "details": "later"}));
    assert_eq!((answer.status, answer.json()), (503, json!({"message": "503", "details": "later"})));
    for provider in PROVIDERS {
        let answer = fault(provider, json!({"name": "throttle", "retry_after": 60}));
        let status = match provider {
            "nxcloud" => 200,
            "360dialog" => 400,
            _ => 429,
        };
        assert_eq!((answer.status, answer.header("retry-after")), (status, Some("60")));
        let answer = fault(provider, json!({"name": "throttle", "status": 503, "retry_after_ms": 250}));
        assert_eq!(
            (answer.status, answer.header("retry-after-ms"), answer.header("retry-after")),
            (503, Some("250"), None)
        );
        let answer = fault(provider, json!({"name": "throttle", "retry_after_date_s": 5}));
        assert!(answer.header("retry-after").is_some_and(|date| date.ends_with(" GMT")));
        let text = fault(provider, json!({"name": "hostile_text"}));
        assert!(String::from_utf8_lossy(&text.body).contains('\u{202e}'));
    }
    let answer = fault("meta", json!({"name": "regain_minutes", "regain_minutes": 12}));
    assert!(answer.header("x-business-use-case-usage").is_some_and(|u| u.contains("_access\":12")));
    for (provider, secret) in [
        ("meta", "sandbox-meta-token"),
        ("99digital", "sandbox-99digital-key"),
        ("sinch", "sandbox-sinch-token"),
        ("nxcloud", "sandbox-nxcloud-app"),
    ] {
        let answer = fault(provider, json!({"name": "echo_secret"}));
        assert!(String::from_utf8_lossy(&answer.body).contains(secret), "{provider}");
    }
}

#[test]
fn tweaks() {
    let sandbox = start();
    control(&sandbox, "fault", json!({"name": "per_user_error", "nth": 2, "code": 131_000}));
    let lists = &meta(&sandbox, "POST", "", &users(&["16505550001", "16505550002", "16505550003", "16505550004"]))
        .json()["block_users"];
    assert_eq!(lists["failed_users"][1]["input"], json!("16505550004"));
    assert_eq!(lists["failed_users"][0]["errors"][0]["code"], json!(131_000));
    assert_eq!(blocked(&sandbox, "meta"), ["16505550001", "16505550003"]);
    control(&sandbox, "reset", json!({}));
    control(&sandbox, "fault", json!({"name": "too_many_numbers", "max": 1}));
    let answer = meta(&sandbox, "POST", "", &users(&["16505550001", "16505550002"]));
    assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (429, json!(130_429)));
    assert_eq!(meta(&sandbox, "POST", "", &users(&["16505550001"])).status, 200);
    control(&sandbox, "reset", json!({}));
    control(&sandbox, "clock", json!({"freeze": true, "set_ms": 1_763_800_000_000_i64}));
    let raw = with_fault(&sandbox, "nxcloud", "block", json!({"name": "clock_skew"}));
    assert_eq!(raw.json()["code"], json!(1004));
    assert_eq!(raw.answer().header("date"), Some("Sat, 22 Nov 2025 08:36:40 GMT"));
}

#[test]
fn lying_entries() {
    let sandbox = start();
    let other = "15559990000";
    let batch = |root: &Value, provider: &str| {
        if provider == "nxcloud" { root["data"]["block_users"].clone() } else { root["block_users"].clone() }
    };
    for provider in ["meta", "nxcloud"] {
        let fault =
            |name: &str| batch(&with_fault(&sandbox, provider, "block", json!({"name": name})).json(), provider);
        let entry = json!({"input": USER, "wa_id": USER});
        let stranger = json!({"input": other, "wa_id": other});
        assert_eq!(fault("missing_item")["added_users"], json!([]));
        assert_eq!(fault("duplicate_item")["added_users"], json!([entry, entry]));
        assert_eq!(fault("foreign_item")["added_users"], json!([entry, stranger]));
        let lists = fault("contradictory_item");
        assert_eq!(
            (&lists["added_users"][0]["input"], &lists["failed_users"][0]["input"]),
            (&json!(USER), &json!(USER))
        );
        assert_eq!(fault("input_rewritten")["added_users"][0]["input"], json!(format!("+{USER}")));
        assert_eq!(fault("wrong_list_name")["removed_users"], json!([entry]));
        assert_eq!(fault("no_ids")["added_users"], json!([{"input": USER}]));
        assert_eq!(fault("numeric_ids")["added_users"][0]["wa_id"], json!(16_505_551_234_u64));
    }
    let replaced =
        with_fault(&sandbox, "meta", "block", json!({"name": "foreign_item", "replace": true, "user": "1"})).json();
    assert_eq!(replaced["block_users"]["added_users"], json!([{"input": "1", "wa_id": "1"}]));
    let echo = |name: &str| with_fault(&sandbox, "99digital", "block", json!({"name": name})).json();
    assert!(echo("missing_item").get("whatsapp").is_none());
    assert_eq!(echo("foreign_item")["whatsapp"], json!(other));
    assert_eq!(echo("input_rewritten")["whatsapp"], json!(format!("+{USER}")));
    let rows = |provider: &str, name: &str| {
        with_fault(&sandbox, provider, "list", json!({"name": name})).json()["numbers"].clone()
    };
    control(&sandbox, "seed", json!({"provider": "sinch", "blocked": [USER]}));
    assert_eq!(rows("99digital", "duplicate_item"), json!([USER, USER]));
    assert_eq!(rows("sinch", "foreign_item"), json!([format!("+{USER}"), format!("+{other}")]));
    assert_eq!(rows("sinch", "missing_item"), json!([]));
    assert_eq!(rows("sinch", "no_ids"), json!([null]));
    assert_eq!(rows("sinch", "numeric_ids"), json!([16_505_551_234_u64]));
}

#[test]
fn lists_that_lead_astray() {
    let sandbox = start();
    let numbers: Vec<String> = (0..6).map(|n| format!("1650555000{n}")).collect();
    let fault = |body: Value| {
        control(&sandbox, "reset", json!({}));
        control(&sandbox, "seed", json!({"provider": "meta", "blocked": numbers}));
        control(&sandbox, "fault", body);
    };
    fault(json!({"name": "small_pages", "page_rows": 4}));
    let lengths: Vec<usize> = walk(&sandbox, 9).iter().map(|p| p.0.len()).collect();
    assert_eq!(lengths, [4, 2]);
    fault(json!({"name": "repeated_cursor"}));
    let pages = walk(&sandbox, 5);
    assert_eq!(pages.len(), 5);
    assert!(pages[1..].iter().all(|page| page.1 == pages[0].1 && page.0 == numbers[1..2]));
    fault(json!({"name": "looping_cursors"}));
    let rows: Vec<String> = walk(&sandbox, 6).into_iter().flat_map(|p| p.0).collect();
    assert_eq!(
        rows.iter().map(|r| r.trim_start_matches("1650555000")).collect::<Vec<_>>(),
        ["0", "1", "2", "1", "2", "1"]
    );
    fault(json!({"name": "empty_page_with_cursor", "times": 1}));
    let pages = walk(&sandbox, 5);
    assert_eq!((pages.len(), pages[0].0.len()), (2, 0));
    assert_eq!(pages[1].0, numbers);
    fault(json!({"name": "endless_list"}));
    let pages = walk(&sandbox, 4);
    assert_eq!((pages.len(), pages[3].0.len()), (4, 100));
    assert!(pages[0].0.iter().all(|row| !pages[1].0.contains(row)));
    fault(json!({"name": "evil_next_link", "url": "http://evil.test/x"}));
    let page = meta(&sandbox, "GET", "", "").json();
    assert!(page["paging"]["next"].as_str().is_some_and(|n| n.starts_with("http://evil.test/x?")));
    fault(json!({"name": "list_changed", "after": 1}));
    let answers: Vec<u16> = (0..3).map(|_| meta(&sandbox, "GET", "", "").status).collect();
    assert_eq!(answers, [200, 400, 400]);
    fault(json!({"name": "stale_list"}));
    meta(&sandbox, "POST", "", &users(&["16505559999"]));
    meta(&sandbox, "DELETE", "", &users(&["16505550000"]));
    let stale = &walk(&sandbox, 2)[0].0;
    assert!(!stale.contains(&"16505559999".to_owned()) && stale.contains(&"16505550000".to_owned()));
    control(&sandbox, "clock", json!({"advance_s": 301}));
    assert_eq!(walk(&sandbox, 2)[0].0.last().map(String::as_str), Some("16505559999"));
}

#[test]
fn nxcloud_lists_say_that_there_is_more() {
    let sandbox = start();
    let numbers = ["16505550001", "16505550002", "16505550003"];
    control(&sandbox, "seed", json!({"provider": "nxcloud", "blocked": numbers}));
    for name in ["small_pages", "repeated_cursor", "looping_cursors", "empty_page_with_cursor", "endless_list"] {
        let body = with_fault(&sandbox, "nxcloud", "list", json!({"name": name})).json();
        let paging = &body["data"]["paging"];
        assert!(paging["next"].as_str().is_some_and(|n| n.starts_with("https://graph.facebook.com/")), "{name}");
        assert!(paging["cursors"]["after"].is_string(), "{name}");
    }
}

#[test]
fn sinch_pages_without_end() {
    let sandbox = start();
    let page = |n: u32| sinch(&sandbox, "GET", &format!("?page={n}"), "").json()["numbers"].clone();
    control(&sandbox, "fault", json!({"name": "endless_list"}));
    assert_ne!(page(0), page(1));
    assert_eq!(page(7).as_array().map(Vec::len), Some(100));
    control(&sandbox, "clear_faults", json!({}));
    control(&sandbox, "fault", json!({"name": "repeated_cursor"}));
    assert_eq!(page(0), page(5));
}
