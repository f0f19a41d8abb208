//! 99digital: one number a call, the key in the JSON body, HTTP 200 with `status` and `reason`.

use serde_json::{Map, Value, json};

use crate::accounts::{Operation, Provider};
use crate::http::{Reply, Request};
use crate::providers::cloud_api::{self, User};
use crate::settings::UnblockMissing;
use crate::world::{Tweaks, World};

/// By path; the method is always POST.
pub(crate) fn operation(rest: &str) -> Option<Operation> {
    match rest {
        "/whatsapp/v2/block" => Some(Operation::Block),
        "/whatsapp/v2/unblock" => Some(Operation::Unblock),
        "/whatsapp/v2/getBlockedList" => Some(Operation::List),
        _ => None,
    }
}

/// The reason that stands for one of Meta's per-user codes; each endpoint has its own table.
pub(crate) fn reason(operation: Operation, code: i64, details: &str) -> i64 {
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
pub(crate) fn answer_body(reason: i64, from: Option<&str>, whatsapp: Option<&str>, numbers: Option<Value>) -> Reply {
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

/// The answer.
pub(crate) fn handle(world: &mut World, rest: &str, request: &Request, tweaks: &Tweaks) -> Reply {
    let Some(operation) = operation(rest) else {
        return Reply::typed(404, "text/html; charset=UTF-8", "<h1>Not Found</h1>");
    };
    if request.method != "POST" {
        return Reply::typed(405, "text/html; charset=UTF-8", "<h1>Method Not Allowed</h1>").with("allow", "POST");
    }
    // "JSON syntax error": so is a body that does not say it is JSON.
    let body: Map<String, Value> = match serde_json::from_slice(&request.body) {
        Ok(body) if request.is_json() => body,
        _ => return answer_body(2, None, None, None),
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let (from, whatsapp) = (text("from"), text("whatsapp").filter(|_| operation != Operation::List));
    let fail = |reason: i64| answer_body(reason, from, whatsapp, None);
    let now = world.clock.now_us();
    let settings = &world.settings;
    let Some(account) = text("apiKey").and_then(|key| world.accounts.find(Provider::Digital99, key)) else {
        return fail(3);
    };
    if from != Some(account.own_number.as_str()) {
        return fail(2);
    }
    if !account.take_token(settings.digital99_rate_per_s, now) {
        let mut reply = Reply::typed(429, "text/plain; charset=UTF-8", "Too Many Requests");
        if let Some(seconds) = settings.retry_after_s {
            reply.set("retry-after", seconds.to_string());
        }
        return reply;
    }
    if operation == Operation::List {
        let users = match tweaks.stale_ms {
            Some(then) => account.list.as_of(then).page(0, usize::MAX),
            None => account.list.page(0, usize::MAX),
        };
        let numbers: Vec<&str> = users.iter().map(AsRef::as_ref).collect();
        return answer_body(1, from, None, Some(json!(numbers)));
    }
    // Digits only: a `+` is not taken here.
    let Some(number) = whatsapp.filter(|text| !text.is_empty() && !text.starts_with('+')) else {
        return fail(4);
    };
    let user = User::phone(number);
    if let Some((_, code, _, details)) = &tweaks.user_error {
        return fail(reason(operation, *code, details));
    }
    if let Some(error) = cloud_api::refusal(account, settings, operation, &user, now / 1000) {
        return fail(reason(operation, error.code, &error.details));
    }
    let Some(key) = user.key else {
        return fail(4);
    };
    let blocked = account.list.contains(&key);
    if operation == Operation::Unblock && !blocked && settings.digital99_unblock_missing == UnblockMissing::Fail {
        return fail(4);
    }
    if !tweaks.dry_run {
        match operation {
            Operation::Block => account.list.add(&key, now),
            _ => account.list.remove(&key, now),
        };
    }
    answer_body(1, from, whatsapp, None)
}
