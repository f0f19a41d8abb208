//! Sinch's standalone WhatsApp API, retired on 30 September 2023: numbers blacklisted from inbound callbacks.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    Answer, Call, Cursor, IntoProvider, Page, Provider,
    answer::{self, Context, excerpt, given, sanitized, usable_id},
    option::{self, provider_options},
    validate,
};
use crate::{
    model::{
        capabilities::{Capabilities, Effect, ProviderStatus},
        change::Change,
        error::{Error, ErrorKind, Refusal, Remedy},
        report::BlockedUser,
        secret::Secret,
        user::User,
    },
    options::OptionDefault::{Text, Words},
};

provider_options! {
    /// How to reach Sinch's standalone WhatsApp API, which Sinch retired on 30 September 2023.
    ///
    /// A block there stops inbound callbacks only.
    pub struct SinchConfig for "sinch", "Sinch";
    required {
        /// Bearer token, issued with the bot id.
        token: Secret = option::secret().example("token").also(&[
            "access_token", "api_key", "bearer_token", "bearer", "key", "api_token",
        ]),
        /// Bot id.
        bot_id: String = option::text().documented().example("bot").also(&["bot", "app_id", "service_plan_id"]),
    }
    optional {
        /// Where the bot is hosted; the other host answers 401.
        region: String = option::one_of(&["us1", "eu1"]).default(Text("us1")).also(&["location", "data_center"]),
        /// URL to call instead of the provider's: a gateway, or the sandbox.
        base_url: Option<String> = option::text().default(Words("the host of the region")).also(option::HOST),
    }
    shared {
        batch_size(20, 20)
        allow_http
    }
}

/// Numbers in a page (documented; it cannot be asked for).
const PAGE_SIZE: u32 = 100;
/// Requests per second; documented for a sibling endpoint of the same API.
const RATE_LIMIT: f64 = 20.0;

/// What creating a client for Sinch warns of.
const NOTICE: &str = "Sinch ended its standalone WhatsApp API on 30 September 2023; expect its hosts not to answer. \
Its successor, the Conversation API, has no call that blocks a WhatsApp user.";

#[derive(Debug)]
struct Sinch {
    account: String,
    endpoint: Url,
    token: Secret,
    capabilities: Capabilities,
}

impl IntoProvider for SinchConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::header_secret("token", &self.token)?;
        validate::path_id("bot_id", &self.bot_id, None)?;
        let host = format!("https://{}.whatsapp.api.sinch.com", self.region);
        let base = validate::base_url(self.base_url.as_deref().unwrap_or(&host), self.allow_http)?;
        let path = format!("whatsapp/v1/{}/provision/blacklist", self.bot_id);
        Ok(Box::new(Sinch {
            account: super::account(&ID, &base, &self.bot_id),
            endpoint: validate::join(&base, "bot_id", &path)?,
            token: self.token,
            capabilities: Capabilities {
                provider: ID,
                status: ProviderStatus::Retired { since: "2023-09-30", notice: NOTICE },
                max_users_per_request: self.batch_size,
                page_size: Some(PAGE_SIZE),
                fallback_page_size: None,
                max_list_size: None,
                effect: Effect::InboundCallbacks,
                reply_window: None,
                per_user_results: false,
                bsuid: false,
                effective_delay: Duration::from_secs(300),
                rate_limit: Some(RATE_LIMIT),
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

impl super::sealed::Sealed for Sinch {}

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
            201..=299 => return answer::unreadable(&ID, &context, body, "a success has status 200"),
            _ => return refused(call, body, &context),
        }
        match call {
            Call::Change(..) if body.trim_ascii().is_empty() => Answer::Everyone,
            Call::Change(..) => answer::unreadable(&ID, &context, body, "a success has an empty body"),
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
    let unreadable = |why: &str| answer::unreadable(&ID, context, body, why);
    let list: List = match answer::object(body) {
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
    let full = users.len() >= PAGE_SIZE as usize;
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
            let (kind, remedy) = answer::refusal_of_status(status, false);
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
