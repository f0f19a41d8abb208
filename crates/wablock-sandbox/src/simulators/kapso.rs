//! Kapso: Meta's API behind another host and key. Its own errors are texts. Source: docs.kapso.ai.

use serde_json::json;

use super::cloud_api::{CloudApi, Own, Spelling};
use super::family::{FAMILY, GRAPH};
use super::routes::{self, Door};
use crate::accounts::{Field, Part, Parts};
use crate::http::{Reply, reason};
use crate::simulator::About;

/// Calls a minute of a key of the first paid plan.
const PER_MINUTE: u32 = 500;

pub(crate) static KAPSO: CloudApi = CloudApi {
    about: About {
        id: "kapso",
        parts: Parts {
            id: Part::Number("100555010000001", "10055502", 7),
            secret: Part::Secret("sandbox-kapso-key"),
            ..GRAPH.parts
        },
        options: &[("phone_number_id", Field::Id), ("api_key", Field::Secret)],
        ..GRAPH
    },
    doors: &[Door {
        auth: &[("x-api-key", ""), ("authorization", "Bearer")],
        credential: Field::Secret,
        routes: &routes::at("/meta/whatsapp/v24.0/{id}/block_users"),
    }],
    spelling: Spelling::Digits,
    own,
    retry_after_s: Some(60),
    decorate: |reply, _, _| reply.with_rate_limit(PER_MINUTE),
    ..FAMILY
};

fn own(refused: &Own<'_>) -> Option<Reply> {
    let (status, error, message) = match refused {
        Own::NoPath => (404, "Not found", ""),
        Own::Unauthorized { .. } => (401, "Invalid or missing API key", ""),
        Own::NotYours => (404, "Phone number not found", ""),
        Own::TooFast => (429, "Rate limit exceeded", "Please try again later."),
        Own::Invalid(_) => return None,
        Own::Status(status) => (*status, reason(*status), "Please try again later."),
    };
    let mut body = json!({"error": error});
    if !message.is_empty() {
        body["message"] = json!(message);
    }
    Some(Reply::json(status, &body))
}
