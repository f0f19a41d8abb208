//! 360dialog: the key fixes the number, so that no path holds an id. Its own errors are not Meta's, and it says 400 for too
//! many requests. Source: docs.360dialog.com, messaging API 1.41.0.

use serde_json::{Value, json};

use super::cloud_api::{CloudApi, Own, Spelling};
use super::family::{FAMILY, GRAPH};
use super::routes::{self, Door};
use crate::accounts::{Field, Part, Parts};
use crate::http::{Reply, reason};
use crate::magic;
use crate::simulator::About;

pub(crate) static DIALOG360: CloudApi = CloudApi {
    about: About {
        id: "360dialog",
        parts: Parts { id: Part::Secret("sandbox-360dialog-key"), ..GRAPH.parts },
        options: &[("api_key", Field::Id)],
        rows: "/data/0/block_users",
        row,
        ..GRAPH
    },
    doors: &[Door { auth: &[("d360-api-key", "")], credential: Field::Id, routes: &routes::at("/block_users") }],
    spelling: Spelling::Plus,
    partial_status: Some(400),
    own,
    ..FAMILY
};

fn row(key: &str) -> Value {
    let id = if magic::is_bsuid(key) { "user_id" } else { "wa_id" };
    json!({"input": key, id: key})
}

fn own(refused: &Own<'_>) -> Option<Reply> {
    // The inner code is not always the status.
    let (status, code, text) = match refused {
        Own::NoPath => (403, 403, "This path is not allowed."),
        Own::Unauthorized { .. } => (401, 404, "Invalid api_key or token expired"),
        Own::TooFast => (400, 400, "You have exceeded the endpoint rate limit."),
        Own::Status(status) => (*status, *status, reason(*status)),
        Own::NotYours | Own::Invalid(_) => return None,
    };
    let body = json!({"meta": {"httpCode": code, "developerMessage": text, "success": false}});
    Some(Reply::json(status, &body))
}
