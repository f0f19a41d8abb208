//! Meta's body and error shapes, which Meta and its resellers share.

mod codes;
mod profile;
mod reply;

pub(crate) mod profiles;

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde::Serialize;
use serde_json::Value;

use super::{
    Answer, Call, Cursor, Item, Page,
    answer::{Context, contradiction, given, object, refusal_of_status, unreadable},
    option::ProviderEntry,
    verdict,
};
use crate::{
    config,
    model::{
        change::Change,
        error::{Error, ErrorKind, Refusal, Remedy},
        report::BlockedUser,
        user::{User, UserKind},
    },
};

pub(super) use codes::{FALLBACK_PAGE_SIZE, refusal_of_code};
use reply::{Entry, ListReply, Reply};
pub(super) use reply::{GraphError, code};

/// Most users on a block list (documented by Meta, NxCloud and 99digital).
pub(super) const LIST_SIZE: u32 = 64_000;
/// A user can be blocked within this time of their last message (documented by the same three).
pub(super) const REPLY_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

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
pub(super) fn decode(provider: &ProviderEntry, call: &Call<'_>, response: &Response<impl AsRef<[u8]>>) -> Answer {
    decode_body(provider, call, response.body().as_ref(), &Context::of(response))
}

/// Decodes a body of Meta's shape that may have come inside another provider's envelope.
pub(super) fn decode_body(provider: &ProviderEntry, call: &Call<'_>, body: &[u8], context: &Context) -> Answer {
    match call {
        Call::Change(change, _) => match object::<Reply>(body) {
            Ok(reply) => users(provider, call, *change, reply, context, body),
            Err(why) => unreadable(&provider.id, context, body, &why),
        },
        Call::List { limit, .. } => match object::<ListReply>(body) {
            Ok(reply) => page(provider, reply, *limit, context, body),
            Err(why) => unreadable(&provider.id, context, body, &why),
        },
    }
}

fn users(
    provider: &ProviderEntry,
    call: &Call<'_>,
    change: Change,
    reply: Reply,
    context: &Context,
    body: &[u8],
) -> Answer {
    let error = error_of(reply.error.as_ref(), reply.errors.as_ref());
    let Some(results) = reply.block_users else {
        return match error {
            Some(error) => Answer::Refused(refusal(provider, call, &error, context)),
            None => unreadable(&provider.id, context, body, "it has neither block_users nor error"),
        };
    };
    let done = match change {
        Change::Block => results.added_users,
        Change::Unblock => results.removed_users,
    };
    let (done, failed) = (done.unwrap_or_default(), results.failed_users.unwrap_or_default());
    // A refusal of the whole call with empty lists is reported by its error, not by silence about every user.
    if let Some(error) = &error
        && done.is_empty()
        && failed.is_empty()
    {
        return Answer::Refused(refusal(provider, call, error, context));
    }
    let mut context = context.clone();
    context.request_id = error.as_ref().and_then(|error| error.trace_id.clone()).or(context.request_id);
    let context = &context;
    let doubt = doubt_of_done(provider, call, error.as_ref(), context);
    // A server that fails may have done, or undone, anything.
    let failing = context.status >= 500;
    let mut items = Vec::with_capacity(done.len() + failed.len());
    items.extend(done.into_iter().map(|entry| match (entry.errors.as_deref().and_then(given), &doubt) {
        (Some(errors), _) => {
            let refusal = user_refusal(provider, call, errors, context);
            item(entry, Err(refusal), true)
        }
        (None, Some(refusal)) => item(entry, Err(refusal.clone()), true),
        (None, None) => match entry.extra.as_deref().and_then(verdict::failure_of) {
            Some(failure) => {
                let doubt =
                    contradiction(&provider.id, context, &format!("the answer lists the user as done, and {failure}"));
                item(entry, Err(doubt), true)
            }
            None => item(entry, Ok(()), false),
        },
    }));
    items.extend(failed.into_iter().map(|entry| {
        let refusal = user_refusal(provider, call, entry.errors.as_deref().unwrap_or(&Value::Null), context);
        item(entry, Err(refusal), failing)
    }));
    Answer::Users(items)
}

/// The error of a body: `error`, or `errors` as some answers have it.
fn error_of(error: Option<&Value>, errors: Option<&Value>) -> Option<GraphError> {
    error.and_then(given).or(errors.and_then(given)).map(GraphError::from_value)
}

/// Why users that an answer lists as done may not be: an error or a failing status that "some failed" does not explain.
fn doubt_of_done(
    provider: &ProviderEntry,
    call: &Call<'_>,
    error: Option<&GraphError>,
    context: &Context,
) -> Option<Refusal> {
    let some_failed = error.is_some_and(|error| error.code == Some(codes::SOME_FAILED));
    match error {
        Some(error) if !some_failed => Some(refusal(provider, call, error, context)),
        _ if context.status >= 500 || context.status >= 400 && !some_failed => Some(contradiction(
            &provider.id,
            context,
            &format!("the answer lists users as done, with HTTP {}", context.status),
        )),
        _ => None,
    }
}

fn item(entry: Entry, result: Result<(), Refusal>, in_doubt: bool) -> Item {
    Item { result, in_doubt, input: entry.input, wa_id: entry.wa_id, user_id: entry.user_id, extra: entry.extra }
}

/// The reason one user failed: the first of `errors`, which may be an array, one object, or missing.
fn user_refusal(provider: &ProviderEntry, call: &Call<'_>, errors: &Value, context: &Context) -> Refusal {
    let first = errors.as_array().map_or(errors, |list| list.first().unwrap_or(&Value::Null));
    let graph = GraphError::from_value(first);
    let mut refusal = refusal(provider, call, &graph, context);
    if graph.code.is_none_or(|code| code == codes::SOME_FAILED) {
        refusal = Refusal::is_final(
            Error::new(ErrorKind::Rejected, graph.text().unwrap_or_else(|| "the provider gave no reason".to_owned()))
                .with_provider(&provider.id)
                .with_status(context.status)
                .with_request_id(graph.trace_id.as_deref().or(context.request_id.as_deref())),
        );
    }
    refusal
}

fn page(provider: &ProviderEntry, reply: ListReply, limit: u32, context: &Context, body: &[u8]) -> Answer {
    let error = error_of(reply.error.as_ref(), reply.errors.as_ref());
    let (data, error) = match (reply.data, error) {
        (Some(data), error) => (data, error),
        (None, Some(error)) => {
            let call = Call::List { cursor: None, limit };
            return Answer::Refused(refusal(provider, &call, &error, context));
        }
        (None, None) => return unreadable(&provider.id, context, body, "it has neither data nor error"),
    };
    let users: Option<Vec<BlockedUser>> = data.into_iter().map(listed).collect();
    match (users, next_page(reply.paging.as_ref())) {
        _ if context.status >= 400 => unreadable(&provider.id, context, body, "it has data with an error status"),
        _ if error.is_some() => unreadable(&provider.id, context, body, "it has data and an error"),
        (None, _) => unreadable(&provider.id, context, body, "a row has no id that names a user"),
        (_, Err(why)) => unreadable(&provider.id, context, body, why),
        (Some(users), Ok((next, more))) => Answer::Page(Page { users, next, more }),
    }
}

fn listed(entry: Entry) -> Option<BlockedUser> {
    (entry.wa_id.is_some() || entry.user_id.is_some()).then_some(BlockedUser {
        wa_id: entry.wa_id,
        user_id: entry.user_id,
        extra: entry.extra,
    })
}

/// Where the next page begins, and whether the server says that there is one. A `next` link says so; its URL is never
/// followed, only the cursor is used. Without the link, the cursor alone is followed too: a server may leave the link out, or
/// give smaller pages than were asked for, and one more request costs less than a list that is short.
fn next_page(paging: Option<&Value>) -> Result<(Option<Cursor>, bool), &'static str> {
    let Some(paging) = paging else { return Ok((None, false)) };
    let paging = paging.as_object().ok_or("its paging is not an object")?;
    let more = match paging.get("next") {
        None | Some(Value::Null) => false,
        Some(Value::String(url)) => !url.is_empty(),
        Some(_) => return Err("its link to the next page is not text"),
    };
    let cursors = match paging.get("cursors") {
        None | Some(Value::Null) => None,
        Some(cursors) => Some(cursors.as_object().ok_or("its cursors are not an object")?),
    };
    let after = match cursors.and_then(|cursors| cursors.get("after")) {
        None | Some(Value::Null) => None,
        Some(Value::String(after)) => Some(after.clone()).filter(|after| !after.is_empty()),
        Some(Value::Number(after)) if after.is_i64() || after.is_u64() => Some(after.to_string()),
        Some(_) => return Err("its cursor is neither text nor a whole number"),
    };
    match after {
        None if more => Err("it says that there is another page, but not where"),
        Some(after) if after.len() > config::LONGEST_CURSOR => Err("its cursor is longer than any cursor should be"),
        after => Ok((after.map(|after| Cursor(after.into())), more)),
    }
}

/// The refusal that a Graph error stands for.
pub(super) fn refusal(provider: &ProviderEntry, call: &Call<'_>, graph: &GraphError, context: &Context) -> Refusal {
    let named = graph.text().and_then(|text| codes::named_in(&text));
    let (kind, remedy) = match (named, graph.code) {
        (Some((kind, _)), _) => (kind, Remedy::None),
        (None, Some(code)) => {
            refusal_of_code(code, graph.subcode, graph.transient, call, context.retry_after.is_some())
        }
        (None, None) => refusal_of_status(context.status, graph.transient),
    };
    let code = graph.code.map_or(String::new(), |code| format!("(#{code}) "));
    let text = graph.text().map_or_else(
        || format!("{code}HTTP {}", context.status),
        |text| {
            if text.starts_with(&code) { text } else { format!("{code}{text}") }
        },
    );
    let mut error = Error::new(kind, text)
        .with_provider(&provider.id)
        .with_status(context.status)
        .with_request_id(graph.trace_id.as_deref().or(context.request_id.as_deref()))
        .with_retryable(!matches!(remedy, Remedy::None | Remedy::ShrinkPage));
    if let Some(code) = graph.code {
        error = error.with_provider_code(code);
    }
    // The hints are about Meta's options, which a provider that passes Meta's error on may not have.
    let hint = named.map(|(_, hint)| hint).or_else(|| codes::hint(graph.code?, graph.subcode));
    let hint = hint.filter(|hint| provider.has_options_of(hint));
    if let Some(hint) = hint {
        error = error.with_hint_naming(hint);
    }
    if remedy == Remedy::Throttle {
        error = error.with_retry_after(context.retry_after);
    }
    Refusal { error, remedy }
}
