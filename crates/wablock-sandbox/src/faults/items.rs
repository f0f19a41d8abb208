//! Correct answers with wrong entries: missing, duplicate, foreign, contradictory, rewritten.

use serde_json::{Value, json};

use super::act::Ctx;
use crate::simulator::{Keys, Reasons};

pub(crate) fn missing_item(ctx: &Ctx<'_>, body: &mut Value) {
    if ctx.is_single() {
        if let Some(object) = body.as_object_mut() {
            object.remove("whatsapp");
        }
    } else if let Some(list) = ctx.entries(body) {
        if ctx.params.flag("all") {
            list.clear();
        } else if let Some(at) = ctx.index(list) {
            list.remove(at);
        }
    }
}

pub(crate) fn duplicate_item(ctx: &Ctx<'_>, body: &mut Value) {
    if let Some(list) = ctx.entries(body)
        && let Some(at) = ctx.index(list)
    {
        list.push(list[at].clone());
    }
}

pub(crate) fn foreign_item(ctx: &Ctx<'_>, body: &mut Value) {
    let user = ctx.params.text("user");
    if ctx.is_single() {
        body["whatsapp"] = json!(user);
        return;
    }
    let about = ctx.simulator.about();
    let entry = if ctx.is_write() { json!({"input": user, about.keys.id: user}) } else { (about.row)(user) };
    if let Some(list) = ctx.entries(body) {
        match ctx.index(list).filter(|_| ctx.params.flag("replace")) {
            Some(at) => list[at] = entry,
            None => list.push(entry),
        }
    }
}

/// The same user among those who succeeded and those who failed.
pub(crate) fn contradictory_item(ctx: &Ctx<'_>, body: &mut Value) {
    let Some(list) = ctx.entries(body) else {
        return;
    };
    let Some(at) = ctx.index(list) else {
        return;
    };
    let mut failed = list[at].clone();
    let (code, text) = (131_000, "Something went wrong");
    match ctx.simulator.about().keys.reasons {
        Reasons::Inline => (failed["code"], failed["message"]) = (json!(code), json!(text)),
        Reasons::Texts => failed["errors"] = json!([text]),
        Reasons::Objects | Reasons::QuotedCodes => {
            failed["errors"] = json!([{"code": code, "message": text, "error_data": {"details": "no"}}]);
        }
    }
    let failures = &mut ctx.lists(body)[ctx.simulator.about().keys.failed];
    match failures.as_array_mut() {
        Some(all) => all.push(failed),
        None => *failures = json!([failed]),
    }
}

/// The echo of an input in a different form than it was sent.
pub(crate) fn input_rewritten(ctx: &Ctx<'_>, body: &mut Value) {
    let other = |text: &str| match text.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None => format!("+{text}"),
    };
    if ctx.is_single() {
        let text = body["whatsapp"].as_str().map(other);
        body["whatsapp"] = json!(text);
    } else if let Some(list) = ctx.entries(body) {
        for entry in list {
            let text = entry["input"].as_str().map(other);
            entry["input"] = json!(text);
        }
    }
}

/// `added_users` in the answer to an unblock, `removed_users` in the answer to a block.
pub(crate) fn wrong_list_name(ctx: &Ctx<'_>, body: &mut Value) {
    let Keys { added, removed, .. } = ctx.simulator.about().keys;
    let Some(lists) = ctx.lists(body).as_object_mut() else {
        return;
    };
    for (name, other) in [(added, removed), (removed, added)] {
        if let Some(list) = lists.remove(name) {
            lists.insert(other.to_owned(), list);
            return;
        }
    }
}

/// Entries without any id.
pub(crate) fn no_ids(ctx: &Ctx<'_>, body: &mut Value) {
    // Rows of some lists repeat the number as `input`.
    let names: &[&str] = if ctx.is_write() { &[ctx.id_key(), "user_id"] } else { &[ctx.id_key(), "user_id", "input"] };
    if let Some(list) = ctx.entries(body) {
        for entry in list {
            if let Some(object) = entry.as_object_mut() {
                object.retain(|name, _| !names.contains(&name.as_str()));
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
    let key = ctx.id_key();
    if let Some(list) = ctx.entries(body) {
        for entry in list {
            if let Some(n) = number(entry) {
                *entry = n;
            } else if let Some(n) = entry.get(key).and_then(number) {
                entry[key] = n;
            }
        }
    }
}
