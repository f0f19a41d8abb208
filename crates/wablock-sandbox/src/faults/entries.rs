//! Correct answers with unexpected content: undocumented fields, invalid ids, errors in a success.

use serde_json::{Value, json};

use super::act::Ctx;
use super::echo::secret;
use super::texts::{HOSTILE, kib};
use crate::simulator::{Answers, Reasons};

/// Ids that cannot be one.
pub(crate) const BAD_IDS: &[&str] = &["empty", "plus", "long", "control", "null", "words", "secret"];
/// What an undocumented field holds.
pub(crate) const EXTRAS: &[&str] = &["text", "secret", "control", "huge"];

fn bad_id(ctx: &Ctx<'_>) -> Value {
    match ctx.params.text("shape") {
        "plus" => json!("+"),
        "long" => json!("1".repeat(1_000)),
        "control" => json!(format!("1650{HOSTILE}")),
        "null" => Value::Null,
        "words" => json!("not a number, sorry"),
        "secret" => json!(secret(ctx)),
        _ => json!(""),
    }
}

/// Entries whose id cannot be one.
pub(crate) fn bad_ids(ctx: &Ctx<'_>, body: &mut Value) {
    let (bad, key) = (bad_id(ctx), ctx.id_key());
    let Some(list) = ctx.entries(body) else { return };
    let all = ctx.params.flag("all");
    let first = ctx.index(list);
    for (at, entry) in list.iter_mut().enumerate() {
        if !all && Some(at) != first {
            continue;
        }
        if let Some(object) = entry.as_object_mut() {
            object.insert(key.to_owned(), bad.clone());
        } else {
            *entry = bad.clone();
        }
    }
}

/// Users who hide their number: an empty `wa_id` and a business-scoped id.
pub(crate) fn hidden_numbers(ctx: &Ctx<'_>, body: &mut Value) {
    let key = ctx.id_key();
    for entry in ctx.entries(body).into_iter().flatten() {
        let digits = entry[key].as_str().map(|id| id.trim_start_matches('+').to_owned());
        if let Some(digits) = digits {
            entry["user_id"] = json!(format!("US.{digits}"));
            entry[key] = json!("");
        }
    }
}

/// An undocumented field in every entry, or in the answer itself if entries are plain numbers.
pub(crate) fn extra_field(ctx: &Ctx<'_>, body: &mut Value) {
    let text = match ctx.params.text("holds") {
        "secret" => json!({"seen": [secret(ctx)], secret(ctx): true}),
        "control" => json!({"note": HOSTILE, HOSTILE: [HOSTILE]}),
        "huge" => json!("x".repeat(kib(ctx.params))),
        _ => json!("a note"),
    };
    if !ctx.is_single()
        && let Some(list) = ctx.entries(body)
        && list.iter().all(Value::is_object)
    {
        for entry in list {
            entry["note"] = text.clone();
        }
    } else if let Some(object) = body.as_object_mut() {
        object.insert("note".to_owned(), text);
    }
}

/// A user who succeeded, but has an error.
pub(crate) fn added_with_errors(ctx: &Ctx<'_>, body: &mut Value) {
    if let Some(list) = ctx.entries(body)
        && let Some(at) = ctx.index(list)
    {
        let error = json!({"code": 131_047, "message": "Re-engagement required", "error_data": {"details": "no"}});
        list[at]["errors"] = json!([error]);
    }
}

/// A success that also contains an error.
pub(crate) fn error_beside(ctx: &Ctx<'_>, body: &mut Value) {
    let error = json!({"message": "it failed", "type": "OAuthException", "code": ctx.params.signed("code")});
    ctx.simulator.put_error(body, error);
}

/// The errors of users who failed, in a form that is not the documented one.
pub(crate) const ERROR_SHAPES: &[&str] = &["object", "text", "texts", "null", "empty", "missing"];

/// Moves every user to those who failed, with errors of this shape.
pub(crate) fn user_error_shape(ctx: &Ctx<'_>, body: &mut Value) {
    if !ctx.is_write() {
        return;
    }
    let error = json!({"code": 131_047, "message": "Re-engagement required", "error_data": {"details": "no"}});
    let errors = match ctx.params.text("shape") {
        "text" => json!("Re-engagement required"),
        "texts" => json!(["Re-engagement required", "come back later"]),
        "null" => Value::Null,
        "empty" => json!([]),
        "missing" => json!({}),
        _ => error,
    };
    let Some(list) = ctx.entries(body) else { return };
    let mut failed = std::mem::take(list);
    for entry in &mut failed {
        if ctx.params.text("shape") != "missing" {
            entry["errors"] = errors.clone();
        }
    }
    ctx.lists(body)[ctx.simulator.about().keys.failed] = Value::Array(failed);
}

/// Every user failed, and none of them is named.
pub(crate) fn nameless_failures(ctx: &Ctx<'_>, body: &mut Value) {
    let Some(list) = ctx.entries(body) else { return };
    let reason = json!({"code": 131_047, "message": "Re-engagement required"});
    let failed = std::mem::take(list).into_iter().map(|_| match ctx.simulator.about().keys.reasons {
        Reasons::Inline => reason.clone(),
        Reasons::Texts => json!({"errors": ["Re-engagement required"]}),
        Reasons::Objects | Reasons::QuotedCodes => json!({"errors": [reason]}),
    });
    let failed = failed.collect();
    ctx.lists(body)[ctx.simulator.about().keys.failed] = Value::Array(failed);
}

/// Accepted, and nothing about the users.
pub(crate) fn success_true(ctx: &Ctx<'_>, body: &mut Value) {
    *ctx.simulator.root(body) = json!({"success": true});
}

/// A word that is neither OK nor FAIL.
pub(crate) fn status_word(ctx: &Ctx<'_>, body: &mut Value) {
    let key = if ctx.simulator.about().answers == Answers::Bare { "result" } else { "status" };
    body[key] = json!(ctx.params.text("word"));
}
