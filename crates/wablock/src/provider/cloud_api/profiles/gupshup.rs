//! Gupshup, with its two ways in: an app's own key, or the token that a partner has for an app. Both unblock by POST.

use std::borrow::Cow;

use http::{HeaderName, header::AUTHORIZATION};

use crate::{
    model::{
        error::{Error, ErrorKind, Remedy},
        secret::Secret,
    },
    options::OptionDefault::Words as In,
    provider::{
        IntoProvider, Provider,
        cloud_api::{
            RESELLERS, Reading, Spelling,
            member::Member,
            profile::{Body, Profile, Route, Settings},
        },
        codes::{Words, words},
        option::{self, provider_options},
        validate,
    },
};

provider_options! {
    /// How to reach Gupshup: with the API key of an app, or with a partner's token for it.
    pub struct GupshupConfig for "gupshup", "Gupshup";
    required {
        /// Id of the app.
        app_id: String = option::text().documented().example("7f3c0a52-1d7e-4b1c-9a55-6f0c2d9e1b44").also(&[
            "app", "id", "application_id", "app_name",
        ]),
    }
    optional {
        /// API key of the app, for the self-serve API.
        api_key: Option<Secret> = option::secret()
            .default(In("none; this or a partner's token is required"))
            .example("gupshup-key")
            .also(option::KEY),
        /// Access token that a partner has for the app, for the partner API.
        partner_token: Option<Secret> = option::secret().instead_of("api_key").also(&["partner_key", "partner_app_token"]),
        /// URL to call instead of the provider's: a gateway, or the sandbox.
        base_url: Option<String> = option::text()
            .default(In("the host of the API that the key is for"))
            .also(option::HOST),
    }
    shared {
        page_size(up to 100, 100)
        batch_size(1000, 1000)
        allow_bsuid
        allow_http
    }
}

static SELF_SERVE: Profile = Profile {
    // Samples of both APIs answer an unblock with `added_users`.
    reading: Reading::of(ENTRY).with(&[WORDS, RESELLERS]).unblock_as_added().without_links(),
    block: Route::post("wa/app/{app_id}/user/block"),
    unblock: Route::post("wa/app/{app_id}/user/unblock"),
    list: Route::get("wa/app/{app_id}/user/blocklist"),
    auth: (HeaderName::from_static("apikey"), Cow::Borrowed("")),
    spelling: Spelling::Digits,
    body: Body::BlockUsers,
    page_keys: ("limit", "after"),
    rate_limit: None,
};

static PARTNER: Profile = Profile {
    reading: Reading::of(ENTRY).with(&[WORDS, RESELLERS]).unblock_as_added().without_links(),
    block: Route::post("partner/app/{app_id}/user/block"),
    unblock: Route::post("partner/app/{app_id}/user/unblock"),
    list: Route::get("partner/app/{app_id}/user/blocklist"),
    auth: (AUTHORIZATION, Cow::Borrowed("")),
    spelling: Spelling::Digits,
    body: Body::BlockUsers,
    page_keys: ("limit", "after"),
    rate_limit: Some(10.0),
};

const WORDS: &[Words] = &[words(&["4001"], ErrorKind::RateLimited, Remedy::Throttle)];

impl IntoProvider for GupshupConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::path_id("app_id", &self.app_id, None)?;
        let (profile, host, credential) = match (self.api_key, self.partner_token) {
            (Some(key), None) => (&SELF_SERVE, "https://api.gupshup.io", ("api_key", key)),
            (None, Some(token)) => (&PARTNER, "https://partner.gupshup.io", ("partner_token", token)),
            (None, None) => return Err(Error::of_option("api_key", "is missing").with_hint_naming("Give {api_key} or {partner_token}.")),
            (Some(_), Some(_)) => {
                return Err(Error::of_option("api_key", "is given together with a partner's token")
                    .with_hint_naming("Give only {api_key} or only {partner_token}."));
            }
        };
        let base = self.base_url.as_deref().unwrap_or(host);
        Member::boxed(
            profile.clone(),
            Settings {
                base: &validate::base_url(base, self.allow_http)?,
                credential,
                places: &[("app_id", &self.app_id)],
                number: Some(&self.app_id),
                batch_size: self.batch_size,
                page_size: self.page_size,
                bsuid: self.allow_bsuid,
            },
        )
    }
}
