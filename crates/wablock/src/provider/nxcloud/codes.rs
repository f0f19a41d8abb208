//! NxCloud's own codes. 1001 to 1005 are documented for all its APIs; the others on sibling WhatsApp pages.

use serde_json::Value;

use super::ID;
use crate::{
    model::error::{Error, ErrorKind, Refusal, Remedy},
    provider::{
        Answer, Call,
        answer::{self, Context, sanitized},
        cloud_api::{self, GraphError},
    },
};

/// Meta refused; `data.error` is Meta's envelope.
pub(super) const META_ERROR: i64 = 9099;

/// What Meta said inside a 9099: results per user where it gave them, else its error.
pub(super) fn unwrap_meta(call: &Call<'_>, data: &[u8], context: &Context) -> Answer {
    let inner: Value = serde_json::from_slice(data).unwrap_or(Value::Null);
    if inner.get("block_users").is_some() {
        return cloud_api::decode_body(&ID, call, data, context);
    }
    // The error may stand one level deeper, in an envelope of its own.
    let error = inner.get("error").or_else(|| inner.get("errors")).unwrap_or(&inner);
    let error = error.get("error").unwrap_or(error);
    let graph = GraphError::from_value(error);
    if graph.code.is_none() && context.status < 400 {
        return refused(META_ERROR, Some(&Value::String(graph.text().unwrap_or_default())), context);
    }
    Answer::Refused(cloud_api::refusal(&ID, call, &graph, context))
}

pub(super) fn refused(code: i64, message: Option<&Value>, context: &Context) -> Answer {
    let (kind, remedy, meaning) = match code {
        1001 => (ErrorKind::Config, Remedy::None, "a common header is missing"),
        1002 => (ErrorKind::Config, Remedy::None, "bizType, action or a body parameter is wrong"),
        1003 => (ErrorKind::Auth, Remedy::None, "the signature is wrong"),
        1004 => (ErrorKind::Auth, Remedy::SyncClock, "the timestamp is more than 60 seconds off the server's clock"),
        1005 => (ErrorKind::Auth, Remedy::None, "the access key is wrong or lacks this business"),
        -1 => (ErrorKind::Server, Remedy::Retry, "the call failed"),
        9000 => (ErrorKind::Rejected, Remedy::None, "a parameter is missing or wrong"),
        9001 => (ErrorKind::Server, Remedy::Retry, "system business error"),
        9002 => (ErrorKind::NotFound, Remedy::None, "the business number is not a WhatsApp number of this account"),
        9003 => (ErrorKind::NotFound, Remedy::None, "the application is missing or disabled"),
        9004 => (ErrorKind::Permission, Remedy::None, "no price is set for this account"),
        9005 | 1102 => (ErrorKind::Permission, Remedy::None, "the account has no balance"),
        9006 | 10_003 => (ErrorKind::NotFound, Remedy::None, "the business number is not bound to the application"),
        9007 => (ErrorKind::Server, Remedy::Retry, "trouble behind NxCloud"),
        9008 => (ErrorKind::NotFound, Remedy::None, "the app key is unknown"),
        9009 => (ErrorKind::Rejected, Remedy::None, "the account has as many applications as it may have"),
        9010 => (ErrorKind::NotFound, Remedy::None, "the app key is not of this account"),
        1100 => (ErrorKind::Permission, Remedy::None, "the account is not usable"),
        META_ERROR => (ErrorKind::Rejected, Remedy::None, "Meta refused without saying why"),
        _ if context.status >= 400 => {
            let (kind, remedy) = answer::refusal_of_status(context.status, false);
            (kind, remedy, "a code that is not documented")
        }
        _ => (ErrorKind::Rejected, Remedy::None, "a code that is not documented"),
    };
    let text = message.and_then(Value::as_str).and_then(sanitized);
    let mut error = Error::new(kind, text.map_or_else(|| meaning.to_owned(), |text| format!("{meaning}: {text}")))
        .with_provider(&ID)
        .with_provider_code(code)
        .with_status(context.status)
        .with_request_id(context.request_id.as_deref())
        .with_retryable(remedy != Remedy::None);
    if let Some(hint) = hint(code) {
        error = error.with_hint_naming(hint);
    }
    Answer::Refused(Refusal::with(error, remedy))
}

fn hint(code: i64) -> Option<&'static str> {
    Some(match code {
        1003 => "Check {access_secret} and {algorithm}; nxcloud_signature computes the expected signature.",
        1004 => "Set this machine's clock (NTP); using the server's time did not help.",
        1005 => "Check {access_key}, and that the account has WhatsApp.",
        9002 | 9006 | 10_003 => {
            "Check {business_phone} (digits with country code) and that it is bound to the {app_key}."
        }
        9003 | 9008 | 9010 => "Check {app_key}.",
        9004 | 9005 | 1102 | 1100 => "Ask NxCloud about the account.",
        _ => return None,
    })
}
