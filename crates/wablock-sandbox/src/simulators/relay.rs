//! A made-up reseller, to hold that one is a row of data: no id in the path, a header of its own, POST for both writes, other
//! page keys and another error.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::cloud_api::{CloudApi, FAMILY, GRAPH};
use crate::accounts::{Field, Part, Parts};
use crate::http::Reply;
use crate::simulator::{About, Pages};
use crate::{Options, Sandbox};

pub(crate) static RELAY: CloudApi = CloudApi {
    about: About {
        id: "relay",
        parts: Parts { id: Part::Secret("relay-key"), ..GRAPH.parts },
        options: &[("api_key", Field::Id)],
        auth: &[("x-relay-key", "")],
        pages: Pages::Cursors { after: "pageAfter", cursors: &["cursor"] },
        rows: "items",
        ..GRAPH
    },
    routes: [("POST", "/v2/blockUsers"), ("POST", "/v2/unblockUsers"), ("GET", "/v2/blockedUsers")],
    error: |error, status| Reply::json(status, &json!({"meta": {"httpCode": status, "text": error["message"]}})),
    ..FAMILY
};

fn start() -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).expect("a sandbox");
    let blocked: Vec<String> = (0..150).map(|n| format!("1650555{n:04}")).collect();
    control(&sandbox, "seed", json!({"provider": "relay", "blocked": blocked}));
    sandbox
}

fn control(sandbox: &Sandbox, command: &str, body: Value) -> Value {
    sandbox.control(command, body).expect("a good command")
}

/// Sends a request and gives whatever comes back.
fn send(sandbox: &Sandbox, key: &str, operation: &str, query: &str) -> String {
    let (method, path) = match operation {
        "block" => ("POST", "/v2/blockUsers"),
        "unblock" => ("POST", "/v2/unblockUsers"),
        _ => ("GET", "/v2/blockedUsers"),
    };
    let users =
        json!({"messaging_product": "whatsapp", "block_users": [{"user": "+16505550001"}, {"user": "16505551234"}]});
    let body = if operation == "list" { String::new() } else { users.to_string() };
    let request = format!(
        "{method} /relay{path}{query} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\nx-relay-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&sandbox.url()["http://".len()..]).expect("a connection");
    let mut answer = Vec::new();
    // Some faults end the connection before anything was sent or received.
    let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer).map(|_| ()));
    String::from_utf8_lossy(&answer).into_owned()
}

fn json_of(answer: &str) -> Value {
    let body = answer.split_once("\r\n\r\n").map_or(answer, |(_, body)| body);
    serde_json::from_str(body).unwrap_or_else(|why| panic!("{why}: {answer}"))
}

#[test]
fn a_reseller_is_a_row() {
    let sandbox = start();
    let config = control(&sandbox, "config", json!({"provider": "relay"}));
    assert_eq!(
        config,
        json!({"provider": "relay", "api_key": "relay-key", "base_url": format!("{}/relay", sandbox.url())})
    );
    let ask = |operation: &str, query: &str| json_of(&send(&sandbox, "relay-key", operation, query));
    let first = ask("list", "?limit=100");
    assert_eq!(first["items"][99]["wa_id"], "16505550099");
    let query = format!("?limit=100&pageAfter={}", first["cursor"]["after"].as_str().expect("a cursor"));
    assert_eq!(ask("list", &query)["items"][0]["wa_id"], "16505550100");
    assert_eq!(ask("block", "")["block_users"]["added_users"][1]["wa_id"], "16505551234");
    assert_eq!(ask("unblock", "")["block_users"]["removed_users"][0]["input"], "+16505550001");
    assert_eq!(control(&sandbox, "inspect", json!({"provider": "relay"}))["count"], 149);
    assert_eq!(json_of(&send(&sandbox, "another", "block", ""))["meta"]["httpCode"], 401);
    control(&sandbox, "settings", json!({"relay_rate_per_s": 0}));
    assert_eq!(ask("block", "")["meta"]["httpCode"], 429);
}

#[test]
fn every_fault_that_applies_to_the_family_strikes_a_reseller() {
    /// These take long, and do not look at what is in the answer.
    const SLOW: [&str; 5] = ["port_closed", "silence", "endless_body", "endless_headers", "drip"];
    let sandbox = start();
    let faults = control(&sandbox, "faults", json!({}));
    let mut strikes = 0;
    for fault in faults["faults"].as_array().expect("faults") {
        let name = fault["name"].as_str().expect("a name");
        assert_eq!(
            fault["cells"]["relay"],
            fault["cells"]["meta"]
                .as_array()
                .filter(|_| name != "regain_minutes")
                .map_or(json!([]), |cells| json!(cells))
        );
        for operation in fault["cells"]["relay"].as_array().expect("cells").iter().filter(|_| !SLOW.contains(&name)) {
            let mut rule = json!({"name": name, "provider": "relay"});
            for param in fault["params"].as_array().expect("params") {
                match param["name"].as_str() {
                    Some(param @ ("for_ms" | "mib")) => rule[param] = json!(1),
                    Some(required) if param["required"] == true => rule[required] = json!(400),
                    _ => {}
                }
            }
            control(&sandbox, "fault", rule);
            let answer = send(&sandbox, "relay-key", operation.as_str().expect("an operation"), "");
            let active = control(&sandbox, "faults", json!({}));
            assert_eq!(active["active"][0]["struck"], 1, "{name} {operation}: {answer}");
            control(&sandbox, "clear_faults", json!({}));
            strikes += 1;
        }
    }
    assert!(strikes > 150, "{strikes}");
}
