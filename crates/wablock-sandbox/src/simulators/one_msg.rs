//! 1msg: one user a call as a JSON integer, the token in the query, Meta's errors as texts under status 200, and a list
//! without pages. Source: 1msg/1msg-sdk.

use serde_json::{Map, Value, json};

use super::batch::{self, User};
use super::family::GRAPH;
use crate::accounts::{Field, Part, Parts};
use crate::graph;
use crate::http::{Reply, Request, reason};
use crate::operation::Operation;
use crate::simulator::{About, Answers, Call, Failure, Pages, Simulator};
use crate::state::State;
use crate::tweaks::Tweaks;

static ABOUT: About = About {
    id: "1msg",
    parts: Parts { id: Part::Name("OM0000001"), secret: Part::Secret("sandbox-1msg-token"), ..GRAPH.parts },
    options: &[("instance_id", Field::Id), ("token", Field::Secret)],
    auth: &[],
    answers: Answers::Bare,
    pages: Pages::One,
    links: false,
    rows: "/blockedUsers",
    row: |key| json!({"input": key, "wa_id": key}),
    bsuid: false,
    codes: false,
    ..GRAPH
};

#[derive(Debug)]
pub(crate) struct OneMsg;

/// The instance and the rest of a path.
fn split(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix('/')?.split_once('/').filter(|(instance, _)| !instance.is_empty())
}

/// An error of its own.
fn error(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({"error": text}))
}

/// An error of Meta's, as a text in a success.
fn passed_on(code: i64, text: &str) -> Reply {
    Reply::json(200, &json!({"response": {"error": format!("(#{code}) {text}")}}))
}

impl Simulator for OneMsg {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn operation(&self, method: &str, rest: &str) -> Option<Operation> {
        match (method, split(rest)?.1) {
            ("POST", "blockUser") => Some(Operation::Block),
            ("POST", "unblockUser") => Some(Operation::Unblock),
            ("GET" | "HEAD", "blockedUsers") => Some(Operation::List),
            _ => None,
        }
    }

    fn handle(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Reply {
        answer(state, self.operation(&call.request.method, call.rest), call, tweaks).unwrap_or_else(|refused| refused)
    }

    fn fail(&self, failure: Failure<'_>, _: Call<'_>, _: u64) -> Reply {
        match failure {
            Failure::Code { graph, message, .. } => {
                passed_on(graph.code, if message.is_empty() { graph::title(graph.code) } else { message })
            }
            Failure::Graph(error, _) => passed_on(error.code, graph::title(error.code)),
            Failure::Raw(body, _) => Reply::json(200, &json!({"response": body})),
            Failure::Throttled(_) => error(429, "Too many requests"),
            Failure::Text(text) => error(400, text),
            Failure::Trace(text) => error(400, "Refused").with("x-request-id", header(text)),
            Failure::CodeAsText => error(401, "Wrong token"),
            Failure::Status(403) => Reply::typed(403, "text/plain; charset=utf-8", "subscription blocked"),
            Failure::Status(status) => error(status, reason(status)),
        }
    }

    fn put_error(&self, body: &mut Value, graph: Value) {
        body["response"] = json!({"error": format!("(#{}) {}", graph["code"], graph["message"])});
    }

    fn credential(&self, request: &Request) -> String {
        request.query_param("token").unwrap_or_default()
    }
}

/// A text that a header can hold.
fn header(text: &str) -> String {
    text.chars().filter(|c| (' '..='~').contains(c)).collect()
}

fn answer(state: &mut State, operation: Option<Operation>, call: Call<'_>, tweaks: &Tweaks) -> Result<Reply, Reply> {
    let Call { request, rest } = call;
    let (instance, _) = split(rest).ok_or_else(|| error(404, "Not found"))?;
    let now = state.clock.now_us();
    let settings = &state.settings;
    let account = state.accounts.find(ABOUT.id, instance).ok_or_else(|| error(401, "Wrong token"))?;
    if request.query_param("token").as_ref() != Some(&account.secret) {
        return Err(error(401, "Wrong token"));
    }
    let operation = operation.ok_or_else(|| error(404, "Not found"))?;
    if !account.take_token(settings.rate(ABOUT.id), now) {
        return Err(error(429, "Too many requests").with_retry_after(settings.retry_after_s));
    }
    if operation == Operation::List {
        let users = account.list.view(tweaks.stale_ms, |list| list.page(0, usize::MAX));
        let rows: Value = users.iter().map(|key| (ABOUT.row)(key)).collect();
        return Ok(Reply::json(200, &ABOUT.list_of(rows)));
    }
    let user = User::phone(&phone(request)?.to_string());
    if let Some((_, code, message, _)) = &tweaks.user_error {
        return Err(passed_on(*code, message));
    }
    if let Some(refusal) = batch::refusal(account, settings, operation, &user, now / 1000) {
        return Err(passed_on(refusal.code, &refusal.message));
    }
    if let Some(key) = user.key.filter(|_| !tweaks.dry_run) {
        account.change(operation, &key, now);
    }
    Ok(Reply::json(200, &json!({"result": "success"})))
}

/// The number of `{"phone":15550001111}`, which must be an integer.
fn phone(request: &Request) -> Result<u64, Reply> {
    let body = serde_json::from_slice::<Map<String, Value>>(&request.body).ok().filter(|_| request.is_json());
    let body = body.ok_or_else(|| error(400, "The body must be a JSON object"))?;
    match (body.len(), body.get("phone").and_then(Value::as_u64)) {
        (1, Some(phone)) => Ok(phone),
        _ => Err(error(400, "phone must be an integer, and nothing else may be given")),
    }
}
