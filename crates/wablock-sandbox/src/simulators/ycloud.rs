//! YCloud: a request of its own, Meta's answer, words instead of codes, and Meta's error one level deeper. Source:
//! docs.ycloud.com; the path of unblocking is not published, so that both likely ones work.

use serde_json::{Map, Value, json};

use super::batch::{self, User};
use super::cloud_api::{CloudApi, Named, Own, Spelling};
use super::family::{FAMILY, GRAPH, invalid};
use super::routes::Door;
use crate::accounts::{Field, Part, Parts};
use crate::graph;
use crate::http::{Reply, reason};
use crate::magic;
use crate::operation::Operation::{Block, List, Unblock};
use crate::simulator::{About, GRAPH_KEYS, Keys, Pages};

pub(crate) static YCLOUD: CloudApi = CloudApi {
    about: About {
        id: "ycloud",
        parts: Parts { id: Part::Secret("sandbox-ycloud-key"), ..GRAPH.parts },
        options: &[("api_key", Field::Id), ("business_phone", Field::OwnNumber)],
        keys: Keys { always_failed: true, ..GRAPH_KEYS },
        pages: Pages::Cursors { params: ("pageAfter", "pageBefore"), next: &["cursor", "after"] },
        links: false,
        rows: "/items",
        row,
        ..GRAPH
    },
    doors: &[Door {
        auth: &[("x-api-key", "")],
        credential: Field::Id,
        routes: &[
            (Block, "POST", "/v2/whatsapp/%2B{number}/blockUsers"),
            (Unblock, "POST", "/v2/whatsapp/%2B{number}/unblockUsers"),
            (Unblock, "DELETE", "/v2/whatsapp/%2B{number}/blockUsers"),
            (List, "GET", "/v2/whatsapp/%2B{number}/blockedUsers"),
        ],
    }],
    parse,
    spelling: Spelling::Plus,
    max_users: 100,
    max_page: Some(100),
    both_ids: true,
    error,
    own,
    retry_after_s: Some(1),
    decorate: |reply, state, _| reply.with("ycloud-request-id", format!("req_{:012x}", state.replies)),
    ..FAMILY
};

fn row(key: &str) -> Value {
    if magic::is_bsuid(key) { json!({"user_id": key}) } else { json!({"wa_id": key, "user_id": graph::bsuid(key)}) }
}

/// `{"users":["+..."],"userIds":["US...."]}`, one of them with at least one user.
fn parse(body: &Map<String, Value>) -> Named {
    if let Some(key) = body.keys().find(|key| !["users", "userIds"].contains(&key.as_str())) {
        return Err(invalid(format!("Unknown parameter {key}.")));
    }
    let texts = |key: &str| match body.get(key) {
        None => Ok(Vec::new()),
        Some(list) => batch::texts(list).ok_or_else(|| invalid(format!("{key} must be an array of strings."))),
    };
    let users = texts("users")?.into_iter().map(User::phone);
    let users: Vec<User> = users.chain(texts("userIds")?.into_iter().map(User::by_bsuid)).collect();
    if users.is_empty() { Err(invalid("users and userIds must not both be empty.")) } else { Ok(users) }
}

/// A word of YCloud's, with Meta's error inside where there is one.
fn refusal(status: u16, word: &str, message: &str, request_id: &str, meta: Option<Value>) -> Reply {
    let mut error = json!({"status": status, "code": word, "message": message, "requestId": request_id});
    if let Some(meta) = meta {
        error["whatsappApiError"] = meta;
    }
    Reply::json(status, &json!({"error": error}))
}

fn error(meta: Value, status: u16) -> Reply {
    let text = meta["message"].as_str().unwrap_or("WhatsApp API error").to_owned();
    let trace = meta["fbtrace_id"].as_str().unwrap_or("req_sandbox").to_owned();
    refusal(status, word_of(status), &text, &trace, Some(meta))
}

fn own(refused: &Own<'_>) -> Option<Reply> {
    let (status, word, text) = match refused {
        Own::NoPath => (404, "NOT_FOUND", "Not found."),
        Own::Unauthorized { .. } => (401, "UNAUTHORIZED", "INVALID_API_KEY"),
        Own::NotYours => (403, "WHATSAPP_PHONE_NUMBER_UNAVAILABLE", "The phone number is not available."),
        Own::TooFast => (429, "ACCOUNT_RATE_LIMITED", "Too many requests."),
        Own::Invalid(text) => (400, "PARAM_INVALID", *text),
        Own::Status(status) => (*status, word_of(*status), reason(*status)),
    };
    Some(refusal(status, word, text, "req_sandbox", None))
}

fn word_of(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        413 => "CONTENT_TOO_LARGE",
        429 => "TOO_MANY_REQUESTS",
        500.. => "INTERNAL_SERVER_ERROR",
        _ => "BAD_REQUEST",
    }
}
