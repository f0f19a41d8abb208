//! Recorded requests and pure encodings as JSON, and their comparison with what a request vector expects.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use wablock::{
    Change, SignatureAlgorithm, SignatureInput, User, nxcloud_signature,
    provider::{Call, Provider},
};

/// Headers that belong to HTTP and to the client program, not to the provider's API.
const TRANSPORT: [&str; 6] = ["host", "accept", "accept-encoding", "user-agent", "content-length", "connection"];
/// How far a timestamp of NxCloud may be off.
const WINDOW_MS: u64 = 60_000;

/// What a vector expects: one request or several.
pub(crate) fn expected(vector: &Value) -> Vec<Value> {
    match &vector["expect"] {
        Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    }
}

/// A request that the sandbox recorded.
pub(crate) fn of_record(provider: &str, record: &Value) -> Value {
    let path = record["path"].as_str().and_then(|path| path.strip_prefix(&format!("/{provider}")));
    let mut headers = Map::new();
    for header in record["headers"].as_array().expect("headers are an array") {
        let name = header[0].as_str().expect("a header's name");
        if !TRANSPORT.contains(&name) {
            assert!(headers.insert(name.to_owned(), header[1].clone()).is_none(), "{name} came twice");
        }
    }
    json!({
        "method": record["method"],
        "path": path,
        "query": query(record["query"].as_str().unwrap_or_default()),
        "headers": headers,
        "body": record["body"].as_str().filter(|body| !body.is_empty()),
    })
}

/// The request of the pure `encode` at a fixed time, with its origin: no client and no server.
pub(crate) fn of_encoding(provider: &dyn Provider, operation: &str, users: &[User], now_ms: u64) -> (String, Value) {
    let call = match operation {
        "block" => Call::Change(Change::Block, users),
        "unblock" => Call::Change(Change::Unblock, users),
        _ => Call::List { cursor: None, limit: provider.capabilities().page_size.unwrap_or_default() },
    };
    let request = provider.encode(&call, now_ms).expect("a request");
    let uri = request.uri();
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), json!(value.to_str().expect("a header's text"))))
        .collect();
    let body = std::str::from_utf8(request.body()).expect("a body in UTF-8");
    let origin = format!("{}://{}", uri.scheme_str().expect("a scheme"), uri.authority().expect("a host"));
    let seen = json!({
        "method": request.method().as_str(),
        "path": uri.path(),
        "query": query(uri.query().unwrap_or_default()),
        "headers": headers,
        "body": Some(body).filter(|body| !body.is_empty()),
    });
    (origin, seen)
}

fn query(text: &str) -> Value {
    url::form_urlencoded::parse(text.as_bytes()).map(|(key, value)| json!([key, value])).collect()
}

/// Puts the placeholders `{{ts}}` and `{{sign}}` in place of values that are right, so that wrong ones stay visible.
pub(crate) fn masked(mut seen: Value, config: &Value) -> Value {
    let header = |name: &str| seen["headers"][name].as_str().map(str::to_owned);
    let (Some(ts), Some(sign)) = (header("ts"), header("sign")) else { return seen };
    if sign == signature(config, &ts, seen["body"].as_str().unwrap_or_default()) {
        seen["headers"]["sign"] = json!("{{sign}}");
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_millis();
    let close = |ts: u64| now.abs_diff(u128::from(ts)) <= u128::from(WINDOW_MS);
    if ts.len() == 13 && ts.parse().is_ok_and(close) {
        seen["headers"]["ts"] = json!("{{ts}}");
    }
    seen
}

fn signature(config: &Value, ts: &str, body: &str) -> String {
    let text = |key: &str| config[key].as_str().unwrap_or_default();
    let algorithm = config["algorithm"].as_str().unwrap_or("md5");
    nxcloud_signature(&SignatureInput {
        access_key: text("access_key"),
        access_secret: text("access_secret"),
        ts,
        body: body.as_bytes(),
        biz_type: "2",
        action: "mt",
        algorithm: algorithm.parse::<SignatureAlgorithm>().expect("an algorithm"),
    })
}
