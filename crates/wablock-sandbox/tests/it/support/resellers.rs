//! How each reseller is asked, written from its documentation.

use serde_json::{Value, json};
use wablock_sandbox::Sandbox;

use super::{Answer, JSON, call, users};

pub(crate) const RESELLERS: [&str; 9] =
    ["360dialog", "gupshup", "kaleyra", "kapso", "splashify", "ycloud", "zernio", "1msg", "cloud_api"];

/// The header that carries the credential; 1msg has it in the query.
pub(crate) fn auth(provider: &str) -> (&'static str, &'static str) {
    match provider {
        "360dialog" => ("D360-API-KEY", "sandbox-360dialog-key"),
        "gupshup" => ("apikey", "sandbox-gupshup-key"),
        "kaleyra" => ("api-key", "sandbox-kaleyra-key"),
        "kapso" => ("X-API-Key", "sandbox-kapso-key"),
        "splashify" => ("Authorization", "Bearer sandbox-splashify-key"),
        "ycloud" => ("X-API-Key", "sandbox-ycloud-key"),
        "zernio" => ("Authorization", "Bearer sandbox-zernio-key"),
        "cloud_api" => ("X-Token", "Bearer sandbox-cloud-api-key"),
        _ => ("X-Nothing", "-"),
    }
}

/// Method, path and query of an operation.
pub(crate) fn target(provider: &str, operation: &str) -> (&'static str, String) {
    let at = |path: &str| {
        let method = match operation {
            "block" => "POST",
            "unblock" => "DELETE",
            _ => "GET",
        };
        (method, path.to_owned())
    };
    let named = |before: &str, [block, unblock, list]: [&str; 3]| match operation {
        "block" => ("POST", format!("{before}{block}")),
        "unblock" => ("POST", format!("{before}{unblock}")),
        _ => ("GET", format!("{before}{list}")),
    };
    let (method, path) = match provider {
        "360dialog" => at("/block_users"),
        "gupshup" => named("/wa/app/sandbox-gupshup-app/user/", ["block", "unblock", "blocklist"]),
        "kaleyra" => at("/v2/HX0000000001IN/whatsapp/%2B15550100001/block_users"),
        "kapso" => at("/meta/whatsapp/v24.0/100555010000001/block_users"),
        "splashify" => at("/api/v25.0/100555030000001/block_users"),
        "ycloud" => named("/v2/whatsapp/%2B15550100001/", ["blockUsers", "unblockUsers", "blockedUsers"]),
        "zernio" if operation == "list" => at("/api/v1/whatsapp/block-users?accountId=sandbox-zernio-account"),
        "zernio" => at("/api/v1/whatsapp/block-users"),
        "1msg" => {
            let (method, path) = named("/OM0000001/", ["blockUser", "unblockUser", "blockedUsers"]);
            (method, format!("{path}?token=sandbox-1msg-token"))
        }
        "cloud_api" => named("/", ["block_users", "unblock_users", "block_users"]),
        other => panic!("{other} is not a reseller"),
    };
    (method, format!("/{provider}{path}"))
}

/// A number as the provider wants it, from its digits.
pub(crate) fn spelled(provider: &str, digits: &str) -> String {
    let plain = ["gupshup", "kapso", "cloud_api"].contains(&provider);
    if plain { digits.to_owned() } else { format!("+{digits}") }
}

/// The body that names these users, by their digits.
pub(crate) fn body(provider: &str, numbers: &[&str]) -> String {
    let spelled: Vec<String> = numbers.iter().map(|digits| spelled(provider, digits)).collect();
    match provider {
        "ycloud" => json!({"users": spelled}).to_string(),
        "zernio" => json!({"accountId": "sandbox-zernio-account", "users": spelled}).to_string(),
        "1msg" => json!({"phone": numbers[0].parse::<u64>().expect("digits")}).to_string(),
        _ => users(&spelled.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

/// One good request.
pub(crate) fn ask(sandbox: &Sandbox, provider: &str, operation: &str, numbers: &[&str]) -> Answer {
    let (method, target) = target(provider, operation);
    let body = if operation == "list" { String::new() } else { body(provider, numbers) };
    call(sandbox, method, &target, &[auth(provider), JSON], &body)
}

/// The rows of a list, with the cursor that leads to the next page.
pub(crate) fn page(provider: &str, body: &Value) -> (Vec<Value>, Value) {
    let (rows, next) = match provider {
        "360dialog" => ("/data/0/block_users", "/paging/cursors/after"),
        "ycloud" => ("/items", "/cursor/after"),
        "zernio" => ("/blockedUsers", "/nextCursor"),
        "1msg" => ("/blockedUsers", "/none"),
        _ => ("/data", "/paging/cursors/after"),
    };
    let rows = body.pointer(rows).and_then(Value::as_array).cloned().unwrap_or_default();
    (rows, body.pointer(next).cloned().unwrap_or_default())
}
