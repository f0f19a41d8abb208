//! Faults of connection, delivery and body: the bytes are what the table says.

use std::io::{ErrorKind, Read, Write};

use serde_json::{Value, json};

use crate::support::faults::{PROVIDERS, Raw, ask, good_request, with_fault};
use crate::support::{Answer, connect, control, read_answer, start};

#[test]
fn connections_that_end_without_an_answer() {
    let sandbox = start();
    for (name, reset) in [
        ("refused", true),
        ("reset_before_read", true),
        ("reset_after_read", true),
        ("lost_answer", true),
        ("hang_up", false),
    ] {
        control(&sandbox, "requests", json!({"clear": true}));
        let raw = with_fault(&sandbox, "meta", "block", json!({"name": name}));
        assert_eq!((raw.bytes.len(), raw.reset), (0, reset), "{name}");
        let record = control(&sandbox, "requests", json!({}));
        let bodies: Vec<bool> =
            record["requests"].as_array().expect("list").iter().map(|r| r["body"] != json!("")).collect();
        let expected: &[bool] = match name {
            "refused" => &[],
            "reset_before_read" => &[false],
            _ => &[true],
        };
        assert_eq!(bodies, expected, "{name}");
    }
    let raw = with_fault(&sandbox, "meta", "list", json!({"name": "silence", "for_ms": 30}));
    assert_eq!((raw.bytes.len(), raw.reset), (0, false));
}

#[test]
fn cuts_stalls_and_lengths() {
    let sandbox = start();
    let whole = ask(&sandbox, "meta", "block").answer();
    let length = |raw: &Raw| raw.answer().header("content-length").map(|l| l.parse::<usize>().expect("number"));
    let fault = |fault: Value| with_fault(&sandbox, "meta", "block", fault);

    let raw = fault(json!({"name": "cut_headers"}));
    assert!(raw.text().starts_with("HTTP/1.1 200 OK\r\n") && !raw.text().contains("\r\n\r\n"));
    for reset in [false, true] {
        let raw = fault(json!({"name": "cut_body", "reset": reset}));
        assert_eq!(raw.reset, reset);
        assert_eq!(raw.answer().body, whole.body[..whole.body.len() / 2]);
        assert_eq!(length(&raw), Some(whole.body.len()));
    }
    let raw = fault(json!({"name": "cut_chunks"}));
    assert!(raw.text().contains("transfer-encoding: chunked") && !raw.text().contains("0\r\n\r\n"));
    assert!(fault(json!({"name": "bad_chunks"})).text().contains("\r\n\r\nxyz\r\n"));
    for name in ["drip", "stall_headers", "stall_body", "delay", "early_close"] {
        let mut rule = json!({"name": name});
        match name {
            "drip" => rule["ms"] = json!(0),
            "delay" => rule["ms"] = json!(10),
            "early_close" => {}
            _ => rule["for_ms"] = json!(10),
        }
        assert_eq!(fault(rule).json(), whole.json(), "{name}");
    }
    let raw = fault(json!({"name": "long_content_length"}));
    assert_eq!((length(&raw), raw.answer().body), (Some(whole.body.len() + 100), whole.body.clone()));
    let raw = fault(json!({"name": "short_content_length"}));
    assert_eq!((length(&raw), raw.answer().body), (Some(whole.body.len() / 2), whole.body.clone()));
    let raw = fault(json!({"name": "two_content_lengths"}));
    assert_eq!(raw.text().matches("content-length").count(), 2);
    let raw = fault(json!({"name": "no_content_length"}));
    assert_eq!((length(&raw), raw.json()), (None, whole.json()));
    let raw = fault(json!({"name": "extra_bytes", "for_ms": 10}));
    assert_eq!(raw.text().matches("HTTP/1.1 200 OK").count(), 2);
    let raw = fault(json!({"name": "interim"}));
    assert!(raw.text().starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"));
}

#[test]
fn an_answer_is_held_back_until_the_faults_are_cleared() {
    for command in ["clear_faults", "reset"] {
        let sandbox = start();
        control(&sandbox, "fault", json!({"name": "delay", "ms": 3_600_000}));
        let mut stream = connect(&sandbox);
        stream.write_all(&good_request(&sandbox, "meta", "list")).expect("write");
        while control(&sandbox, "requests", json!({}))["total"] == 0 {
            std::thread::yield_now();
        }
        control(&sandbox, command, json!({}));
        // A later rule holds later answers only.
        control(&sandbox, "fault", json!({"name": "delay", "ms": 3_600_000}));
        assert_eq!(read_answer(&mut stream).status, 200, "{command}");
    }
}

#[test]
fn a_stall_stays_open() {
    let sandbox = start();
    for (name, seen) in [("stall_headers", "HTTP/1.1 200 OK\r\n"), ("stall_body", "\r\n\r\n{"), ("silence", "")] {
        control(&sandbox, "fault", json!({"name": name, "for_ms": 3_600_000}));
        let mut stream = connect(&sandbox);
        stream.write_all(&good_request(&sandbox, "meta", "list")).expect("write");
        let (mut bytes, mut byte) = (Vec::new(), [0]);
        while !String::from_utf8_lossy(&bytes).contains(seen) {
            stream.read_exact(&mut byte).expect("the part before the stall");
            bytes.push(byte[0]);
        }
        stream.set_read_timeout(Some(std::time::Duration::from_millis(100))).expect("timeout");
        let why = stream.read_to_end(&mut bytes).expect_err("still open");
        assert!(matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{name}: {why}");
        let whole = String::from_utf8_lossy(&bytes).ends_with('}');
        assert!(!whole, "{name}");
        control(&sandbox, "clear_faults", json!({}));
    }
}

#[test]
fn floods() {
    let sandbox = start();
    let whole = ask(&sandbox, "sinch", "list").json();
    let fault = |fault: Value| with_fault(&sandbox, "sinch", "list", fault);
    let answer = fault(json!({"name": "gzip_bomb", "mib": 5})).answer();
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert!(answer.body.len() < 100_000, "{} bytes on the wire", answer.body.len());
    let mut plain = String::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut plain).expect("true gzip, right checksum");
    assert!(plain.len() > 5 << 20);
    assert_eq!(serde_json::from_str::<Value>(&plain).expect("JSON"), whole);
    for (name, least) in [
        ("endless_body", 2_900_000),
        ("endless_headers", 2_900_000),
        ("huge_headers", 1 << 20),
        ("many_headers", 10_000 * 10),
    ] {
        let raw = fault(json!({"name": name}));
        assert!(raw.bytes.len() > least, "{name}: {}", raw.bytes.len());
    }
    let answer = fault(json!({"name": "wrong_encoding"})).answer();
    assert_eq!((answer.header("content-encoding"), answer.json()), (Some("gzip"), whole));
    assert!(fault(json!({"name": "bad_header"})).text().contains("x bad name\0: \u{1}value\r\nno colon here\r\n"));
    assert!(fault(json!({"name": "bad_status_line", "line": "HTTP/9"})).text().starts_with("HTTP/9\r\n"));
}

#[test]
fn bodies() {
    let sandbox = start();
    for provider in PROVIDERS {
        let fault = |fault: Value| with_fault(&sandbox, provider, "list", fault).answer();
        let parsed = |answer: &Answer| serde_json::from_slice::<Value>(&answer.body);
        let truncated = fault(json!({"name": "truncated_json"}));
        assert!(parsed(&truncated).is_err() && !truncated.body.is_empty());
        for (shape, json) in [
            ("array", json!([])),
            ("null", Value::Null),
            ("empty", json!({})),
            ("string", json!("ok")),
            ("number", json!(1)),
        ] {
            assert_eq!(fault(json!({"name": "wrong_json", "shape": shape})).json(), json);
        }
        assert!(fault(json!({"name": "wrong_json"})).json().is_object());
        let answer = fault(json!({"name": "not_json"}));
        assert!(parsed(&answer).is_err() && answer.header("content-type") == Some("application/json"));
        let answer = fault(json!({"name": "empty_200"}));
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        let answer = fault(json!({"name": "status_204"}));
        assert_eq!((answer.status, answer.body.len(), answer.header("content-length")), (204, 0, None));
        assert_eq!(fault(json!({"name": "wrong_content_type"})).header("content-type"), Some("text/plain"));
        assert!(fault(json!({"name": "bom"})).body.starts_with(b"\xef\xbb\xbf{"));
        assert!(std::str::from_utf8(&fault(json!({"name": "invalid_utf8"})).body).is_err());
        assert!(fault(json!({"name": "deep_json"})).body.len() > 200_000);
        let answer = fault(json!({"name": "html_200"}));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=UTF-8")));
        for status in [301, 302, 303, 307, 308] {
            let answer = fault(json!({"name": "redirect", "status": status, "location": "//evil.test/"}));
            assert_eq!((answer.status, answer.header("location")), (status, Some("//evil.test/")));
        }
        for status in [100, 201, 400, 404, 418, 500, 502, 599, 999] {
            let answer = fault(json!({"name": "status_plain", "status": status}));
            assert_eq!((answer.status, answer.header("content-type")), (status, Some("text/plain; charset=UTF-8")));
            assert_eq!(fault(json!({"name": "status", "status": status})).status, status);
        }
    }
}
