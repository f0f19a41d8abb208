//! 360dialog: Meta's bodies below a host of its own, where the key says which number is meant.

use std::borrow::Cow;

use http::HeaderName;

use crate::{
    model::{
        error::{Error, ErrorKind, Remedy},
        secret::Secret,
    },
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
    /// How to reach 360dialog.
    pub struct Dialog360Config for "360dialog", "360dialog";
    required {
        /// API key of the business number, sent as the header `D360-API-KEY`.
        api_key: Secret = option::secret().example("d360-key").also(option::KEY),
    }
    optional {}
    shared {
        base_url("https://waba-v2.360dialog.io")
        page_size(100)
        batch_size(1000, 1000)
        allow_bsuid
        allow_http
    }
}

const PATH: &str = "block_users";

static PROFILE: Profile = Profile {
    // Its description of an unblock names the users under `added_users`.
    reading: Reading::of(ENTRY).with(&[WORDS, RESELLERS]).unblock_as_added(),
    block: Route::post(PATH),
    unblock: Route::delete(PATH),
    list: Route::get(PATH),
    auth: (HeaderName::from_static("d360-api-key"), Cow::Borrowed("")),
    spelling: Spelling::Plus,
    body: Body::BlockUsers,
    page_keys: ("limit", "after"),
    rate_limit: None,
};

/// Its own errors are texts, most of them with status 400.
const WORDS: &[Words] = &[
    words(&["exceeded the limit of"], ErrorKind::RateLimited, Remedy::Throttle),
    words(&["invalid api_key", "token expired"], ErrorKind::Auth, Remedy::None),
    words(&["has been disabled", "unpaid"], ErrorKind::Permission, Remedy::None)
        .hint("360dialog has disabled the API of this number, or an invoice is unpaid; see the account in its hub."),
];

impl IntoProvider for Dialog360Config {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        Member::boxed(
            PROFILE.clone(),
            Settings {
                base: &validate::base_url(&self.base_url, self.allow_http)?,
                credential: ("api_key", self.api_key),
                places: &[],
                number: None,
                batch_size: self.batch_size,
                page_size: self.page_size,
                bsuid: self.allow_bsuid,
            },
        )
    }
}
