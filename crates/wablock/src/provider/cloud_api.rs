//! Meta's body and error shapes, which Meta and its resellers share.

mod codes;
mod reply;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde::Serialize;
use serde_json::Value;

use super::{Answer, Call, Cursor, Item, Page, excerpt};
use crate::{
    config,
    error::{Error, ErrorKind, ProviderId, Refusal, Remedy},
    report::BlockedUser,
    user::{User, UserKind},
};

pub(super) use codes::refusal_of_code;
pub(super) use reply::GraphError;
use reply::{Entry, ListReply, Reply};

/// How a user is written: numbers with `+` where the provider's samples show it, ids as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `+16505551234`
    Plus,
    /// `16505551234`
    Digits,
}

/// The body of a request about users: the fields of `head`, of which there must be some, and then the array `block_users`.
///
/// The array is written by hand, because serde takes several times as long and there are tens of thousands of users. It needs
/// no escapes: an id is nothing but letters, digits and dots, however a [`User`] was made.
pub(super) fn body(head: &impl Serialize, users: &[User], spelling: Spelling) -> Bytes {
    /// `{"user":"+165055512345678"},`
    const LONGEST_PHONE: usize = 29;
    let mut body = super::json(head);
    body.truncate(body.len() - b"}".len());
    body.reserve(32 + users.len() * LONGEST_PHONE);
    body.extend_from_slice(b",\"block_users\":[");
    for user in users {
        let opening: &[u8] = match (user.kind(), spelling) {
            (UserKind::Bsuid, _) => b"{\"user_id\":\"",
            (UserKind::Phone, Spelling::Plus) => b"{\"user\":\"+",
            _ => b"{\"user\":\"",
        };
        body.extend_from_slice(opening);
        body.extend_from_slice(user.id().as_bytes());
        body.extend_from_slice(b"\"},");
    }
    if !users.is_empty() {
        body.truncate(body.len() - b",".len());
    }
    body.extend_from_slice(b"]}");
    body.into()
}

/// Decodes a body of Meta's shape, whatever its status: a mixed answer may come with 200 or 400.
pub(super) fn decode(provider: &ProviderId, call: &Call<'_>, response: &Response<impl AsRef<[u8]>>) -> Answer {
    decode_body(provider, call, response.body().as_ref(), &Context::of(response))
}

/// What surrounds a body: the status and what the headers say about waiting.
pub(super) struct Context {
    pub(super) status: u16,
    pub(super) regain: Option<Duration>,
}

impl Context {
    pub(super) fn of<B>(response: &Response<B>) -> Self {
        Self { status: response.status().as_u16(), regain: regain_access(response.headers()) }
    }
}

/// Decodes a body of Meta's shape that may have come inside another provider's envelope.
pub(super) fn decode_body(provider: &ProviderId, call: &Call<'_>, body: &[u8], context: &Context) -> Answer {
    match call {
        Call::Block(_) | Call::Unblock(_) => match super::object::<Reply>(body) {
            Ok(reply) => users(provider, call, reply, context, body),
            Err(why) => unreadable(provider, context, body, &why),
        },
        Call::List { limit, .. } => match super::object::<ListReply>(body) {
            Ok(reply) => page(provider, reply, *limit, context, body),
            Err(why) => unreadable(provider, context, body, &why),
        },
    }
}

fn users(provider: &ProviderId, call: &Call<'_>, reply: Reply, context: &Context, body: &[u8]) -> Answer {
    let Some(results) = reply.block_users else {
        return match reply.error.or(reply.errors) {
            Some(error) => Answer::Refused(refusal(provider, call, &GraphError::from_value(&error), context)),
            None => unreadable(provider, context, body, "it has neither block_users nor error"),
        };
    };
    let done = if matches!(call, Call::Block(_)) { results.added_users } else { results.removed_users };
    let (done, failed) = (done.unwrap_or_default(), results.failed_users.unwrap_or_default());
    let mut items = Vec::with_capacity(done.len() + failed.len());
    items.extend(done.into_iter().map(|entry| item(entry, |_| Ok(()))));
    items.extend(
        failed.into_iter().map(|entry| item(entry, |errors| Err(user_refusal(provider, call, errors, context)))),
    );
    // A refusal of the whole call beside empty lists is told by its error, not by silence about every user.
    match reply.error.or(reply.errors).map(|error| GraphError::from_value(&error)) {
        Some(error) if items.is_empty() => Answer::Refused(refusal(provider, call, &error, context)),
        _ => Answer::Users(items),
    }
}

fn item(entry: Entry, result: impl FnOnce(&Value) -> Result<(), Refusal>) -> Item {
    Item {
        result: result(entry.errors.as_deref().unwrap_or(&Value::Null)),
        input: entry.input,
        wa_id: entry.wa_id,
        user_id: entry.user_id,
        extra: entry.extra,
    }
}

/// The reason one user failed: the first of `errors`, which may be an array, one object, or missing.
fn user_refusal(provider: &ProviderId, call: &Call<'_>, errors: &Value, context: &Context) -> Refusal {
    let first = errors.as_array().map_or(errors, |list| list.first().unwrap_or(&Value::Null));
    let graph = GraphError::from_value(first);
    let mut refusal = refusal(provider, call, &graph, context);
    if graph.code.is_none_or(|code| code == codes::SOME_FAILED) {
        refusal = Refusal::is_final(
            Error::new(ErrorKind::Rejected, graph.text().unwrap_or_else(|| "the provider gave no reason".to_owned()))
                .with_provider(provider)
                .with_status(context.status),
        );
    }
    refusal
}

fn page(provider: &ProviderId, reply: ListReply, limit: u32, context: &Context, body: &[u8]) -> Answer {
    let Some(data) = reply.data else {
        return match reply.error.or(reply.errors) {
            Some(error) => {
                let call = Call::List { cursor: None, limit };
                Answer::Refused(refusal(provider, &call, &GraphError::from_value(&error), context))
            }
            None => unreadable(provider, context, body, "it has neither data nor error"),
        };
    };
    if context.status >= 400 {
        return unreadable(provider, context, body, "it has data beside a failing status");
    }
    let rows = data.len();
    let users: Option<Vec<BlockedUser>> = data.into_iter().map(listed).collect();
    let Some(users) = users else {
        return unreadable(provider, context, body, "a row names nobody");
    };
    let next = next_cursor(reply.paging.as_ref(), rows, limit);
    if next.as_ref().is_some_and(|cursor| cursor.0.len() > config::LONGEST_CURSOR) {
        return unreadable(provider, context, body, "its cursor is longer than any cursor should be");
    }
    Answer::Page(Page { users, next })
}

fn listed(entry: Entry) -> Option<BlockedUser> {
    (entry.wa_id.is_some() || entry.user_id.is_some()).then(|| BlockedUser {
        wa_id: entry.wa_id.map(|id| if id.starts_with('+') { id.trim_start_matches('+').into() } else { id }),
        user_id: entry.user_id,
        extra: entry.extra,
    })
}

/// Where the next page begins. A `next` link says that there is one; its URL is never followed, only the cursor is used.
/// Without the link, a page that is full may still be followed by another. A server may clamp the page size silently, so
/// "full" is measured against the smallest maximum any of these providers states, where that is below what was asked for.
fn next_cursor(paging: Option<&Value>, rows: usize, limit: u32) -> Option<Cursor> {
    let paging = paging?;
    let after = paging.get("cursors")?.get("after")?.as_str().filter(|after| !after.is_empty())?;
    let linked = paging.get("next").is_some_and(|next| next.as_str().is_some_and(|url| !url.is_empty()));
    let full = rows >= limit.min(config::meta::FALLBACK_PAGE_SIZE) as usize && rows > 0;
    (linked || full).then(|| Cursor(after.into()))
}

/// The refusal that a Graph error stands for.
pub(super) fn refusal(provider: &ProviderId, call: &Call<'_>, graph: &GraphError, context: &Context) -> Refusal {
    let (kind, remedy) = match graph.code {
        Some(code) => refusal_of_code(code, graph.subcode, graph.transient, call, context.regain.is_some()),
        None => refusal_of_status(context.status, graph.transient),
    };
    let code = graph.code.map_or(String::new(), |code| format!("(#{code}) "));
    let text = graph.text().map_or_else(
        || format!("{code}HTTP {}", context.status),
        |text| {
            if text.starts_with(&code) { text } else { format!("{code}{text}") }
        },
    );
    let mut error = Error::new(kind, text)
        .with_provider(provider)
        .with_status(context.status)
        .with_request_id(graph.trace_id.as_deref())
        .with_retryable(!matches!(remedy, Remedy::None | Remedy::ShrinkPage));
    if let Some(code) = graph.code {
        error = error.with_provider_code(code);
        if let Some(hint) = codes::hint(code, graph.subcode) {
            error = error.with_hint(hint);
        }
    }
    if remedy == Remedy::Throttle {
        error = error.with_retry_after(context.regain);
    }
    Refusal { error, remedy }
}

/// What a status says where the body says nothing: the last resort.
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
        format!("the answer (HTTP {status}) could not be trusted: {why}; it was {}", excerpt(body))
    } else {
        format!("HTTP {status} with {}", excerpt(body))
    };
    let error = Error::new(kind, text)
        .with_provider(provider)
        .with_status(status)
        .with_retryable(remedy != Remedy::None)
        .with_retry_after(context.regain.filter(|_| kind == ErrorKind::RateLimited));
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
