//! What a hostile answer may cost: an error within the time of the attempt, and at most 32 MiB of memory.
//!
//! Every case runs in a process of its own, this same binary started again, so that the peak that the kernel reports
//! (`VmHWM`) is the client's alone; the sandbox stays in the first process. Linux only: elsewhere there is no such report,
//! and the deadlines alone are covered by the other tests.
#![cfg(target_os = "linux")]

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wablock::{Client, ClientOptions, Error, provider_from_value};

use crate::support::stage::{PROVIDERS, Stage, kind};

const MOST_MEMORY_KIB: u64 = 32 * 1024;
/// Far above the attempt's own time, far below the thirty seconds and more for which the faults would go on.
const LONGEST_CALL: Duration = Duration::from_secs(15);
const CASE: &str = "WABLOCK_MEMORY_CASE";
const NUMBER: &str = "16505551234";

/// A field of `/proc/self/status`, in KiB.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':')).expect("the field");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// The three operations; `None` for one that was a success.
async fn three_calls(client: &Client) -> [Option<Error>; 3] {
    let wrote = |result: Result<wablock::Report, wablock::CallError>| {
        let report = result.unwrap_or_else(|failed| failed.into_parts().1.expect("a report"));
        report.outcomes[0].error.as_deref().cloned()
    };
    let block = wrote(client.block([NUMBER]).await);
    let unblock = wrote(client.unblock([NUMBER]).await);
    [block, unblock, client.list().collect().await.err()]
}

/// The second process: three good calls, then three hostile ones, and what they cost.
#[test]
#[ignore = "other tests start it in a process of its own"]
fn in_a_process_of_its_own() {
    let case = std::env::var(CASE).expect("the other tests say what to do");
    let case: Value = serde_json::from_str(&case).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = ClientOptions::from_value(json!({
            "max_retries": 0, "attempt_timeout": case["attempt_timeout"] }))
        .unwrap();
        let client = Client::new(provider_from_value(case["config"].clone()).unwrap(), options).unwrap();
        if case["warm"] == true {
            assert_eq!(three_calls(&client).await, [None, None, None], "the first calls are good");
        }
        let before = memory("VmRSS");
        let started = Instant::now();
        let errors = three_calls(&client).await;
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap();
        let codes = errors.each_ref().map(|error| error.as_ref().map(Error::code));
        let longest = errors.iter().flatten().map(|error| error.to_string().len()).max();
        let grown = memory("VmHWM").saturating_sub(before);
        println!("\nRESULT {}", json!({ "grown_kib": grown, "ms": ms, "codes": codes, "longest": longest }));
    });
}

/// Runs a case in a process of its own and gives what it printed.
fn run(case: &Value) -> Value {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "memory::in_a_process_of_its_own", "--ignored", "--nocapture", "--test-threads=1"])
        .env(CASE, case.to_string())
        .stdin(Stdio::null())
        .output()
        .expect("the process starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let line = line.unwrap_or_else(|| panic!("{case}: {text} {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(line).unwrap()
}

fn assert_cheap(what: &str, result: &Value) {
    println!("{what}: {result}");
    assert!(result["grown_kib"].as_u64().unwrap() <= MOST_MEMORY_KIB, "{what} took too much memory: {result}");
    let longest = u128::from(result["ms"].as_u64().unwrap());
    assert!(longest < 3 * LONGEST_CALL.as_millis(), "{what} took too long: {result}");
    for code in result["codes"].as_array().unwrap() {
        assert!(code.is_string(), "{what}: no error: {result}");
    }
    assert!(result["longest"].as_u64().unwrap() < 4096, "{what}: an error of that length helps nobody: {result}");
}

/// Runs `cases` for every provider, the providers side by side, each with a sandbox of its own.
fn for_every_provider(cases: impl Fn(&str, &Stage) + Sync) {
    std::thread::scope(|scope| {
        for provider in PROVIDERS.iter().copied() {
            let cases = &cases;
            scope.spawn(move || cases(provider, &Stage::new()));
        }
    });
}

#[test]
fn bombs_and_endless_answers_end_in_an_error_and_little_memory() {
    for_every_provider(|provider, stage| {
        for fault in ["gzip_bomb", "endless_body", "endless_headers", "huge_headers", "many_headers", "deep_json"] {
            stage.fault(json!({ "name": fault, "provider": provider, "after": 3 }));
            let case = json!({ "config": stage.config(provider, json!({})), "attempt_timeout": 10, "warm": true });
            assert_cheap(&format!("{provider} {fault}"), &run(&case));
            stage.control("clear_faults", json!({}));
        }
    });
}

#[test]
fn slow_answers_end_with_the_time_of_the_attempt() {
    for_every_provider(|provider, stage| {
        for fault in [
            json!({ "name": "drip", "ms": 500 }),
            json!({ "name": "silence" }),
            json!({ "name": "stall_headers" }),
            json!({ "name": "stall_body" }),
        ] {
            let mut fault = fault;
            fault["provider"] = json!(provider);
            stage.fault(fault.clone());
            let case = json!({ "config": stage.config(provider, json!({})), "attempt_timeout": 0.2, "warm": false });
            let result = run(&case);
            assert_cheap(&fault.to_string(), &result);
            assert_eq!(result["codes"], json!(["timeout", "timeout", "timeout"]), "{fault}");
            stage.control("clear_faults", json!({}));
        }
    });
}

/// Bodies below the limit of bytes that grow when they are read: many small parts, and one endless text.
#[test]
fn wide_json_and_long_texts_take_little_memory() {
    let fill = |piece: &str| piece.repeat(2 * 1024 * 1024 / piece.len()) + piece.trim_end_matches(',');
    let parts = ["[0],", "{\"a\":0},", "\"\","].map(fill);
    let text = "x".repeat(2 * 1024 * 1024);
    for_every_provider(|provider, stage| {
        let mut bodies: Vec<(u16, String)> = Vec::new();
        for part in &parts {
            let meta = format!(r#""data":[{part}],"block_users":{{"added_users":[{part}]}}"#);
            let bare = format!(r#""status":"OK","numbers":[{part}]"#);
            bodies.push((
                200,
                match kind(provider) {
                    "meta" => format!("{{{meta}}}"),
                    "nxcloud" => format!(r#"{{"code":0,"data":{{{meta}}}}}"#),
                    _ => format!("{{{bare}}}"),
                },
            ));
            bodies.push((400, format!(r#"{{"code":9099,"status":"FAIL","error":[{part}],"data":[{part}]}}"#)));
        }
        let error = format!(r#"{{"code":1,"message":"{text}","fbtrace_id":"t"}}"#);
        bodies.push((400, format!(r#"{{"code":9099,"status":"FAIL","error":{error},"data":{{"error":{error}}}}}"#)));
        bodies.push((400, format!(r#"{{"code":1,"status":"FAIL","message":"{text}","details":"x"}}"#)));
        bodies.push((200, format!(r#"{{"code":0,"status":"{text}","whatsapp":"{text}"}}"#)));
        for (index, (status, body)) in bodies.iter().enumerate() {
            let answer = json!({ "status": status, "body": body });
            stage.control("script", json!({ "responses": [answer, answer, answer, answer], "provider": provider }));
            let case = json!({ "config": stage.config(provider, json!({})), "attempt_timeout": 10, "warm": false });
            let head: String = body.chars().take(40).collect();
            assert_cheap(&format!("{provider} {index} {status} {head}"), &run(&case));
            stage.control("script", json!({ "responses": [] }));
        }
    });
}

/// Lengths that lie: nothing is set aside for what was only promised.
#[test]
fn a_promised_length_reserves_nothing() {
    for_every_provider(|provider, stage| {
        for head in [
            "Content-Length: 9999999999999\r\n",
            "Content-Length: 18446744073709551615\r\n",
            "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n",
        ] {
            let raw = json!({ "raw": format!("HTTP/1.1 200 OK\r\n{head}\r\n{{\"status\":") });
            stage.control("script", json!({ "responses": [raw, raw, raw], "provider": provider }));
            let case = json!({ "config": stage.config(provider, json!({})), "attempt_timeout": 1, "warm": false });
            assert_cheap(&format!("{provider} {head:?}"), &run(&case));
        }
    });
}
