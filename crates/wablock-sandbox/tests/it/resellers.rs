//! The resellers, simulated strictly: each by what its documentation says.

use serde_json::{Value, json};

use crate::support::faults::with_fault;
use crate::support::resellers::{RESELLERS, ask, auth, body, page, target};
use crate::support::{JSON, blocked, call, control, start, users};

mod shapes;

const ADA: &str = "16505551234";
const BEA: &str = "16505551235";

#[test]
fn no_credential_and_a_wrong_one_are_refused_in_the_words_of_each() {
    let sandbox = start();
    for (provider, status, expected) in [
        (
            "360dialog",
            401,
            json!({"meta": {"httpCode": 404, "developerMessage": "Invalid api_key or token expired", "success": false}}),
        ),
        ("gupshup", 401, json!({"status": "error", "message": "Authentication Failed"})),
        ("kaleyra", 400, json!({"code": "RBC001", "message": "Incorrect SID or API Key."})),
        ("kapso", 401, json!({"error": "Invalid or missing API key"})),
        ("splashify", 401, json!({"message": "Unauthorized"})),
        (
            "ycloud",
            401,
            json!({"error": {"status": 401, "code": "UNAUTHORIZED", "message": "INVALID_API_KEY", "requestId": "req_sandbox"}}),
        ),
        ("zernio", 401, json!({"error": "Unauthorized"})),
        ("1msg", 401, json!({"error": "Wrong token"})),
    ] {
        let (method, mut target) = target(provider, "block");
        let right = auth(provider);
        let other = right.1.replace("sandbox-", "another-");
        let bare = right.1.trim_start_matches("Bearer ");
        let with_scheme = format!("Bearer {bare}");
        let mut wrong = vec![vec![], vec![(right.0, &*other)]];
        // A scheme where there is none, or none where there is one; Kapso takes both headers, each in its own form.
        wrong.push(vec![(right.0, if right.1 == bare { &*with_scheme } else { bare })]);
        if provider == "1msg" {
            target = target.replace("=sandbox", "=another");
            wrong = vec![vec![], vec![("Authorization", "Bearer sandbox-1msg-token")]];
        }
        for mut headers in wrong {
            headers.push(JSON);
            let answer = call(&sandbox, method, &target, &headers, &body(provider, &[ADA]));
            assert_eq!((answer.status, answer.json()), (status, expected.clone()), "{provider} {headers:?}");
        }
        assert!(blocked(&sandbox, provider).is_empty(), "{provider}");
    }
}

#[test]
fn methods_paths_and_bodies_are_checked() {
    let sandbox = start();
    for provider in RESELLERS {
        let (method, target) = target(provider, "block");
        let auth = auth(provider);
        let good = body(provider, &[ADA]);
        let refused = |what: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &str| {
            let answer = call(&sandbox, method, target, headers, body);
            assert!((400..500).contains(&answer.status), "{provider} {what}: {}", answer.status);
            assert!(blocked(&sandbox, provider).is_empty(), "{provider} {what}");
        };
        refused("another method", "PUT", &target, &[auth, JSON], &good);
        refused("another path", method, &target.replace("lock", "luck"), &[auth, JSON], &good);
        refused("a slash", method, &format!("{target}/"), &[auth, JSON], &good);
        refused("no type", method, &target, &[auth], &good);
        refused("a form", method, &target, &[auth, ("Content-Type", "application/x-www-form-urlencoded")], &good);
        refused("no body", method, &target, &[auth, JSON], "");
        refused("half a body", method, &target, &[auth, JSON], "{");
        refused("a list", method, &target, &[auth, JSON], "[]");
        refused("no users", method, &target, &[auth, JSON], "{}");
        refused(
            "numbers",
            method,
            &target,
            &[auth, JSON],
            &good
                .replace(&format!("\"+{ADA}\""), ADA)
                .replace(&format!("\"{ADA}\""), ADA)
                .replace("\"phone\":16505551234", "\"phone\":\"16505551234\""),
        );
        if target.contains("%2B") {
            refused("a bare plus", method, &target.replace("%2B", "+"), &[auth, JSON], &good);
            refused("no plus", method, &target.replace("%2B", ""), &[auth, JSON], &good);
            refused("another's number", method, &target.replace("%2B1555", "%2B1556"), &[auth, JSON], &good);
        }
        for (own, other) in
            [("100555", "100556"), ("OM0000001", "OM0000002"), ("HX", "HY"), ("sandbox-gupshup-app", "app")]
        {
            if target.contains(own) {
                refused("another's id", method, &target.replace(own, other), &[auth, JSON], &good);
            }
        }
        let misspelled = if good.contains("\"+") { good.replace("\"+", "\"") } else { good.replace("\"165", "\"+165") };
        if misspelled != good && !["kaleyra", "zernio"].contains(&provider) {
            refused("another spelling", method, &target, &[auth, JSON], &misspelled);
        }
        let answer = ask(&sandbox, provider, "block", &[ADA]);
        assert_eq!((answer.status, blocked(&sandbox, provider)), (200, vec![ADA.to_owned()]), "{provider}");
    }
    let other_account = body("zernio", &[ADA]).replace("sandbox", "other");
    assert_eq!(
        call(&sandbox, "POST", "/zernio/api/v1/whatsapp/block-users", &[auth("zernio"), JSON], &other_account).status,
        404
    );
    assert_eq!(call(&sandbox, "GET", "/zernio/api/v1/whatsapp/block-users", &[auth("zernio")], "").status, 400);
}

#[test]
fn each_has_its_own_limits() {
    let sandbox = start();
    let many: Vec<String> = (0..1_001).map(|n| format!("1650555{n:04}")).collect();
    for (provider, most) in [
        ("360dialog", 1_000),
        ("gupshup", 1_000),
        ("kaleyra", 100),
        ("kapso", 1_000),
        ("splashify", 500),
        ("ycloud", 100),
        ("zernio", 1_000),
        ("cloud_api", 1_000),
    ] {
        let numbers: Vec<&str> = many.iter().take(most + 1).map(String::as_str).collect();
        assert!((400..500).contains(&ask(&sandbox, provider, "block", &numbers).status), "{provider}");
        assert!(blocked(&sandbox, provider).is_empty(), "{provider}");
        assert_eq!(ask(&sandbox, provider, "block", &numbers[..most]).status, 200, "{provider}");
        assert_eq!(blocked(&sandbox, provider).len(), most, "{provider}");
    }
    for provider in ["gupshup", "ycloud", "zernio"] {
        let (method, target) = target(provider, "list");
        let target = format!("{target}{}", if target.contains('?') { "&limit=" } else { "?limit=" });
        for (limit, status) in [("0", 400), ("1", 200), ("100", 200), ("101", 400), ("x", 400)] {
            let answer = call(&sandbox, method, &format!("{target}{limit}"), &[auth(provider)], "");
            assert_eq!(answer.status, status, "{provider} {limit}");
        }
    }
}

#[test]
fn cursors_lead_through_every_list() {
    let sandbox = start();
    let all: Vec<String> = (0..250).map(|n| format!("1650555{n:04}")).collect();
    for provider in RESELLERS {
        control(&sandbox, "seed", json!({"provider": provider, "blocked": all}));
        let param = if provider == "ycloud" { "pageAfter" } else { "after" };
        let (method, first) = target(provider, "list");
        let mut query = String::new();
        let mut seen = Vec::new();
        loop {
            let joint = if first.contains('?') { "&" } else { "?" };
            let answer = call(&sandbox, method, &format!("{first}{joint}limit=100{query}"), &[auth(provider)], "");
            let (rows, next) = page(provider, &answer.json());
            seen.extend(rows.iter().map(|row| {
                let id = ["wa_id", "waId", "user"].into_iter().find_map(|key| row[key].as_str()).expect("an id");
                id.trim_start_matches('+').to_owned()
            }));
            match next.as_str().filter(|_| !rows.is_empty()) {
                Some(cursor) => query = format!("&{param}={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, all, "{provider}");
    }
}

#[test]
fn too_many_requests_in_the_words_of_each() {
    let sandbox = start();
    control(&sandbox, "clock", json!({"freeze": true}));
    for (provider, status, retry_after, expected) in [
        (
            "360dialog",
            400,
            None,
            json!({"meta": {"httpCode": 400, "developerMessage": "You have exceeded the endpoint rate limit.", "success": false}}),
        ),
        ("gupshup", 429, None, json!({"status": "error", "message": "Too Many Requests"})),
        ("kaleyra", 429, None, json!({"code": "429", "message": "Too Many Requests"})),
        ("kapso", 429, Some("60"), json!({"error": "Rate limit exceeded", "message": "Please try again later."})),
        ("splashify", 429, None, json!({"message": "Too Many Requests"})),
        (
            "ycloud",
            429,
            Some("1"),
            json!({"error": {"status": 429, "code": "ACCOUNT_RATE_LIMITED", "message": "Too many requests.", "requestId": "req_sandbox"}}),
        ),
        ("zernio", 429, Some("60"), json!({"error": "Rate limit exceeded"})),
        ("1msg", 429, None, json!({"error": "Too many requests"})),
    ] {
        control(&sandbox, "settings", json!({format!("{provider}_rate_per_s"): 1}));
        assert_eq!(ask(&sandbox, provider, "list", &[]).status, 200, "{provider}");
        let answer = ask(&sandbox, provider, "list", &[]);
        assert_eq!(
            (answer.status, answer.header("retry-after"), answer.json()),
            (status, retry_after, expected),
            "{provider}"
        );
        if ["kapso", "zernio"].contains(&provider) {
            assert_eq!(answer.header("x-ratelimit-remaining"), Some("0"), "{provider}");
        }
    }
    control(&sandbox, "settings", json!({"retry_after_s": 3, "kapso_rate_per_s": 0}));
    assert_eq!(ask(&sandbox, "kapso", "list", &[]).header("retry-after"), Some("3"));
}

#[test]
fn gupshup_has_two_doors_with_a_key_each() {
    let sandbox = start();
    let config = control(&sandbox, "config", json!({"provider": "gupshup", "partner": true}));
    assert_eq!(config["partner_token"], json!("sandbox-gupshup-partner-token"));
    assert!(config.get("api_key").is_none());
    assert!(sandbox.control("config", json!({"provider": "kapso", "partner": true})).is_err());
    let env = control(&sandbox, "env", json!({"provider": "gupshup", "partner": true}));
    assert_eq!(env["WABLOCK_GUPSHUP_PARTNER_TOKEN"], json!("sandbox-gupshup-partner-token"));
    let partner = "/gupshup/partner/app/sandbox-gupshup-app/user/block";
    let own = "/gupshup/wa/app/sandbox-gupshup-app/user/block";
    let token = ("Authorization", "sandbox-gupshup-partner-token");
    let with_scheme = ("Authorization", "Bearer sandbox-gupshup-partner-token");
    for (path, header, status, text) in [
        (own, token, 401, "Authentication Failed"),
        (partner, auth("gupshup"), 401, "Unauthorized Access"),
        (partner, ("Authorization", "sandbox-gupshup-key"), 401, "Unauthorized Access"),
        (partner, with_scheme, 401, "Unauthorized Access"),
        (own, ("apikey", "sandbox-gupshup-partner-token"), 401, "Authentication Failed"),
    ] {
        let answer = call(&sandbox, "POST", path, &[header, JSON], &users(&[ADA]));
        assert_eq!((answer.status, &answer.json()["message"]), (status, &json!(text)), "{path} {header:?}");
    }
    assert_eq!(call(&sandbox, "POST", partner, &[token, JSON], &users(&[ADA])).status, 200);
    let unblock = partner.replace("block", "unblock");
    assert_eq!(call(&sandbox, "DELETE", &unblock, &[token, JSON], &users(&[ADA])).status, 404, "it is a POST");
    assert_eq!(blocked(&sandbox, "gupshup"), [ADA]);
    assert_eq!(call(&sandbox, "POST", &unblock, &[token, JSON], &users(&[ADA])).status, 200);
}

#[test]
fn business_scoped_ids_where_there_are_any() {
    let id = "US.13491208655302741918";
    let sandbox = start();
    let entry = json!({"messaging_product": "whatsapp", "block_users": [{"user_id": id}]}).to_string();
    for provider in RESELLERS {
        let (method, path) = target(provider, "block");
        let request = match provider {
            "ycloud" => json!({"users": [], "userIds": [id]}).to_string(),
            "zernio" => json!({"accountId": "sandbox-zernio-account", "users": [id]}).to_string(),
            "1msg" => json!({"phone": id}).to_string(),
            _ => entry.clone(),
        };
        let answer = call(&sandbox, method, &path, &[auth(provider), JSON], &request);
        let expected: &[&str] = if ["zernio", "1msg"].contains(&provider) { &[] } else { &[id] };
        assert_eq!(blocked(&sandbox, provider), expected, "{provider} {}", answer.json());
        let (rows, _) = page(provider, &ask(&sandbox, provider, "list", &[]).json());
        assert!(expected.is_empty() || rows[0]["user_id"] == json!(id), "{provider} {rows:?}");
    }
}

#[test]
fn errors_of_metas_are_passed_on_in_the_form_of_each() {
    let sandbox = start();
    for (provider, code, text) in [
        ("360dialog", "/error/code", "/error/message"),
        ("gupshup", "/error/code", "/error/message"),
        ("kaleyra", "/error/code", "/error/message"),
        ("kapso", "/error/code", "/error/message"),
        ("splashify", "/error/code", "/error/message"),
        ("ycloud", "/error/whatsappApiError/code", "/error/message"),
        ("zernio", "/platformError/code", "/error"),
        ("1msg", "/none", "/response/error"),
        ("cloud_api", "/detail/error/code", "/detail/error/message"),
    ] {
        let answer = with_fault(&sandbox, provider, "block", json!({"name": "error_code", "code": 139_101}));
        let body = answer.json();
        assert_eq!(answer.answer().status, if provider == "1msg" { 200 } else { 400 }, "{provider}");
        assert_eq!(body.pointer(code), (code != "/none").then_some(&json!(139_101)), "{provider} {body}");
        assert_eq!(body.pointer(text), Some(&json!("(#139101) Blocklist limit reached")), "{provider} {body}");
    }
    let answer = with_fault(&sandbox, "1msg", "block", json!({"name": "status", "status": 403}));
    assert_eq!(answer.answer().body, b"subscription blocked");
}

#[test]
fn what_documentation_leaves_open_can_be_said_the_other_way() {
    let sandbox = start();
    let said = |provider: &str, operation: &str, fault: Value| with_fault(&sandbox, provider, operation, fault).json();
    for provider in ["kapso", "1msg"] {
        assert_eq!(said(provider, "block", json!({"name": "success_true"})), json!({"success": true}));
        assert_eq!(blocked(&sandbox, provider), [ADA], "{provider}");
    }
    for provider in ["360dialog", "gupshup"] {
        let body = said(provider, "unblock", json!({"name": "wrong_list_name"}));
        assert_eq!(body["block_users"]["added_users"][0]["wa_id"], json!(ADA), "{provider}");
    }
    let lists = said("splashify", "block", json!({"name": "nameless_failures"}));
    assert_eq!(lists["block_users"]["errors"], json!([{"code": 131_047, "message": "Re-engagement required"}]));
    assert!(blocked(&sandbox, "splashify").is_empty());
    for provider in ["360dialog", "splashify", "ycloud"] {
        control(&sandbox, "seed", json!({"provider": provider, "blocked": [ADA, BEA]}));
        let list = said(provider, "list", json!({"name": "meta_list"}));
        assert_eq!(list["data"][1], json!({"messaging_product": "whatsapp", "wa_id": BEA}), "{provider} {list}");
        assert!(list["paging"]["cursors"]["after"].is_string(), "{provider} {list}");
    }
    control(&sandbox, "seed", json!({"provider": "1msg", "blocked": [ADA]}));
    let list = said("1msg", "list", json!({"name": "nested_rows"}));
    assert_eq!(list["blockedUsers"][0]["block_users"][0]["wa_id"], json!(ADA));
}
