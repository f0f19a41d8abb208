//! NxCloud: signed POST requests that carry Meta's shapes inside an envelope of their own.

mod codes;
mod signature;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use url::Url;

use signature::{ACTION, BIZ_TYPE};
pub use signature::{SignatureAlgorithm, SignatureInput, nxcloud_signature};

use super::{
    Answer, Call, IntoProvider, Provider, answer,
    cloud_api::{self, Reading, Spelling},
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
    /// How to reach NxCloud.
    pub struct NxCloudConfig for "nxcloud", "NxCloud";
    required {
        /// Account id, sent as the header `accessKey`.
        access_key: Secret = option::secret().example("key").also(&[
            "access_token", "token", "api_key", "access_key_id", "account_id",
        ]),
        /// Secret that signs every request; never sent.
        access_secret: Secret = option::secret().example("secret").also(&[
            "secret", "api_secret", "secret_key", "access_key_secret",
        ]),
        /// Key of the WhatsApp application, sent in the body as `appkey`.
        app_key: Secret = option::secret().example("app").also(&["app_id", "application_key"]),
        /// The business's WhatsApp number, with the country code.
        business_phone: String = option::text().documented().example("85255500001").also(&[
            "phone", "from_number", "phone_number", "from", "sender", "phone_number_id",
        ]),
    }
    optional {
        /// Digest of the signature.
        algorithm: SignatureAlgorithm = option::one_of(SignatureAlgorithm::NAMES)
            .default(Text("md5"))
            .also(&["digest", "hash", "sign_algorithm"]),
    }
    shared {
        base_url("https://api2.nxcloud.com")
        page_size(100)
        batch_size(1000, 100)
        allow_bsuid
        allow_http
    }
}

/// What it passes on is read as Meta's.
static READING: Reading = Reading::of(ENTRY);

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
        self.check()?;
        validate::header_secret("access_key", &self.access_key)?;
        validate::body_secret("access_secret", &self.access_secret)?;
        validate::body_secret("app_key", &self.app_key)?;
        let base = validate::base_url(&self.base_url, self.allow_http)?;
        let endpoint = |name: &str| validate::join(&base, "base_url", &format!("api/wa/{name}"));
        let business_phone = validate::business_number("business_phone", &self.business_phone)?;
        Ok(Box::new(NxCloud {
            account: super::account(&ID, &base, &business_phone),
            business_phone,
            access_key: self.access_key,
            access_secret: self.access_secret,
            app_key: self.app_key,
            algorithm: self.algorithm,
            block: endpoint("createBlockUsers")?,
            unblock: endpoint("deleteBlockUsers")?,
            list: endpoint("getBlockUsers")?,
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
                bsuid: self.allow_bsuid,
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

impl super::sealed::Sealed for NxCloud {}

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
            algorithm: self.algorithm,
            ..SignatureInput::new(self.access_key.expose(), self.access_secret.expose(), &ts, &body)
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
            .header("bizType", BIZ_TYPE)
            .header("action", ACTION)
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
        let mut context = answer::Context::of(response);
        let envelope: Envelope<'_> = match answer::object(response.body()) {
            Ok(envelope) => envelope,
            Err(error) => {
                return answer::unreadable(&ID, &context, response.body(), &error.to_string());
            }
        };
        context.request_id = envelope.trace_id.as_ref().and_then(Value::as_str).and_then(answer::sanitized);
        let data = envelope.data.map(|data| data.get().as_bytes()).filter(|data| *data != b"null");
        match (envelope.code, data) {
            (0, Some(data)) => cloud_api::decode_body(&READING, call, data, &context),
            (0, None) => answer::unreadable(&ID, &context, response.body(), "code 0 came without data"),
            // Meta's own words came through: its results, or its error.
            (codes::META_ERROR, Some(data)) => codes::unwrap_meta(&READING, call, data, &context),
            (code, _) => codes::refused(&ID, code, envelope.message.as_ref(), &context),
        }
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.access_key, &self.access_secret, &self.app_key]
    }
}
