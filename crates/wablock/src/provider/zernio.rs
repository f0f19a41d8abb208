//! Zernio: results under names of its own, reasons as texts, status 200 even if everybody failed.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    Answer, Call, IntoProvider, Page, Provider,
    answer::{self, Context, given},
    cloud_api::{self, Entry, GraphError, RESELLERS, Reading},
    codes::{Words, words},
    option::{self, provider_options},
    validate,
};
use crate::model::{
    capabilities::{Capabilities, Effect, ProviderStatus},
    change::Change,
    error::{Error, ErrorKind, Remedy},
    secret::Secret,
    user::{User, UserKind},
};

provider_options! {
    /// How to reach Zernio.
    ///
    /// Its limit of requests depends on the plan: the client keeps to 60 a minute unless its `rate_limit` says otherwise.
    pub struct ZernioConfig for "zernio", "Zernio";
    required {
        /// Id of the WhatsApp account at Zernio.
        account_id: String = option::text().documented().example("acc55501").also(&[
            "account", "id", "phone_number_id", "profile_id",
        ]),
        /// API key.
        api_key: Secret = option::secret().example("key").also(&["token", "access_token", "key", "api_token", "bearer"]),
    }
    optional {
        /// Users to request per page of the list.
        page_size: u32 = option::whole(100, 100).also(&["limit", "per_page", "list_page_size"]),
    }
    shared {
        base_url("https://zernio.com")
        batch_size(1000, 1000)
        allow_bsuid
        allow_http
    }
}

/// Requests per second: 60 a minute, the documented limit of the smallest plan.
const RATE_LIMIT: f64 = 1.0;

#[derive(Debug)]
struct Zernio {
    account: String,
    account_id: String,
    endpoint: Url,
    /// Marked sensitive, so that nothing prints it.
    authorization: HeaderValue,
    api_key: Secret,
    capabilities: Capabilities,
}

impl IntoProvider for ZernioConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::path_id("account_id", &self.account_id, None)?;
        validate::header_secret("api_key", &self.api_key)?;
        let base = validate::base_url(&self.base_url, self.allow_http)?;
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", self.api_key.expose()))
            .map_err(|_| Error::of_option("api_key", "cannot be sent in a header"))?;
        authorization.set_sensitive(true);
        Ok(Box::new(Zernio {
            account: super::account(&ID, &base, &self.account_id),
            account_id: self.account_id,
            endpoint: validate::join(&base, "base_url", "api/v1/whatsapp/block-users")?,
            authorization,
            api_key: self.api_key,
            capabilities: Capabilities {
                provider: ID,
                status: ProviderStatus::Active,
                max_users_per_request: self.batch_size,
                page_size: Some(self.page_size),
                fallback_page_size: None,
                max_list_size: Some(cloud_api::LIST_SIZE),
                effect: Effect::BothDirections,
                reply_window: Some(cloud_api::REPLY_WINDOW),
                per_user_results: true,
                bsuid: self.allow_bsuid,
                effective_delay: std::time::Duration::ZERO,
                rate_limit: Some(RATE_LIMIT),
            },
        }))
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "accountId")]
    account_id: &'a str,
    users: Vec<String>,
}

/// How its answers are read: reasons and errors are texts, with a class in `type`.
static READING: Reading = Reading::of(ENTRY).with(&[WORDS, RESELLERS]);

const WORDS: &[Words] = &[
    words(&["insufficient_permissions"], ErrorKind::Permission, Remedy::None)
        .hint("Give {api_key} the group `contacts`, or use a key without restrictions."),
    words(&["authentication_error"], ErrorKind::Auth, Remedy::None),
    words(&["permission_error"], ErrorKind::Permission, Remedy::None),
    words(&["not_found"], ErrorKind::NotFound, Remedy::None).hint("Check {account_id}, and that {api_key} may use it."),
    words(&["rate_limit_error"], ErrorKind::RateLimited, Remedy::Throttle),
    words(&["invalid_request_error"], ErrorKind::Rejected, Remedy::None),
    words(&["api_error"], ErrorKind::Server, Remedy::Retry),
];

/// The answer to every call.
#[derive(Deserialize)]
struct Reply {
    blocked: Option<Vec<Entry>>,
    unblocked: Option<Vec<Entry>>,
    failed: Option<Vec<Entry>>,
    #[serde(rename = "blockedUsers")]
    blocked_users: Option<Vec<Entry>>,
    /// `Some(Null)` at the end of the list.
    #[serde(rename = "nextCursor", default, deserialize_with = "present")]
    next_cursor: Option<Value>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// A field that is there, also if it is null.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl super::sealed::Sealed for Zernio {}

impl Provider for Zernio {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn encode(&self, call: &Call<'_>, _now_ms: u64) -> Result<Request<Bytes>, Error> {
        let mut url = self.endpoint.clone();
        let method = match call {
            Call::Change(Change::Block, _) => Method::POST,
            Call::Change(Change::Unblock, _) => Method::DELETE,
            Call::List { cursor, limit } => {
                let mut query = url.query_pairs_mut();
                query.append_pair("accountId", &self.account_id).append_pair("limit", &limit.to_string());
                if let Some(cursor) = cursor {
                    query.append_pair("after", &cursor.0);
                }
                Method::GET
            }
        };
        let request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(header::AUTHORIZATION, self.authorization.clone());
        let request = match call {
            Call::Change(_, users) => {
                let body = Body { account_id: &self.account_id, users: users.iter().map(spelled).collect() };
                request.header(header::CONTENT_TYPE, "application/json").body(super::json(&body).into())
            }
            Call::List { .. } => request.body(Bytes::new()),
        };
        request.map_err(|error| Error::new(ErrorKind::Config, format!("the request could not be built: {error}")))
    }

    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        let context = Context::of(response);
        let unreadable = |why: &str| answer::unreadable(&ID, &context, response.body(), why);
        let mut reply: Reply = match answer::object(response.body()) {
            Ok(reply) => reply,
            Err(why) => return unreadable(&why),
        };
        let is_accepted = reply.others.get("success") == Some(&Value::Bool(true)) && context.status < 300;
        let says_error =
            ["error", "errors", "platformError"].iter().any(|name| reply.others.get(*name).and_then(given).is_some());
        let error = says_error.then(|| GraphError::of_body(&Value::Object(reply.others)).unwrap_or_default());
        let rows = match call {
            Call::Change(Change::Block, _) => reply.blocked.take(),
            Call::Change(Change::Unblock, _) => reply.unblocked.take(),
            Call::List { .. } => reply.blocked_users.take(),
        };
        let failed = if matches!(call, Call::Change(..)) { reply.failed.take() } else { None };
        match (call, rows, failed, error) {
            (Call::Change(..), None, None, None) if is_accepted => cloud_api::accepted(&READING, call, &context),
            (_, None, None, None) => unreadable("it has neither results nor an error"),
            (_, None, None, Some(error)) => Answer::Refused(cloud_api::refusal(&READING, call, &error, &context)),
            (Call::Change(..), done, failed, error) => {
                let (done, failed) = (done.unwrap_or_default(), failed.unwrap_or_default());
                cloud_api::user_results(&READING, call, done, failed, error.as_ref(), &context)
            }
            (Call::List { .. }, ..) if context.status >= 400 => unreadable("it has users with an error status"),
            (Call::List { .. }, _, _, Some(_)) => unreadable("it has users and an error"),
            (Call::List { limit, .. }, rows, ..) => {
                page(rows.unwrap_or_default(), reply.next_cursor.as_ref(), *limit).unwrap_or_else(unreadable)
            }
        }
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.api_key]
    }
}

/// `nextCursor` is null at the end. Where it is missing, only a page that is not full can be the last one.
fn page(rows: Vec<Entry>, next: Option<&Value>, limit: u32) -> Result<Answer, &'static str> {
    let full = rows.len() >= limit as usize;
    let users = cloud_api::listed_users(rows).ok_or("a row has no id that names a user")?;
    if next.is_none() && full {
        return Err("its page is full, and it does not say whether there is another");
    }
    let next = cloud_api::cursor(next)?;
    Ok(Answer::Page(Page { users, more: next.is_some(), next }))
}

/// A number with `+`, as in Zernio's samples; every other id as it is.
fn spelled(user: &User) -> String {
    if user.kind() == UserKind::Phone { format!("+{}", user.id()) } else { user.id().to_owned() }
}
