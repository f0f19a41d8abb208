//! True answers whose entries lie: missing, doubled, foreign, contradictory, rewritten.

use serde_json::{Value, json};

use super::Ctx;
use super::provider::is_write;
use crate::accounts::Provider;

/// The array of the answer's entries: rows of a list, or the users who succeeded.
pub(crate) fn entries<'v>(ctx: &Ctx<'_>, body: &'v mut Value) -> Option<&'v mut Vec<Value>> {
    let root = match ctx.provider {
        Provider::NxCloud => body.get_mut("data")?,
        _ => body,
    };
    let at = match (is_write(ctx.operation), ctx.provider) {
        (true, _) => {
            let lists = root.get_mut("block_users")?;
            let name = if lists.get("added_users").is_some() { "added_users" } else { "removed_users" };
            lists.get_mut(name)?
        }
        (false, Provider::Meta | Provider::NxCloud) => root.get_mut("data")?,
        (false, _) => root.get_mut("numbers")?,
    };
    at.as_array_mut()
}

pub(crate) fn index(ctx: &Ctx<'_>, list: &[Value]) -> Option<usize> {
    let at = usize::try_from(ctx.params.int("index")).unwrap_or(usize::MAX);
    (at < list.len()).then_some(at)
}

/// 99digital answers about one user, in fields.
pub(crate) fn is_single(ctx: &Ctx<'_>) -> bool {
    ctx.provider == Provider::Digital99 && is_write(ctx.operation)
}

pub(crate) fn missing_item(ctx: &Ctx<'_>, body: &mut Value) {
    if is_single(ctx) {
        if let Some(object) = body.as_object_mut() {
            object.remove("whatsapp");
        }
    } else if let Some(list) = entries(ctx, body) {
        if ctx.params.flag("all") {
            list.clear();
        } else if let Some(at) = index(ctx, list) {
            list.remove(at);
        }
    }
}

pub(crate) fn duplicate_item(ctx: &Ctx<'_>, body: &mut Value) {
    if let Some(list) = entries(ctx, body)
        && let Some(at) = index(ctx, list)
    {
        list.push(list[at].clone());
    }
}

pub(crate) fn foreign_item(ctx: &Ctx<'_>, body: &mut Value) {
    let user = ctx.params.text("user");
    if is_single(ctx) {
        body["whatsapp"] = json!(user);
        return;
    }
    let entry = match (ctx.provider, is_write(ctx.operation)) {
        (_, true) => json!({"input": user, "wa_id": user}),
        (Provider::Meta | Provider::NxCloud, false) => json!({"messaging_product": "whatsapp", "wa_id": user}),
        (Provider::Sinch, false) => json!(format!("+{user}")),
        (Provider::Digital99, false) => json!(user),
    };
    if let Some(list) = entries(ctx, body) {
        match index(ctx, list).filter(|_| ctx.params.flag("replace")) {
            Some(at) => list[at] = entry,
            None => list.push(entry),
        }
    }
}

/// The same user among those who succeeded and those who failed.
pub(crate) fn contradictory_item(ctx: &Ctx<'_>, body: &mut Value) {
    let Some(list) = entries(ctx, body) else {
        return;
    };
    let Some(at) = index(ctx, list) else {
        return;
    };
    let mut failed = list[at].clone();
    failed["errors"] = json!([{"code": 131_000, "message": "Something went wrong", "error_data": {"details": "no"}}]);
    let root = if ctx.provider == Provider::NxCloud { &mut body["data"] } else { body };
    let lists = &mut root["block_users"];
    if let Some(all) = lists["failed_users"].as_array_mut() {
        all.push(failed);
    } else {
        lists["failed_users"] = json!([failed]);
    }
}

/// The echo of an input in another form than it was sent.
pub(crate) fn input_rewritten(ctx: &Ctx<'_>, body: &mut Value) {
    let other = |text: &str| match text.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None => format!("+{text}"),
    };
    if is_single(ctx) {
        let text = body["whatsapp"].as_str().map(other);
        body["whatsapp"] = json!(text);
    } else if let Some(list) = entries(ctx, body) {
        for entry in list {
            let text = entry["input"].as_str().map(other);
            entry["input"] = json!(text);
        }
    }
}

/// `added_users` in the answer to an unblock, `removed_users` in the answer to a block.
pub(crate) fn wrong_list_name(ctx: &Ctx<'_>, body: &mut Value) {
    let root = if ctx.provider == Provider::NxCloud { &mut body["data"] } else { body };
    let Some(lists) = root["block_users"].as_object_mut() else {
        return;
    };
    for (name, other) in [("added_users", "removed_users"), ("removed_users", "added_users")] {
        if let Some(list) = lists.remove(name) {
            lists.insert(other.to_owned(), list);
            return;
        }
    }
}

/// Entries without any id.
pub(crate) fn no_ids(ctx: &Ctx<'_>, body: &mut Value) {
    if let Some(list) = entries(ctx, body) {
        for entry in list {
            if let Some(object) = entry.as_object_mut() {
                object.remove("wa_id");
                object.remove("user_id");
            } else {
                *entry = Value::Null;
            }
        }
    }
}

/// Ids as JSON numbers.
pub(crate) fn numeric_ids(ctx: &Ctx<'_>, body: &mut Value) {
    let number =
        |value: &Value| value.as_str().and_then(|t| t.trim_start_matches('+').parse::<u64>().ok()).map(|n| json!(n));
    if let Some(list) = entries(ctx, body) {
        for entry in list {
            if let Some(n) = number(entry) {
                *entry = n;
            } else if let Some(n) = entry.get("wa_id").and_then(number) {
                entry["wa_id"] = n;
            }
        }
    }
}
