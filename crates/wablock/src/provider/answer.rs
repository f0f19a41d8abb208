//! What any HTTP answer says, whatever its provider: its status, how long to wait, and texts that are fit to be shown.

use std::{str, time::Duration};

use http::{HeaderMap, Response};
use serde_json::{Map, Value};

use super::Answer;
use crate::{
    config,
    model::{
        error::{Error, ErrorKind, ProviderId, Refusal, Remedy},
        text::{cut, printable},
        user::mask,
    },
};

/// What surrounds a body: the status, what the headers say about waiting, and the id of the request where it stands outside.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    /// The id of the request, where a header has it or the body gives it for the whole request.
    pub(super) request_id: Option<String>,
}

/// Headers that hold the provider's id of a request; the last one is common.
const REQUEST_IDS: [&str; 4] = ["x-fb-trace-id", "x-fb-request-id", "ycloud-request-id", "x-request-id"];

impl Context {
    pub(super) fn of<B>(response: &Response<B>) -> Self {
        let headers = response.headers();
        let id = REQUEST_IDS.iter().find_map(|name| headers.get(*name)?.to_str().ok());
        Self {
            status: response.status().as_u16(),
            retry_after: regain_access(headers),
            request_id: id.and_then(sanitized),
        }
    }
}

/// An answer that reports both success and failure: neither can be trusted.
pub(super) fn contradiction(provider: &ProviderId, context: &Context, why: &str) -> Refusal {
    let remedy = if context.status >= 500 { Remedy::Retry } else { Remedy::None };
    let error = Error::new(ErrorKind::Protocol, why)
        .with_provider(provider)
        .with_status(context.status)
        .with_request_id(context.request_id.as_deref())
        .with_retryable(remedy == Remedy::Retry);
    Refusal { error, remedy }
}

/// What a status means if the body says nothing: the last resort.
pub(super) fn refusal_of_status(status: u16, transient: bool) -> (ErrorKind, Remedy) {
    match status {
        429 => (ErrorKind::RateLimited, Remedy::Throttle),
        408 | 425 => (ErrorKind::Server, Remedy::Retry),
        401 => (ErrorKind::Auth, Remedy::None),
        403 => (ErrorKind::Permission, Remedy::None),
        404 | 410 => (ErrorKind::NotFound, Remedy::None),
        500.. => (ErrorKind::Server, Remedy::Retry),
        _ if transient => (ErrorKind::Server, Remedy::Retry),
        ..=399 => (ErrorKind::Protocol, Remedy::None),
        _ => (ErrorKind::Rejected, Remedy::None),
    }
}

/// A body that is not of the provider's shape: a failing status still says what it says, anything else cannot be trusted.
pub(super) fn unreadable(provider: &ProviderId, context: &Context, body: &[u8], why: &str) -> Answer {
    let status = context.status;
    let (kind, remedy) = refusal_of_status(status, false);
    // An unreadable success may hide that the write happened; sending again is safe, these calls are idempotent.
    let remedy = if kind == ErrorKind::Protocol && status < 300 { Remedy::Retry } else { remedy };
    let text = if kind == ErrorKind::Protocol {
        format!("the answer (HTTP {status}) is not reliable: {why}; it was {}", excerpt(body))
    } else {
        format!("HTTP {status} with {}", excerpt(body))
    };
    let error = Error::new(kind, text)
        .with_provider(provider)
        .with_status(status)
        .with_request_id(context.request_id.as_deref())
        .with_retryable(remedy != Remedy::None)
        .with_retry_after(context.retry_after.filter(|_| kind == ErrorKind::RateLimited));
    Answer::Refused(Refusal { error, remedy })
}

/// The longest `estimated_time_to_regain_access` (minutes) in Meta's usage headers, where it is not zero.
fn regain_access(headers: &HeaderMap) -> Option<Duration> {
    let usage: Value = serde_json::from_slice(headers.get("x-business-use-case-usage")?.as_bytes()).ok()?;
    let minutes = usage
        .as_object()?
        .values()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|entry| entry.get("estimated_time_to_regain_access")?.as_u64())
        .max()
        .filter(|minutes| *minutes > 0)?;
    Some(Duration::from_secs(minutes.saturating_mul(60)))
}

/// An id from a server, without its `+`, if it can name a user: letters, digits and dots, and not too many. Anything else
/// counts as missing: empty, masked, cut off, or formatted for display.
pub(super) fn usable_id(id: &str) -> Option<&str> {
    let id = id.strip_prefix('+').unwrap_or(id);
    let usable = (1..=config::LONGEST_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        && id.bytes().any(|byte| byte != b'.');
    usable.then_some(id)
}

/// A field that says something: servers also write `null`, `false`, `""`, `[]` or `{}` where they mean nothing.
pub(super) fn given(value: &Value) -> Option<&Value> {
    let empty = match value {
        Value::Null => true,
        Value::Bool(given) => !given,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Number(_) => false,
    };
    (!empty).then_some(value)
}

/// Whether a list that comes in one answer is whole, by the fields around it. Its provider documents none of those that would
/// mean more, so the rest could not be read.
pub(super) fn is_whole(others: &Map<String, Value>, rows: usize) -> Result<(), &'static str> {
    const PAGES: [&str; 14] = [
        "paging",
        "pagination",
        "next",
        "nextPage",
        "next_page",
        "nextCursor",
        "next_cursor",
        "cursor",
        "after",
        "hasMore",
        "has_more",
        "hasNext",
        "has_next",
        "truncated",
    ];
    const TOTALS: [&str; 4] = ["total", "totalCount", "total_count", "count"];
    if PAGES.iter().any(|name| others.get(*name).is_some_and(|value| given(value).is_some())) {
        return Err("it says that the list goes on, but not in a way that is documented");
    }
    if TOTALS.iter().filter_map(|name| others.get(*name)?.as_u64()).any(|total| total > rows as u64) {
        return Err("it counts more users than it lists");
    }
    Ok(())
}

/// The first characters of an answer's body, for messages about answers that could not be read. Numbers are masked: they may be
/// those of anybody on a list.
pub(super) fn excerpt(body: &[u8]) -> String {
    const SHOWN: usize = 120;
    let head = &body[..body.len().min(SHOWN)];
    let text = mask(&String::from_utf8_lossy(head));
    match (body.len(), printable(&text).trim()) {
        (0, _) => "an empty body".to_owned(),
        (length, text) if length > SHOWN => format!("{length} bytes beginning {text:?}"),
        (_, text) => format!("{text:?}"),
    }
}

/// What a server wrote, fit for a message: one line, no longer than helps. `None` when it says nothing.
pub(super) fn sanitized(text: &str) -> Option<String> {
    let line = cut(text.trim(), config::LONGEST_TEXT);
    let line = printable(&line);
    (!line.trim().is_empty()).then(|| line.into_owned())
}

/// Reads an answer that must be a JSON object: serde would also take an array whose values stand in the fields' order.
pub(super) fn object<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err("it is not a JSON object".to_owned());
    }
    // Checking the complete text once is cheaper than checking each string. Invalid bytes may remain in fields that are not read.
    let read = match str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    read.map_err(|error| error.to_string())
}
