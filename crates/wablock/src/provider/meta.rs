//! Meta Cloud API: `/{version}/{phone_number_id}/block_users`.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Method, Request, Response, Uri, header};
use serde::Serialize;
use sha2::Sha256;
use url::Url;

use super::{
    Answer, Call, Provider,
    cloud_api::{self, Spelling},
    registry::IntoProvider,
    rows, validate,
};
use crate::{
    config::{self, meta as defaults},
    model::{
        capabilities::{Capabilities, Effect, ProviderStatus},
        change::Change,
        error::{Error, ErrorKind, ProviderId},
        secret::Secret,
    },
    options::{OptionKind, OptionRow, Values},
};

pub(super) const ID: ProviderId = ProviderId::new("meta");

pub(super) const ROWS: &[OptionRow] = &[
    OptionRow::required("access_token", OptionKind::Secret, "Access token of a system user or business.").also(&[
        "token",
        "api_key",
        "key",
        "access_key",
        "bearer",
        "bearer_token",
        "api_token",
        "auth_token",
        "whatsapp_token",
    ]),
    OptionRow::required(
        "phone_number_id",
        OptionKind::Text,
        "Id of the business phone number, not the number itself, such as 106540352242922.",
    )
    .also(&[
        "phone_id",
        "number_id",
        "phone_number",
        "phone",
        "from_number",
        "business_phone",
        "sender_id",
        "from",
    ]),
    OptionRow::optional(
        "app_secret",
        OptionKind::Secret,
        "",
        "App secret; with it, every request carries `appsecret_proof`.",
    )
    .also(&["secret", "client_secret", "appsecret", "app_secret_proof", "appsecret_proof"]),
    OptionRow::optional("version", OptionKind::Text, defaults::VERSION, "Graph API version.").also(&[
        "api_version",
        "graph_version",
        "graph_api_version",
    ]),
    rows::base_url(defaults::BASE_URL),
    rows::page_size("1000, and 100 where Meta refuses that"),
    rows::batch_size(defaults::MAX_USERS_PER_REQUEST, "1000"),
    rows::ALLOW_HTTP,
];

/// How to reach Meta Cloud API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MetaConfig {
    /// Access token of a system user or business (required).
    pub access_token: Secret,
    /// Id of the business phone number, not the number itself (required), such as `106540352242922`.
    pub phone_number_id: String,
    /// App secret; when given, every request carries `appsecret_proof`.
    pub app_secret: Option<Secret>,
    /// Graph API version.
    pub version: Option<String>,
    /// Host to call instead of Meta's: a proxy, or the sandbox.
    pub base_url: Option<String>,
    /// Users asked for in one page of the list.
    pub page_size: Option<u32>,
    /// Users in one request, at most the documented 1,000.
    pub batch_size: Option<usize>,
    /// Allow plain http to a host other than this machine.
    pub allow_http: Option<bool>,
}

impl MetaConfig {
    /// With the two required values; the rest is set by assigning to the fields.
    #[must_use]
    pub fn new(access_token: impl Into<Secret>, phone_number_id: impl Into<String>) -> Self {
        Self {
            access_token: access_token.into(),
            phone_number_id: phone_number_id.into(),
            app_secret: None,
            version: None,
            base_url: None,
            page_size: None,
            batch_size: None,
            allow_http: None,
        }
    }
}

impl From<Values> for MetaConfig {
    fn from(mut given: Values) -> Self {
        Self {
            access_token: given.secret("access_token").unwrap_or_else(|| Secret::from("")),
            phone_number_id: given.text("phone_number_id").unwrap_or_default(),
            app_secret: given.secret("app_secret"),
            version: given.text("version"),
            base_url: given.text("base_url"),
            page_size: given.whole("page_size"),
            batch_size: given.whole("batch_size"),
            allow_http: given.flag("allow_http"),
        }
    }
}

#[derive(Debug)]
struct Meta {
    account: String,
    endpoint: Url,
    /// The endpoint once more: reading it again for every request would be a tenth of the cost of one.
    plain: Uri,
    /// Marked sensitive, so that nothing prints it.
    bearer: HeaderValue,
    access_token: Secret,
    app_secret: Option<Secret>,
    /// Made of the two, and the same in every request.
    proof: Option<Secret>,
    capabilities: Capabilities,
}

impl IntoProvider for MetaConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        let version = self.version.as_deref().unwrap_or(defaults::VERSION);
        check_version(version)?;
        validate::path_id(
            "phone_number_id",
            &self.phone_number_id,
            Some("the id that Meta gave the number, not the number itself"),
        )?;
        validate::header_secret("access_token", &self.access_token)?;
        if let Some(secret) = &self.app_secret {
            validate::body_secret("app_secret", secret)?;
        }
        let base =
            validate::base_url(self.base_url.as_deref().unwrap_or(defaults::BASE_URL), self.allow_http == Some(true))?;
        if base.path_segments().is_some_and(|mut segments| segments.any(|segment| check_version(segment).is_ok())) {
            return Err(Error::of_option("base_url", "has a Graph API version in its path")
                .with_hint_naming("Give {base_url} without it; the version goes into {version}."));
        }
        let path = format!("{version}/{}/block_users", self.phone_number_id);
        let endpoint = validate::join(&base, "version", &path)?;
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.access_token.expose()))
            .map_err(|_| Error::of_option("access_token", "cannot be sent in a header"))?;
        bearer.set_sensitive(true);
        Ok(Box::new(Meta {
            account: super::account(&ID, &base, &self.phone_number_id),
            plain: uri(&endpoint)?,
            endpoint,
            bearer,
            proof: self.app_secret.as_ref().map(|app_secret| proof(app_secret, &self.access_token).into()),
            access_token: self.access_token,
            app_secret: self.app_secret,
            capabilities: Capabilities {
                provider: ID,
                status: ProviderStatus::Active,
                max_users_per_request: validate::size(
                    "batch_size",
                    self.batch_size,
                    defaults::MAX_USERS_PER_REQUEST,
                    defaults::MAX_USERS_PER_REQUEST,
                )?,
                page_size: Some(validate::page_size(self.page_size, defaults::PAGE_SIZE)?),
                fallback_page_size: Some(defaults::FALLBACK_PAGE_SIZE),
                max_list_size: Some(config::CLOUD_LIST_SIZE),
                effect: Effect::BothDirections,
                reply_window: Some(config::REPLY_WINDOW),
                per_user_results: true,
                bsuid: true,
                effective_delay: std::time::Duration::ZERO,
                rate_limit: None,
            },
        }))
    }
}

/// What stands before the users.
#[derive(Serialize)]
struct Head {
    messaging_product: &'static str,
}

fn check_version(version: &str) -> Result<(), Error> {
    let number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    match version.strip_prefix('v').and_then(|rest| rest.split_once('.')) {
        Some((major, minor)) if number(major) && number(minor) => Ok(()),
        _ => Err(Error::of_option("version", "is not a Graph API version").with_hint("It must look like v26.0.")),
    }
}

impl Provider for Meta {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn encode(&self, call: &Call<'_>, _now_ms: u64) -> Result<Request<Bytes>, Error> {
        let (method, body) = match call {
            Call::Change(Change::Block, users) => (Method::POST, Some(users)),
            Call::Change(Change::Unblock, users) => (Method::DELETE, Some(users)),
            Call::List { .. } => (Method::GET, None),
        };
        let mut request = Request::builder().method(method).uri(self.uri(call)?);
        request = request.header(header::AUTHORIZATION, self.bearer.clone());
        let request = match body {
            Some(users) => {
                let body = cloud_api::body(&Head { messaging_product: "whatsapp" }, users, Spelling::Plus);
                request.header(header::CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body)
            }
            None => request.body(Bytes::new()),
        };
        request.map_err(|error| Error::new(ErrorKind::Config, format!("the request could not be built: {error}")))
    }

    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        cloud_api::decode(&ID, call, response)
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        std::iter::once(&self.access_token).chain(&self.app_secret).chain(&self.proof).collect()
    }
}

impl Meta {
    /// Where a call goes.
    fn uri(&self, call: &Call<'_>) -> Result<Uri, Error> {
        if self.proof.is_none() && !matches!(call, Call::List { .. }) {
            return Ok(self.plain.clone());
        }
        let mut url = self.endpoint.clone();
        let mut query = url.query_pairs_mut();
        if let Call::List { cursor, limit } = call {
            query.append_pair("limit", &limit.to_string());
            if let Some(cursor) = cursor {
                query.append_pair("after", &cursor.0);
            }
        }
        if let Some(proof) = &self.proof {
            query.append_pair("appsecret_proof", proof.expose());
        }
        drop(query);
        uri(&url)
    }
}

fn uri(url: &Url) -> Result<Uri, Error> {
    url.as_str()
        .parse()
        .map_err(|error| Error::new(ErrorKind::Config, format!("the URL of the request is not valid: {error}")))
}

/// `appsecret_proof`: HMAC-SHA256 of the access token under the app secret, in lower-case hex (as Meta's own SDKs do).
fn proof(app_secret: &Secret, access_token: &Secret) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(app_secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(access_token.expose().as_bytes());
    super::hex(&mac.finalize().into_bytes())
}
