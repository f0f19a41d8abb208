//! Kaleyra: the business number itself is in the path, its `+` encoded. Words for its own errors, and no promise that an
//! answer says it is JSON. Source: developers.kaleyra.io; its answers to these calls are not published, so they are Meta's.

use serde_json::json;

use super::cloud_api::{CloudApi, Own};
use super::family::{FAMILY, GRAPH};
use super::routes::{self, Door};
use crate::accounts::{Field, Part, Parts};
use crate::http::{Reply, reason};
use crate::simulator::About;

pub(crate) static KALEYRA: CloudApi = CloudApi {
    about: About {
        id: "kaleyra",
        parts: Parts { id: Part::Name("HX0000000001IN"), secret: Part::Secret("sandbox-kaleyra-key"), ..GRAPH.parts },
        options: &[("sid", Field::Id), ("api_key", Field::Secret), ("business_phone", Field::OwnNumber)],
        ..GRAPH
    },
    doors: &[Door {
        auth: &[("api-key", "")],
        credential: Field::Secret,
        routes: &routes::at("/v2/{id}/whatsapp/%2B{number}/block_users"),
    }],
    max_users: 100,
    own,
    decorate: |mut reply, _, _| {
        if !reply.body.is_empty() {
            reply.set("content-type", "text/plain;charset=UTF-8");
        }
        reply
    },
    ..FAMILY
};

fn own(refused: &Own<'_>) -> Option<Reply> {
    let (status, code, text) = match refused {
        Own::NoPath => (404, "404", "Not Found"),
        Own::Unauthorized { .. } => (400, "RBC001", "Incorrect SID or API Key."),
        Own::NotYours => (401, "WA401", "Unauthorized"),
        Own::TooFast => (429, "429", "Too Many Requests"),
        Own::Invalid(text) => (400, "WA400", *text),
        Own::Status(500) => (500, "WA500", "Internal Server Error"),
        Own::Status(status) => return Some(Reply::json(*status, &json!({"message": reason(*status)}))),
    };
    Some(Reply::json(status, &json!({"code": code, "message": text})))
}
