//! YCloud: a request of its own, Meta's results, words for codes, and Meta's error inside its own.

use std::borrow::Cow;

use http::{HeaderName, Method};

use crate::{
    model::{
        error::{Error, ErrorKind, Remedy},
        secret::Secret,
    },
    options::OptionDefault::Text,
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
    /// How to reach YCloud.
    pub struct YCloudConfig for "ycloud", "YCloud";
    required {
        /// The business's WhatsApp number, with the country code.
        business_phone: String = option::text().documented().example("15550009999").also(option::NUMBER),
        /// API key, sent as the header `X-API-Key`.
        api_key: Secret = option::secret().example("ycloud-key").also(option::KEY),
    }
    optional {
        /// Path of unblock below the number's.
        unblock_path: String = option::text().default(Text("unblockUsers")).guess(),
        /// Method of unblock.
        unblock_method: String = option::one_of(&["DELETE", "POST"]).default(Text("POST")).guess(),
    }
    shared {
        base_url("https://api.ycloud.com")
        page_size(up to 100, 100)
        batch_size(100, 100)
        allow_http
    }
}

static PROFILE: Profile = Profile {
    reading: Reading::of(ENTRY).with(&[WORDS, RESELLERS]).without_links(),
    block: Route::post("v2/whatsapp/+{business_phone}/blockUsers"),
    unblock: Route::post("v2/whatsapp/+{business_phone}/unblockUsers"),
    list: Route::get("v2/whatsapp/+{business_phone}/blockedUsers"),
    auth: (HeaderName::from_static("x-api-key"), Cow::Borrowed("")),
    spelling: Spelling::Plus,
    body: Body::UsersAndIds,
    page_keys: ("limit", "pageAfter"),
    rate_limit: Some(200.0),
};

const WORDS: &[Words] = &[
    words(&["UNAUTHORIZED"], ErrorKind::Auth, Remedy::None),
    words(
        &[
            "FORBIDDEN",
            "ACCOUNT_LIMITED",
            "ACCOUNT_UNAVAILABLE",
            "BALANCE_INSUFFICIENT",
            "WHATSAPP_PHONE_NUMBER_UNAVAILABLE",
            "WHATSAPP_WABA_UNAVAILABLE",
        ],
        ErrorKind::Permission,
        Remedy::None,
    )
    .hint("YCloud does not allow this to the account, to its key or to the number in {business_phone}; see its console."),
    words(&["NOT_FOUND"], ErrorKind::NotFound, Remedy::None).hint("Check {business_phone}."),
    words(
        &["ACCOUNT_RATE_LIMITED", "SENDER_RATE_LIMITED", "TOO_MANY_REQUESTS"],
        ErrorKind::RateLimited,
        Remedy::Throttle,
    ),
];

impl IntoProvider for YCloudConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        let business_phone = validate::business_number("business_phone", &self.business_phone)?;
        let path = validate::path("unblock_path", &self.unblock_path)?;
        if path == "blockUsers" && self.unblock_method == "POST" {
            return Err(Error::of_option("unblock_path", "is where users are blocked")
                .with_hint_naming("With this path, set {unblock_method} to DELETE."));
        }
        let method = if self.unblock_method == "POST" { Method::POST } else { Method::DELETE };
        Member::boxed(
            Profile {
                unblock: Route(method, Cow::Owned(format!("v2/whatsapp/+{{business_phone}}/{path}"))),
                ..PROFILE.clone()
            },
            Settings {
                base: &validate::base_url(&self.base_url, self.allow_http)?,
                credential: ("api_key", self.api_key),
                places: &[("business_phone", &business_phone)],
                number: Some(&business_phone),
                batch_size: self.batch_size,
                page_size: self.page_size,
                bsuid: true,
            },
        )
    }
}
