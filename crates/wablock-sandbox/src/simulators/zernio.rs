//! Zernio: one path, an account id in body and query, keys of its own, failures as texts with status 200. Source: its OpenAPI.

use serde_json::{Map, Value, json};

use super::batch::{self, User};
use super::cloud_api::{CloudApi, Named, Own, Refused};
use super::family::{FAMILY, GRAPH, invalid};
use super::routes::{self, Door};
use crate::accounts::{Account, Field, Part, Parts};
use crate::graph::GraphError;
use crate::http::{Reply, Request, reason};
use crate::settings::Settings;
use crate::simulator::{About, GRAPH_KEYS, Keys, Pages, Reasons};

/// Calls a minute of the smallest plan.
const PER_MINUTE: u32 = 60;

pub(crate) static ZERNIO: CloudApi = CloudApi {
    about: About {
        id: "zernio",
        parts: Parts {
            id: Part::Secret("sandbox-zernio-key"),
            app: Part::Name("sandbox-zernio-account"),
            ..GRAPH.parts
        },
        options: &[("account_id", Field::App), ("api_key", Field::Id)],
        keys: Keys {
            lists: "",
            added: "blocked",
            removed: "unblocked",
            failed: "failed",
            always_failed: true,
            id: "waId",
            reasons: Reasons::Texts,
            ..GRAPH_KEYS
        },
        pages: Pages::Cursors { params: ("after", "before"), next: &["nextCursor"] },
        links: false,
        rows: "/blockedUsers",
        row_id: "waId",
        row: |key| json!({"waId": key}),
        bsuid: false,
        ..GRAPH
    },
    doors: &[Door {
        auth: &[("authorization", "Bearer")],
        credential: Field::Id,
        routes: &routes::at("/api/v1/whatsapp/block-users"),
    }],
    check,
    parse,
    max_page: Some(100),
    partial_status: Some(200),
    error,
    own,
    retry_after_s: Some(60),
    decorate: |reply, state, _| {
        reply.with("x-request-id", format!("zn-{:08x}", state.replies)).with_rate_limit(PER_MINUTE)
    },
    ..FAMILY
};

/// The account id, from the query of a list and from the body of a write.
fn check(account: &Account, _: &Settings, request: &Request) -> Result<(), Refused> {
    let given = if request.method == "GET" {
        request.query_param("accountId")
    } else {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        body["accountId"].as_str().map(str::to_owned)
    };
    match given {
        Some(id) if id == account.app => Ok(()),
        Some(_) => Err(Refused::not_yours(GraphError::bare(100, "Account not found"))),
        None => Err(Refused::invalid(invalid("accountId is required"))),
    }
}

/// `{"accountId":"...","users":["..."]}`, 1 to 1,000 users.
fn parse(body: &Map<String, Value>) -> Named {
    if let Some(key) = body.keys().find(|key| !["accountId", "users"].contains(&key.as_str())) {
        return Err(invalid(format!("Unrecognized key: {key}")));
    }
    let users = body.get("users").and_then(batch::texts).filter(|users| !users.is_empty());
    let users = users.ok_or_else(|| invalid("users must be an array of 1 to 1000 strings"))?;
    Ok(users.into_iter().map(User::phone).collect())
}

fn error(meta: Value, status: u16) -> Reply {
    let text = meta["message"].as_str().unwrap_or("WhatsApp API error");
    let body = json!({"error": text, "type": "platform_error", "code": "platform_error", "param": null,
        "platform": "whatsapp", "platformError": meta});
    Reply::json(status, &body)
}

fn own(refused: &Own<'_>) -> Option<Reply> {
    let (status, text) = match refused {
        // Not documented with a body.
        Own::NoPath | Own::NotYours => return Some(Reply::empty(404)),
        Own::Unauthorized { .. } => (401, "Unauthorized"),
        Own::TooFast => (429, "Rate limit exceeded"),
        Own::Invalid(text) => (400, *text),
        Own::Status(status) => (*status, reason(*status)),
    };
    Some(Reply::json(status, &json!({"error": text})))
}
