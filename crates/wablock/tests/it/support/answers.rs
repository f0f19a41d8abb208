//! What each kind of provider answers when it did everything that it was asked for.

use serde_json::{Value, json};

use crate::support::stage::kind;

/// The body of a success, as text: `operation` is block, unblock or list, of these numbers.
pub(crate) fn success(provider: &str, operation: &str, numbers: &[impl AsRef<str>]) -> String {
    let numbers: Vec<&str> = numbers.iter().map(AsRef::as_ref).collect();
    let entry = |number: &&str| json!({ "input": format!("+{number}"), "wa_id": number });
    let results = |list: &str| {
        let entries: Vec<Value> = numbers.iter().map(entry).collect();
        json!({ "messaging_product": "whatsapp", "block_users": { list: entries } })
    };
    let graph = match operation {
        "block" => results("added_users"),
        "unblock" => results("removed_users"),
        _ => {
            let row = |number: &&str| json!({ "messaging_product": "whatsapp", "wa_id": number });
            json!({ "data": numbers.iter().map(row).collect::<Vec<_>>() })
        }
    };
    let body = match kind(provider) {
        "nxcloud" => json!({ "code": 0, "message": "success", "data": graph, "traceId": "t" }),
        "99digital" if operation == "list" => json!({ "status": "OK", "numbers": numbers }),
        "99digital" => json!({ "status": "OK", "whatsapp": numbers[0], "reason": 1 }),
        "sinch" if operation == "list" => {
            json!({ "numbers": numbers.iter().map(|number| format!("+{number}")).collect::<Vec<_>>() })
        }
        "sinch" => return String::new(),
        "zernio" if operation == "list" => {
            let rows: Vec<Value> = numbers.iter().map(|number| json!({ "waId": number })).collect();
            json!({ "blockedUsers": rows, "nextCursor": null })
        }
        "zernio" => {
            let entry = |number: &&str| json!({ "input": format!("+{number}"), "waId": number });
            let entries: Vec<Value> = numbers.iter().map(entry).collect();
            json!({ (done_list(provider, operation)): entries, "failed": [] })
        }
        "1msg" if operation == "list" => json!({ "blockedUsers": numbers.iter().map(entry).collect::<Vec<_>>() }),
        "1msg" => json!({ "result": "success" }),
        _ => graph,
    };
    body.to_string()
}

/// The list in which an answer names those who were blocked or unblocked.
pub(crate) fn done_list(provider: &str, operation: &str) -> &'static str {
    match (kind(provider), operation) {
        ("zernio", "block") => "blocked",
        ("zernio", _) => "unblocked",
        (_, "block") => "added_users",
        _ => "removed_users",
    }
}

/// The users whom the body of a write names, as the provider documents it, without a `+`.
pub(crate) fn named(provider: &str, body: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("text").trim_start_matches('+').to_owned();
    let each =
        |list: &Value, text: &dyn Fn(&Value) -> String| list.as_array().into_iter().flatten().map(text).collect();
    match kind(provider) {
        "99digital" => vec![text(&body["whatsapp"])],
        "1msg" => vec![body["phone"].as_u64().expect("an integer").to_string()],
        "sinch" => each(&body["numbers"], &text),
        _ if body.get("users").is_some() => each(&body["users"], &text),
        _ => each(&body["block_users"], &|user| text(&user["user"])),
    }
}
