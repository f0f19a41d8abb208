//! What the family does unless a row says otherwise, and the facts that most providers share with it.

use serde_json::{Map, Value, json};

use super::batch::{self, MAX_USERS};
use super::cloud_api::{CloudApi, Named, Spelling};
use crate::accounts::{Part, Parts};
use crate::graph::{self, GraphError};
use crate::http::Reply;
use crate::simulator::{About, Answers, GRAPH_KEYS, Pages};

/// Facts that the family shares.
pub(crate) const GRAPH: About = About {
    id: "",
    parts: Parts {
        id: Part::Nothing,
        secret: Part::Nothing,
        app: Part::Nothing,
        own_number: Part::Number("15550100001", "1555020", 4),
    },
    options: &[],
    extra_option: None,
    partner_option: None,
    auth: &[("authorization", "Bearer")],
    answers: Answers::Batch,
    keys: GRAPH_KEYS,
    pages: Pages::Cursors { params: ("after", "before"), next: &["paging", "cursors", "after"] },
    links: true,
    rows: "/data",
    row_id: "wa_id",
    row: graph::row,
    bsuid: true,
    envelope: None,
    codes: true,
    usage: false,
    derived_secrets: |_| Vec::new(),
};

/// What the family does unless a row says otherwise.
pub(crate) const FAMILY: CloudApi = CloudApi {
    about: GRAPH,
    doors: &[],
    auth_query: "",
    short_path: |rest| rest,
    check: |_, _, _| Ok(()),
    parse: graph_users,
    spelling: Spelling::Any,
    max_users: MAX_USERS,
    max_page: None,
    partial_status: None,
    both_ids: false,
    error: |error, status| Reply::json(status, &json!({"error": error})),
    own: |_| None,
    retry_after_s: None,
    decorate: |reply, _, _| reply,
};

/// The users of Meta's body.
fn graph_users(body: &Map<String, Value>) -> Named {
    let required = |name: &str| GraphError {
        message: format!("(#100) The parameter {name} is required."),
        ..invalid(format!("The parameter {name} is required."))
    };
    match body.get("messaging_product") {
        Some(Value::String(product)) if product == "whatsapp" => {}
        None => return Err(required("messaging_product")),
        Some(_) => return Err(invalid("Param messaging_product must be one of {WHATSAPP}.")),
    }
    let list = body.get("block_users").ok_or_else(|| required("block_users"))?;
    batch::parse_users(list, true).map_err(invalid)
}

/// A parameter that is missing or wrong.
pub(crate) fn invalid(details: impl Into<String>) -> GraphError {
    GraphError::new(100, details)
}
