//! Meta Cloud API: `/{version}/{phone_number_id}/block_users`, also without the version.

use serde_json::{Value, json};

use super::cloud_api::{CloudApi, Refused};
use super::family::{FAMILY, GRAPH};
use super::routes::{self, Door};
use crate::accounts::{Account, Field, Part, Parts};
use crate::graph::{GraphError, usage_headers};
use crate::http::{Reply, Request};
use crate::settings::Settings;
use crate::signature::appsecret_proof;
use crate::simulator::About;
use crate::state::State;

/// The oldest version that is still alive; calls to older ones, or to none, are served by it.
const OLDEST: (u32, u32) = (23, 0);

pub(crate) static META: CloudApi = CloudApi {
    about: About {
        id: "meta",
        parts: Parts {
            id: Part::Number("106540352242922", "10654", 10),
            secret: Part::Secret("sandbox-meta-token"),
            app: Part::Secret("sandbox-meta-app-secret"),
            ..GRAPH.parts
        },
        options: &[("access_token", Field::Secret), ("phone_number_id", Field::Id)],
        extra_option: Some(("app_secret", Field::App)),
        usage: true,
        derived_secrets: |account| vec![appsecret_proof(&account.app, &account.secret)],
        ..GRAPH
    },
    doors: &[Door {
        auth: &[("authorization", "Bearer"), ("authorization", "OAuth")],
        credential: Field::Secret,
        routes: &routes::at("/{id}/block_users"),
    }],
    auth_query: "access_token",
    short_path: |rest| split_version(rest).map_or(rest, |(_, path)| path),
    check: check_proof,
    error: error_reply,
    decorate,
    ..FAMILY
};

/// `/v26.0/1/block_users` as the version and `/1/block_users`.
fn split_version(rest: &str) -> Option<((u32, u32), &str)> {
    let (version, _) = rest.strip_prefix("/v")?.split_once('/')?;
    let (major, minor) = version.split_once('.')?;
    let number = |part: &str| -> Option<u32> {
        let plain = part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|_| plain)
    };
    Some(((number(major)?, number(minor)?), &rest["/v".len() + version.len()..]))
}

/// A reply with only the envelope.
fn error_reply(error: Value, status: u16) -> Reply {
    let challenge = if status == 401 { "invalid_token" } else { "invalid_request" };
    let text = error["message"].as_str().unwrap_or_default();
    let text: String = text.chars().filter(|c| (' '..='~').contains(c)).take(500).collect();
    let text = text.replace('"', "'");
    Reply::json(status, &json!({"error": error}))
        .with("www-authenticate", format!("OAuth \"Facebook Platform\" \"{challenge}\" \"{text}\""))
}

/// The headers of every answer.
fn decorate(mut reply: Reply, state: &State, rest: &str) -> Reply {
    let trace = state.replies;
    let (major, minor) = split_version(rest).map_or(OLDEST, |(version, _)| version.max(OLDEST));
    reply.set("facebook-api-version", format!("v{major}.{minor}"));
    reply.set("x-fb-request-id", format!("Asandboxreq{trace:011x}"));
    reply.set("x-fb-trace-id", format!("sandbox{trace:04x}"));
    reply.set("x-fb-rev", "1000000000");
    usage_headers(&mut reply, state.settings.meta_usage_percent, state.settings.meta_regain_minutes);
    reply.set("cache-control", "no-store");
    reply.set("pragma", "no-cache");
    reply.set("expires", "Sat, 01 Jan 2000 00:00:00 GMT");
    reply
}

fn check_proof(account: &Account, settings: &Settings, request: &Request) -> Result<(), Refused> {
    let problem = match request.query_param("appsecret_proof") {
        Some(proof) if proof == appsecret_proof(&account.app, &account.secret) => return Ok(()),
        Some(_) => "Invalid appsecret_proof provided in the API argument",
        None if !settings.require_appsecret_proof => return Ok(()),
        None => "API calls from the server require an appsecret_proof argument",
    };
    Err(Refused::invalid(GraphError { kind: "GraphMethodException", ..GraphError::bare(100, problem) }))
}
