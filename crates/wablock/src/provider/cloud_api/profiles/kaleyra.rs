//! Kaleyra: Meta's bodies below a path with the business number itself. Its answers to these calls are not published, so they are
//! read as Meta's.

use std::borrow::Cow;

use http::HeaderName;

use crate::{
    model::{
        error::{Error, ErrorKind, Remedy},
        secret::Secret,
    },
    options::OptionDefault::{Text, Words as In},
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
    /// How to reach Kaleyra.
    pub struct KaleyraConfig for "kaleyra", "Kaleyra";
    required {
        /// SID of the account.
        sid: String = option::text().documented().example("HX0000000001IN").also(&["account_sid", "account_id", "id"]),
        /// API key, sent as the header `api-key`.
        api_key: Secret = option::secret().example("kaleyra-key").also(option::KEY),
        /// The business's WhatsApp number, with the country code.
        business_phone: String = option::text().documented().example("15550009999").also(option::NUMBER),
    }
    optional {
        /// Where the account is hosted.
        region: String = option::one_of(&["in", "ap", "eu", "na"]).default(Text("in")).also(&["location", "data_center"]),
        /// Version of the API: `v1` for accounts of the older one.
        version: String = option::one_of(&["v2", "v1"]).default(Text("v2")).also(&["api_version"]),
        /// URL to call instead of the provider's: a gateway, or the sandbox.
        base_url: Option<String> = option::text().default(In("the host of the region")).also(option::HOST),
    }
    shared {
        page_size(100)
        batch_size(1000, 100, guess)
        allow_bsuid
        allow_http
    }
}

const PATH: &str = "{version}/{sid}/whatsapp/+{business_phone}/block_users";

static PROFILE: Profile = Profile {
    reading: Reading::of(ENTRY).with(&[WORDS, RESELLERS]),
    block: Route::post(PATH),
    unblock: Route::delete(PATH),
    list: Route::get(PATH),
    auth: (HeaderName::from_static("api-key"), Cow::Borrowed("")),
    spelling: Spelling::Plus,
    body: Body::BlockUsers,
    page_keys: ("limit", "after"),
    rate_limit: None,
};

/// Documented for other calls of the same API.
const WORDS: &[Words] = &[
    words(&["RBC001"], ErrorKind::Auth, Remedy::None).hint("Check {sid}, {api_key} and {region}."),
    words(&["WA401"], ErrorKind::Permission, Remedy::None)
        .hint("Kaleyra does not allow this to the account or to the number in {business_phone}; ask Kaleyra."),
    words(&["WA400"], ErrorKind::Rejected, Remedy::None),
    words(&["WA500"], ErrorKind::Server, Remedy::Retry),
    words(&["E110"], ErrorKind::Permission, Remedy::None).hint("The balance of the account is too low."),
    words(&["WAV2101"], ErrorKind::RateLimited, Remedy::None).hint("The limit for this day is reached; call again tomorrow."),
];

impl IntoProvider for KaleyraConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        validate::path_id("sid", &self.sid, None)?;
        let business_phone = validate::business_number("business_phone", &self.business_phone)?;
        let host = format!("https://api.{}.kaleyra.{}", self.region, if self.region == "na" { "ai" } else { "io" });
        let base = self.base_url.as_deref().unwrap_or(&host);
        Member::boxed(
            PROFILE.clone(),
            Settings {
                base: &validate::base_url(base, self.allow_http)?,
                credential: ("api_key", self.api_key),
                places: &[("version", &self.version), ("sid", &self.sid), ("business_phone", &business_phone)],
                number: Some(&business_phone),
                batch_size: self.batch_size,
                page_size: self.page_size,
                bsuid: self.allow_bsuid,
            },
        )
    }
}
