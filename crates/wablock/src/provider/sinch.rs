//! Sinch's standalone WhatsApp API, retired on 30 September 2023: numbers blacklisted from inbound callbacks.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    Answer, Call, Cursor, Page, Provider,
    cloud_api::{self, Context},
    excerpt, given,
    registry::IntoProvider,
    rows, sanitized, usable_id, validate,
};
use crate::{
    config::sinch as defaults,
    model::{
        capabilities::{Capabilities, Effect, ProviderStatus},
        change::Change,
        error::{Error, ErrorKind, ProviderId, Refusal, Remedy},
        report::BlockedUser,
        secret::Secret,
        user::User,
    },
    options::{OptionKind, OptionRow, Values},
};

pub(super) const ID: ProviderId = ProviderId::new("sinch");

pub(super) const ROWS: &[OptionRow] = &[
    OptionRow::required("token", OptionKind::Secret, "Bearer token, issued with the bot id.").also(&[
        "access_token",
        "api_key",
        "bearer_token",
        "bearer",
        "key",
        "api_token",
    ]),
    OptionRow::required("bot_id", OptionKind::Text, "Bot id.").also(&["bot", "app_id", "service_plan_id"]),
    OptionRow::optional(
        "region",
        OptionKind::OneOf(&["us1", "eu1"]),
        defaults::REGION,
        "Where the bot lives; the other host answers 401.",
    )
    .also(&["location", "data_center"]),
    rows::base_url("the host of the region"),
    rows::batch_size(defaults::MAX_USERS_PER_REQUEST, "20"),
    rows::ALLOW_HTTP,
];

/// What creating a client for Sinch warns of.
const NOTICE: &str = "Sinch ended its standalone WhatsApp API on 30 September 2023; expect its hosts not to answer. \
Its successor, the Conversation API, has no call that blocks a WhatsApp user.";

/// How to reach Sinch's standalone WhatsApp API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SinchConfig {
    /// Bearer token, issued with the bot id (required).
    pub token: Secret,
    /// Bot id (required).
    pub bot_id: String,
    /// `us1` or `eu1`: where the bot lives; the other host answers 401.
    pub region: Option<String>,
    /// Host to call instead of Sinch's: a proxy, or the sandbox.
    pub base_url: Option<String>,
    /// Numbers in one request, at most the documented 20.
    pub batch_size: Option<usize>,
    /// Allow plain http to a host other than this machine.
    pub allow_http: Option<bool>,
}

impl SinchConfig {
    /// With the two required values; the rest is set by assigning to the fields.
    #[must_use]
    pub fn new(token: impl Into<Secret>, bot_id: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            bot_id: bot_id.into(),
            region: None,
            base_url: None,
            batch_size: None,
            allow_http: None,
        }
    }
}

impl From<Values> for SinchConfig {
    fn from(mut given: Values) -> Self {
        Self {
            token: given.secret("token").unwrap_or_else(|| Secret::from("")),
            bot_id: given.text("bot_id").unwrap_or_default(),
            region: given.text("region"),
            base_url: given.text("base_url"),
            batch_size: given.whole("batch_size"),
            allow_http: given.flag("allow_http"),
        }
    }
}

#[derive(Debug)]
struct Sinch {
    account: String,
    endpoint: Url,
    token: Secret,
    capabilities: Capabilities,
}

impl IntoProvider for SinchConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        validate::header_secret("token", &self.token)?;
        validate::path_id("bot_id", &self.bot_id, None)?;
        let region = self.region.as_deref().unwrap_or(defaults::REGION);
        if !matches!(region, "us1" | "eu1") {
            return Err(Error::of_option("region", "must be \"us1\" or \"eu1\""));
        }
        let host = format!("https://{region}.whatsapp.api.sinch.com");
        let base = validate::base_url(self.base_url.as_deref().unwrap_or(&host), self.allow_http == Some(true))?;
        let path = format!("whatsapp/v1/{}/provision/blacklist", self.bot_id);
        Ok(Box::new(Sinch {
            account: super::account(&ID, &base, &self.bot_id),
            endpoint: validate::join(&base, "bot_id", &path)?,
            token: self.token,
            capabilities: Capabilities {
                provider: ID,
                status: ProviderStatus::Retired { since: "2023-09-30", notice: NOTICE },
                max_users_per_request: validate::size(
                    "batch_size",
                    self.batch_size,
                    defaults::MAX_USERS_PER_REQUEST,
                    defaults::MAX_USERS_PER_REQUEST,
                )?,
                page_size: Some(defaults::PAGE_SIZE),
                fallback_page_size: None,
                max_list_size: None,
                effect: Effect::InboundCallbacks,
                reply_window: None,
                per_user_results: false,
                bsuid: false,
                effective_delay: Duration::from_secs(300),
                rate_limit: Some(defaults::RATE_LIMIT),
            },
        }))
    }
}

#[derive(Serialize)]
struct Body<'a> {
    numbers: Vec<&'a str>,
}

#[derive(Deserialize)]
struct List {
    numbers: Vec<Value>,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    details: Value,
    #[serde(default)]
    reason: Value,
}

impl Provider for Sinch {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn encode(&self, call: &Call<'_>, _now_ms: u64) -> Result<Request<Bytes>, Error> {
        let mut url = self.endpoint.clone();
        let (method, users) = match call {
            Call::Change(Change::Block, users) => (Method::POST, *users),
            Call::Change(Change::Unblock, users) => (Method::DELETE, *users),
            Call::List { cursor, .. } => {
                let page = cursor.map_or("0", |cursor| &*cursor.0);
                url.query_pairs_mut().append_pair("page", page);
                (Method::GET, &[][..])
            }
        };
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.token.expose()))
            .map_err(|_| Error::new(ErrorKind::Config, "`token` cannot be sent in a header"))?;
        bearer.set_sensitive(true);
        let reading = method == Method::GET;
        let request = Request::builder().method(method).uri(url.as_str()).header(header::AUTHORIZATION, bearer);
        let request = if reading {
            request.body(Bytes::new())
        } else {
            let body = Body { numbers: users.iter().map(User::id).collect() };
            request.header(header::CONTENT_TYPE, "application/json").body(super::json(&body).into())
        };
        request.map_err(|error| Error::new(ErrorKind::Config, format!("the request could not be built: {error}")))
    }

    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        let context = Context::of(response);
        let body = response.body();
        match context.status {
            200 => {}
            201..=299 => return cloud_api::unreadable(&ID, &context, body, "a success has status 200"),
            _ => return refused(call, body, &context),
        }
        match call {
            Call::Change(..) if body.trim_ascii().is_empty() => Answer::Everyone,
            Call::Change(..) => cloud_api::unreadable(&ID, &context, body, "a success has an empty body"),
            Call::List { cursor, .. } => listed(*cursor, body, &context),
        }
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.token]
    }

    fn pages_shift(&self) -> bool {
        true
    }
}

/// A page is the last one when it has fewer numbers than a full one; there is no total and no link.
fn listed(cursor: Option<&Cursor>, body: &[u8], context: &Context) -> Answer {
    let unreadable = |why: &str| cloud_api::unreadable(&ID, context, body, why);
    let list: List = match super::object(body) {
        Ok(list) => list,
        Err(why) => return unreadable(&why),
    };
    if [&list.error, &list.errors, &list.details, &list.reason].into_iter().any(|error| given(error).is_some()) {
        return unreadable("it has numbers and an error");
    }
    let users: Option<Vec<_>> =
        list.numbers.iter().map(|number| usable_id(number.as_str()?).map(BlockedUser::from_wa_id)).collect();
    let Some(users) = users else {
        return unreadable("one of its numbers is not a number in text");
    };
    let page = cursor.and_then(|cursor| cursor.0.parse::<u64>().ok()).unwrap_or(0);
    let full = users.len() >= defaults::PAGE_SIZE as usize;
    Answer::Page(Page { users, next: full.then(|| Cursor((page + 1).to_string().into())), more: false })
}

/// `message` with `details` in the newer documentation, `reason` or `title` in the older one.
fn refused(call: &Call<'_>, body: &[u8], context: &Context) -> Answer {
    let reply: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let field = |name: &str| reply.get(name).and_then(Value::as_str).and_then(sanitized);
    let said: Vec<_> = [field("message"), field("details").or_else(|| field("reason")).or_else(|| field("title"))]
        .into_iter()
        .flatten()
        .collect();
    let (kind, remedy, hint) = match context.status {
        // One wrong number may spoil the whole request; halving finds it, so that the others get their own outcome.
        400 if call.users().len() > 1 => (ErrorKind::Rejected, Remedy::Halve, None),
        400 => (ErrorKind::Rejected, Remedy::None, Some("Sinch refuses the number or the page; check it.")),
        401 => {
            (ErrorKind::Auth, Remedy::None, Some("Check {token}, {bot_id}, and that the bot lives in this {region}."))
        }
        404 | 410 => (
            ErrorKind::NotFound,
            Remedy::None,
            Some("Sinch retired this API on 30 September 2023; it may be gone for good."),
        ),
        status => {
            let (kind, remedy) = cloud_api::refusal_of_status(status, false);
            (kind, remedy, None)
        }
    };
    let text =
        if said.is_empty() { format!("HTTP {} with {}", context.status, excerpt(body)) } else { said.join(": ") };
    let mut error = Error::new(kind, text)
        .with_provider(&ID)
        .with_status(context.status)
        .with_retryable(matches!(remedy, Remedy::Retry | Remedy::Throttle));
    if let Some(hint) = hint {
        error = error.with_hint_naming(hint);
    }
    Answer::Refused(Refusal::with(error, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_without_plus_and_pages_count_up() {
        let provider = SinchConfig::new("t", "bot").into_provider().unwrap();
        let users = [User::phone("+46732001122").unwrap()];
        let request = provider.encode(&Call::Change(Change::Unblock, &users), 0).unwrap();
        assert_eq!(request.method(), Method::DELETE);
        assert_eq!(&request.body()[..], br#"{"numbers":["46732001122"]}"#);
        let full = serde_json::json!({ "numbers": (0..100).map(|n| format!("+46732{n:06}")).collect::<Vec<_>>() });
        let response = Response::new(Bytes::from(full.to_string()));
        let Answer::Page(page) = provider.decode(&Call::List { cursor: None, limit: 100 }, &response) else { panic!() };
        assert_eq!(page.next, Some(Cursor("1".into())));
        assert_eq!(page.users[0].id(), "46732000000");
    }
}
