//! 99digital: one number per call, the key in the JSON body, HTTP 200 with `status` and `reason`.

use serde_json::{Map, Value, json};

use super::batch::{self, User};
use super::family::GRAPH;
use crate::accounts::{Field, Part, Parts};
use crate::http::{Reply, Request};
use crate::operation::Operation;
use crate::settings::UnblockMissing;
use crate::simulator::{About, Answers, Call, Failure, Pages, Simulator};
use crate::state::State;
use crate::tweaks::Tweaks;

static ABOUT: About = About {
    id: "99digital",
    parts: Parts {
        id: Part::Secret("sandbox-99digital-key"),
        secret: Part::Nothing,
        app: Part::Nothing,
        own_number: Part::Number("972555000001", "97256", 7),
    },
    options: &[("api_key", Field::Id), ("from_number", Field::OwnNumber)],
    auth: &[],
    answers: Answers::Single,
    pages: Pages::One,
    rows: "/numbers",
    row_id: "",
    row: |key| json!(key),
    bsuid: false,
    ..GRAPH
};

#[derive(Debug)]
pub(crate) struct Digital99;

/// The reason that stands for one of Meta's per-user codes; each endpoint has its own table.
fn reason(operation: Operation, code: i64, details: &str) -> i64 {
    match (operation, code) {
        (_, 131_021 | 100) => 4,
        (_, 131_047) if details == "Invalid number" => 4,
        (Operation::Block, 131_047) => 5,
        (Operation::Block, 139_101) => 7,
        (Operation::Block, _) => 6,
        _ => 5,
    }
}

/// An answer in the documented order of keys; fields that the call did not have are left out.
fn answer_body(reason: i64, from: Option<&str>, whatsapp: Option<&str>, numbers: Option<Value>) -> Reply {
    let status = if reason == 1 { "OK" } else { "FAIL" };
    let mut body = format!(r#"{{"status":"{status}""#);
    let fields =
        [("from", from.map(|text| json!(text))), ("whatsapp", whatsapp.map(|text| json!(text))), ("numbers", numbers)];
    for (name, value) in fields {
        if let Some(value) = value {
            body.push_str(&format!(r#","{name}":{value}"#));
        }
    }
    body.push_str(&format!(r#","reason":{reason}}}"#));
    Reply::typed(200, "application/json", body)
}

impl Simulator for Digital99 {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn operation(&self, _: &str, rest: &str) -> Option<Operation> {
        match rest {
            "/whatsapp/v2/block" => Some(Operation::Block),
            "/whatsapp/v2/unblock" => Some(Operation::Unblock),
            "/whatsapp/v2/getBlockedList" => Some(Operation::List),
            _ => None,
        }
    }

    fn handle(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Reply {
        let Some(operation) = self.operation("", call.rest) else {
            return Reply::typed(404, "text/html; charset=UTF-8", "<h1>Not Found</h1>");
        };
        if call.request.method != "POST" {
            let page = Reply::typed(405, "text/html; charset=UTF-8", "<h1>Method Not Allowed</h1>");
            return page.with("allow", "POST");
        }
        answer(state, operation, call.request, tweaks)
    }

    fn fail(&self, failure: Failure<'_>, call: Call<'_>, _: u64) -> Reply {
        match failure {
            // FAIL with the echo of the request.
            Failure::Code { code, .. } => {
                let body: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
                answer_body(code, body["from"].as_str(), body["whatsapp"].as_str(), None)
            }
            Failure::Throttled(_) => Reply::typed(429, "text/plain; charset=UTF-8", "Too Many Requests"),
            Failure::Text(text) => {
                Reply::json(200, &json!({"status": "FAIL", "reason": 4, "from": text, "whatsapp": text}))
            }
            Failure::Trace(text) => answer_body(4, Some(text), Some(text), None).with("x-request-id", "1"),
            Failure::CodeAsText => Reply::typed(200, "application/json", r#"{"status":"FAIL","reason":"3"}"#),
            Failure::Graph(..) | Failure::Raw(..) | Failure::Status(_) => answer_body(6, None, None, None),
        }
    }

    fn put_error(&self, body: &mut Value, _: Value) {
        body["reason"] = json!(6);
    }

    fn credential(&self, request: &Request) -> String {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        body["apiKey"].as_str().unwrap_or_default().to_owned()
    }
}

fn answer(state: &mut State, operation: Operation, request: &Request, tweaks: &Tweaks) -> Reply {
    // "JSON syntax error": so is a body that does not say it is JSON.
    let body: Map<String, Value> = match serde_json::from_slice(&request.body) {
        Ok(body) if request.is_json() => body,
        _ => return answer_body(2, None, None, None),
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let (from, whatsapp) = (text("from"), text("whatsapp").filter(|_| operation != Operation::List));
    let fail = |reason: i64| answer_body(reason, from, whatsapp, None);
    let now = state.clock.now_us();
    let settings = &state.settings;
    let Some(account) = text("apiKey").and_then(|key| state.accounts.find(ABOUT.id, key)) else {
        return fail(3);
    };
    if from != Some(account.own_number.as_str()) {
        return fail(2);
    }
    if !account.take_token(settings.rate(ABOUT.id), now) {
        let reply = Reply::typed(429, "text/plain; charset=UTF-8", "Too Many Requests");
        return reply.with_retry_after(settings.retry_after_s);
    }
    if operation == Operation::List {
        let users = account.list.view(tweaks.stale_ms, |list| list.page(0, usize::MAX));
        let numbers: Vec<&str> = users.iter().map(AsRef::as_ref).collect();
        return answer_body(1, from, None, Some(json!(numbers)));
    }
    // Digits only: a `+` is not allowed here.
    let Some(number) = whatsapp.filter(|text| !text.is_empty() && !text.starts_with('+')) else {
        return fail(4);
    };
    let user = User::phone(number);
    if let Some((_, code, _, details)) = &tweaks.user_error {
        return fail(reason(operation, *code, details));
    }
    if let Some(error) = batch::refusal(account, settings, operation, &user, now / 1000) {
        return fail(reason(operation, error.code, &error.error_data.details));
    }
    let Some(key) = user.key else {
        return fail(4);
    };
    let blocked = account.list.contains(&key);
    if operation == Operation::Unblock && !blocked && settings.digital99_unblock_missing == UnblockMissing::Fail {
        return fail(4);
    }
    if !tweaks.dry_run {
        account.change(operation, &key, now);
    }
    answer_body(1, from, whatsapp, None)
}
