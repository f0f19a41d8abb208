//! Meta Cloud API: `/{version}/{phone_number_id}/block_users`, also without the version.

use serde_json::{Value, json};

use crate::accounts::{Account, Operation, Provider};
use crate::http::{Reply, Request};
use crate::providers::cloud_api::{self, MAX_USERS, PageError, WriteBody};
use crate::providers::graph::{self, GraphError};
use crate::providers::signature::appsecret_proof;
use crate::settings::{NextLinks, Settings};
use crate::world::{Tweaks, World};

/// The oldest version that is still alive; calls to older ones, or to none, are served by it.
const OLDEST: (u32, u32) = (23, 0);

/// Splits the path into version and phone number id.
fn target(rest: &str) -> Option<(Option<(u32, u32)>, &str)> {
    let path = rest.strip_prefix('/')?;
    let id_path = path.strip_suffix("/block_users")?;
    let (version, id) = match id_path.split_once('/') {
        None => (None, id_path),
        Some((version, id)) => (Some(parse_version(version)?), id),
    };
    (!id.is_empty() && !id.contains('/')).then_some((version, id))
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
    let number = |part: &str| -> Option<u32> {
        let plain = part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|_| plain)
    };
    Some((number(major)?, number(minor)?))
}

/// By method; `None` for a path or method that is not `block_users`.
pub(crate) fn operation(method: &str, rest: &str) -> Option<Operation> {
    target(rest)?;
    match method {
        "POST" => Some(Operation::Block),
        "DELETE" => Some(Operation::Unblock),
        "GET" | "HEAD" => Some(Operation::List),
        _ => None,
    }
}

/// The answer, with Meta's headers.
pub(crate) fn handle(world: &mut World, rest: &str, request: &Request, tweaks: &Tweaks) -> Reply {
    let version = target(rest).and_then(|t| t.0).unwrap_or(OLDEST).max(OLDEST);
    let reply = match answer(world, rest, request, tweaks) {
        Ok(reply) => reply,
        Err(error) => error_reply(&error, graph::status(error.code), world.replies),
    };
    decorate(reply, world, version)
}

/// A reply with only the envelope.
pub(crate) fn error_reply(error: &GraphError, status: u16, trace: u64) -> Reply {
    let challenge = if status == 401 { "invalid_token" } else { "invalid_request" };
    let text: String = error.message.chars().filter(|c| (' '..='~').contains(c)).take(500).collect();
    let text = text.replace('"', "'");
    Reply::json(status, &json!({"error": error.to_json(trace)}))
        .with("www-authenticate", format!("OAuth \"Facebook Platform\" \"{challenge}\" \"{text}\""))
}

/// An envelope around any inner error, for faults.
pub(crate) fn raw_error(error: Value, status: u16) -> Reply {
    Reply::json(status, &json!({"error": error}))
}

/// The headers of every answer.
fn decorate(mut reply: Reply, world: &World, version: (u32, u32)) -> Reply {
    let trace = world.replies;
    reply.set("facebook-api-version", format!("v{}.{}", version.0, version.1));
    reply.set("x-fb-request-id", format!("Asandboxreq{trace:011x}"));
    reply.set("x-fb-trace-id", format!("sandbox{trace:04x}"));
    reply.set("x-fb-rev", "1000000000");
    usage_headers(&mut reply, world.settings.meta_usage_percent, world.settings.meta_regain_minutes);
    reply.set("cache-control", "no-store");
    reply.set("pragma", "no-cache");
    reply.set("expires", "Sat, 01 Jan 2000 00:00:00 GMT");
    reply
}

/// `x-business-use-case-usage` and `x-app-usage`.
pub(crate) fn usage_headers(reply: &mut Reply, percent: u64, regain_minutes: u64) {
    let entry = |kind: &str| {
        json!({
            "type": kind,
            "call_count": percent,
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": regain_minutes,
        })
    };
    let usage = json!({"102290129340398": [entry("whatsapp_business_management"), entry("whatsapp")]});
    reply.set("x-business-use-case-usage", usage.to_string());
    reply.set("x-app-usage", format!(r#"{{"call_count":{percent},"total_cputime":0,"total_time":0}}"#));
}

fn answer(world: &mut World, rest: &str, request: &Request, tweaks: &Tweaks) -> Result<Reply, GraphError> {
    let Some((_, id)) = target(rest) else {
        return Err(GraphError {
            message: format!("Unknown path components: {rest}"),
            details: None,
            ..GraphError::new(2500, "")
        });
    };
    let token = bearer(request).ok_or_else(|| GraphError {
        message: "An access token is required to request this resource.".to_owned(),
        details: None,
        ..GraphError::new(104, "")
    })?;
    let fits = world.accounts.get(Provider::Meta, id).is_some_and(|account| account.secret == token);
    let known = fits || world.accounts.any(Provider::Meta, |account| account.secret == token);
    if !known {
        return Err(GraphError {
            message: "Invalid OAuth access token - Cannot parse access token".to_owned(),
            details: None,
            ..GraphError::new(190, "")
        });
    }
    let now = world.clock.now_us();
    let (settings, replies) = (&world.settings, world.replies);
    let account = world.accounts.find(Provider::Meta, id).filter(|_| fits);
    let account = account.ok_or_else(|| GraphError::no_object(&request.method, id))?;
    check_proof(account, settings, request)?;
    if !account.take_token(settings.meta_rate_per_s, now) {
        let error = GraphError::new(80_007, "There have been too many calls to this WhatsApp Business account.");
        let mut reply = error_reply(&error, 429, replies);
        if let Some(seconds) = settings.retry_after_s {
            reply.set("retry-after", seconds.to_string());
        }
        return Ok(reply);
    }
    match operation(&request.method, rest) {
        Some(Operation::List) => list(account, settings, &world.url, rest, request, tweaks),
        Some(operation) => write(account, settings, operation, request, tweaks, now, replies),
        None => Err(GraphError::no_object(&request.method, id)),
    }
}

/// The bearer token; the query parameter is Graph's general alternative.
fn bearer(request: &Request) -> Option<String> {
    match request.header("authorization") {
        Some(value) => {
            let (scheme, token) = value.split_once(' ')?;
            let fits = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
            fits.then(|| token.trim().to_owned())
        }
        None => request.query_param("access_token"),
    }
}

fn check_proof(account: &Account, settings: &Settings, request: &Request) -> Result<(), GraphError> {
    let problem = match request.query_param("appsecret_proof") {
        Some(proof) if proof == appsecret_proof(&account.app, &account.secret) => return Ok(()),
        Some(_) => "Invalid appsecret_proof provided in the API argument",
        None if !settings.require_appsecret_proof => return Ok(()),
        None => "API calls from the server require an appsecret_proof argument",
    };
    Err(GraphError {
        kind: "GraphMethodException",
        message: problem.to_owned(),
        details: None,
        ..GraphError::new(100, "")
    })
}

fn invalid(details: impl Into<String>) -> GraphError {
    GraphError::new(100, details)
}

fn write(
    account: &mut Account,
    settings: &Settings,
    operation: Operation,
    request: &Request,
    tweaks: &Tweaks,
    now: i64,
    trace: u64,
) -> Result<Reply, GraphError> {
    let required = |name: &str| GraphError {
        message: format!("(#100) The parameter {name} is required."),
        ..invalid(format!("The parameter {name} is required."))
    };
    // A body of another type than JSON holds no parameter that Graph would find.
    let body: Value = if request.is_json() && !request.body.is_empty() {
        serde_json::from_slice(&request.body).map_err(|_| invalid("The request body is not valid JSON."))?
    } else {
        json!({})
    };
    if !body.is_object() {
        return Err(invalid("The request body must be a JSON object."));
    }
    match body.get("messaging_product") {
        Some(Value::String(product)) if product == "whatsapp" => {}
        None => return Err(required("messaging_product")),
        Some(_) => return Err(invalid("Param messaging_product must be one of {WHATSAPP}.")),
    }
    let list = body.get("block_users").ok_or_else(|| required("block_users"))?;
    let users = cloud_api::parse_users(list, true).map_err(invalid)?;
    if users.len() > tweaks.max_users.unwrap_or(MAX_USERS) {
        return Err(GraphError::new(130_429, "Too many numbers in the request."));
    }
    let written = cloud_api::write(account, settings, operation, users, now, tweaks, false);
    let mixed_400 = settings.meta_partial_status == 400 && !written.failed.is_empty();
    let mut body = WriteBody::new(operation, written);
    if mixed_400 {
        let verb = if operation == Operation::Block { "block" } else { "unblock" };
        let details = format!("Failed to {verb} some users, see the block_users response list for details");
        body.error = Some(GraphError::new(139_100, details).to_json(trace));
    }
    Ok(Reply::json(if mixed_400 { 400 } else { 200 }, &body))
}

fn list(
    account: &mut Account,
    settings: &Settings,
    url: &str,
    rest: &str,
    request: &Request,
    tweaks: &Tweaks,
) -> Result<Reply, GraphError> {
    let asked = match request.query_param("limit") {
        None => None,
        Some(text) => Some(text.parse::<usize>().map_err(|_| page_error(PageError::BadLimit))?),
    };
    if let Some(error) = cloud_api::refused_page(settings, tweaks, asked) {
        return Err(error);
    }
    let limit = cloud_api::page_limit(settings, tweaks, asked).map_err(page_error)?;
    let cursor = |name: &str| request.query_param(name).filter(|text| !text.is_empty());
    let (after, before) = (cursor("after"), cursor("before"));
    let mut stale;
    let source = match tweaks.stale_ms {
        Some(then) => {
            stale = account.list.as_of(then);
            &mut stale
        }
        None => &mut account.list,
    };
    let page = cloud_api::page(source, tweaks, limit, after.as_deref(), before.as_deref()).map_err(page_error)?;
    let link = |cursor: &str| format!("{url}/meta{rest}?limit={}&{cursor}", page.limit);
    let links = (settings.meta_next_links == NextLinks::WhenMoreRows).then_some(&link as &dyn Fn(&str) -> String);
    Ok(Reply::json(200, &page.body(links)))
}

/// The Graph error of a page that could not be cut; NxCloud wraps the same.
pub(crate) fn page_error(error: PageError) -> GraphError {
    match error {
        PageError::BadLimit => invalid("Param limit must be an integer in the allowed range."),
        PageError::BadCursor => invalid("Invalid cursors values"),
        PageError::Changed => GraphError::new(
            139_102,
            "The blocklist was updated while it was being read: version_id mismatch. Start again from the first page.",
        ),
    }
}
