//! Bodies and statuses that no provider documents: broken JSON, other types, proxies' pages.

use serde_json::{Value, json};

use super::act::Ctx;
use crate::http::{Reply, reason, wire_status};
use crate::simulator::Failure;

/// The true body, or `{}` where a success has none.
fn body_of(reply: &Reply) -> Vec<u8> {
    if reply.body.is_empty() { b"{}".to_vec() } else { reply.body.clone() }
}

fn json_bytes(reply: Reply, body: Vec<u8>) -> Reply {
    let mut reply = reply.with("content-type", "application/json");
    reply.body = body;
    reply
}

pub(crate) fn truncated_json(_: &Ctx<'_>, reply: Reply) -> Reply {
    let mut body = body_of(&reply);
    body.truncate(body.len() * 2 / 3);
    json_bytes(reply, body)
}

/// The shapes of [`wrong_json`].
pub(crate) const SHAPES: &[&str] = &["types", "array", "string", "number", "null", "empty"];

pub(crate) fn wrong_json(ctx: &Ctx<'_>, reply: Reply) -> Reply {
    let body = match ctx.params.text("shape") {
        "array" => json!([]),
        "string" => json!("ok"),
        "number" => json!(1),
        "null" => Value::Null,
        "empty" => json!({}),
        // Every name is right and every type is wrong.
        _ => json!({
            "messaging_product": 1, "block_users": "all", "data": {"data": 7, "block_users": []},
            "paging": [], "code": "zero", "message": {}, "status": ["OK"], "reason": "one", "from": 1,
            "whatsapp": {}, "numbers": {"0": "16505551234"}, "error": "none", "items": 7, "cursor": [],
            "blocked": "all", "unblocked": "all", "failed": {}, "blockedUsers": 7, "nextCursor": {}, "result": 1,
        }),
    };
    json_bytes(reply, body.to_string().into_bytes())
}

pub(crate) fn not_json(_: &Ctx<'_>, reply: Reply) -> Reply {
    json_bytes(reply, b"OK, all users were processed".to_vec())
}

pub(crate) fn empty_200(_: &Ctx<'_>, reply: Reply) -> Reply {
    let mut reply = json_bytes(reply, Vec::new());
    reply.status = 200;
    reply
}

pub(crate) fn status_204(_: &Ctx<'_>, _: Reply) -> Reply {
    Reply::empty(204)
}

pub(crate) fn wrong_content_type(_: &Ctx<'_>, reply: Reply) -> Reply {
    let body = body_of(&reply);
    let mut reply = reply.with("content-type", "text/plain");
    reply.body = body;
    reply
}

pub(crate) fn bom(_: &Ctx<'_>, reply: Reply) -> Reply {
    let mut body = vec![0xef, 0xbb, 0xbf];
    body.extend(body_of(&reply));
    json_bytes(reply, body)
}

pub(crate) fn invalid_utf8(_: &Ctx<'_>, reply: Reply) -> Reply {
    let mut body = body_of(&reply);
    let at = body.iter().position(|b| *b == b':').map_or(1, |at| at + 1);
    body.splice(at..at, *b"\"\xff\xfe\",\"x\":");
    json_bytes(reply, body)
}

pub(crate) fn deep_json(ctx: &Ctx<'_>, reply: Reply) -> Reply {
    let depth = usize::try_from(ctx.params.int("depth").min(10_000_000)).unwrap_or(0);
    let mut body = br#"{"data":"#.to_vec();
    body.resize(body.len() + depth, b'[');
    body.resize(body.len() + depth, b']');
    body.push(b'}');
    json_bytes(reply, body)
}

pub(crate) fn html_200(_: &Ctx<'_>) -> Reply {
    let page = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Hotel Wi-Fi</h1></body></html>";
    Reply::typed(200, "text/html; charset=UTF-8", page)
}

pub(crate) fn redirect(ctx: &Ctx<'_>) -> Reply {
    let status = u16::try_from(ctx.params.int("status")).unwrap_or(302);
    Reply::typed(status, "text/html", "moved").with("location", ctx.params.text("location"))
}

/// The true body with a status that says it failed.
pub(crate) fn failing_status(ctx: &Ctx<'_>, mut reply: Reply) -> Reply {
    reply.status = wire_status(ctx.params.int("status"));
    reply
}

pub(crate) fn status_plain(ctx: &Ctx<'_>) -> Reply {
    let status = wire_status(ctx.params.int("status"));
    Reply::typed(status, "text/plain; charset=UTF-8", format!("{status} {}", reason(status)))
}

/// The provider's own kind of error body with any status.
pub(crate) fn status(ctx: &Ctx<'_>) -> Reply {
    let status = wire_status(ctx.params.int("status"));
    let mut reply = ctx.fail(Failure::Status(status));
    reply.status = status;
    reply
}
