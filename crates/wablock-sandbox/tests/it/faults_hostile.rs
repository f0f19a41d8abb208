//! Faults in answers that are true at heart: errors beside a success, ids that are none, credentials that come back, lists that
//! would end too early.

use serde_json::{Value, json};
use wablock_sandbox::Sandbox;

use crate::support::faults::{USER, with_fault};
use crate::support::{blocked, control, meta, sinch, start, users};

fn json_of(sandbox: &Sandbox, provider: &str, operation: &str, fault: Value) -> Value {
    with_fault(sandbox, provider, operation, fault).json()
}

#[test]
fn a_success_with_an_error_beside_it() {
    let sandbox = start();
    let body = |provider: &str, operation: &str, fault: Value| json_of(&sandbox, provider, operation, fault);
    let beside = json!({"name": "error_beside", "code": 190});
    let answer = body("meta", "block", beside.clone());
    assert_eq!((&answer["error"]["code"], answer["block_users"]["added_users"].is_array()), (&json!(190), true));
    assert_eq!(body("nxcloud", "list", beside.clone())["data"]["error"]["code"], json!(190));
    let answer = body("99digital", "block", beside.clone());
    assert_eq!((&answer["status"], &answer["reason"]), (&json!("OK"), &json!(6)));
    assert_eq!(body("sinch", "list", beside)["message"], json!("503"));
    assert_eq!(blocked(&sandbox, "meta"), [USER]);
    let answer = with_fault(&sandbox, "nxcloud", "unblock", json!({"name": "failing_status", "status": 401})).answer();
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!(0)));
    let answer = body("meta", "block", json!({"name": "added_with_errors"}));
    assert_eq!(answer["block_users"]["added_users"][0]["errors"][0]["code"], json!(131_047));
    assert_eq!(body("99digital", "block", json!({"name": "status_word"}))["status"], json!("PENDING"));
    for (shape, errors) in [
        ("text", json!("Re-engagement required")),
        ("null", Value::Null),
        ("empty", json!([])),
        ("missing", Value::Null),
    ] {
        let lists = &body("meta", "block", json!({"name": "user_error_shape", "shape": shape}))["block_users"];
        assert_eq!((&lists["added_users"], &lists["failed_users"][0]["errors"]), (&json!([]), &errors), "{shape}");
    }
    let lists = &body("nxcloud", "block", json!({"name": "user_error_shape"}))["data"]["block_users"];
    assert_eq!(lists["failed_users"][0]["errors"]["code"], json!(131_047));
}

#[test]
fn ids_that_are_none() {
    let sandbox = start();
    control(&sandbox, "seed", json!({"provider": "meta", "blocked": [USER, "16505551235"]}));
    control(&sandbox, "seed", json!({"provider": "sinch", "blocked": [USER]}));
    let row = |shape: &str| {
        json_of(&sandbox, "meta", "list", json!({"name": "bad_ids", "shape": shape}))["data"][0]["wa_id"].clone()
    };
    assert_eq!((row("empty"), row("plus"), row("null")), (json!(""), json!("+"), Value::Null));
    assert_eq!(row("long").as_str().map(str::len), Some(1_000));
    assert!(row("control").as_str().is_some_and(|id| id.contains('\u{1b}') && id.contains('\n')));
    assert_eq!(row("secret"), json!("sandbox-meta-token"));
    let all = json_of(&sandbox, "meta", "list", json!({"name": "bad_ids", "all": true}))["data"].clone();
    assert!(all.as_array().expect("rows").iter().all(|row| row["wa_id"] == ""));
    assert_eq!(json_of(&sandbox, "sinch", "list", json!({"name": "bad_ids"}))["numbers"], json!([""]));
    let row = json_of(&sandbox, "meta", "list", json!({"name": "hidden_numbers"}))["data"][0].clone();
    assert_eq!((&row["wa_id"], &row["user_id"]), (&json!(""), &json!(format!("US.{USER}"))));
    let extra = |provider: &str, operation: &str, holds: &str| {
        let fault = json!({"name": "extra_field", "holds": holds, "kib": 1});
        json_of(&sandbox, provider, operation, fault)
    };
    assert_eq!(extra("meta", "list", "text")["data"][1]["note"], json!("a note"));
    assert_eq!(extra("nxcloud", "block", "huge")["data"]["block_users"]["added_users"][0]["note"], "x".repeat(1024));
    assert_eq!(extra("99digital", "unblock", "secret")["note"]["seen"], json!(["sandbox-99digital-key"]));
    assert!(extra("sinch", "list", "control")["note"]["note"].as_str().is_some_and(|note| note.contains('\u{202e}')));
}

#[test]
fn credentials_that_come_back() {
    let sandbox = start();
    let account = |provider: &str| json!({"provider": provider, "account": "canary"});
    for provider in ["meta", "nxcloud", "99digital", "sinch"] {
        let config = control(&sandbox, "config", account(provider));
        let secrets = control(&sandbox, "secrets", account(provider))["secrets"].clone();
        let secrets: Vec<&str> = secrets.as_array().expect("spellings").iter().filter_map(Value::as_str).collect();
        let hidden = |(key, _): &(&String, &Value)| ["key", "secret", "token"].iter().any(|word| key.contains(word));
        for (key, secret) in config.as_object().expect("options").iter().filter(hidden) {
            let secret = secret.as_str().expect("a text");
            assert!(secret.ends_with("_.~/+&="), "{key}");
            let encoded = secret.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
            assert!(secrets.contains(&secret) && secrets.contains(&encoded.as_str()), "{provider} {key}");
        }
        let text =
            |fault: Value| String::from_utf8_lossy(&with_fault(&sandbox, provider, "block", fault).bytes).into_owned();
        let plain = text(json!({"name": "echo_secret", "place": "page"}));
        assert!(plain.contains("<h1>") && plain.contains("sandbox-"), "{provider}");
        let encoded = text(json!({"name": "echo_secret", "encoding": "html_numbers"}));
        assert!(encoded.contains("sandbox&#45;"), "{provider}: {encoded}");
        let trace = text(json!({"name": "echo_secret", "place": "trace", "encoding": "base64"}));
        assert!(!trace.contains("sandbox-meta-token"), "{provider}: {trace}");
        let head = with_fault(&sandbox, provider, "block", json!({"name": "echo_secret", "place": "header"})).answer();
        assert!(head.header("www-authenticate").is_some_and(|line| line.contains("sandbox-")), "{provider}");
    }
}

#[test]
fn errors_in_other_forms() {
    let sandbox = start();
    let error = |form: &str| {
        let fault = json!({"name": "error_form", "form": form, "code": 10});
        let answer = with_fault(&sandbox, "meta", "block", fault).answer();
        assert_eq!(answer.status, 403, "{form}");
        answer.json()
    };
    assert_eq!(error("user_texts")["error"]["error_user_msg"], json!("Ask the owner of the account"));
    assert_eq!(error("title")["error"]["title"], json!("Ask the owner of the account"));
    assert_eq!(error("data_text")["error"]["error_data"], json!("{\"details\":\"Ask the owner of the account\"}"));
    assert_eq!(error("list")["errors"][0]["code"], json!(10));
    assert_eq!(error("code_text")["error"]["code"], json!("10"));
    assert_eq!(error("text_only")["error"], json!("Ask the owner of the account"));
    assert_eq!(error("null_texts")["error"]["message"], Value::Null);
    let inner = json_of(&sandbox, "nxcloud", "block", json!({"name": "error_form", "form": "list"}));
    assert_eq!((&inner["code"], &inner["data"]["errors"][0]["code"]), (&json!(9099), &json!(190)));
    for (provider, code) in [("meta", "/error/code"), ("nxcloud", "/code"), ("99digital", "/reason")] {
        let answer = json_of(&sandbox, provider, "block", json!({"name": "code_as_text"}));
        assert!(answer.pointer(code).is_some_and(Value::is_string), "{provider}");
    }
    let long = with_fault(&sandbox, "sinch", "block", json!({"name": "huge_text", "kib": 64})).answer();
    assert!(long.body.len() > 64 << 10);
    let fault = json!({"name": "per_user_error", "code": 131_047, "kib": 8});
    let lists = json_of(&sandbox, "meta", "block", fault)["block_users"]["failed_users"].clone();
    assert_eq!(lists[0]["errors"][0]["message"].as_str().map(str::len), Some(8 << 10));
}

#[test]
fn dates_are_the_servers_own() {
    let sandbox = start();
    control(&sandbox, "clock", json!({"freeze": true, "set_ms": 1_763_800_000_000_i64}));
    let fault = json!({"name": "throttle", "retry_after_date_s": 5, "skew_ms": 600_000});
    let answer = with_fault(&sandbox, "meta", "block", fault).answer();
    assert_eq!(answer.header("date"), Some("Sat, 22 Nov 2025 08:36:40 GMT"));
    assert_eq!(answer.header("retry-after"), Some("Sat, 22 Nov 2025 08:36:45 GMT"));
}

#[test]
fn lists_that_would_end_too_early() {
    let sandbox = start();
    let numbers: Vec<String> = (0..250).map(|n| format!("9725{n:08}")).collect();
    for provider in ["meta", "nxcloud", "sinch"] {
        control(&sandbox, "seed", json!({"provider": provider, "blocked": numbers}));
    }
    let page = |provider: &str, fault: Value| {
        let body = json_of(&sandbox, provider, "list", fault);
        if provider == "nxcloud" { body["data"].clone() } else { body }
    };
    for provider in ["meta", "nxcloud"] {
        for (shape, after) in [("null", Some(Value::Null)), ("empty", Some(json!(""))), ("missing", None)] {
            let paging = &page(provider, json!({"name": "next_without_cursor", "shape": shape}))["paging"];
            assert!(paging["next"].is_string(), "{provider} {shape}");
            assert_eq!(paging["cursors"].get("after"), after.as_ref(), "{provider} {shape}");
        }
        assert_eq!(page(provider, json!({"name": "wrong_paging"}))["paging"], json!([]));
        let cursors = &page(provider, json!({"name": "wrong_paging", "shape": "cursors_text"}))["paging"]["cursors"];
        assert_eq!(cursors, &json!("more"));
        assert_eq!(page(provider, json!({"name": "numeric_cursor"}))["paging"]["cursors"]["after"], json!(99));
        let clamped = page(provider, json!({"name": "clamped_pages"}));
        assert_eq!(clamped["data"].as_array().map(Vec::len), Some(50));
        assert!(clamped["paging"]["cursors"]["after"].is_string() && clamped["paging"].get("next").is_none());
        let empty = page(provider, json!({"name": "endless_empty_pages"}));
        let again = page(provider, json!({"name": "endless_empty_pages"}));
        assert_eq!(empty["data"], json!([]));
        assert_ne!(empty["paging"]["cursors"]["after"], again["paging"]["cursors"]["after"]);
    }
    control(&sandbox, "fault", json!({"name": "numeric_cursor"}));
    let second = meta(&sandbox, "GET", "?limit=100&after=99", "").json();
    assert_eq!(second["data"][0]["wa_id"], json!(numbers[100]));
    control(&sandbox, "clear_faults", json!({}));
    control(&sandbox, "fault", json!({"name": "page_refused", "above": 50, "code": 1}));
    assert_eq!(meta(&sandbox, "GET", "?limit=51", "").status, 500);
    assert_eq!(meta(&sandbox, "GET", "?limit=50", "").json()["data"].as_array().map(Vec::len), Some(50));
    control(&sandbox, "clear_faults", json!({}));
    control(&sandbox, "fault", json!({"name": "shifting_pages"}));
    let first = |page: &str| sinch(&sandbox, "GET", page, "").json()["numbers"][0].clone();
    assert_eq!((first(""), first("?page=1")), (json!(format!("+{}", numbers[1])), json!(format!("+{}", numbers[102]))));
}

#[test]
fn wrong_choices_are_named() {
    let sandbox = start();
    let wrong = sandbox.control("fault", json!({"name": "bad_ids", "shape": "round"})).expect_err("no such shape");
    assert!(wrong.to_string().contains("one of empty, plus, long"), "{wrong}");
    let users = users(&[USER]);
    assert_eq!(meta(&sandbox, "POST", "", &users).status, 200, "nothing was added");
}
