//! Splashify's partner API: Meta's API with failures under `errors` and rows of its own. Source: partner-docs.splashifypro.com.

use serde_json::{Value, json};

use super::cloud_api::{CloudApi, Own, Spelling};
use super::family::{FAMILY, GRAPH};
use super::routes::{self, Door};
use crate::accounts::{Field, Part, Parts};
use crate::http::{Reply, reason};
use crate::magic;
use crate::simulator::{About, GRAPH_KEYS, Keys, Reasons};

pub(crate) static SPLASHIFY: CloudApi = CloudApi {
    about: About {
        id: "splashify",
        parts: Parts {
            id: Part::Number("100555030000001", "10055504", 7),
            secret: Part::Secret("sandbox-splashify-key"),
            ..GRAPH.parts
        },
        options: &[("phone_number_id", Field::Id), ("api_key", Field::Secret)],
        keys: Keys { failed: "errors", always_failed: true, reasons: Reasons::Inline, ..GRAPH_KEYS },
        links: false,
        row_id: "user",
        row,
        ..GRAPH
    },
    doors: &[Door {
        auth: &[("authorization", "Bearer")],
        credential: Field::Secret,
        routes: &routes::at("/api/v25.0/{id}/block_users"),
    }],
    spelling: Spelling::Plus,
    max_users: 500,
    own,
    ..FAMILY
};

fn row(key: &str) -> Value {
    if magic::is_bsuid(key) {
        json!({"user_id": key, "block_reason": null})
    } else {
        json!({"user": format!("+{key}"), "block_reason": null})
    }
}

fn own(refused: &Own<'_>) -> Option<Reply> {
    let (status, text) = match refused {
        Own::NoPath => (404, "id not found"),
        Own::Unauthorized { .. } => (401, "Unauthorized"),
        Own::NotYours => (403, "id does not belong to your account"),
        Own::TooFast => (429, "Too Many Requests"),
        Own::Invalid(text) => (400, *text),
        Own::Status(status) => (*status, reason(*status)),
    };
    Some(Reply::json(status, &json!({"message": text})))
}
