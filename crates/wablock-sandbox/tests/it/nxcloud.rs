//! NxCloud, played strictly.

use serde_json::{Value, json};
use wablock_sandbox::Sandbox;

use crate::support::{JSON, Nx, blocked, call, control, nx_body, nx_users, nxcloud, start};

fn code(sandbox: &Sandbox, nx: &Nx, body: &str) -> Value {
    let answer = nx.call(sandbox, "createBlockUsers", body);
    assert_eq!(answer.status, 200, "every code comes with 200");
    answer.json()["code"].clone()
}

#[test]
fn block_list_unblock() {
    let sandbox = start();
    let answer = nxcloud(&sandbox, "createBlockUsers", &nx_users(&["16505551234", "+16505551235", "15550131047"]));
    assert_eq!(
        answer.json(),
        json!({"code": 0, "message": "请求成功", "data": {"messaging_product": "whatsapp", "block_users": {
            "added_users": [
                {"input": "16505551234", "wa_id": "16505551234"},
                {"input": "+16505551235", "wa_id": "16505551235"},
            ],
            "failed_users": [{"input": "15550131047", "errors": [{"code": 131_047, "message": "Re-engagement check failed",
                "error_data": {"details": "Failed to block due to re-engagement check failed"}}]}],
        }}})
    );
    let list = nxcloud(&sandbox, "getBlockUsers", &nx_body(json!({"limit": 1}))).json();
    assert_eq!(list["data"]["data"], json!([{"messaging_product": "whatsapp", "wa_id": "16505551234"}]));
    assert!(list["data"]["paging"].get("next").is_none());
    let after = &list["data"]["paging"]["cursors"]["after"];
    let list = nxcloud(&sandbox, "getBlockUsers", &nx_body(json!({"limit": 1, "after": after}))).json();
    assert_eq!(list["data"]["data"][0]["wa_id"], json!("16505551235"));
    let answer = nxcloud(&sandbox, "deleteBlockUsers", &nx_users(&["16505551234"])).json();
    assert_eq!(answer["data"]["block_users"]["removed_users"][0]["wa_id"], json!("16505551234"));
    assert_eq!(blocked(&sandbox, "nxcloud"), ["16505551235"]);
    let stale = nxcloud(&sandbox, "getBlockUsers", &nx_body(json!({"after": after}))).json();
    assert_eq!(stale["code"], json!(9099));
    assert_eq!(stale["data"]["error"]["code"], json!(139_102));
}

#[test]
fn the_order_of_checks() {
    let sandbox = start();
    let body = nx_users(&["16505551234"]);
    // Everything is wrong at first; one thing after the other is put right.
    let mut nx = Nx {
        key: "nobody".to_owned(),
        secret: "wrong".to_owned(),
        ts: "1".to_owned(),
        biz_type: "3".to_owned(),
        action: "send".to_owned(),
    };
    let plain = call(&sandbox, "POST", "/nxcloud/api/wa/createBlockUsers", &[JSON], &body);
    assert_eq!(plain.json()["code"], json!(1001));
    assert_eq!(code(&sandbox, &nx, &body), json!(1002));
    nx.biz_type = "2".to_owned();
    assert_eq!(code(&sandbox, &nx, &body), json!(1002));
    nx.action = "mt".to_owned();
    assert_eq!(code(&sandbox, &nx, &body), json!(1005));
    let right = Nx::new(&sandbox);
    nx.key.clone_from(&right.key);
    assert_eq!(code(&sandbox, &nx, &body), json!(1004));
    nx.ts.clone_from(&right.ts);
    assert_eq!(code(&sandbox, &nx, &body), json!(1003));
    nx.secret.clone_from(&right.secret);
    assert_eq!(code(&sandbox, &nx, "[]"), json!(9000));
    assert_eq!(code(&sandbox, &nx, &nx_body(json!({"messaging_product": "sms"}))), json!(9000));
    assert_eq!(code(&sandbox, &nx, &nx_body(json!({"appkey": "none"}))), json!(9008));
    let other = control(&sandbox, "config", json!({"provider": "nxcloud", "account": "other"}));
    assert_eq!(code(&sandbox, &nx, &nx_body(json!({"appkey": other["app_key"]}))), json!(9010));
    assert_eq!(code(&sandbox, &nx, &nx_body(json!({"business_phone": other["business_phone"]}))), json!(9002));
    assert_eq!(code(&sandbox, &nx, &nx_body(json!({}))), json!(9000), "no block_users");
    assert_eq!(code(&sandbox, &nx, &nx_body(json!({"block_users": [{"user_id": "US.1"}]}))), json!(9000));
    assert!(blocked(&sandbox, "nxcloud").is_empty());
    assert_eq!(code(&sandbox, &nx, &body), json!(0));
}

#[test]
fn every_header_is_needed() {
    let sandbox = start();
    let (nx, body) = (Nx::new(&sandbox), nx_users(&["16505551234"]));
    let sign = nx.sign(&body);
    let all = [("accesskey", nx.key.as_str()), ("TS", &nx.ts), ("bizType", "2"), ("action", "mt"), ("sign", &sign)];
    let target = "/nxcloud/api/wa/createBlockUsers";
    for missing in 0..all.len() {
        let mut headers = all.to_vec();
        headers.remove(missing);
        headers.push(JSON);
        let answer = call(&sandbox, "POST", target, &headers, &body).json();
        assert_eq!(answer["code"], json!(1001), "{}", all[missing].0);
    }
    let answer = call(&sandbox, "POST", target, &all, &body).json();
    assert_eq!(answer["code"], json!(1003), "no content type");
    let upper = sign.to_uppercase();
    let mut headers = all.to_vec();
    headers[4].1 = &upper;
    headers.push(JSON);
    assert_eq!(call(&sandbox, "POST", target, &headers, &body).json()["code"], json!(1003), "upper case");
    headers[4].1 = &sign;
    let touched = body.replace("1234", "1235");
    assert_eq!(call(&sandbox, "POST", target, &headers, &touched).json()["code"], json!(1003), "other body");
    headers.push(("algorithm", "sha1"));
    assert_eq!(call(&sandbox, "POST", target, &headers, &body).json()["code"], json!(1003), "algorithm");
    headers.pop();
    assert_eq!(call(&sandbox, "POST", target, &headers, &body).json()["code"], json!(0), "any header case");
}

#[test]
fn sha256_and_the_setting_that_forbids_it() {
    use sha2::{Digest, Sha256};
    let sandbox = start();
    let (nx, body) = (Nx::new(&sandbox), nx_body(json!({})));
    let text = format!("accessKey={}&action=mt&bizType=2&ts={}&body={body}&accessSecret={}", nx.key, nx.ts, nx.secret);
    let sign: String = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let headers = [
        ("accessKey", nx.key.as_str()),
        ("ts", &nx.ts),
        ("bizType", "2"),
        ("action", "mt"),
        ("sign", &sign),
        ("algorithm", "sha256"),
        JSON,
    ];
    let ask = || call(&sandbox, "POST", "/nxcloud/api/wa/getBlockUsers", &headers, &body).json()["code"].clone();
    assert_eq!(ask(), json!(0));
    control(&sandbox, "settings", json!({"nxcloud_algorithms": ["md5"]}));
    assert_eq!(ask(), json!(1003));
}

#[test]
fn the_clock_window_is_a_minute() {
    let sandbox = start();
    control(&sandbox, "clock", json!({"freeze": true, "set_ms": 1_763_800_000_000_i64}));
    for (offset, expected) in [(0, 0), (60_000, 0), (-60_000, 0), (60_001, 1004), (-60_001, 1004)] {
        let mut nx = Nx::new(&sandbox);
        nx.ts = (1_763_800_000_000_i64 + offset).to_string();
        let answer = nx.call(&sandbox, "getBlockUsers", &nx_body(json!({})));
        assert_eq!(answer.json()["code"], json!(expected), "{offset}");
        assert_eq!(answer.header("date"), Some("Sat, 22 Nov 2025 08:26:40 GMT"));
    }
}

#[test]
fn all_failed_in_two_forms_and_too_many() {
    let sandbox = start();
    let body = nx_users(&["15550131047"]);
    let answer = nxcloud(&sandbox, "createBlockUsers", &body).json();
    assert_eq!((&answer["code"], &answer["data"]["block_users"]["added_users"]), (&json!(0), &json!([])));
    control(&sandbox, "settings", json!({"nxcloud_all_failed": "9099"}));
    let answer = nxcloud(&sandbox, "createBlockUsers", &body).json();
    assert_eq!((&answer["code"], &answer["data"]["error"]["code"]), (&json!(9099), &json!(139_100)));
    let many: Vec<String> = (0..1001).map(|n| format!("1650555{n:04}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let answer = nxcloud(&sandbox, "createBlockUsers", &nx_users(&many)).json();
    assert_eq!(answer["data"]["error"]["code"], json!(130_429));
    for extra in [json!({"limit": "9"}), json!({"after": 1})] {
        assert_eq!(nxcloud(&sandbox, "getBlockUsers", &nx_body(extra)).json()["code"], json!(9000));
    }
    let answer = nxcloud(&sandbox, "getBlockUsers", &nx_body(json!({"after": "x"}))).json();
    assert_eq!(answer["data"]["error"]["code"], json!(100));
}

#[test]
fn methods_paths_and_rate() {
    let sandbox = start();
    assert_eq!(call(&sandbox, "GET", "/nxcloud/api/wa/getBlockUsers", &[], "").status, 405);
    assert_eq!(call(&sandbox, "POST", "/nxcloud/api/wa/getblockusers", &[], "").status, 404);
    control(&sandbox, "clock", json!({"freeze": true}));
    control(&sandbox, "settings", json!({"nxcloud_rate_per_s": 1}));
    let ask = || nxcloud(&sandbox, "getBlockUsers", &nx_body(json!({}))).json();
    assert_eq!(ask()["code"], json!(0));
    assert_eq!(ask()["data"]["error"]["code"], json!(130_429));
}
