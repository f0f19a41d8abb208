//! The control commands, HTTP itself, and the program.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use wablock_sandbox::{Options, Sandbox};

use crate::support::{
    JSON, META_AUTH, META_PATH, blocked, call, connect, control, meta, read_answer, request, sinch, start, users,
};

#[test]
fn configurations_have_exactly_these_keys() {
    let sandbox = start();
    let url = sandbox.url();
    let keys = |provider: &str, account: &str| -> Vec<String> {
        let config = control(&sandbox, "config", json!({"provider": provider, "account": account}));
        assert_eq!(config["base_url"], json!(format!("{url}/{provider}")));
        assert_eq!(config["provider"], json!(provider));
        let mut keys: Vec<String> = config.as_object().expect("object").keys().cloned().collect();
        keys.sort();
        keys
    };
    for account in ["default", "shop"] {
        assert_eq!(keys("meta", account), ["access_token", "base_url", "phone_number_id", "provider"]);
        assert_eq!(
            keys("nxcloud", account),
            ["access_key", "access_secret", "app_key", "base_url", "business_phone", "provider"]
        );
        assert_eq!(keys("99digital", account), ["api_key", "base_url", "from_number", "provider"]);
        assert_eq!(keys("sinch", account), ["base_url", "bot_id", "provider", "region", "token"]);
    }
    let config = control(&sandbox, "config", json!({"provider": "meta", "app_secret": true}));
    assert_eq!(config["app_secret"], json!("sandbox-meta-app-secret"));
}

#[test]
fn many_accounts_have_ids_of_their_own() {
    let sandbox = start();
    let mut ids = std::collections::HashSet::new();
    for n in 0..300 {
        let account = format!("account {n}");
        for (provider, field) in [
            ("meta", "phone_number_id"),
            ("nxcloud", "business_phone"),
            ("99digital", "from_number"),
            ("sinch", "bot_id"),
        ] {
            let config = control(&sandbox, "config", json!({"provider": provider, "account": account}));
            assert!(ids.insert(config[field].as_str().expect("id").to_owned()), "{config}");
        }
    }
}

#[test]
fn variables_of_the_environment_and_whose_ids_are_listed() {
    let sandbox = start();
    let env = sandbox.env("99digital").expect("a provider");
    assert_eq!(env["WABLOCK_PROVIDER"], "99digital");
    assert_eq!(env["WABLOCK_99DIGITAL_API_KEY"], "sandbox-99digital-key");
    assert_eq!(control(&sandbox, "help", json!({}))["providers"], json!(Sandbox::providers()));
    let names: Vec<&str> = env.keys().map(String::as_str).collect();
    assert_eq!(names[1..], ["WABLOCK_99DIGITAL_BASE_URL", "WABLOCK_99DIGITAL_FROM_NUMBER", "WABLOCK_PROVIDER"]);
    control(&sandbox, "seed", json!({"provider": "sinch", "blocked": ["16505551234"]}));
    assert_eq!(sandbox.blocked("sinch").expect("a provider"), ["16505551234"]);
    assert!(sandbox.blocked("mete").is_err() && sandbox.env("mete").is_err());
}

#[test]
fn the_clock_moves_in_every_unit() {
    let sandbox = start();
    control(&sandbox, "clock", json!({"freeze": true, "set_ms": 0}));
    let now = |body: Value| control(&sandbox, "advance", body)["now_ms"].clone();
    assert_eq!(now(json!({"days": 1, "hours": 2, "minutes": 3, "seconds": 4.5, "ms": 1})), json!(93_784_501));
    assert_eq!(now(json!({"ms": -1})), json!(93_784_500));
}

#[test]
fn wrong_commands_are_explained() {
    let sandbox = start();
    for (command, body, needle) in [
        ("sed", json!({}), "unknown command `sed`, expected one of help, config"),
        ("seed", json!({}), "seed: `provider` is missing"),
        (
            "seed",
            json!({"provider": "meta", "block": []}),
            "unknown key `block`, expected one of `provider`, `account`, `blocked`",
        ),
        ("seed", json!({"provider": "meta", "blocked": ["abc"]}), "\"abc\" is not a number"),
        ("seed", json!({"provider": "meta", "messages": [{"user": "16505551234"}]}), "either at_ms or ago_s"),
        (
            "seed",
            json!({"provider": "meta", "messages": [7]}),
            "`messages` = [7] is not a list of numbers, or of objects with user",
        ),
        ("settings", json!({"list_caps": 1}), "unknown setting `list_caps`, expected one of `"),
        ("settings", json!({"list_cap": "x"}), "`list_cap` = \"x\" is not a whole number"),
        ("settings", json!({"meta_partial_status": 500}), "must be 200 or 400"),
        ("settings", json!({"sinch_error_field": 1}), "`sinch_error_field` = 1 is not one of details, reason"),
        ("clock", json!({"advance_s": 1, "set_ms": 1}), "only one of"),
        ("advance", json!({}), "expected at least one of `days`, `hours`, `minutes`, `seconds`, `ms`"),
        ("advance", json!({"weeks": 1}), "unknown key `weeks`, expected one of `days`"),
        ("advance", json!({"hours": "2"}), "`hours` = \"2\" is not a number"),
        ("reset", json!({"all": true}), "unknown key `all`"),
        ("inspect", json!([]), "a JSON object is expected"),
        ("inspect", json!({"provider": "meta", "account": ""}), "a name of 1 to 200 bytes"),
        ("script", json!({"responses": [{"raw": "x", "status": 200}]}), "raw cannot be combined"),
        ("script", json!({"responses": [{"headers": {"a": "b\r\nc"}}]}), "line breaks"),
        ("script", json!({"responses": [{"status": 99}]}), "status must be from 200"),
    ] {
        let why = sandbox.control(command, body).expect_err(needle).to_string();
        assert!(why.contains(needle), "{why}");
    }
    let wrong = sandbox.control("settings", json!({"list_caps": 1})).expect_err("no such setting");
    assert!(wrong.spelled(str::to_uppercase).contains("unknown setting `LIST_CAPS`, expected one of `1MSG_"));
    // A refused change changes nothing.
    assert!(sandbox.control("settings", json!({"list_cap": 1, "zzz": 1})).is_err());
    assert_eq!(control(&sandbox, "settings", json!({}))["list_cap"], json!(64_000));
}

#[test]
fn the_record_of_requests() {
    let sandbox = start();
    meta(&sandbox, "POST", "", &users(&["16505551234"]));
    meta(&sandbox, "GET", "?limit=5", "");
    let all = control(&sandbox, "requests", json!({"provider": "meta"}));
    assert_eq!(all["total"], json!(2));
    let first = &all["requests"][0];
    assert_eq!(
        (&first["operation"], &first["method"], &first["status"]),
        (&json!("block"), &json!("POST"), &json!(200))
    );
    assert_eq!((&first["path"], &first["body"]), (&json!(META_PATH), &json!(users(&["16505551234"]))));
    assert!(
        first["headers"].as_array().expect("list").contains(&json!(["authorization", "Bearer sandbox-meta-token"]))
    );
    let lists = control(&sandbox, "requests", json!({"operation": "list", "limit": 1, "clear": true}));
    assert_eq!((&lists["matching"], &lists["requests"][0]["query"]), (&json!(1), &json!("limit=5")));
    assert_eq!(control(&sandbox, "requests", json!({}))["total"], json!(0));
    control(&sandbox, "settings", json!({"record": false}));
    meta(&sandbox, "GET", "", "");
    assert_eq!(control(&sandbox, "requests", json!({}))["total"], json!(0));
}

#[test]
fn canned_answers() {
    let sandbox = start();
    let body = json!({"responses": [
        {"status": 418, "headers": {"X-Test": "1"}, "body": {"a": 1}},
        {"body": "plain text"},
        {"raw": "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"},
    ], "provider": "meta"});
    assert_eq!(control(&sandbox, "script", body)["waiting"], json!(3));
    assert_eq!(sinch(&sandbox, "GET", "", "").status, 200, "for meta only");
    let answer = meta(&sandbox, "GET", "", "");
    assert_eq!((answer.status, answer.header("x-test"), answer.json()), (418, Some("1"), json!({"a": 1})));
    let answer = meta(&sandbox, "POST", "", &users(&["16505551234"]));
    assert_eq!((answer.status, answer.body), (200, b"plain text".to_vec()));
    assert_eq!(meta(&sandbox, "GET", "", "").body, b"hi");
    assert!(blocked(&sandbox, "meta").is_empty(), "canned answers apply nothing");
    assert_eq!(control(&sandbox, "requests", json!({"provider": "meta"}))["total"], json!(4));
    assert_eq!(meta(&sandbox, "GET", "", "").json(), json!({"data": []}));
}

#[test]
fn reset_puts_everything_back() {
    let sandbox = start();
    let fresh = control(&sandbox, "settings", json!({}));
    meta(&sandbox, "POST", "", &users(&["16505551234"]));
    let version = control(&sandbox, "inspect", json!({"provider": "meta"}))["version"].clone();
    control(&sandbox, "settings", json!({"list_cap": 5, "everyone_wrote": false}));
    control(&sandbox, "fault", json!({"name": "status", "status": 500}));
    control(&sandbox, "script", json!({"responses": [{}]}));
    control(&sandbox, "clock", json!({"set_ms": 0, "freeze": true}));
    control(&sandbox, "reset", json!({}));
    assert_eq!(control(&sandbox, "settings", json!({})), fresh);
    assert_eq!(control(&sandbox, "requests", json!({}))["total"], json!(0));
    let state = control(&sandbox, "inspect", json!({"provider": "meta"}));
    assert_eq!(state["count"], json!(0));
    assert_ne!(state["version"], version);
    assert!(state["now_ms"].as_i64() > Some(1_700_000_000_000));
    assert_eq!(meta(&sandbox, "POST", "", &users(&["16505551234"])).status, 200);
}

#[test]
fn commands_over_http() {
    let sandbox = start();
    let answer =
        call(&sandbox, "POST", "/__sandbox/seed", &[JSON], r#"{"provider":"sinch","blocked":["46732001122"]}"#);
    assert_eq!(answer.json(), json!({"added": 1, "count": 1}));
    let answer = call(&sandbox, "GET", "/__sandbox/inspect?provider=sinch", &[], "");
    assert_eq!(answer.json()["blocked"], json!(["46732001122"]));
    let answer = call(&sandbox, "GET", "/__sandbox/requests?limit=1&clear=true", &[], "");
    assert_eq!(answer.json()["total"], json!(0));
    assert!(call(&sandbox, "GET", "/__sandbox/help", &[], "").json()["commands"]["seed"].is_string());
    assert!(call(&sandbox, "POST", "/__sandbox/faults", &[], "").json()["faults"].is_array());
    for (method, path, body, status) in [
        ("GET", "/__sandbox/reset", "", 405),
        ("PUT", "/__sandbox/help", "", 405),
        ("POST", "/__sandbox/nothing", "{}", 400),
        ("POST", "/__sandbox/seed", "{", 400),
        ("GET", "/", "", 404),
        ("GET", "/metadata/x", "", 404),
    ] {
        assert_eq!(call(&sandbox, method, path, &[], body).status, status, "{method} {path}");
    }
    let page = [("Origin", "http://evil.test")];
    assert_eq!(call(&sandbox, "POST", "/__sandbox/reset", &page, "").status, 403);
    // Faults never touch the commands.
    control(&sandbox, "fault", json!({"name": "reset_before_read"}));
    assert_eq!(call(&sandbox, "POST", "/__sandbox/clear_faults", &[], "").json(), json!({"cleared": 1}));
}

#[test]
fn delays_and_dates() {
    let sandbox = start();
    control(&sandbox, "clock", json!({"freeze": true, "set_ms": 784_111_777_000_i64}));
    assert_eq!(meta(&sandbox, "GET", "", "").header("date"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    control(&sandbox, "settings", json!({"date_skew_ms": -37_000, "response_delay_ms": 50}));
    let before = std::time::Instant::now();
    assert_eq!(meta(&sandbox, "GET", "", "").header("date"), Some("Sun, 06 Nov 1994 08:49:00 GMT"));
    assert!(before.elapsed().as_millis() >= 50);
}

#[test]
fn keep_alive_pipelining_chunks_and_expect() {
    let sandbox = start();
    let mut stream = connect(&sandbox);
    for _ in 0..3 {
        stream.write_all(&request("GET", META_PATH, &[META_AUTH], "")).expect("write");
        assert_eq!(read_answer(&mut stream).status, 200);
    }
    let body = users(&["16505551234"]);
    let (first, rest) = body.split_at(10);
    let chunked = format!(
        "POST {META_PATH} HTTP/1.1\r\nHost: s\r\nAuthorization: Bearer sandbox-meta-token\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:x};ext=1\r\n{rest}\r\n0\r\nTrailer: x\r\n\r\n",
        first.len(),
        rest.len()
    );
    for byte in chunked.as_bytes() {
        stream.write_all(&[*byte]).expect("byte by byte");
    }
    assert_eq!(read_answer(&mut stream).status, 200);
    assert_eq!(blocked(&sandbox, "meta"), ["16505551234"]);
    let expect = format!(
        "DELETE {META_PATH} HTTP/1.1\r\nHost: s\r\nAuthorization: Bearer sandbox-meta-token\r\nContent-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(expect.as_bytes()).expect("head");
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).expect("100");
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).expect("body");
    assert_eq!(read_answer(&mut stream).status, 200);
    assert!(blocked(&sandbox, "meta").is_empty());
    let mut two = request("GET", META_PATH, &[META_AUTH], "");
    two.extend(request("GET", META_PATH, &[META_AUTH, ("Connection", "close")], ""));
    stream.write_all(&two).expect("two at once");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the server closes");
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2);
    let mut old = connect(&sandbox);
    old.write_all(b"GET /__sandbox/help HTTP/1.0\r\n\r\n").expect("write");
    let mut text = String::new();
    old.read_to_string(&mut text).expect("HTTP/1.0 closes");
    assert!(text.starts_with("HTTP/1.1 200 OK"));
}

#[test]
fn what_http_does_not_allow() {
    let sandbox = start();
    let long = "a".repeat(70_000);
    for (text, status) in [
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), 400),
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx".to_owned(), 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx".to_owned(), 400),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
            400,
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n".to_owned(), 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n".to_owned(), 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16777217\r\n\r\n".to_owned(), 413),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"), 431),
    ] {
        let mut stream = connect(&sandbox);
        let _ = stream.write_all(text.as_bytes());
        let shown: String = text.chars().take(60).collect();
        assert_eq!(read_answer(&mut stream).status, status, "{shown}");
    }
}

#[test]
fn a_full_list_is_served_quickly_in_pages() {
    let sandbox = start();
    let numbers: Vec<String> = (0..64_000).map(|n| format!("1650{n:07}")).collect();
    control(&sandbox, "seed", json!({"provider": "meta", "blocked": numbers}));
    control(&sandbox, "settings", json!({"meta_page_max": 1000}));
    let (mut after, mut rows) = (String::new(), 0);
    for _ in 0..64 {
        let page = meta(&sandbox, "GET", &format!("?limit=1000&after={after}"), "").json();
        rows += page["data"].as_array().expect("rows").len();
        after = page["paging"]["cursors"]["after"].as_str().expect("after").to_owned();
    }
    assert_eq!(rows, 64_000);
    let answer = meta(&sandbox, "POST", "", &users(&["16500000001", "19995551234"])).json();
    assert_eq!(answer["block_users"]["added_users"][0]["input"], json!("16500000001"));
    assert_eq!(answer["block_users"]["failed_users"][0]["errors"][0]["code"], json!(139_101));
}

#[test]
fn only_loopback_and_stopping() {
    let options = Options { host: "0.0.0.0".parse().expect("address"), port: 0 };
    assert!(Sandbox::start(options).is_err());
    let sandbox = start();
    let mut open = connect(&sandbox);
    open.write_all(&request("GET", META_PATH, &[META_AUTH], "")).expect("write");
    assert_eq!(read_answer(&mut open).status, 200);
    sandbox.stop();
    sandbox.stop();
    let mut rest = Vec::new();
    assert_eq!(open.read_to_end(&mut rest).expect("closed"), 0);
    assert!(TcpStream::connect(sandbox.url().trim_start_matches("http://")).is_err());
}

#[test]
fn it_starts_and_stops_inside_async_code() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    runtime.block_on(async {
        let sandbox = start();
        assert_eq!(meta(&sandbox, "GET", "", "").status, 200);
    });
}

#[test]
fn the_program_prints_its_url_and_stops_with_its_input() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let program = env!("CARGO_BIN_EXE_wablock-sandbox");
    let mut child = Command::new(program)
        .arg("--end-with-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start");
    let mut output = BufReader::new(child.stdout.take().expect("stdout"));
    let mut url = String::new();
    output.read_line(&mut url).expect("a line");
    let address = url.trim().strip_prefix("http://").expect("a URL").to_owned();
    let mut stream = TcpStream::connect(address).expect("connect");
    stream.write_all(&request("GET", "/__sandbox/help", &[], "")).expect("write");
    assert_eq!(read_answer(&mut stream).status, 200);
    drop(child.stdin.take());
    assert!(child.wait().expect("exit").success());
    let mut rest = String::new();
    output.read_line(&mut rest).expect("end");
    assert_eq!(rest, "", "nothing but the URL");
    let run = |arguments: &[&str]| Command::new(program).args(arguments).stdin(Stdio::null()).output().expect("run");
    let output = run(&["--print-config", "--end-with-stdin"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1 + Sandbox::providers().len());
    for (arguments, code) in [(["--host", "0.0.0.0"], 1), (["--port", "x"], 2), (["--nonsense", ""], 2)] {
        assert_eq!(run(&arguments).status.code(), Some(code), "{arguments:?}");
    }
}
