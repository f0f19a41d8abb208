//! 1msg: one user a request, the number as an integer, the token in the query.

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::{
    Answer, Call, IntoProvider, Page, Provider,
    answer::{self, Context, given},
    cloud_api::{self, Entry, GraphError, RESELLERS, Reading},
    option::{self, provider_options},
    validate,
};
use crate::model::{
    capabilities::{Capabilities, Effect, ProviderStatus},
    change::Change,
    error::{Error, ErrorKind},
    secret::Secret,
    user::User,
};

provider_options! {
    /// How to reach 1msg.
    pub struct OneMsgConfig for "1msg", "1msg";
    required {
        /// Id of the channel.
        instance_id: String = option::text().documented().example("OM555").also(&[
            "instance", "channel", "channel_id", "account_id", "phone_number_id",
        ]),
        /// Token of the channel, sent in the query: access logs of proxies see it.
        token: Secret = option::secret().example("token").also(&["api_key", "key", "access_token", "api_token", "jwt"]),
    }
    optional {}
    shared {
        base_url("https://api.1msg.io")
        allow_http
    }
}

#[derive(Debug)]
struct OneMsg {
    account: String,
    token: Secret,
    block: Url,
    unblock: Url,
    list: Url,
    capabilities: Capabilities,
}

impl IntoProvider for OneMsgConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::path_id("instance_id", &self.instance_id, None)?;
        validate::header_secret("token", &self.token)?;
        let base = validate::base_url(&self.base_url, self.allow_http)?;
        let endpoint = |name: &str| validate::join(&base, "base_url", &format!("{}/{name}", self.instance_id));
        Ok(Box::new(OneMsg {
            account: super::account(&ID, &base, &self.instance_id),
            block: endpoint("blockUser")?,
            unblock: endpoint("unblockUser")?,
            list: endpoint("blockedUsers")?,
            token: self.token,
            capabilities: Capabilities {
                provider: ID,
                status: ProviderStatus::Active,
                max_users_per_request: 1,
                page_size: None,
                fallback_page_size: None,
                max_list_size: Some(cloud_api::LIST_SIZE),
                effect: Effect::BothDirections,
                reply_window: Some(cloud_api::REPLY_WINDOW),
                per_user_results: true,
                bsuid: false,
                effective_delay: std::time::Duration::ZERO,
                rate_limit: None,
            },
        }))
    }
}

static READING: Reading = Reading::of(ENTRY).with(&[RESELLERS]);

#[derive(Serialize)]
struct Body {
    phone: u64,
}

/// Every field may be missing or of another type.
#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    result: Value,
    #[serde(default)]
    success: Value,
    #[serde(default)]
    sent: Value,
    #[serde(default)]
    phone: Value,
    #[serde(default)]
    error: Value,
    /// What the API behind 1msg answered.
    #[serde(default)]
    response: Value,
    #[serde(default, rename = "blockedUsers")]
    blocked_users: Option<Vec<Entry>>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Reply {
    fn error(&self) -> Option<GraphError> {
        let inner = self.response.get("error").unwrap_or(&Value::Null);
        given(inner).or(given(&self.error)).map(GraphError::from_value)
    }

    fn has_result(&self) -> bool {
        given(&self.result).is_some() || given(&self.success).is_some() || self.blocked_users.is_some()
    }

    /// Whether the answer says that `user` is done; why not, where it does not.
    fn done(&self, user: Option<&User>) -> Result<(), &'static str> {
        let phone = self.phone.as_str().map(str::to_owned).or(self.phone.as_u64().map(|phone| phone.to_string()));
        if phone.is_some_and(|phone| user.is_none_or(|user| phone.trim_start_matches('+') != user.id())) {
            return Err("it answers for another user");
        }
        if self.sent == Value::Bool(false) {
            return Err("it says that nothing was sent");
        }
        match (&self.result, &self.success) {
            (Value::String(text), _) if text.trim().is_empty() => Err("its result is empty"),
            (Value::String(text), _) if speaks_of_failure(text) => Err("its result speaks of a failure"),
            (Value::String(_) | Value::Bool(true), _) | (Value::Null, Value::Bool(true)) => Ok(()),
            (Value::Null, _) => Err("it has neither a result nor an error"),
            _ => Err("its result is not text"),
        }
    }
}

/// 1msg does not document the words of `result`, so a text that may mean a failure is not a success.
fn speaks_of_failure(text: &str) -> bool {
    const BEGINNINGS: [&str; 16] = [
        "fail", "err", "invalid", "wrong", "unable", "cannot", "denied", "reject", "refus", "forbid", "unknown",
        "miss", "expire", "exceed", "queue", "pending",
    ];
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        matches!(word, "no" | "not" | "t") || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
    })
}

impl super::sealed::Sealed for OneMsg {}

impl Provider for OneMsg {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn encode(&self, call: &Call<'_>, _now_ms: u64) -> Result<Request<Bytes>, Error> {
        let (method, url) = match call {
            Call::Change(Change::Block, _) => (Method::POST, &self.block),
            Call::Change(Change::Unblock, _) => (Method::POST, &self.unblock),
            Call::List { .. } => (Method::GET, &self.list),
        };
        let mut url = url.clone();
        url.query_pairs_mut().append_pair("token", self.token.expose());
        let request = Request::builder().method(method).uri(url.as_str());
        let request = match call.users().first() {
            Some(user) => {
                let phone = user.id().parse().map_err(|_| {
                    Error::new(ErrorKind::Unsupported, "1msg takes only phone numbers").with_provider(&ID)
                })?;
                let body = super::json(&Body { phone });
                request.header(header::CONTENT_TYPE, "application/json").body(body.into())
            }
            None => request.body(Bytes::new()),
        };
        // Not the error's own text: it may hold the URL.
        request.map_err(|_| Error::new(ErrorKind::Config, "the request could not be built"))
    }

    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        let context = Context::of(response);
        let unreadable = |why: &str| answer::unreadable(&ID, &context, response.body(), why);
        let reply: Reply = match answer::object(response.body()) {
            Ok(reply) => reply,
            Err(why) => return unreadable(&why),
        };
        match reply.error() {
            Some(_) if reply.has_result() => return unreadable("it has a result and an error"),
            Some(error) => return Answer::Refused(cloud_api::refusal(&READING, call, &error, &context)),
            None if context.status >= 500 => return unreadable("it has no error"),
            None if context.status >= 400 && reply.has_result() => {
                let why = format!("the answer has a result, with HTTP {}", context.status);
                return Answer::Refused(answer::contradiction(&ID, &context, &why));
            }
            None if context.status >= 400 => return unreadable("it has no error"),
            None => {}
        }
        match call {
            Call::Change(..) => match reply.done(call.users().first()) {
                Ok(()) => Answer::Everyone,
                Err(why) => unreadable(why),
            },
            Call::List { .. } => listed(reply).unwrap_or_else(unreadable),
        }
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.token]
    }
}

/// The list, which comes in one answer.
fn listed(reply: Reply) -> Result<Answer, &'static str> {
    let rows = reply.blocked_users.ok_or("it has no blockedUsers")?;
    let users = cloud_api::listed_users(rows).ok_or("a row has no id that names a user")?;
    answer::is_whole(&reply.others, users.len())?;
    Ok(Answer::Page(Page { users, next: None, more: false }))
}
