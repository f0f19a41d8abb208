//! Meta Cloud API: `/{version}/{phone_number_id}/block_users`.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use http::header::AUTHORIZATION;
use sha2::Sha256;

use crate::{
    model::{error::Error, secret::Secret},
    options::OptionDefault::Text,
    provider::{
        IntoProvider, Provider,
        cloud_api::{
            Reading, Spelling,
            member::Member,
            profile::{Body, Profile, Route, Settings},
        },
        hex,
        option::{self, provider_options},
        validate,
    },
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
        phone_number_id: String = option::text().documented().example("106540352242922").also(option::NUMBER_ID),
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

const PATH: &str = "{version}/{phone_number_id}/block_users";

static PROFILE: Profile = Profile {
    reading: Reading::of(ENTRY),
    block: Route::post(PATH),
    unblock: Route::delete(PATH),
    list: Route::get(PATH),
    auth: (AUTHORIZATION, Cow::Borrowed("Bearer ")),
    spelling: Spelling::Plus,
    body: Body::BlockUsers,
    page_keys: ("limit", "after"),
    rate_limit: None,
};

impl IntoProvider for MetaConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::graph_version("version", &self.version)?;
        validate::path_id(
            "phone_number_id",
            &self.phone_number_id,
            Some(validate::NUMBER_ID),
        )?;
        if let Some(secret) = &self.app_secret {
            validate::body_secret("app_secret", secret)?;
        }
        let base = validate::base_url(&self.base_url, self.allow_http)?;
        if base.path_segments().is_some_and(|mut segments| segments.any(|segment| validate::graph_version("base_url", segment).is_ok())) {
            return Err(Error::of_option("base_url", "has a Graph API version in its path")
                .with_hint_naming("Give {base_url} without it; the version goes into {version}."));
        }
        let proof = self.app_secret.as_ref().map(|secret| proof(secret, &self.access_token));
        let member = Member::new(
            PROFILE.clone(),
            Settings {
                base: &base,
                credential: ("access_token", self.access_token),
                places: &[("version", &self.version), ("phone_number_id", &self.phone_number_id)],
                number: Some(&self.phone_number_id),
                batch_size: self.batch_size,
                page_size: self.page_size,
                bsuid: true,
            },
        )?;
        Ok(Box::new(match (self.app_secret, proof) {
            (Some(secret), Some(proof)) => member.with_secret(secret).with_query("appsecret_proof", proof.into()),
            _ => member,
        }))
    }
}

/// `appsecret_proof`: HMAC-SHA256 of the access token under the app secret, in lower-case hex (as Meta's own SDKs do).
fn proof(app_secret: &Secret, access_token: &Secret) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(app_secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(access_token.expose().as_bytes());
    hex(&mac.finalize().into_bytes())
}
