//! Meta Cloud API: `/{version}/{phone_number_id}/block_users`.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, Method, Request, Response, Uri, header};
use serde::Serialize;
use sha2::Sha256;
use url::Url;

use super::{
    Answer, Call, IntoProvider, Provider,
    cloud_api::{self, Spelling},
    option::{self, provider_options},
    validate,
};
use crate::{
    model::{
        capabilities::{Capabilities, Effect, ProviderStatus},
        change::Change,
        error::{Error, ErrorKind},
        secret::Secret,
    },
    options::OptionDefault::Text,
};

provider_options! {
    /// How to reach Meta Cloud API.
    pub struct MetaConfig for "meta", "Meta Cloud API";
    required {
        /// Access token of a system user or business.
        access_token: Secret = option::secret().example("EAAB...").also(&[
            "token", "api_key", "key", "access_key", "bearer", "bearer_token", "api_token", "auth_token", "whatsapp_token",
        ]),
        /// Id of the business phone number, not the number itself.
        phone_number_id: String = option::text().documented().example("106540352242922").also(&[
            "phone_id", "number_id", "phone_number", "phone", "from_number", "business_phone", "sender_id", "from",
        ]),
    }
    optional {
        /// App secret; with it, every request carries `appsecret_proof`.
        app_secret: Option<Secret> = option::secret()
            .also(&["secret", "client_secret", "appsecret", "app_secret_proof", "appsecret_proof"]),
        /// Graph API version.
        version: String = option::text().documented().default(Text("v26.0")).also(&[
            "api_version", "graph_version", "graph_api_version",
        ]),
    }
    shared {
        base_url("https://graph.facebook.com")
        page_size(1000, "or 100 if Meta refuses that")
        batch_size(1000, 1000)
        allow_http
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
        self.check()?;
        let version = &self.version;
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
        let base = validate::base_url(&self.base_url, self.allow_http)?;
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
                max_users_per_request: self.batch_size,
                page_size: Some(self.page_size),
                fallback_page_size: Some(cloud_api::FALLBACK_PAGE_SIZE),
                max_list_size: Some(cloud_api::LIST_SIZE),
                effect: Effect::BothDirections,
                reply_window: Some(cloud_api::REPLY_WINDOW),
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
