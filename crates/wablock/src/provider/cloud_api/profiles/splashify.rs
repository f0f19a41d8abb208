//! Splashify's partner API: failures under `errors`, rows of the list with `user`.

use std::borrow::Cow;

use http::header::AUTHORIZATION;

use crate::{
    model::{error::Error, secret::Secret},
    options::OptionDefault::Text,
    provider::{
        IntoProvider, Provider,
        cloud_api::{
            RESELLERS, Reading, Spelling,
            member::Member,
            profile::{Body, Profile, Route, Settings},
        },
        option::{self, provider_options},
        validate,
    },
};

provider_options! {
    /// How to reach Splashify's partner API.
    pub struct SplashifyConfig for "splashify", "Splashify";
    required {
        /// Id of the business phone number, not the number itself.
        phone_number_id: String = option::text().documented().example("106540352242922").also(option::NUMBER_ID),
        /// API key, sent as a bearer token.
        api_key: Secret = option::secret().example("pk_live_...").also(option::KEY),
    }
    optional {
        /// Version in the path of Splashify's API.
        version: String = option::text().documented().default(Text("v25.0")).also(&["api_version", "graph_version"]),
    }
    shared {
        base_url("https://api.splashifypro.com")
        page_size(100)
        batch_size(500, 500)
        allow_bsuid
        allow_http
    }
}

const PATH: &str = "api/{version}/{phone_number_id}/block_users";

static PROFILE: Profile = Profile {
    reading: Reading::of(ENTRY).with(&[RESELLERS]).without_links(),
    block: Route::post(PATH),
    unblock: Route::delete(PATH),
    list: Route::get(PATH),
    auth: (AUTHORIZATION, Cow::Borrowed("Bearer ")),
    spelling: Spelling::Plus,
    body: Body::BlockUsers,
    page_keys: ("limit", "after"),
    rate_limit: None,
};

impl IntoProvider for SplashifyConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::graph_version("version", &self.version)?;
        validate::path_id("phone_number_id", &self.phone_number_id, Some(validate::NUMBER_ID))?;
        Member::boxed(
            PROFILE.clone(),
            Settings {
                base: &validate::base_url(&self.base_url, self.allow_http)?,
                credential: ("api_key", self.api_key),
                places: &[("version", &self.version), ("phone_number_id", &self.phone_number_id)],
                number: Some(&self.phone_number_id),
                batch_size: self.batch_size,
                page_size: self.page_size,
                bsuid: self.allow_bsuid,
            },
        )
    }
}
