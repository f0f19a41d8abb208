//! Kapso: Meta's API through a proxy. One page of its documentation shows an answer without results, which makes nobody done.

use std::borrow::Cow;

use http::HeaderName;

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
    /// How to reach Kapso.
    pub struct KapsoConfig for "kapso", "Kapso";
    required {
        /// Id of the business phone number, not the number itself.
        phone_number_id: String = option::text().documented().example("106540352242922").also(option::NUMBER_ID),
        /// API key, sent as the header `X-API-Key`.
        api_key: Secret = option::secret().example("kapso-key").also(option::KEY),
    }
    optional {
        /// Version in the path of Kapso's proxy.
        version: String = option::text().documented().default(Text("v24.0")).also(&["api_version", "graph_version"]),
    }
    shared {
        base_url("https://api.kapso.ai")
        page_size(100)
        batch_size(1000, 1000)
        allow_bsuid
        allow_http
    }
}

const PATH: &str = "meta/whatsapp/{version}/{phone_number_id}/block_users";

static PROFILE: Profile = Profile {
    reading: Reading::of(ENTRY).with(&[RESELLERS]),
    block: Route::post(PATH),
    unblock: Route::delete(PATH),
    list: Route::get(PATH),
    auth: (HeaderName::from_static("x-api-key"), Cow::Borrowed("")),
    spelling: Spelling::Digits,
    body: Body::BlockUsers,
    page_keys: ("limit", "after"),
    rate_limit: None,
};

impl IntoProvider for KapsoConfig {
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
