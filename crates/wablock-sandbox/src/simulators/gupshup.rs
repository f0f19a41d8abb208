//! Gupshup, with both doors: self-serve with an API key, partner with a token that has no scheme before it. Unblocking is a
//! POST. Sources: docs.gupshup.io and partner-docs.gupshup.io.

use serde_json::json;

use super::cloud_api::{CloudApi, Own, Spelling};
use super::family::{FAMILY, GRAPH};
use super::routes::Door;
use crate::accounts::{Field, Part, Parts};
use crate::http::{Reply, reason};
use crate::operation::Operation::{Block, List, Unblock};
use crate::simulator::{About, GRAPH_KEYS, Keys, Reasons};

pub(crate) static GUPSHUP: CloudApi = CloudApi {
    about: About {
        id: "gupshup",
        parts: Parts {
            id: Part::Name("sandbox-gupshup-app"),
            secret: Part::Secret("sandbox-gupshup-key"),
            app: Part::Secret("sandbox-gupshup-partner-token"),
            ..GRAPH.parts
        },
        options: &[("app_id", Field::Id), ("api_key", Field::Secret)],
        partner_option: Some(("api_key", "partner_token", Field::App)),
        keys: Keys { reasons: Reasons::QuotedCodes, extra: Some(("status", "success")), ..GRAPH_KEYS },
        links: false,
        ..GRAPH
    },
    doors: &[
        Door {
            auth: &[("apikey", "")],
            credential: Field::Secret,
            routes: &[
                (Block, "POST", "/wa/app/{id}/user/block"),
                (Unblock, "POST", "/wa/app/{id}/user/unblock"),
                (List, "GET", "/wa/app/{id}/user/blocklist"),
            ],
        },
        Door {
            auth: &[("authorization", "")],
            credential: Field::App,
            routes: &[
                (Block, "POST", "/partner/app/{id}/user/block"),
                (Unblock, "POST", "/partner/app/{id}/user/unblock"),
                (List, "GET", "/partner/app/{id}/user/blocklist"),
            ],
        },
    ],
    spelling: Spelling::Digits,
    max_page: Some(100),
    partial_status: Some(400),
    own,
    ..FAMILY
};

fn own(refused: &Own<'_>) -> Option<Reply> {
    let (status, text) = match refused {
        Own::NoPath => (404, "Not Found"),
        Own::Unauthorized { path } if path.starts_with("/partner/") => (401, "Unauthorized Access"),
        Own::Unauthorized { .. } => (401, "Authentication Failed"),
        Own::NotYours => (400, "Invalid App Details"),
        Own::TooFast => (429, "Too Many Requests"),
        Own::Invalid(text) => (400, *text),
        Own::Status(status) => (*status, reason(*status)),
    };
    Some(Reply::json(status, &json!({"status": "error", "message": text})))
}
