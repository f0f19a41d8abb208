//! Pages in Graph's shape: how they are cut, and what cursors lead to the next one.

use serde_json::{Map, Value, json};

use crate::accounts::Account;
use crate::cursor::Cursor;
use crate::graph::GraphError;
use crate::list::BlockList;
use crate::settings::Settings;
use crate::simulator::About;
use crate::tweaks::Tweaks;

/// Which page is asked for; `after` wins over `before`.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) limit: Option<usize>,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// Makes a full link of a page size and `after=...` or `before=...`.
pub(crate) type Link<'a> = &'a dyn Fn(usize, &str) -> String;

/// The limit is not a number, or out of range.
pub(crate) fn bad_limit() -> GraphError {
    GraphError::new(100, "Param limit must be an integer in the allowed range.")
}

/// `{"data":[...],"paging":{...}}`, under the provider's keys; an empty page has no paging.
pub(crate) fn page(
    about: &About,
    account: &mut Account,
    settings: &Settings,
    tweaks: &Tweaks,
    wanted: &Wanted,
    link: Option<Link<'_>>,
) -> Result<Value, GraphError> {
    let limit = size(settings, tweaks, wanted.limit)?;
    account.list.view(tweaks.stale_ms, |list| cut(about, list, tweaks, limit, wanted, link))
}

/// How many rows a page gets.
fn size(settings: &Settings, tweaks: &Tweaks, limit: Option<usize>) -> Result<usize, GraphError> {
    let wanted = limit.unwrap_or(settings.meta_page_default);
    if let Some((_, code, message)) = tweaks.most_rows.as_ref().filter(|(most, ..)| wanted > *most) {
        return Err(GraphError::bare(*code, format!("(#{code}) {message}")));
    }
    if wanted == 0 || settings.meta_page_refuse_above.is_some_and(|most| wanted > most) {
        return Err(bad_limit());
    }
    Ok(wanted.min(settings.meta_page_max).min(tweaks.page_rows.unwrap_or(usize::MAX)))
}

fn cut(
    about: &About,
    list: &mut BlockList,
    tweaks: &Tweaks,
    limit: usize,
    wanted: &Wanted,
    link: Option<Link<'_>>,
) -> Result<Value, GraphError> {
    let decode = |text: &str| match text.parse() {
        Ok(offset) if tweaks.numeric_cursors => Ok(offset),
        _ => {
            let cursor = Cursor::decode(text).ok_or_else(|| GraphError::new(100, "Invalid cursors values"))?;
            if cursor.version == list.version() { Ok(cursor.offset) } else { Err(GraphError::list_changed()) }
        }
    };
    let (from, count) = match (&wanted.after, &wanted.before) {
        (Some(after), _) => ((decode(after)? + 1).unsigned_abs() as usize, limit),
        (None, Some(before)) => {
            let end = decode(before)?.max(0).unsigned_abs() as usize;
            let from = end.saturating_sub(limit);
            (from, end - from)
        }
        (None, None) => (0, limit),
    };
    let rows = list.page(from, count);
    let mut body = about.list_of(rows.iter().map(|key| (about.row)(key)).collect());
    let end = from + rows.len();
    // A cursor that stands alone says by null that the list ends.
    if let [alone] = about.next()
        && end >= list.len()
    {
        body[*alone] = Value::Null;
        return Ok(body);
    }
    if rows.is_empty() {
        return Ok(body);
    }
    let cursor = |offset: usize| {
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        let version = list.version();
        if tweaks.numeric_cursors { json!(offset) } else { json!(Cursor { offset, version }.encode()) }
    };
    let (before, after) = (cursor(from), cursor(end - 1));
    let plain = |cursor: &Value| cursor.as_str().map_or_else(|| cursor.to_string(), str::to_owned);
    if let (Some(link), [outer, ..]) = (link, about.next()) {
        let mut links = Map::new();
        if end < list.len() {
            links.insert("next".to_owned(), json!(link(limit, &format!("after={}", plain(&after)))));
        }
        if from > 0 {
            links.insert("previous".to_owned(), json!(link(limit, &format!("before={}", plain(&before)))));
        }
        body[*outer] = Value::Object(links);
    }
    about.set_cursors(&mut body, before, after);
    Ok(body)
}
