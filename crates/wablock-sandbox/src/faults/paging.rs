//! Lists whose paging loops, leads nowhere, or leads to another host.

use serde_json::{Value, json};

use super::act::Ctx;
use crate::cursor::Cursor;
use crate::graph;
use crate::http::Reply;
use crate::simulator::Pages;

/// A version for cursors of lists that have none.
const VERSION: u64 = 1_763_800_000_000_000;

/// The object that holds the cursors, and the key of the next page's; both are created if missing.
fn cursors<'v>(ctx: &Ctx<'_>, body: &'v mut Value) -> (&'v mut Value, &'static str) {
    let root = ctx.simulator.root(body);
    let [outer @ .., last] = ctx.simulator.about().next() else { return (root, "after") };
    (outer.iter().fold(root, |place, key| &mut place[*key]), last)
}

/// The object that holds the cursors' object and the links, if there is one.
fn paging<'v>(ctx: &Ctx<'_>, body: &'v mut Value) -> Option<&'v mut Value> {
    ctx.simulator.root(body).get_mut(ctx.simulator.about().next().first()?)
}

/// Whether the answer is a list.
fn is_list(ctx: &Ctx<'_>, body: &mut Value) -> bool {
    ctx.simulator.about().rows_of(ctx.simulator.root(body)).is_some()
}

/// The cursor the client sent.
fn sent_after(ctx: &Ctx<'_>) -> Option<String> {
    let Pages::Cursors { params: (after, _), .. } = ctx.simulator.about().pages else { return None };
    ctx.simulator.parameter(ctx.call.request, after).filter(|text| !text.is_empty())
}

fn set_after(ctx: &Ctx<'_>, body: &mut Value, after: &str) {
    if !is_list(ctx, body) {
        return;
    }
    let (holder, key) = cursors(ctx, body);
    holder[key] = json!(after);
    if let (Some(link), Some(paging)) = (ctx.simulator.next_link(ctx.call), paging(ctx, body)) {
        paging["next"] = json!(format!("{link}?limit=100&after={after}"));
    }
}

/// The answer's own `after`, decoded.
fn own_after(ctx: &Ctx<'_>, body: &mut Value) -> Option<Cursor> {
    let next = ctx.simulator.about().next();
    let place = next.iter().try_fold(&*ctx.simulator.root(body), |place, key| place.get(*key))?;
    Cursor::decode(place.as_str()?)
}

/// Rows of numbers that nobody blocked, from a place in an endless list.
fn invented(ctx: &Ctx<'_>, from: u64, count: usize) -> Value {
    let keys = (from..).take(count).map(|n| format!("1555{:07}", n % 10_000_000));
    keys.map(|key| (ctx.simulator.about().row)(&key)).collect()
}

/// From the second page on, `after` is the cursor that was sent; every numbered page is the same full one.
pub(crate) fn repeated_cursor(ctx: &Ctx<'_>, body: &mut Value) {
    if let Pages::Numbered(count) = ctx.simulator.about().pages {
        if is_list(ctx, body) {
            *body = ctx.simulator.about().list_of(invented(ctx, 9_000_000, count));
        }
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

/// No rows, but a cursor that leads to the requested page.
pub(crate) fn empty_page_with_cursor(ctx: &Ctx<'_>, body: &mut Value) {
    let start = own_after(ctx, body).map(|own| Cursor { offset: -1, ..own }.encode());
    if let Some(after) = sent_after(ctx).or(start)
        && is_list(ctx, body)
    {
        if let Some(rows) = ctx.simulator.about().rows_of(ctx.simulator.root(body)) {
            *rows = json!([]);
        }
        set_after(ctx, body, &after);
    }
}

/// Every page is full of users who were never blocked, and says that there are more.
pub(crate) fn endless_list(ctx: &Ctx<'_>, body: &mut Value) {
    let about = ctx.simulator.about();
    if let Pages::Numbered(count) = about.pages {
        let page = ctx.simulator.parameter(ctx.call.request, "page").and_then(|page| page.parse().ok());
        *body = about.list_of(invented(ctx, page.unwrap_or(0) * count as u64, count));
        return;
    }
    let sent = sent_after(ctx).and_then(|text| Cursor::decode(&text));
    let from = sent.map_or(0, |cursor| cursor.offset + 1);
    // The list's own version, where it has one: the provider refuses the cursor of another.
    let version = sent.or_else(|| own_after(ctx, body)).map_or(VERSION, |cursor| cursor.version);
    let root = ctx.simulator.root(body);
    *root = about.list_of(invented(ctx, from.unsigned_abs(), 100));
    about.set_cursors(root, json!(Cursor { offset: from, version }.encode()), Value::Null);
    set_after(ctx, body, &Cursor { offset: from + 99, version }.encode());
}

/// `paging.next` at another host.
pub(crate) fn evil_next_link(ctx: &Ctx<'_>, body: &mut Value) {
    let own = own_after(ctx, body).map(Cursor::encode).unwrap_or_default();
    if let Some(paging) = paging(ctx, body) {
        paging["next"] = json!(format!("{}?limit=100&after={own}", ctx.params.text("url")));
    }
}

/// What a page that says there is more has in place of a cursor.
pub(crate) const CURSORS: &[&str] = &["missing", "null", "empty", "object", "flag"];

/// A link to a next page, but no cursor for it.
pub(crate) fn next_without_cursor(ctx: &Ctx<'_>, body: &mut Value) {
    let Some(own) = own_after(ctx, body).map(Cursor::encode) else { return };
    set_after(ctx, body, &own);
    let (holder, key) = cursors(ctx, body);
    match ctx.params.text("shape") {
        "null" => holder[key] = Value::Null,
        "empty" => holder[key] = json!(""),
        "object" => holder[key] = json!({"cursor": own}),
        "flag" => holder[key] = json!(true),
        _ => {
            holder.as_object_mut().and_then(|cursors| cursors.remove(key));
        }
    }
}

/// The wrong values for `paging`.
pub(crate) const PAGINGS: &[&str] = &["array", "text", "number", "cursors_array", "cursors_text"];

/// A `paging` of another type.
pub(crate) fn wrong_paging(ctx: &Ctx<'_>, body: &mut Value) {
    let Some(paging) = paging(ctx, body) else { return };
    match ctx.params.text("shape") {
        "text" => *paging = json!("more"),
        "number" => *paging = json!(2),
        "cursors_array" => paging["cursors"] = json!([]),
        "cursors_text" => paging["cursors"] = json!("more"),
        _ => *paging = json!([]),
    }
}

/// Fewer rows than requested, a cursor, and no link.
pub(crate) fn clamped_pages(ctx: &Ctx<'_>, body: &mut Value) {
    if let Some(paging) = paging(ctx, body).and_then(Value::as_object_mut) {
        paging.remove("next");
        paging.remove("previous");
    }
}

/// No rows, and another cursor every time.
pub(crate) fn endless_empty_pages(ctx: &Ctx<'_>) -> Reply {
    let mut body = json!({});
    if ctx.simulator.about().envelope.is_some() {
        body = json!({"code": 0, "message": "ok"});
    }
    *ctx.simulator.root(&mut body) = ctx.simulator.about().list_of(json!([]));
    let offset = i64::try_from(ctx.trace).unwrap_or(i64::MAX);
    set_after(ctx, &mut body, &Cursor { offset, version: VERSION }.encode());
    Reply::json(200, &body)
}

/// The rows one level deeper, as an old description of Meta's list and one of its resellers have them.
pub(crate) fn nested_rows(ctx: &Ctx<'_>, body: &mut Value) {
    if let Some(rows) = ctx.simulator.about().rows_of(ctx.simulator.root(body)) {
        let users: Vec<Value> = rows.as_array_mut().map(std::mem::take).unwrap_or_default();
        *rows = json!([{"block_users": users}]);
    }
}

/// The list as Meta writes it.
pub(crate) fn meta_list(ctx: &Ctx<'_>, body: &mut Value) {
    let about = ctx.simulator.about();
    let key = about.row_id;
    let Some(rows) = about.rows_of(body).and_then(Value::as_array_mut).map(std::mem::take) else { return };
    let ids = rows.iter().map(|row| row[key].as_str().unwrap_or_default().trim_start_matches('+'));
    let rows: Value = ids.map(graph::row).collect();
    let after = own_after(ctx, body).map(Cursor::encode);
    *body = json!({"data": rows});
    if let Some(after) = after {
        body["paging"] = json!({"cursors": {"after": after}});
    }
}
