//! 99digital and Sinch, played strictly.

use serde_json::json;

use crate::support::{JSON, SINCH_AUTH, SINCH_PATH, blocked, call, control, digital99, sinch, start};

#[test]
fn digital99_block_list_unblock() {
    let sandbox = start();
    let answer = digital99(&sandbox, "block", Some("972501234567"));
    assert_eq!(answer.status, 200);
    assert_eq!(
        String::from_utf8_lossy(&answer.body),
        r#"{"status":"OK","from":"972555000001","whatsapp":"972501234567","reason":1}"#
    );
    digital99(&sandbox, "block", Some("5531987654321"));
    let answer = digital99(&sandbox, "getBlockedList", None);
    assert_eq!(
        String::from_utf8_lossy(&answer.body),
        r#"{"status":"OK","from":"972555000001","numbers":["972501234567","553187654321"],"reason":1}"#
    );
    assert_eq!(digital99(&sandbox, "unblock", Some("972501234567")).json()["reason"], json!(1));
    assert_eq!(blocked(&sandbox, "99digital"), ["553187654321"]);
}

#[test]
fn digital99_reasons() {
    let sandbox = start();
    control(&sandbox, "settings", json!({"list_cap": 1}));
    digital99(&sandbox, "block", Some("972501234567"));
    for (number, block, unblock) in [
        ("972501234567", 1, 1),
        ("15550131047", 5, 1),
        ("15550131021", 4, 1),
        ("972555000001", 4, 1),
        ("15550139103", 6, 5),
        ("15550131000", 6, 5),
        ("15550130429", 6, 5),
        ("15550000400", 4, 4),
        ("+972501234567", 4, 4),
        ("US.13491208655302741918", 4, 4),
        ("", 4, 4),
    ] {
        control(&sandbox, "reset", json!({}));
        for (endpoint, reason) in [("block", block), ("unblock", unblock)] {
            let answer = digital99(&sandbox, endpoint, Some(number)).json();
            assert_eq!(answer["reason"], json!(reason), "{endpoint} {number}");
            assert_eq!(answer["status"], json!(if reason == 1 { "OK" } else { "FAIL" }));
            assert_eq!(answer["whatsapp"], json!(number));
        }
    }
    control(&sandbox, "settings", json!({"list_cap": 0, "99digital_unblock_missing": "fail"}));
    assert_eq!(digital99(&sandbox, "block", Some("972501234568")).json()["reason"], json!(7));
    assert_eq!(digital99(&sandbox, "block", Some("15550139101")).json()["reason"], json!(7));
    assert_eq!(digital99(&sandbox, "unblock", Some("972501234568")).json()["reason"], json!(4));
}

#[test]
fn digital99_wrong_calls() {
    let sandbox = start();
    let target = "/99digital/whatsapp/v2/block";
    let good = r#"{"apiKey":"sandbox-99digital-key","from":"972555000001","whatsapp":"972501234567"}"#;
    let ask =
        |headers: &[(&str, &str)], body: &str| call(&sandbox, "POST", target, headers, body).json()["reason"].clone();
    assert_eq!(ask(&[JSON], "{"), json!(2));
    assert_eq!(ask(&[JSON], "[]"), json!(2));
    assert_eq!(ask(&[], good), json!(2), "no content type");
    assert_eq!(ask(&[JSON], &good.replace("-key", "-keys")), json!(3));
    assert_eq!(ask(&[JSON], r#"{"from":"972555000001","whatsapp":"972501234567"}"#), json!(3));
    assert_eq!(ask(&[JSON], &good.replace("972555000001", "972555000002")), json!(2));
    assert_eq!(ask(&[JSON], r#"{"apiKey":"sandbox-99digital-key","from":"972555000001"}"#), json!(4));
    assert_eq!(call(&sandbox, "GET", target, &[], "").status, 405);
    assert_eq!(call(&sandbox, "POST", "/99digital/whatsapp/v2/unlock", &[JSON], good).status, 404);
    assert!(blocked(&sandbox, "99digital").is_empty());
    assert_eq!(ask(&[JSON], good), json!(1));
    control(&sandbox, "clock", json!({"freeze": true}));
    control(&sandbox, "settings", json!({"99digital_rate_per_s": 1, "retry_after_s": 3}));
    assert_eq!(ask(&[JSON], good), json!(1));
    let answer = call(&sandbox, "POST", target, &[JSON], good);
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("3")));
}

#[test]
fn sinch_block_list_unblock() {
    let sandbox = start();
    let body = r#"{"numbers":["46732001122","+46732002244"]}"#;
    for method in ["POST", "POST"] {
        let answer = sinch(&sandbox, method, "", body);
        assert_eq!((answer.status, answer.body.len(), answer.header("content-type")), (200, 0, None));
    }
    let answer = sinch(&sandbox, "GET", "", "");
    assert_eq!(answer.json(), json!({"numbers": ["+46732001122", "+46732002244"]}));
    let answer = sinch(&sandbox, "DELETE", "", r#"{"numbers":["+46732001122"]}"#);
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(blocked(&sandbox, "sinch"), ["46732002244"]);
}

#[test]
fn sinch_pages() {
    let sandbox = start();
    let numbers: Vec<String> = (0..200).map(|n| format!("467320{n:05}")).collect();
    control(&sandbox, "seed", json!({"provider": "sinch", "blocked": numbers}));
    for (query, count) in [("", 100), ("?page=0", 100), ("?page=1", 100), ("?page=2", 0), ("?page=4000000000", 0)] {
        let answer = sinch(&sandbox, "GET", query, "");
        assert_eq!(answer.json()["numbers"].as_array().map(Vec::len), Some(count), "{query}");
    }
    for query in ["?page=-1", "?page=x", "?page="] {
        assert_eq!(sinch(&sandbox, "GET", query, "").status, 400, "{query}");
    }
}

#[test]
fn sinch_wrong_calls() {
    let sandbox = start();
    let good = r#"{"numbers":["46732001122"]}"#;
    let many = json!({"numbers": (0..21).map(|n| format!("467320011{n:02}")).collect::<Vec<_>>()}).to_string();
    let auth = [SINCH_AUTH, JSON];
    let other_bot = SINCH_PATH.replace("sandbox-bot", "another");
    let basic = [("Authorization", "Basic sandbox-sinch-token"), JSON];
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, u16, &'a str);
    let cases: Vec<Case<'_>> = vec![
        ("POST", SINCH_PATH, &[JSON], good, 401, "Unauthorized bot"),
        ("POST", SINCH_PATH, &basic, good, 401, "Unauthorized bot"),
        ("POST", &other_bot, &auth, good, 401, "Unauthorized bot"),
        ("POST", SINCH_PATH, &[SINCH_AUTH], good, 400, "Content-Type"),
        ("POST", SINCH_PATH, &auth, "{", 400, "not valid JSON"),
        ("POST", SINCH_PATH, &auth, "{}", 400, "Field [numbers] can not be empty."),
        ("POST", SINCH_PATH, &auth, r#"{"numbers":[]}"#, 400, "Field [numbers] can not be empty."),
        ("DELETE", SINCH_PATH, &auth, &many, 400, "at most 20"),
        ("POST", SINCH_PATH, &auth, r#"{"numbers":["46732001122","15550000400"]}"#, 400, "15550000400"),
        ("POST", SINCH_PATH, &auth, r#"{"numbers":[46732001122]}"#, 400, "46732001122"),
        ("PUT", SINCH_PATH, &auth, good, 405, "PUT"),
        ("POST", "/sinch/whatsapp/v2/sandbox-bot/provision/blacklist", &auth, good, 404, "Not found"),
    ];
    for (method, path, headers, body, status, details) in cases {
        let answer = call(&sandbox, method, path, headers, body);
        assert_eq!(answer.status, status, "{method} {path} {body}");
        let text = answer.json()["details"].as_str().expect("details").to_owned();
        assert!(text.contains(details), "{text}");
        assert!(answer.json()["message"].is_string());
    }
    assert!(blocked(&sandbox, "sinch").is_empty(), "all or nothing");
    control(&sandbox, "settings", json!({"sinch_error_field": "reason"}));
    assert!(sinch(&sandbox, "POST", "", "{}").json()["reason"].is_string());
    control(&sandbox, "clock", json!({"freeze": true}));
    control(&sandbox, "settings", json!({"sinch_rate_per_s": 1, "sinch_overload_status": 500}));
    assert_eq!(sinch(&sandbox, "GET", "", "").status, 200);
    assert_eq!(sinch(&sandbox, "GET", "", "").status, 500);
}

#[test]
fn sinch_changes_take_their_time() {
    let sandbox = start();
    control(&sandbox, "clock", json!({"freeze": true}));
    control(&sandbox, "settings", json!({"sinch_propagation_delay_s": 300}));
    sinch(&sandbox, "POST", "", r#"{"numbers":["46732001122","46732001133"]}"#);
    sinch(&sandbox, "DELETE", "", r#"{"numbers":["46732001133"]}"#);
    assert_eq!(sinch(&sandbox, "GET", "", "").json()["numbers"], json!([]));
    let state = control(&sandbox, "inspect", json!({"provider": "sinch"}));
    assert_eq!((&state["count"], state["pending"].as_array().map(Vec::len)), (&json!(0), Some(2)));
    assert_eq!(state["pending"][1]["operation"], json!("unblock"));
    control(&sandbox, "clock", json!({"advance_s": 299.9}));
    assert_eq!(sinch(&sandbox, "GET", "", "").json()["numbers"], json!([]));
    control(&sandbox, "clock", json!({"advance_s": 0.1}));
    assert_eq!(sinch(&sandbox, "GET", "", "").json()["numbers"], json!(["+46732001122"]));
    assert_eq!(control(&sandbox, "inspect", json!({"provider": "sinch"}))["pending"], json!([]));
}
