//! Reads the answers of the family. The body counts before the status; what names nobody, or contradicts itself, is not believed.

use http::Response;
use serde_json::Value;

use super::{
    Reading, codes,
    graph_error::GraphError,
    refusal::refusal,
    reply::{Entry, ListReply, Reply, Results, listed_users},
};
use crate::{
    config,
    model::{
        change::Change,
        error::{Error, ErrorKind, Refusal},
        user::User,
    },
    provider::{
        Answer, Call, Cursor, Item, Page,
        answer::{Context, contradiction, given, object, unreadable},
        verdict,
    },
};

/// Decodes a body of Meta's shape, whatever its status: a mixed answer may come with 200 or 400.
pub(in crate::provider) fn decode(reading: &Reading, call: &Call<'_>, response: &Response<impl AsRef<[u8]>>) -> Answer {
    decode_body(reading, call, response.body().as_ref(), &Context::of(response))
}

/// Decodes a body of Meta's shape that may have come inside another provider's envelope.
pub(in crate::provider) fn decode_body(reading: &Reading, call: &Call<'_>, body: &[u8], context: &Context) -> Answer {
    let answer = match call {
        Call::Change(change, _) => {
            object::<Reply<'_>>(body).map(|reply| users(reading, call, *change, reply, context, body))
        }
        Call::List { .. } => object::<ListReply<'_>>(body).map(|reply| page(reading, call, reply, context, body)),
    };
    answer.unwrap_or_else(|why| unreadable(&reading.entry.id, context, body, &why))
}

fn users(
    reading: &Reading,
    call: &Call<'_>,
    change: Change,
    reply: Reply<'_>,
    context: &Context,
    body: &[u8],
) -> Answer {
    let Some(results) = reply.block_users else {
        let detail = reply.detail.map(|detail| detail.get().as_bytes());
        if let Some(detail) = detail
            && let Ok(inner) = object::<Reply<'_>>(detail)
            && inner.block_users.is_some()
        {
            return users(reading, call, change, inner, context, detail);
        }
        let is_accepted = reply.success == Some(Value::Bool(true)) && context.status < 300;
        let says_error =
            [&reply.error, &reply.errors].into_iter().any(|error| error.as_ref().and_then(given).is_some());
        return match error_of_body(reading, body, says_error, context) {
            Some(error) if says_error || !is_accepted => Answer::Refused(refusal(reading, call, &error, context)),
            Some(_) | None if is_accepted => accepted(reading, call, context),
            Some(_) | None => unreadable(&reading.entry.id, context, body, "it has neither block_users nor error"),
        };
    };
    let error = error_of(reply.error.as_ref(), reply.errors.as_ref());
    let Results { added_users, removed_users, failed_users, errors } = results;
    let done = match change {
        Change::Block => added_users,
        Change::Unblock if reading.unblock_as_added => removed_users.or(added_users),
        Change::Unblock => removed_users,
    };
    let mut failed = failed_users.unwrap_or_default();
    failed.extend(failures(errors));
    user_results(reading, call, done.unwrap_or_default(), failed, error.as_ref(), context)
}

/// What an answer says about its users: those that it lists as done, those that failed, and the error around both.
pub(in crate::provider) fn user_results(
    reading: &Reading,
    call: &Call<'_>,
    done: Vec<Entry>,
    failed: Vec<Entry>,
    error: Option<&GraphError>,
    context: &Context,
) -> Answer {
    // A refusal of the whole call with empty lists is reported by its error, not by silence about every user.
    if let Some(error) = error
        && done.is_empty()
        && failed.is_empty()
    {
        return Answer::Refused(refusal(reading, call, error, context));
    }
    let mut context = context.clone();
    context.request_id = error.and_then(|error| error.trace_id.clone()).or(context.request_id);
    let context = &context;
    let doubt = doubt_of_done(reading, call, error, context).or_else(|| {
        let nameless = failed.iter().filter(|entry| entry.names_nobody()).count();
        (nameless > 0 && done.len() + failed.len() - nameless >= call.users().len()).then(|| {
            contradiction(&reading.entry.id, context, "the answer lists every user, and an error that names no user")
        })
    });
    // A server that fails may have done, or undone, anything.
    let failing = context.status >= 500;
    let mut items = Vec::with_capacity(done.len() + failed.len());
    items.extend(done.into_iter().map(|entry| match (entry.errors.as_deref().and_then(given), &doubt) {
        (Some(errors), _) => {
            let refusal = user_refusal(reading, call, errors, context);
            item(entry, Err(refusal), true)
        }
        (None, Some(refusal)) => item(entry, Err(refusal.clone()), true),
        (None, None) => match entry.extra.as_deref().and_then(verdict::failure_of) {
            Some(failure) => {
                let why = format!("the answer lists the user as done, and {failure}");
                item(entry, Err(contradiction(&reading.entry.id, context, &why)), true)
            }
            None => item(entry, Ok(()), false),
        },
    }));
    items.extend(failed.into_iter().map(|entry| {
        let refusal = match (entry.errors.as_deref(), entry.extra.as_deref()) {
            (Some(errors), _) => user_refusal(reading, call, errors, context),
            // The entry may hold its code and message itself.
            (None, Some(fields)) => user_refusal(reading, call, &Value::Object(fields.clone()), context),
            (None, None) => user_refusal(reading, call, &Value::Null, context),
        };
        item(entry, Err(refusal), failing)
    }));
    Answer::Users(items)
}

/// The entries of `block_users.errors`: failures that hold their code and message themselves. Those that name nobody say
/// nothing about anybody.
fn failures(errors: Option<Value>) -> Vec<Entry> {
    let errors = match errors {
        Some(Value::Array(errors)) => errors,
        Some(error @ Value::Object(_)) => vec![error],
        _ => Vec::new(),
    };
    errors.into_iter().filter_map(|error| serde_json::from_value(error).ok()).collect()
}

/// The provider accepted the request and says no more: what became of each user is not known, and sending again would not tell.
pub(in crate::provider) fn accepted(reading: &Reading, call: &Call<'_>, context: &Context) -> Answer {
    let error = Error::new(ErrorKind::Protocol, "the provider accepted the request and gave no result for this user")
        .with_provider(&reading.entry.id)
        .with_status(context.status)
        .with_request_id(context.request_id.as_deref())
        .with_hint("Settle the report: that reads the list, which shows what became of the user.");
    let refusal = Refusal::is_final(error);
    let of_user = |user: &User| Item {
        input: Some(user.id().into()),
        wa_id: None,
        user_id: None,
        result: Err(refusal.clone()),
        in_doubt: true,
        extra: None,
    };
    Answer::Users(call.users().iter().map(of_user).collect())
}

/// The error of a body with results: `error`, or `errors` as some answers have it.
fn error_of(error: Option<&Value>, errors: Option<&Value>) -> Option<GraphError> {
    error.and_then(given).or(errors.and_then(given)).map(GraphError::from_value)
}

/// The error of a body that has nothing else. Where neither the status nor a key says that it is one, it must have a code, or
/// say that the call failed and why.
fn error_of_body(reading: &Reading, body: &[u8], says_error: bool, context: &Context) -> Option<GraphError> {
    let value = serde_json::from_str(&String::from_utf8_lossy(body)).ok()?;
    let error = GraphError::of_body(&value);
    if says_error {
        return Some(error.unwrap_or_default());
    }
    let is_known = |error: &GraphError| reading.words_of(error).is_some() && verdict::failure_in(body).is_some();
    error.filter(|error| context.status >= 400 || error.code.is_some() || is_known(error))
}

/// Why users that an answer lists as done may not be: an error or a failing status that "some failed" does not explain.
fn doubt_of_done(reading: &Reading, call: &Call<'_>, error: Option<&GraphError>, context: &Context) -> Option<Refusal> {
    let some_failed = error.is_some_and(|error| error.code == Some(codes::SOME_FAILED));
    match error {
        Some(error) if !some_failed => Some(refusal(reading, call, error, context)),
        _ if context.status >= 500 || context.status >= 400 && !some_failed => Some(contradiction(
            &reading.entry.id,
            context,
            &format!("the answer lists users as done, with HTTP {}", context.status),
        )),
        _ => None,
    }
}

fn item(entry: Entry, result: Result<(), Refusal>, in_doubt: bool) -> Item {
    let entry = entry.named_by_input();
    Item { result, in_doubt, input: entry.input, wa_id: entry.wa_id, user_id: entry.user_id, extra: entry.extra }
}

/// The reason one user failed: the first of `errors`, which may be an array, one object, a text, or missing.
fn user_refusal(reading: &Reading, call: &Call<'_>, errors: &Value, context: &Context) -> Refusal {
    let graph = GraphError::from_value(errors);
    let says_why = graph.code.is_some_and(|code| code != codes::SOME_FAILED) || reading.words_of(&graph).is_some();
    if says_why {
        return refusal(reading, call, &graph, context);
    }
    Refusal::is_final(
        Error::new(ErrorKind::Rejected, graph.text().unwrap_or_else(|| "the provider gave no reason".to_owned()))
            .with_provider(&reading.entry.id)
            .with_status(context.status)
            .with_request_id(graph.trace_id.as_deref().or(context.request_id.as_deref())),
    )
}

fn page(reading: &Reading, call: &Call<'_>, reply: ListReply<'_>, context: &Context, body: &[u8]) -> Answer {
    let error = error_of(reply.error.as_ref(), reply.errors.as_ref());
    let next = next_page(&reply);
    let Some(data) = reply.data else {
        let detail = reply.detail.map(|detail| detail.get().as_bytes());
        if let Some(detail) = detail
            && let Ok(inner) = object::<ListReply<'_>>(detail)
            && inner.data.is_some()
        {
            return page(reading, call, inner, context, detail);
        }
        return match error_of_body(reading, body, error.is_some(), context) {
            Some(error) => Answer::Refused(refusal(reading, call, &error, context)),
            None => unreadable(&reading.entry.id, context, body, "it has neither data nor error"),
        };
    };
    let users = listed_users(data);
    let unreadable = |why: &str| unreadable(&reading.entry.id, context, body, why);
    match (users, next) {
        _ if context.status >= 400 => unreadable("it has data with an error status"),
        _ if error.is_some() => unreadable("it has data and an error"),
        (None, _) => unreadable("a row has no id that names a user"),
        (_, Err(why)) => unreadable(why),
        (Some(users), Ok((next, more))) => {
            let asked = if let Call::List { cursor, .. } = call { *cursor } else { None };
            let leads_on = reading.without_links && users.is_empty() && next.is_some() && next.as_ref() != asked;
            Answer::Page(Page { users, next, more: more || leads_on })
        }
    }
}

/// Where the next page begins, and whether the server says that there is one. A `next` link says so; its URL is never
/// followed, only the cursor is used. Without the link, the cursor alone is followed too: a server may leave the link out, or
/// give smaller pages than were asked for, and one more request costs less than a list that is short.
fn next_page(reply: &ListReply<'_>) -> Result<(Option<Cursor>, bool), &'static str> {
    let fields = |value: Option<&'_ Value>, why| match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => Ok(Some(fields.clone())),
        Some(_) => Err(why),
    };
    let paging = fields(reply.paging.as_ref(), "its paging is not an object")?.unwrap_or_default();
    let more = match paging.get("next") {
        None | Some(Value::Null) => false,
        Some(Value::String(url)) => !url.is_empty(),
        Some(_) => return Err("its link to the next page is not text"),
    };
    let cursors = fields(paging.get("cursors"), "its cursors are not an object")?.unwrap_or_default();
    let cursor = fields(reply.cursor.as_ref(), "its cursor is not an object")?.unwrap_or_default();
    let mut after = None;
    for place in [cursors.get("after"), cursor.get("after"), reply.next_cursor.as_ref()] {
        let found = self::cursor(place)?;
        if after.is_some() && found.is_some() && after != found {
            return Err("it has two cursors");
        }
        after = after.or(found);
    }
    let goes_on = |value: &Option<Value>| match value {
        Some(Value::Bool(more)) => *more,
        Some(Value::String(link)) => !link.is_empty(),
        _ => false,
    };
    let more = more || goes_on(&reply.has_more) || goes_on(&reply.next);
    if after.is_none() && more { Err("it says that there is another page, but not where") } else { Ok((after, more)) }
}

/// A cursor that an answer gives; `None` where it is missing, null or empty.
pub(in crate::provider) fn cursor(value: Option<&Value>) -> Result<Option<Cursor>, &'static str> {
    let cursor = match value {
        None | Some(Value::Null) => None,
        Some(Value::String(cursor)) => Some(cursor.clone()).filter(|cursor| !cursor.is_empty()),
        Some(Value::Number(cursor)) if cursor.is_i64() || cursor.is_u64() => Some(cursor.to_string()),
        Some(_) => return Err("its cursor is neither text nor a whole number"),
    };
    match cursor {
        Some(cursor) if cursor.len() > config::LONGEST_CURSOR => Err("its cursor is longer than any cursor should be"),
        cursor => Ok(cursor.map(|cursor| Cursor(cursor.into()))),
    }
}
