//! Asking with a fault in place, and reading whatever comes.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use wablock_sandbox::Sandbox;

use super::{
    Answer, JSON, META_AUTH, META_PATH, Nx, SINCH_AUTH, SINCH_PATH, connect, control, nx_body, nx_users, parse,
    request, resellers, users,
};

pub(crate) const USER: &str = "16505551234";
pub(crate) const PROVIDERS: [&str; 13] = [
    "meta",
    "nxcloud",
    "99digital",
    "sinch",
    "360dialog",
    "gupshup",
    "kaleyra",
    "kapso",
    "splashify",
    "ycloud",
    "zernio",
    "1msg",
    "cloud_api",
];

/// Everything the server wrote, and how it ended.
pub(crate) struct Raw {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reset: bool,
}

impl Raw {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn answer(&self) -> Answer {
        parse(&self.bytes, true).unwrap_or_else(|| panic!("no head in {:?}", self.text()))
    }

    pub(crate) fn json(&self) -> Value {
        self.answer().json()
    }
}

/// Reads to the end, or to 3 MB, whichever comes first.
pub(crate) fn drain(stream: &mut TcpStream) -> Raw {
    let mut raw = Raw { bytes: Vec::new(), reset: false };
    let mut buffer = vec![0; 65_536];
    while raw.bytes.len() < 3_000_000 {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => raw.bytes.extend_from_slice(&buffer[..n]),
            Err(why) if matches!(why.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
                raw.reset = true;
                break;
            }
            Err(why) => panic!("{why} after {:?}", raw.text()),
        }
    }
    raw
}

/// The bytes of a good request of a provider for one user.
pub(crate) fn good_request(sandbox: &Sandbox, provider: &str, operation: &str) -> Vec<u8> {
    let close = ("Connection", "close");
    let list = operation == "list";
    match provider {
        "meta" => {
            let method = match operation {
                "block" => "POST",
                "unblock" => "DELETE",
                _ => "GET",
            };
            let body = if list { String::new() } else { users(&[USER]) };
            request(method, META_PATH, &[META_AUTH, JSON, close], &body)
        }
        "nxcloud" => {
            let endpoint = match operation {
                "block" => "createBlockUsers",
                "unblock" => "deleteBlockUsers",
                _ => "getBlockUsers",
            };
            let body = if list { nx_body(json!({})) } else { nx_users(&[USER]) };
            let nx = Nx::new(sandbox);
            let sign = nx.sign(&body);
            let headers = [
                ("accessKey", nx.key.as_str()),
                ("ts", &nx.ts),
                ("bizType", "2"),
                ("action", "mt"),
                ("sign", &sign),
                JSON,
                close,
            ];
            request("POST", &format!("/nxcloud/api/wa/{endpoint}"), &headers, &body)
        }
        "99digital" => {
            let endpoint = if list { "getBlockedList" } else { operation };
            let mut body = json!({"apiKey": "sandbox-99digital-key", "from": "972555000001"});
            if !list {
                body["whatsapp"] = json!(USER);
            }
            request("POST", &format!("/99digital/whatsapp/v2/{endpoint}"), &[JSON, close], &body.to_string())
        }
        "sinch" => {
            let method = match operation {
                "block" => "POST",
                "unblock" => "DELETE",
                _ => "GET",
            };
            let body = if list { String::new() } else { json!({"numbers": [USER]}).to_string() };
            request(method, SINCH_PATH, &[SINCH_AUTH, JSON, close], &body)
        }
        reseller => {
            let (method, target) = resellers::target(reseller, operation);
            let body = if list { String::new() } else { resellers::body(reseller, &[USER]) };
            request(method, &target, &[resellers::auth(reseller), JSON, close], &body)
        }
    }
}

pub(crate) fn ask(sandbox: &Sandbox, provider: &str, operation: &str) -> Raw {
    let bytes = good_request(sandbox, provider, operation);
    let mut stream = connect(sandbox);
    // A reset may come while this is being written.
    let _ = stream.write_all(&bytes);
    drain(&mut stream)
}

/// Adds a fault, asks once, takes the fault away.
pub(crate) fn with_fault(sandbox: &Sandbox, provider: &str, operation: &str, mut fault: Value) -> Raw {
    fault["provider"] = json!(provider);
    control(sandbox, "fault", fault);
    let raw = ask(sandbox, provider, operation);
    control(sandbox, "clear_faults", json!({}));
    raw
}
