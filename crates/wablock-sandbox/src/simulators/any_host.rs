//! A made-up host that speaks Meta's API in its own way: a header, a path and a method of its own, and Meta's errors wrapped
//! once more. It stands for the hosts that nobody lists.

use serde_json::json;

use super::cloud_api::{CloudApi, Spelling};
use super::family::{FAMILY, GRAPH};
use super::routes::Door;
use crate::accounts::{Field, Part, Parts};
use crate::http::Reply;
use crate::operation::Operation::{Block, List, Unblock};
use crate::simulator::About;

pub(crate) static ANY_HOST: CloudApi = CloudApi {
    about: About {
        id: "cloud_api",
        parts: Parts { id: Part::Secret("sandbox-cloud-api-key"), ..GRAPH.parts },
        options: &[
            ("api_key", Field::Id),
            ("auth_header", Field::Text("X-Token")),
            ("unblock_path", Field::Text("unblock_users")),
            ("unblock_method", Field::Text("POST")),
            ("user_format", Field::Text("digits")),
        ],
        ..GRAPH
    },
    doors: &[Door {
        auth: &[("x-token", "Bearer")],
        credential: Field::Id,
        routes: &[(Block, "POST", "/block_users"), (Unblock, "POST", "/unblock_users"), (List, "GET", "/block_users")],
    }],
    spelling: Spelling::Digits,
    error: |error, status| Reply::json(status, &json!({"detail": {"error": error}})),
    ..FAMILY
};
