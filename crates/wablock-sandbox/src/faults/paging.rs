//! Lists that lead in circles, nowhere, or to another host.

use serde_json::{Value, json};

use super::Ctx;
use crate::accounts::Provider;
use crate::cursor::Cursor;
use crate::http::Reply;
use crate::providers::nxcloud::PASSED_LINK;
use crate::providers::sinch::PAGE;

/// The object that holds `data` and `paging`.
fn root<'v>(ctx: &Ctx<'_>, body: &'v mut Value) -> &'v mut Value {
    match ctx.provider {
        Provider::NxCloud => &mut body["data"],
        _ => body,
    }
}

/// The cursor the client sent.
fn sent_after(ctx: &Ctx<'_>) -> Option<String> {
    match ctx.provider {
        Provider::NxCloud => {
            let body: Value = serde_json::from_slice(&ctx.request.body).ok()?;
            body["after"].as_str().map(str::to_owned)
        }
        _ => ctx.request.query_param("after"),
    }
    .filter(|text| !text.is_empty())
}

fn set_after(ctx: &Ctx<'_>, body: &mut Value, after: &str) {
    let root = root(ctx, body);
    if root.get("data").is_none() {
        return;
    }
    root["paging"]["cursors"]["after"] = json!(after);
    let link = match ctx.provider {
        Provider::Meta => format!("http://{}{}", ctx.request.header("host").unwrap_or("localhost"), ctx.request.path),
        _ => PASSED_LINK.to_owned(),
    };
    root["paging"]["next"] = json!(format!("{link}?limit=100&after={after}"));
}

/// The answer's own `after`, decoded.
fn own_after(ctx: &Ctx<'_>, body: &mut Value) -> Option<Cursor> {
    let root = root(ctx, body);
    Cursor::decode(root["paging"]["cursors"]["after"].as_str()?)
}

/// A full page of numbers that nobody blocked, for Sinch, which has pages but no cursors.
fn full_page(body: &mut Value) {
    if body.get("numbers").is_some() {
        let rows = (0..PAGE).map(|n| format!("+1555900{n:04}"));
        body["numbers"] = rows.collect();
    }
}

/// From the second page on, `after` is the cursor that was sent.
pub(crate) fn repeated_cursor(ctx: &Ctx<'_>, body: &mut Value) {
    if ctx.provider == Provider::Sinch {
        full_page(body);
        return;
    }
    let own = own_after(ctx, body).map(Cursor::encode);
    if let Some(after) = sent_after(ctx).or(own) {
        set_after(ctx, body, &after);
    }
}

/// The third page's `after` leads back to the second page.
pub(crate) fn looping_cursors(ctx: &Ctx<'_>, body: &mut Value) {
    let rows = i64::try_from(ctx.params.int("page_rows").max(1)).unwrap_or(1);
    if let Some(own) = own_after(ctx, body) {
        let offset = if own.offset >= 3 * rows - 1 { rows - 1 } else { own.offset };
        set_after(ctx, body, &Cursor { offset, ..own }.encode());
    }
}

/// No rows, but a cursor from which the page that was asked for can be had.
pub(crate) fn empty_page_with_cursor(ctx: &Ctx<'_>, body: &mut Value) {
    let start = own_after(ctx, body).map(|own| Cursor { offset: -1, ..own }.encode());
    if let Some(after) = sent_after(ctx).or(start) {
        let list = root(ctx, body);
        if list.get("data").is_some() {
            list["data"] = json!([]);
            set_after(ctx, body, &after);
        }
    }
}

/// Every page is full, has rows that were never blocked, and says there is more.
pub(crate) fn endless_list(ctx: &Ctx<'_>, body: &mut Value) {
    if ctx.provider == Provider::Sinch {
        let page: u64 = ctx.request.query_param("page").and_then(|p| p.parse().ok()).unwrap_or(0);
        let rows = (0..PAGE as u64).map(|n| format!("+1555{:07}", (page * PAGE as u64 + n) % 10_000_000));
        body["numbers"] = rows.collect();
        return;
    }
    let sent = sent_after(ctx).and_then(|text| Cursor::decode(&text));
    let from = sent.map_or(0, |cursor| cursor.offset + 1);
    // The list's own version, where it has one: the provider refuses the cursor of another.
    let own = sent.or_else(|| own_after(ctx, body));
    let version = own.map_or(1_763_800_000_000_000, |cursor| cursor.version);
    let rows = (from..from + 100).map(|n| json!({"messaging_product": "whatsapp", "wa_id": format!("1555{n:07}")}));
    let rows: Value = rows.collect();
    let offset = from + 99;
    let before = Cursor { offset: from, version }.encode();
    *root(ctx, body) = json!({"data": rows, "paging": {"cursors": {"before": before}}});
    set_after(ctx, body, &Cursor { offset, version }.encode());
}

/// `paging.next` at another host.
pub(crate) fn evil_next_link(ctx: &Ctx<'_>, body: &mut Value) {
    let own = own_after(ctx, body).map(Cursor::encode).unwrap_or_default();
    let list = root(ctx, body);
    if list.get("paging").is_some() {
        list["paging"]["next"] = json!(format!("{}?limit=100&after={own}", ctx.params.text("url")));
    }
}

/// What a page that says there is more has in place of a cursor.
pub(crate) const CURSORS: &[&str] = &["missing", "null", "empty", "object", "flag"];

/// A link to a next page, but no cursor for it.
pub(crate) fn next_without_cursor(ctx: &Ctx<'_>, body: &mut Value) {
    let Some(own) = own_after(ctx, body).map(Cursor::encode) else { return };
    set_after(ctx, body, &own);
    let cursors = &mut root(ctx, body)["paging"]["cursors"];
    match ctx.params.text("shape") {
        "null" => cursors["after"] = Value::Null,
        "empty" => cursors["after"] = json!(""),
        "object" => cursors["after"] = json!({"cursor": own}),
        "flag" => cursors["after"] = json!(true),
        _ => {
            cursors.as_object_mut().and_then(|cursors| cursors.remove("after"));
        }
    }
}

/// What stands where `paging` belongs.
pub(crate) const PAGINGS: &[&str] = &["array", "text", "number", "cursors_array", "cursors_text"];

/// A `paging` of another type.
pub(crate) fn wrong_paging(ctx: &Ctx<'_>, body: &mut Value) {
    let root = root(ctx, body);
    if root.get("paging").is_none() {
        return;
    }
    match ctx.params.text("shape") {
        "text" => root["paging"] = json!("more"),
        "number" => root["paging"] = json!(2),
        "cursors_array" => root["paging"]["cursors"] = json!([]),
        "cursors_text" => root["paging"]["cursors"] = json!("more"),
        _ => root["paging"] = json!([]),
    }
}

/// Fewer rows than were asked for, a cursor, and no link.
pub(crate) fn clamped_pages(ctx: &Ctx<'_>, body: &mut Value) {
    if let Some(paging) = root(ctx, body).get_mut("paging").and_then(Value::as_object_mut) {
        paging.remove("next");
        paging.remove("previous");
    }
}

/// No rows, and another cursor every time.
pub(crate) fn endless_empty_pages(ctx: &Ctx<'_>) -> Reply {
    let mut body = json!({"data": [], "paging": {"cursors": {}}});
    if ctx.provider == Provider::NxCloud {
        body = json!({"code": 0, "message": "ok", "data": body});
    }
    let offset = i64::try_from(ctx.trace).unwrap_or(i64::MAX);
    set_after(ctx, &mut body, &Cursor { offset, version: 1_763_800_000_000_000 }.encode());
    Reply::json(200, &body)
}
