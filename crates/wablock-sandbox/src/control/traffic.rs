//! Commands about requests: the record, and what happens to the next ones.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Answer, ControlError};
use crate::http::Reply;
use crate::operation::Operation;
use crate::record::{Record, Recorded};
use crate::simulators::Provider;
use crate::world::{Canned, CannedAnswer, World};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Requests {
    #[serde(default)]
    provider: Option<Provider>,
    #[serde(default)]
    operation: Option<Operation>,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    clear: bool,
}

pub(super) fn requests(world: &mut World, asked: Requests) -> Answer {
    let fits = |r: &&Recorded| {
        asked.provider.is_none_or(|p| p == r.provider) && (asked.operation.is_none() || asked.operation == r.operation)
    };
    let mut list: Vec<Value> = world
        .record
        .requests
        .iter()
        .rev()
        .filter(fits)
        .take(asked.limit.unwrap_or(usize::MAX))
        .map(|r| {
            json!({
                "provider": r.provider,
                "operation": r.operation,
                "method": r.request.method,
                "path": r.request.path,
                "query": r.request.query,
                "headers": r.request.headers,
                "body": String::from_utf8_lossy(&r.request.body),
                "at_ms": r.at_ms,
                "status": r.status,
            })
        })
        .collect();
    list.reverse();
    let matching = world.record.requests.iter().filter(fits).count();
    let answer = json!({"total": world.record.total, "matching": matching, "requests": list});
    if asked.clear {
        world.record = Record::default();
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    responses: Vec<Response>,
    #[serde(default)]
    provider: Option<Provider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response {
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    raw: Option<String>,
}

pub(super) fn script(world: &mut World, asked: Script) -> Answer {
    if asked.responses.is_empty() {
        world.script.clear();
    }
    for (at, response) in asked.responses.into_iter().enumerate() {
        let wrong = |why: &str| ControlError::new(format!("script: response {at}: {why}"));
        let answer = match response.raw {
            Some(_) if response.status.is_some() || response.body.is_some() || !response.headers.is_empty() => {
                return Err(wrong("raw cannot be combined with status, headers or body"));
            }
            Some(raw) => CannedAnswer::Raw(raw.into_bytes()),
            None => {
                let status = response.status.unwrap_or(200);
                if !(200..=999).contains(&status) {
                    return Err(wrong("status must be from 200 to 999"));
                }
                let mut reply = match response.body {
                    None => Reply::empty(status),
                    Some(Value::String(text)) => Reply::typed(status, "application/json", text),
                    Some(json) => Reply::typed(status, "application/json", json.to_string()),
                };
                for (name, value) in response.headers {
                    let lines = |text: &str| text.contains(['\r', '\n']);
                    if lines(&name) || lines(&value) {
                        return Err(wrong("a header must not have line breaks; use raw"));
                    }
                    reply.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
                    reply.headers.push((name.into(), value));
                }
                CannedAnswer::Reply(reply)
            }
        };
        world.script.push_back(Canned { provider: asked.provider, answer });
    }
    Ok(json!({"waiting": world.script.len()}))
}
