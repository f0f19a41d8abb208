//! NxCloud's own codes. 1001 to 1005 are documented for all its APIs; the others on sibling WhatsApp pages.

use serde_json::Value;

use crate::{
    model::error::{Error, ErrorKind, ProviderId, Refusal, Remedy},
    provider::{
        Answer, Call,
        answer::{self, Context, sanitized},
        cloud_api::{self, GraphError, Reading},
        codes::{self, Row, row},
    },
};

/// Meta refused; `data.error` is Meta's envelope.
pub(super) const META_ERROR: i64 = 9099;

/// What Meta said inside a 9099: results per user where it gave them, else its error.
pub(super) fn unwrap_meta(reading: &Reading, call: &Call<'_>, data: &[u8], context: &Context) -> Answer {
    let inner: Value = serde_json::from_slice(data).unwrap_or(Value::Null);
    if inner.get("block_users").is_some() {
        return cloud_api::decode_body(reading, call, data, context);
    }
    // The error may stand one level deeper, in an envelope of its own.
    let error = inner.get("error").or_else(|| inner.get("errors")).unwrap_or(&inner);
    let error = error.get("error").unwrap_or(error);
    let graph = GraphError::from_value(error);
    if graph.code.is_none() && context.status < 400 {
        return refused(&reading.entry.id, META_ERROR, Some(&Value::String(graph.text().unwrap_or_default())), context);
    }
    Answer::Refused(cloud_api::refusal(reading, call, &graph, context))
}

/// What a code means, what helps, how it reads, and what to do.
const ROWS: &[Row] = &[
    row(&[1001], ErrorKind::Config, Remedy::None).means("a common header is missing"),
    row(&[1002], ErrorKind::Config, Remedy::None).means("bizType, action or a body parameter is wrong"),
    row(&[1003], ErrorKind::Auth, Remedy::None)
        .means("the signature is wrong")
        .hint("Check {access_secret} and {algorithm}; nxcloud_signature computes the expected signature."),
    row(&[1004], ErrorKind::Auth, Remedy::SyncClock)
        .means("the timestamp is more than 60 seconds off the server's clock")
        .hint("Set this machine's clock (NTP); using the server's time did not help."),
    row(&[1005], ErrorKind::Auth, Remedy::None)
        .means("the access key is wrong or lacks this business")
        .hint("Check {access_key}, and that the account has WhatsApp."),
    row(&[-1], ErrorKind::Server, Remedy::Retry).means("the call failed"),
    row(&[9000], ErrorKind::Rejected, Remedy::None).means("a parameter is missing or wrong"),
    row(&[9001], ErrorKind::Server, Remedy::Retry).means("system business error"),
    row(&[9002], ErrorKind::NotFound, Remedy::None)
        .means("the business number is not a WhatsApp number of this account")
        .hint(NUMBER),
    row(&[9003], ErrorKind::NotFound, Remedy::None).means("the application is missing or disabled").hint(APP_KEY),
    row(&[9004], ErrorKind::Permission, Remedy::None).means("no price is set for this account").hint(ACCOUNT),
    row(&[9005, 1102], ErrorKind::Permission, Remedy::None).means("the account has no balance").hint(ACCOUNT),
    row(&[9006, 10_003], ErrorKind::NotFound, Remedy::None)
        .means("the business number is not bound to the application")
        .hint(NUMBER),
    row(&[9007], ErrorKind::Server, Remedy::Retry).means("trouble behind NxCloud"),
    row(&[9008], ErrorKind::NotFound, Remedy::None).means("the app key is unknown").hint(APP_KEY),
    row(&[9009], ErrorKind::Rejected, Remedy::None).means("the account has as many applications as it may have"),
    row(&[9010], ErrorKind::NotFound, Remedy::None).means("the app key is not of this account").hint(APP_KEY),
    row(&[1100], ErrorKind::Permission, Remedy::None).means("the account is not usable").hint(ACCOUNT),
    row(&[META_ERROR], ErrorKind::Rejected, Remedy::None).means("Meta refused without saying why"),
];

const NUMBER: &str = "Check {business_phone} (digits with country code) and that it is bound to the {app_key}.";
const APP_KEY: &str = "Check {app_key}.";
const ACCOUNT: &str = "Ask NxCloud about the account.";

pub(super) fn refused(provider: &ProviderId, code: i64, message: Option<&Value>, context: &Context) -> Answer {
    let row = codes::find(ROWS, code, None);
    let (kind, remedy) = match row {
        Some(row) => (row.kind, row.remedy),
        None if context.status >= 400 => answer::refusal_of_status(context.status, false),
        None => (ErrorKind::Rejected, Remedy::None),
    };
    let meaning = row.map_or("a code that is not documented", |row| row.meaning);
    let text = message.and_then(Value::as_str).and_then(sanitized);
    let mut error = Error::new(kind, text.map_or_else(|| meaning.to_owned(), |text| format!("{meaning}: {text}")))
        .with_provider(provider)
        .with_provider_code(code)
        .with_status(context.status)
        .with_request_id(context.request_id.as_deref())
        .with_retryable(remedy != Remedy::None);
    if let Some(hint) = row.and_then(|row| row.hint) {
        error = error.with_hint_naming(hint);
    }
    Answer::Refused(Refusal::with(error, remedy))
}
