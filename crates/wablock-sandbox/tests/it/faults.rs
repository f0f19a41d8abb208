//! When faults strike, and that each keeps its word about the list.

use std::io::ErrorKind;
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::faults::{PROVIDERS, USER, ask, drain, with_fault};
use crate::support::{blocked, connect, control, start};

/// Values for the parameters that must be given, and short waits.
fn short_params(fault: &Value) -> Value {
    let mut body = json!({"name": fault["name"]});
    for param in fault["params"].as_array().expect("params") {
        let name = param["name"].as_str().expect("name");
        let value = match name {
            "for_ms" => Some(json!(5)),
            "ms" if fault["name"] == "drip" => Some(json!(0)),
            "ms" if fault["name"] == "delay" => Some(json!(2)),
            "mib" => Some(json!(1)),
            "code" if param["required"] == json!(true) => Some(json!(500)),
            "status" if param["required"] == json!(true) => Some(json!(500)),
            _ => None,
        };
        if let Some(value) = value {
            body[name] = value;
        }
    }
    body
}

/// Polls for something that must come; only its absence takes time.
fn wait_for(mut check: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if check() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("did not happen within ten seconds");
}

#[test]
fn every_fault_in_every_cell_keeps_its_word_about_the_list() {
    let sandbox = start();
    let all = control(&sandbox, "faults", json!({}));
    let faults = all["faults"].as_array().expect("faults");
    assert!(faults.len() >= 60, "{} faults", faults.len());
    let mut cells = 0;
    for fault in faults.iter().filter(|f| f["name"] != "port_closed") {
        let name = fault["name"].as_str().expect("name");
        for provider in PROVIDERS {
            for operation in ["block", "unblock", "list"] {
                let meant = fault["cells"][provider].as_array().expect("cells").contains(&json!(operation));
                let mut rule = short_params(fault);
                rule["provider"] = json!(provider);
                rule["operation"] = json!(operation);
                if !meant {
                    assert!(sandbox.control("fault", rule).is_err(), "{name} {provider} {operation}");
                    continue;
                }
                cells += 1;
                control(&sandbox, "reset", json!({}));
                if operation != "block" {
                    control(&sandbox, "seed", json!({"provider": provider, "blocked": [USER]}));
                }
                control(&sandbox, "fault", rule);
                ask(&sandbox, provider, operation);
                let active = control(&sandbox, "faults", json!({}))["active"].clone();
                assert_eq!(active[0]["struck"], json!(1), "{name} {provider} {operation}");
                let applied = fault["applied"] == json!(true)
                    && name != "per_user_error"
                    && (name, provider) != ("clock_skew", "nxcloud");
                let there = match operation {
                    "block" => applied,
                    "unblock" => !applied,
                    _ => true,
                };
                let expected: &[&str] = if there { &[USER] } else { &[] };
                assert_eq!(blocked(&sandbox, provider), expected, "{name} {provider} {operation}");
                // The next call finds a healthy server.
                control(&sandbox, "clear_faults", json!({}));
                assert_eq!(ask(&sandbox, provider, operation).answer().status, 200, "{name} {provider} {operation}");
            }
        }
    }
    assert!(cells > 500, "{cells} cells");
}

#[test]
fn applied_can_be_turned_around() {
    let sandbox = start();
    with_fault(&sandbox, "meta", "block", json!({"name": "status", "status": 500, "applied": true}));
    assert_eq!(blocked(&sandbox, "meta"), [USER]);
    for provider in PROVIDERS {
        control(&sandbox, "reset", json!({}));
        let raw = with_fault(&sandbox, provider, "block", json!({"name": "early_close", "applied": false}));
        assert_eq!(raw.answer().status, 200);
        assert!(blocked(&sandbox, provider).is_empty(), "{provider}");
    }
}

#[test]
fn when_a_fault_strikes() {
    let sandbox = start();
    let pattern = |rule: Value| -> String {
        control(&sandbox, "clear_faults", json!({}));
        control(&sandbox, "fault", rule);
        let strikes = (0..12).map(|_| if ask(&sandbox, "meta", "list").answer().status == 200 { '.' } else { 'x' });
        strikes.collect()
    };
    let fault = |extra: Value| {
        let mut rule = json!({"name": "status_plain", "status": 500});
        for (key, value) in extra.as_object().expect("object") {
            rule[key] = value.clone();
        }
        rule
    };
    assert_eq!(pattern(fault(json!({}))), "xxxxxxxxxxxx");
    assert_eq!(pattern(fault(json!({"every": 3}))), "..x..x..x..x");
    assert_eq!(pattern(fault(json!({"after": 5, "times": 2}))), ".....xx.....");
    assert_eq!(pattern(fault(json!({"after": 1, "every": 4, "times": 2}))), "....x...x...");
    assert_eq!(pattern(fault(json!({"operation": "block"}))), "............");
    assert_eq!(pattern(fault(json!({"provider": "sinch"}))), "............");
    assert_eq!(pattern(fault(json!({"probability": 0.0}))), "............");
    let chance = pattern(fault(json!({"probability": 0.5, "seed": 7})));
    assert!(chance.contains('.') && chance.contains('x'), "{chance}");
    assert_eq!(pattern(fault(json!({"probability": 0.5, "seed": 7}))), chance, "same seed, same faults");
    assert_ne!(pattern(fault(json!({"probability": 0.5, "seed": 8}))), chance);
    // Two rules: the first that is due strikes.
    control(&sandbox, "clear_faults", json!({}));
    control(&sandbox, "fault", fault(json!({"every": 2})));
    control(&sandbox, "fault", json!({"name": "status_plain", "status": 503}));
    let statuses: Vec<u16> = (0..4).map(|_| ask(&sandbox, "meta", "list").answer().status).collect();
    assert_eq!(statuses, [503, 500, 503, 500]);
}

#[test]
fn wrong_faults_are_explained() {
    let sandbox = start();
    for (body, needle) in [
        (json!({"name": "nonsense"}), "unknown fault `nonsense`, expected one of port_closed"),
        (json!({"name": "status"}), "`status` (a whole number) is required"),
        (json!({"name": "status", "status": "x"}), "is not a whole number"),
        (json!({"name": "cut_body", "bytes": 1}), "unknown key `bytes`, expected one of `reset`, `name`"),
        (json!({"name": "cut_body", "provider": "mete"}), "`provider` = \"mete\" is not one of meta, "),
        (json!({"name": "cut_body", "every": 0}), "`every` must be at least 1"),
        (json!({"name": "cut_body", "probability": 2}), "`probability` must be from 0 to 1"),
        (json!({"name": "list_changed", "provider": "sinch"}), "list_changed does not apply there"),
        (json!({}), "fault: `name` is missing"),
    ] {
        let why = sandbox.control("fault", body).expect_err(needle).to_string();
        assert!(why.contains(needle), "{why}");
    }
}
#[test]
fn a_closed_port_refuses_and_opens_again() {
    let sandbox = start();
    let mut open = connect(&sandbox);
    control(&sandbox, "fault", json!({"name": "port_closed", "for_ms": 3_600_000}));
    assert!(drain(&mut open).bytes.is_empty(), "open connections close");
    let address = sandbox.url().trim_start_matches("http://").to_owned();
    let refused = TcpStream::connect(&address).expect_err("refused");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    control(&sandbox, "clear_faults", json!({}));
    wait_for(|| TcpStream::connect(&address).is_ok());
    control(&sandbox, "fault", json!({"name": "port_closed", "for_ms": 1}));
    wait_for(|| control(&sandbox, "faults", json!({}))["active"] == json!([]));
    wait_for(|| TcpStream::connect(&address).is_ok());
    assert_eq!(ask(&sandbox, "meta", "list").answer().status, 200);
    assert!(sandbox.control("fault", json!({"name": "port_closed", "provider": "meta"})).is_err());
}
