//! NxCloud: signed POST requests that carry Meta's shapes inside an envelope of their own.

mod codes;
mod signature;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use url::Url;

pub use signature::{SignatureAlgorithm, SignatureInput, nxcloud_signature};

use super::{
    Answer, Call, Provider,
    cloud_api::{self, Spelling},
    registry::IntoProvider,
    rows, validate,
};
use crate::{
    config::{self, nxcloud as defaults},
    model::{
        capabilities::{Capabilities, Effect, ProviderStatus},
        change::Change,
        error::{Error, ErrorKind, ProviderId},
        secret::Secret,
    },
    options::{OptionKind, OptionRow, Values},
};

pub(super) const ID: ProviderId = ProviderId::new("nxcloud");

pub(super) const ROWS: &[OptionRow] =
    &[
        OptionRow::required("access_key", OptionKind::Secret, "Account id, sent as the header `accessKey`.").also(&[
            "access_token",
            "token",
            "api_key",
            "access_key_id",
            "account_id",
        ]),
        OptionRow::required("access_secret", OptionKind::Secret, "Secret that signs every request; never sent.")
            .also(&["secret", "api_secret", "secret_key", "access_key_secret"]),
        OptionRow::required(
            "app_key",
            OptionKind::Secret,
            "Key of the WhatsApp application, sent in the body as `appkey`.",
        )
        .also(&["app_id", "application_key"]),
        OptionRow::required("business_phone", OptionKind::Text, "The business's WhatsApp number with country code.")
            .also(&["phone", "from_number", "phone_number", "from", "sender", "phone_number_id"]),
        OptionRow::optional(
            "algorithm",
            OptionKind::OneOf(&["md5", "sha256"]),
            "md5",
            "Digest of the signature; MD5 is NxCloud's default.",
        )
        .also(&["digest", "hash", "sign_algorithm"]),
        rows::base_url(defaults::BASE_URL),
        rows::page_size("100"),
        rows::batch_size(config::meta::MAX_USERS_PER_REQUEST, "100"),
        rows::ALLOW_BSUID,
        rows::ALLOW_HTTP,
    ];

/// How to reach NxCloud.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NxCloudConfig {
    /// Account id, sent as the header `accessKey` (required).
    pub access_key: Secret,
    /// Secret that signs every request; never sent (required).
    pub access_secret: Secret,
    /// Key of the WhatsApp application, sent in the body as `appkey` (required).
    pub app_key: Secret,
    /// The business's WhatsApp number with country code (required).
    pub business_phone: String,
    /// Digest of the signature; MD5 is NxCloud's default.
    pub algorithm: Option<SignatureAlgorithm>,
    /// Host to call instead of NxCloud's: a proxy, or the sandbox.
    pub base_url: Option<String>,
    /// Users asked for in one page of the list.
    pub page_size: Option<u32>,
    /// Users in one request; no maximum is documented, up to Meta's 1,000 are taken here.
    pub batch_size: Option<usize>,
    /// Send business-scoped ids through; whether NxCloud takes them is not documented.
    pub allow_bsuid: Option<bool>,
    /// Allow plain http to a host other than this machine.
    pub allow_http: Option<bool>,
}

impl NxCloudConfig {
    /// With the four required values; the rest is set by assigning to the fields.
    #[must_use]
    pub fn new(
        access_key: impl Into<Secret>,
        access_secret: impl Into<Secret>,
        app_key: impl Into<Secret>,
        business_phone: impl Into<String>,
    ) -> Self {
        Self {
            access_key: access_key.into(),
            access_secret: access_secret.into(),
            app_key: app_key.into(),
            business_phone: business_phone.into(),
            algorithm: None,
            base_url: None,
            page_size: None,
            batch_size: None,
            allow_bsuid: None,
            allow_http: None,
        }
    }
}

impl From<Values> for NxCloudConfig {
    fn from(mut given: Values) -> Self {
        let mut secret = |name| given.secret(name).unwrap_or_else(|| Secret::from(""));
        Self {
            access_key: secret("access_key"),
            access_secret: secret("access_secret"),
            app_key: secret("app_key"),
            business_phone: given.text("business_phone").unwrap_or_default(),
            algorithm: given.text("algorithm").and_then(|name| name.parse().ok()),
            base_url: given.text("base_url"),
            page_size: given.whole("page_size"),
            batch_size: given.whole("batch_size"),
            allow_bsuid: given.flag("allow_bsuid"),
            allow_http: given.flag("allow_http"),
        }
    }
}

#[derive(Debug)]
struct NxCloud {
    account: String,
    access_key: Secret,
    access_secret: Secret,
    app_key: Secret,
    business_phone: String,
    algorithm: SignatureAlgorithm,
    block: Url,
    unblock: Url,
    list: Url,
    capabilities: Capabilities,
}

impl IntoProvider for NxCloudConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        validate::header_secret("access_key", &self.access_key)?;
        validate::body_secret("access_secret", &self.access_secret)?;
        validate::body_secret("app_key", &self.app_key)?;
        let base =
            validate::base_url(self.base_url.as_deref().unwrap_or(defaults::BASE_URL), self.allow_http == Some(true))?;
        let endpoint = |name: &str| validate::join(&base, "base_url", &format!("api/wa/{name}"));
        let business_phone = validate::business_number("business_phone", &self.business_phone)?;
        Ok(Box::new(NxCloud {
            account: super::account(&ID, &base, &business_phone),
            business_phone,
            access_key: self.access_key,
            access_secret: self.access_secret,
            app_key: self.app_key,
            algorithm: self.algorithm.unwrap_or_default(),
            block: endpoint("createBlockUsers")?,
            unblock: endpoint("deleteBlockUsers")?,
            list: endpoint("getBlockUsers")?,
            capabilities: Capabilities {
                provider: ID,
                status: ProviderStatus::Active,
                max_users_per_request: validate::size(
                    "batch_size",
                    self.batch_size,
                    defaults::MAX_USERS_PER_REQUEST,
                    config::meta::MAX_USERS_PER_REQUEST,
                )?,
                page_size: Some(validate::page_size(self.page_size, defaults::PAGE_SIZE)?),
                fallback_page_size: Some(config::meta::FALLBACK_PAGE_SIZE),
                max_list_size: Some(config::CLOUD_LIST_SIZE),
                effect: Effect::BothDirections,
                reply_window: Some(config::REPLY_WINDOW),
                per_user_results: true,
                bsuid: self.allow_bsuid == Some(true),
                effective_delay: std::time::Duration::ZERO,
                rate_limit: None,
            },
        }))
    }
}

/// Keys in the order of NxCloud's samples; what is about users comes after them.
#[derive(Serialize)]
struct Head<'a> {
    appkey: &'a str,
    business_phone: &'a str,
    messaging_product: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a str>,
}

/// `data` is left unread: it is Meta's body, an error, or null.
#[derive(Deserialize)]
struct Envelope<'a> {
    /// A whole number, also as text.
    #[serde(deserialize_with = "cloud_api::code")]
    code: i64,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    message: Option<Value>,
    #[serde(rename = "traceId", default)]
    trace_id: Option<Value>,
}

impl Provider for NxCloud {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn encode(&self, call: &Call<'_>, now_ms: u64) -> Result<Request<Bytes>, Error> {
        let mut head = Head {
            appkey: self.app_key.expose(),
            business_phone: &self.business_phone,
            messaging_product: "whatsapp",
            limit: None,
            after: None,
        };
        // Serialised once: these bytes are signed, and these bytes are sent.
        let (url, body) = match *call {
            Call::Change(Change::Block, users) => (&self.block, cloud_api::body(&head, users, Spelling::Digits)),
            Call::Change(Change::Unblock, users) => (&self.unblock, cloud_api::body(&head, users, Spelling::Digits)),
            Call::List { cursor, limit } => {
                head.limit = Some(limit);
                head.after = cursor.map(|cursor| &*cursor.0);
                (&self.list, super::json(&head).into())
            }
        };
        let ts = now_ms.to_string();
        let sign = nxcloud_signature(&SignatureInput {
            access_key: self.access_key.expose(),
            access_secret: self.access_secret.expose(),
            ts: &ts,
            body: &body,
            biz_type: defaults::BIZ_TYPE,
            action: defaults::ACTION,
            algorithm: self.algorithm,
        });
        let sensitive = |value: &str, what: &'static str| -> Result<HeaderValue, Error> {
            let mut value =
                HeaderValue::try_from(value).map_err(|_| Error::of_option(what, "cannot be sent in a header"))?;
            value.set_sensitive(true);
            Ok(value)
        };
        let mut request = Request::post(url.as_str())
            .header("accessKey", sensitive(self.access_key.expose(), "access_key")?)
            .header("ts", ts)
            .header("bizType", defaults::BIZ_TYPE)
            .header("action", defaults::ACTION)
            .header("sign", sensitive(&sign, "sign")?)
            .header(header::CONTENT_TYPE, "application/json");
        if self.algorithm == SignatureAlgorithm::Sha256 {
            request = request.header("algorithm", "sha256");
        }
        request
            .body(body)
            .map_err(|error| Error::new(ErrorKind::Config, format!("the request could not be built: {error}")))
    }

    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        let mut context = cloud_api::Context::of(response);
        let envelope: Envelope<'_> = match super::object(response.body()) {
            Ok(envelope) => envelope,
            Err(error) => {
                return cloud_api::unreadable(&ID, &context, response.body(), &error.to_string());
            }
        };
        context.request_id = envelope.trace_id.as_ref().and_then(Value::as_str).and_then(super::sanitized);
        let data = envelope.data.map(|data| data.get().as_bytes()).filter(|data| *data != b"null");
        match (envelope.code, data) {
            (0, Some(data)) => cloud_api::decode_body(&ID, call, data, &context),
            (0, None) => cloud_api::unreadable(&ID, &context, response.body(), "code 0 came without data"),
            // Meta's own words came through: its results, or its error.
            (codes::META_ERROR, Some(data)) => codes::unwrap_meta(call, data, &context),
            (code, _) => codes::refused(code, envelope.message.as_ref(), &context),
        }
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.access_key, &self.access_secret, &self.app_key]
    }
}
