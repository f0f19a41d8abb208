//! Meta Cloud API, played strictly.

use serde_json::json;

use crate::support::{JSON, META_AUTH, META_PATH, blocked, call, control, meta, start, users};

#[test]
fn block_list_unblock() {
    let sandbox = start();
    let answer = meta(&sandbox, "POST", "", &users(&["+16505551234", "16505551235"]));
    assert_eq!(answer.status, 200);
    assert_eq!(
        String::from_utf8_lossy(&answer.body),
        r#"{"messaging_product":"whatsapp","block_users":{"added_users":[{"input":"+16505551234","wa_id":"16505551234"},{"input":"16505551235","wa_id":"16505551235"}]}}"#
    );
    let answer = meta(&sandbox, "GET", "", "");
    let data = json!([
        {"messaging_product": "whatsapp", "wa_id": "16505551234"},
        {"messaging_product": "whatsapp", "wa_id": "16505551235"},
    ]);
    assert_eq!(answer.json()["data"], data);
    assert!(answer.json()["paging"].get("next").is_none());
    let answer = meta(&sandbox, "DELETE", "", &users(&["16505551234"]));
    assert_eq!(
        answer.json()["block_users"],
        json!({"removed_users": [{"input": "16505551234", "wa_id": "16505551234"}]})
    );
    assert_eq!(blocked(&sandbox, "meta"), ["16505551235"]);
}

#[test]
fn headers_of_every_answer() {
    let sandbox = start();
    let answer = meta(&sandbox, "GET", "", "");
    for name in [
        "x-fb-request-id",
        "x-fb-trace-id",
        "x-business-use-case-usage",
        "x-app-usage",
        "cache-control",
        "date",
        "content-type",
    ] {
        assert!(answer.header(name).is_some(), "{name}");
    }
    assert_eq!(answer.header("facebook-api-version"), Some("v26.0"));
    let target = META_PATH.replace("v26.0", "v19.0");
    let answer = call(&sandbox, "GET", &target, &[META_AUTH], "");
    assert_eq!(answer.header("facebook-api-version"), Some("v23.0"), "a dead version");
    let answer = call(&sandbox, "GET", "/meta/106540352242922/block_users", &[META_AUTH], "");
    assert_eq!(answer.status, 200, "no version");
}

#[test]
fn wrong_calls() {
    let sandbox = start();
    let body = users(&["16505551234"]);
    let many: Vec<String> = (0..1001).map(|n| format!("1650555{n:04}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let other_id = META_PATH.replace("106540352242922", "1");
    let auth = [META_AUTH, JSON];
    let bad_token = [("Authorization", "Bearer nope"), JSON];
    let no_product = r#"{"block_users":[{"user":"16505551234"}]}"#;
    let bad_product = r#"{"messaging_product":"sms","block_users":[]}"#;
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], String, u16, i64);
    let cases: Vec<Case<'_>> = vec![
        ("POST", META_PATH, &[JSON], body.clone(), 401, 104),
        ("POST", META_PATH, &bad_token, body.clone(), 401, 190),
        ("POST", &other_id, &auth, body.clone(), 400, 100),
        ("PUT", META_PATH, &auth, body.clone(), 400, 100),
        ("POST", "/meta/v26.0/106540352242922/blocked", &auth, body.clone(), 400, 2500),
        ("POST", "/meta/26.0/106540352242922/block_users", &auth, body.clone(), 400, 2500),
        ("POST", META_PATH, &[META_AUTH], body.clone(), 400, 100),
        ("POST", META_PATH, &auth, String::new(), 400, 100),
        ("POST", META_PATH, &auth, "{".to_owned(), 400, 100),
        ("POST", META_PATH, &auth, "[]".to_owned(), 400, 100),
        ("POST", META_PATH, &auth, no_product.to_owned(), 400, 100),
        ("POST", META_PATH, &auth, bad_product.to_owned(), 400, 100),
        ("POST", META_PATH, &auth, users(&[]).replace("[]", "{}"), 400, 100),
        ("POST", META_PATH, &auth, users(&["1"]).replace("user\"", "phone\""), 400, 100),
        ("POST", META_PATH, &auth, users(&["1"]).replace("\"1\"", "1"), 400, 100),
        ("POST", META_PATH, &auth, users(&many), 429, 130_429),
    ];
    for (method, path, headers, body, status, code) in cases {
        let answer = call(&sandbox, method, path, headers, &body);
        let shown: String = body.chars().take(60).collect();
        assert_eq!(answer.status, status, "{method} {path} {shown}");
        let error = &answer.json()["error"];
        assert_eq!(error["code"], json!(code), "{method} {path} {shown}");
        assert!(error["fbtrace_id"].is_string() && error["message"].is_string() && error["type"].is_string());
        assert!(answer.header("www-authenticate").is_some());
    }
    assert_eq!(blocked(&sandbox, "meta"), Vec::<String>::new());
    let answer = call(&sandbox, "POST", &other_id, &auth, &body);
    assert_eq!(answer.json()["error"]["error_subcode"], json!(33));
    assert_eq!(answer.json()["error"]["type"], json!("GraphMethodException"));
    let answer = meta(&sandbox, "POST", "", &users(&[]));
    assert_eq!((answer.status, answer.json()["block_users"]["added_users"].clone()), (200, json!([])));
}

#[test]
fn mixed_answers_in_both_generations() {
    let sandbox = start();
    let body = users(&["16505551234", "15550131047", "abc", "+16505551234"]);
    let answer = meta(&sandbox, "POST", "", &body);
    assert_eq!(answer.status, 200);
    let lists = &answer.json()["block_users"];
    assert_eq!(lists["added_users"].as_array().map(Vec::len), Some(2), "one entry per occurrence");
    assert_eq!(
        lists["failed_users"],
        json!([
            {"input": "15550131047", "wa_id": "15550131047", "errors": [{"message": "Re-engagement required",
                "code": 131_047, "error_data": {"details": "User has not messaged in the last 24 hours"}}]},
            {"input": "abc", "errors": [{"message": "Re-engagement required", "code": 131_047,
                "error_data": {"details": "Invalid number"}}]},
        ])
    );
    assert!(answer.json().get("error").is_none());
    control(&sandbox, "settings", json!({"meta_partial_status": 400}));
    let answer = meta(&sandbox, "POST", "", &body);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"]["code"], json!(139_100));
    assert_eq!(answer.json()["block_users"]["added_users"].as_array().map(Vec::len), Some(2));
}

#[test]
fn magic_numbers_and_bsuids() {
    let sandbox = start();
    for (number, block, unblock) in [
        ("15550131047", Some(131_047), None),
        ("15550131021", Some(131_021), None),
        ("15550100001", Some(131_021), None),
        ("15550139101", Some(139_101), None),
        ("15550139103", Some(139_103), Some(139_103)),
        ("15550130429", Some(130_429), Some(130_429)),
        ("15550131000", Some(131_000), Some(131_000)),
        ("15550000400", Some(131_047), Some(131_047)),
        ("15550123456", None, None),
    ] {
        for (method, expected) in [("POST", block), ("DELETE", unblock)] {
            let answer = meta(&sandbox, method, "", &users(&[number])).json();
            let code = answer["block_users"]["failed_users"][0]["errors"][0]["code"].as_i64();
            assert_eq!(code, expected, "{method} {number}");
        }
    }
    let body =
        r#"{"messaging_product":"whatsapp","block_users":[{"user_id":"US.13491208655302741918"},{"user_id":"x"}]}"#;
    let answer = meta(&sandbox, "POST", "", body).json();
    let id = "US.13491208655302741918";
    assert_eq!(answer["block_users"]["added_users"], json!([{"input": id, "user_id": id}]));
    assert_eq!(answer["block_users"]["failed_users"][0]["errors"][0]["code"], json!(100));
    let row = &meta(&sandbox, "GET", "", "").json()["data"][0];
    assert_eq!(row, &json!({"messaging_product": "whatsapp", "user_id": id}));
}

#[test]
fn pages_cursors_and_139102() {
    let sandbox = start();
    let numbers: Vec<String> = (0..250).map(|n| format!("1650555{n:04}")).collect();
    control(&sandbox, "seed", json!({"provider": "meta", "blocked": numbers}));
    let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = meta(&sandbox, "GET", &format!("?limit=1000&after={after}"), "").json();
        pages += 1;
        for row in page["data"].as_array().expect("rows") {
            seen.push(row["wa_id"].as_str().expect("wa_id").to_owned());
        }
        after = page["paging"]["cursors"]["after"].as_str().expect("after").to_owned();
        assert_eq!(page["paging"].get("previous").is_some(), pages > 1);
        match page["paging"].get("next").and_then(|next| next.as_str()) {
            Some(next) => assert!(next.starts_with(&sandbox.url()) && next.contains(&after)),
            None => break,
        }
    }
    assert_eq!((seen, pages), (numbers, 3));
    let beyond = meta(&sandbox, "GET", &format!("?after={after}"), "");
    assert_eq!(beyond.json(), json!({"data": []}));

    let second = meta(&sandbox, "GET", "?limit=100", "").json();
    let cursor = second["paging"]["cursors"]["after"].as_str().expect("after").to_owned();
    let third = meta(&sandbox, "GET", &format!("?limit=10&after={cursor}"), "").json();
    let before = third["paging"]["cursors"]["before"].as_str().expect("before");
    let back = meta(&sandbox, "GET", &format!("?limit=10&before={before}"), "").json();
    assert_eq!(back["data"][9]["wa_id"], json!("16505550099"));
    assert_eq!(back["data"].as_array().map(Vec::len), Some(10));

    // A repeat changes nothing; a new user breaks the cursor.
    meta(&sandbox, "POST", "", &users(&["16505550001"]));
    assert_eq!(meta(&sandbox, "GET", &format!("?after={cursor}"), "").status, 200);
    meta(&sandbox, "POST", "", &users(&["16505559999"]));
    let broken = meta(&sandbox, "GET", &format!("?after={cursor}"), "");
    assert_eq!((broken.status, broken.json()["error"]["code"].clone()), (400, json!(139_102)));
    for query in ["?after=abc", "?before=%7B%7D", "?limit=0", "?limit=-1", "?limit=x"] {
        let answer = meta(&sandbox, "GET", query, "");
        assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (400, json!(100)), "{query}");
    }
}

#[test]
fn page_settings() {
    let sandbox = start();
    control(&sandbox, "seed", json!({"provider": "meta", "blocked": ["16505550001", "16505550002", "16505550003"]}));
    control(&sandbox, "settings", json!({"meta_page_refuse_above": 100, "meta_page_max": 2}));
    assert_eq!(meta(&sandbox, "GET", "?limit=1000", "").json()["error"]["code"], json!(100));
    let page = meta(&sandbox, "GET", "?limit=100", "").json();
    assert_eq!(page["data"].as_array().map(Vec::len), Some(2));
    assert!(page["paging"]["next"].is_string());
    control(&sandbox, "settings", json!({"meta_next_links": "omit"}));
    assert!(meta(&sandbox, "GET", "?limit=100", "").json()["paging"].get("next").is_none());
}

#[test]
fn the_24_hour_window_and_the_cap() {
    let sandbox = start();
    let code = |user: &str| {
        let answer = meta(&sandbox, "POST", "", &users(&[user])).json();
        answer["block_users"]["failed_users"][0]["errors"][0]["code"].as_i64()
    };
    control(&sandbox, "settings", json!({"everyone_wrote": false}));
    assert_eq!(code("16505551234"), Some(131_047));
    control(
        &sandbox,
        "seed",
        json!({"provider": "meta", "messages": ["+16505551234", {"user": "16505551235", "ago_s": 86_390}]}),
    );
    assert_eq!((code("16505551234"), code("16505551235")), (None, None));
    control(&sandbox, "clock", json!({"advance_s": 60}));
    assert_eq!((code("16505551234"), code("16505551235")), (None, Some(131_047)));
    assert_eq!(
        meta(&sandbox, "DELETE", "", &users(&["16505551235"])).json()["block_users"]["removed_users"][0]["wa_id"],
        json!("16505551235")
    );
    control(&sandbox, "settings", json!({"everyone_wrote": true, "list_cap": 1}));
    assert_eq!((code("16505551234"), code("16505551299")), (None, Some(139_101)));
}

#[test]
fn wa_ids_differ_in_three_countries() {
    let sandbox = start();
    let answer = meta(&sandbox, "POST", "", &users(&["+5531987654321", "525512345678", "541112345678"])).json();
    let added = &answer["block_users"]["added_users"];
    assert_eq!(added[0], json!({"input": "+5531987654321", "wa_id": "553187654321"}));
    assert_eq!(added[1]["wa_id"], json!("5215512345678"));
    assert_eq!(added[2]["wa_id"], json!("5491112345678"));
    meta(&sandbox, "DELETE", "", &users(&["553187654321"]));
    assert_eq!(blocked(&sandbox, "meta"), ["5215512345678", "5491112345678"]);
}

#[test]
fn appsecret_proof() {
    let sandbox = start();
    control(&sandbox, "settings", json!({"require_appsecret_proof": true}));
    let config = control(&sandbox, "config", json!({"provider": "meta"}));
    assert_eq!(config["app_secret"], json!("sandbox-meta-app-secret"));
    // echo -n sandbox-meta-token | openssl dgst -sha256 -hmac sandbox-meta-app-secret
    let right = "24875aaa18914879ffa427770800e969e6fc522e57f42b8d430e5cbe3c5ebe34";
    for (query, status) in
        [(String::new(), 400), ("?appsecret_proof=00".to_owned(), 400), (format!("?appsecret_proof={right}"), 200)]
    {
        let answer = meta(&sandbox, "GET", &query, "");
        assert_eq!(answer.status, status, "{query}");
        if status == 400 {
            assert_eq!(answer.json()["error"]["type"], json!("GraphMethodException"));
        }
    }
}

#[test]
fn rate_limits_and_usage() {
    let sandbox = start();
    control(&sandbox, "clock", json!({"freeze": true}));
    control(&sandbox, "settings", json!({"meta_rate_per_s": 2, "retry_after_s": 7, "meta_regain_minutes": 3}));
    let statuses = || -> Vec<u16> { (0..3).map(|_| meta(&sandbox, "GET", "", "").status).collect() };
    assert_eq!(statuses(), [200, 200, 429]);
    control(&sandbox, "clock", json!({"advance_s": 0.5}));
    assert_eq!(statuses(), [200, 429, 429]);
    let last = meta(&sandbox, "GET", "", "");
    assert_eq!(last.json()["error"]["code"], json!(80_007));
    assert_eq!(last.header("retry-after"), Some("7"));
    let usage = last.header("x-business-use-case-usage").expect("usage");
    assert!(usage.contains("\"estimated_time_to_regain_access\":3"));
}

#[test]
fn further_accounts_are_apart() {
    let sandbox = start();
    let config = control(&sandbox, "config", json!({"provider": "meta", "account": "shop 2"}));
    let (id, token) =
        (config["phone_number_id"].as_str().expect("id"), config["access_token"].as_str().expect("token"));
    assert_eq!(config, control(&sandbox, "config", json!({"provider": "meta", "account": "shop 2"})));
    let path = format!("/meta/v26.0/{id}/block_users");
    let auth = format!("Bearer {token}");
    let answer = call(&sandbox, "POST", &path, &[("Authorization", &auth), JSON], &users(&["16505551234"]));
    assert_eq!(answer.status, 200);
    assert!(blocked(&sandbox, "meta").is_empty());
    let answer = call(&sandbox, "GET", META_PATH, &[("Authorization", &auth)], "");
    assert_eq!(answer.json()["error"]["error_subcode"], json!(33), "another account's token");
}
