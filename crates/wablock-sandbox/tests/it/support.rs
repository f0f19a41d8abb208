//! A small raw HTTP client, so that tests see the bytes as they are.

pub(crate) mod faults;
pub(crate) mod resellers;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use md5::{Digest, Md5};
use serde_json::{Value, json};
use wablock_sandbox::{Options, Sandbox};

/// What came back, read until the answer was complete or the connection ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

pub(crate) fn start() -> Sandbox {
    Sandbox::start(Options::default()).expect("a free port")
}

pub(crate) fn control(sandbox: &Sandbox, command: &str, body: Value) -> Value {
    sandbox.control(command, body).unwrap_or_else(|why| panic!("{command}: {why}"))
}

pub(crate) fn connect(sandbox: &Sandbox) -> TcpStream {
    let url = sandbox.url();
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("connect");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("timeout");
    stream
}

/// The bytes of a request; `Content-Length` is added where there is a body.
pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: sandbox\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// Reads one complete answer with a Content-Length, or until the end.
pub(crate) fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65_536];
    loop {
        if let Some(answer) = parse(&bytes, false) {
            return answer;
        }
        match stream.read(&mut buffer).expect("an answer") {
            0 => return parse(&bytes, true).expect("a complete head"),
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    }
}

pub(crate) fn parse(bytes: &[u8], ended: bool) -> Option<Answer> {
    let at = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
    let body = bytes[at + 4..].to_vec();
    let length = headers.iter().find(|(n, _)| n == "content-length");
    let wanted = match length {
        Some((_, text)) => text.parse().ok()?,
        None if status == 204 => 0,
        None => usize::MAX,
    };
    (ended || body.len() >= wanted).then_some(Answer { status, headers, body })
}

/// One call on a connection of its own.
pub(crate) fn call(sandbox: &Sandbox, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = connect(sandbox);
    stream.write_all(&request(method, target, headers, body)).expect("write");
    read_answer(&mut stream)
}

pub(crate) const META_PATH: &str = "/meta/v26.0/106540352242922/block_users";
pub(crate) const META_AUTH: (&str, &str) = ("Authorization", "Bearer sandbox-meta-token");
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
pub(crate) const SINCH_PATH: &str = "/sinch/whatsapp/v1/sandbox-bot/provision/blacklist";
pub(crate) const SINCH_AUTH: (&str, &str) = ("Authorization", "Bearer sandbox-sinch-token");

pub(crate) fn users(list: &[&str]) -> String {
    let list: Vec<Value> = list.iter().map(|user| json!({"user": user})).collect();
    json!({"messaging_product": "whatsapp", "block_users": list}).to_string()
}

pub(crate) fn meta(sandbox: &Sandbox, method: &str, query: &str, body: &str) -> Answer {
    let target = format!("{META_PATH}{query}");
    call(sandbox, method, &target, &[META_AUTH, JSON], body)
}

pub(crate) fn sinch(sandbox: &Sandbox, method: &str, query: &str, body: &str) -> Answer {
    let target = format!("{SINCH_PATH}{query}");
    call(sandbox, method, &target, &[SINCH_AUTH, JSON], body)
}

pub(crate) fn digital99(sandbox: &Sandbox, endpoint: &str, whatsapp: Option<&str>) -> Answer {
    let mut body = json!({"apiKey": "sandbox-99digital-key", "from": "972555000001"});
    if let Some(number) = whatsapp {
        body["whatsapp"] = json!(number);
    }
    let target = format!("/99digital/whatsapp/v2/{endpoint}");
    call(sandbox, "POST", &target, &[JSON], &body.to_string())
}

/// The five headers, signed with the sandbox's own time unless told otherwise.
pub(crate) struct Nx {
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) ts: String,
    pub(crate) biz_type: String,
    pub(crate) action: String,
}

impl Nx {
    pub(crate) fn new(sandbox: &Sandbox) -> Nx {
        Nx {
            key: "sandbox-nxcloud-key".to_owned(),
            secret: "sandbox-nxcloud-secret".to_owned(),
            ts: control(sandbox, "clock", json!({}))["now_ms"].to_string(),
            biz_type: "2".to_owned(),
            action: "mt".to_owned(),
        }
    }

    pub(crate) fn sign(&self, body: &str) -> String {
        let Nx { key, secret, ts, biz_type, action } = self;
        let body = if body.is_empty() { String::new() } else { format!("&body={body}") };
        let text = format!("accessKey={key}&action={action}&bizType={biz_type}&ts={ts}{body}&accessSecret={secret}");
        Md5::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }

    pub(crate) fn call(&self, sandbox: &Sandbox, endpoint: &str, body: &str) -> Answer {
        let sign = self.sign(body);
        let headers = [
            ("accessKey", self.key.as_str()),
            ("ts", &self.ts),
            ("bizType", &self.biz_type),
            ("action", &self.action),
            ("sign", &sign),
            JSON,
        ];
        call(sandbox, "POST", &format!("/nxcloud/api/wa/{endpoint}"), &headers, body)
    }
}

pub(crate) fn nx_body(extra: Value) -> String {
    let mut body = json!({
        "appkey": "sandbox-nxcloud-app",
        "business_phone": "85255500001",
        "messaging_product": "whatsapp",
    });
    for (key, value) in extra.as_object().expect("object") {
        body[key] = value.clone();
    }
    body.to_string()
}

pub(crate) fn nx_users(list: &[&str]) -> String {
    let list: Vec<Value> = list.iter().map(|user| json!({"user": user})).collect();
    nx_body(json!({"block_users": list}))
}

pub(crate) fn nxcloud(sandbox: &Sandbox, endpoint: &str, body: &str) -> Answer {
    Nx::new(sandbox).call(sandbox, endpoint, body)
}

pub(crate) fn blocked(sandbox: &Sandbox, provider: &str) -> Vec<String> {
    let state = control(sandbox, "inspect", json!({"provider": provider}));
    let list = state["blocked"].as_array().expect("blocked");
    list.iter().map(|user| user.as_str().expect("text").to_owned()).collect()
}
