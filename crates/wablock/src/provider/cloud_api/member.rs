//! The provider that a profile makes. The shapes of bodies and answers are the family's.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    FALLBACK_PAGE_SIZE, LIST_SIZE, REPLY_WINDOW, decode,
    profile::{Profile, Route, Settings},
};
use crate::{
    model::{
        capabilities::{Capabilities, Effect, ProviderStatus},
        change::Change,
        error::{Error, ErrorKind},
        secret::Secret,
    },
    provider::{Answer, Call, Provider, account, hex, sealed::Sealed, validate},
};

/// A provider of the family.
#[derive(Debug)]
pub(in crate::provider) struct Member {
    profile: Profile,
    account: String,
    block: Url,
    unblock: Url,
    list: Url,
    /// Marked sensitive, so that nothing prints it.
    authorization: HeaderValue,
    /// Added to the query of every request.
    query: Vec<(&'static str, Secret)>,
    secrets: Vec<Secret>,
    capabilities: Capabilities,
}

impl Member {
    pub(in crate::provider) fn new(profile: Profile, settings: Settings<'_>) -> Result<Self, Error> {
        let Settings { base, credential: (option, credential), places, number, batch_size, page_size, bsuid } =
            settings;
        validate::header_secret(option, &credential)?;
        let mut authorization = HeaderValue::try_from(format!("{}{}", profile.auth.1, credential.expose()))
            .map_err(|_| Error::of_option(option, "cannot be sent in a header"))?;
        authorization.set_sensitive(true);
        let url = |route: &Route| {
            let path = places
                .iter()
                .fold(route.1.to_string(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
            validate::join(base, "base_url", &path)
        };
        // Two keys of one host are two numbers, as far as anybody can tell.
        let by_key = || hex(&Sha256::digest(credential.expose()));
        let id = &profile.reading.entry.id;
        Ok(Self {
            account: number.map_or_else(|| account(id, base, &by_key()), |number| account(id, base, number)),
            block: url(&profile.block)?,
            unblock: url(&profile.unblock)?,
            list: url(&profile.list)?,
            authorization,
            query: Vec::new(),
            capabilities: Capabilities {
                provider: id.clone(),
                status: ProviderStatus::Active,
                max_users_per_request: batch_size,
                page_size: Some(page_size),
                fallback_page_size: Some(FALLBACK_PAGE_SIZE),
                max_list_size: Some(LIST_SIZE),
                effect: Effect::BothDirections,
                reply_window: Some(REPLY_WINDOW),
                per_user_results: true,
                bsuid,
                effective_delay: std::time::Duration::ZERO,
                rate_limit: profile.rate_limit,
            },
            secrets: vec![credential],
            profile,
        })
    }

    /// [`Self::new`] as a provider.
    pub(in crate::provider) fn boxed(profile: Profile, settings: Settings<'_>) -> Result<Box<dyn Provider>, Error> {
        Ok(Box::new(Self::new(profile, settings)?))
    }

    /// Adds a credential to the query of every request.
    pub(in crate::provider) fn with_query(mut self, name: &'static str, value: Secret) -> Self {
        self.secrets.push(value.clone());
        self.query.push((name, value));
        self
    }

    /// Adds a credential that is never sent, so that it is removed from texts too.
    pub(in crate::provider) fn with_secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    fn uri(&self, call: &Call<'_>) -> Result<Uri, Error> {
        let mut url = match call {
            Call::Change(Change::Block, _) => &self.block,
            Call::Change(Change::Unblock, _) => &self.unblock,
            Call::List { .. } => &self.list,
        }
        .clone();
        if let Call::List { cursor, limit } = call {
            let (size, after) = self.profile.page_keys;
            url.query_pairs_mut().append_pair(size, &limit.to_string());
            if let Some(cursor) = cursor {
                url.query_pairs_mut().append_pair(after, &cursor.0);
            }
        }
        for (name, value) in &self.query {
            url.query_pairs_mut().append_pair(name, value.expose());
        }
        let parsed = url.as_str().parse();
        parsed.map_err(|error| Error::new(ErrorKind::Config, format!("the URL of the request is not valid: {error}")))
    }
}

impl Sealed for Member {}

impl Provider for Member {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn encode(&self, call: &Call<'_>, _now_ms: u64) -> Result<Request<Bytes>, Error> {
        let (route, users) = match call {
            Call::Change(Change::Block, users) => (&self.profile.block, Some(users)),
            Call::Change(Change::Unblock, users) => (&self.profile.unblock, Some(users)),
            Call::List { .. } => (&self.profile.list, None),
        };
        let request = Request::builder().method(&route.0).uri(self.uri(call)?);
        let request = request.header(&self.profile.auth.0, self.authorization.clone());
        let request = match users {
            Some(users) => request
                .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(self.profile.body_of(users)),
            None => request.body(Bytes::new()),
        };
        request.map_err(|error| Error::new(ErrorKind::Config, format!("the request could not be built: {error}")))
    }

    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        decode(&self.profile.reading, call, response)
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.secrets.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use http::{HeaderName, Method};

    use super::*;
    use crate::{
        model::{error::ProviderId, user::User},
        options::{OptionKind, OptionRow, OptionTable},
        provider::{
            Cursor,
            cloud_api::{Reading, Spelling, profile::Body},
            option::ProviderEntry,
        },
    };

    const TABLE: OptionTable = OptionTable {
        name: "ResellerConfig",
        doc: "",
        rows: &[OptionRow { name: "access_token", ..OptionRow::new(OptionKind::Secret) }],
    };

    /// An invented member that differs from Meta in everything a profile can express.
    static RESELLER: Profile = Profile {
        reading: Reading::of(ProviderEntry {
            id: ProviderId::new("reseller"),
            title: "a made-up reseller",
            table: &TABLE,
            make: |_| unreachable!("no configuration makes it"),
        }),
        block: Route::post("v1/{account}/+{number}/block"),
        unblock: Route(Method::PUT, Cow::Borrowed("v1/{account}/+{number}/unblock")),
        list: Route::get("v1/{account}/blocked"),
        auth: (HeaderName::from_static("x-api-key"), Cow::Borrowed("")),
        spelling: Spelling::Digits,
        body: Body::BlockUsers,
        page_keys: ("size", "pageAfter"),
        rate_limit: Some(10.0),
    };

    fn reseller() -> Member {
        let settings = Settings {
            base: &Url::parse("https://api.example.com/wa").unwrap(),
            credential: ("access_token", "made-up-key".into()),
            places: &[("account", "shop"), ("number", "106")],
            number: Some("106"),
            batch_size: 7,
            page_size: 50,
            bsuid: false,
        };
        Member::new(RESELLER.clone(), settings).unwrap()
    }

    #[test]
    fn hints_name_only_options_that_the_provider_has() {
        let member = reseller();
        let hint_of = |code: i64, text: &str| {
            let body = serde_json::json!({"error": {"code": code, "message": text}}).to_string();
            let response = Response::builder().status(400).body(Bytes::from(body)).unwrap();
            match member.decode(&Call::List { cursor: None, limit: 50 }, &response) {
                Answer::Refused(refusal) => refusal.error.hint().to_owned(),
                other => panic!("{other:?}"),
            }
        };
        assert!(hint_of(104, "").contains("access_token"), "it has this option");
        assert!(hint_of(139_101, "").contains("unblock someone"), "this hint names no option");
        for (code, text) in [
            (133_010, ""),
            (2635, ""),
            (2500, ""),
            (100, "Invalid appsecret_proof provided in the API argument"),
            (100, "Unknown path components"),
        ] {
            let hint = hint_of(code, text);
            for option in ["phone_number_id", "version", "base_url", "app_secret", "{"] {
                assert!(!hint.contains(option), "{code} {text}: {hint}");
            }
        }
    }

    #[test]
    fn a_profile_says_where_calls_go_and_how_they_are_written() {
        let member = reseller().with_query("proof", "made-up-proof".into());
        let users = [User::phone("+16505551234").unwrap()];
        let cursor = Cursor("a+b".into());
        let calls = [
            (Call::Change(Change::Block, &users), "POST", "v1/shop/%2B106/block?proof=made-up-proof"),
            (Call::Change(Change::Unblock, &users), "PUT", "v1/shop/%2B106/unblock?proof=made-up-proof"),
            (
                Call::List { cursor: Some(&cursor), limit: 50 },
                "GET",
                "v1/shop/blocked?size=50&pageAfter=a%2Bb&proof=made-up-proof",
            ),
        ];
        for (call, method, path) in calls {
            let request = member.encode(&call, 0).unwrap();
            assert_eq!(request.method(), method);
            assert_eq!(request.uri().to_string(), format!("https://api.example.com/wa/{path}"));
            assert_eq!(request.headers()["x-api-key"], "made-up-key");
            assert!(request.headers()["x-api-key"].is_sensitive());
            let body: &[u8] = match call {
                Call::Change(..) => br#"{"messaging_product":"whatsapp","block_users":[{"user":"16505551234"}]}"#,
                Call::List { .. } => b"",
            };
            assert_eq!(&request.body()[..], body);
        }
        let secrets: Vec<_> = member.secrets().into_iter().map(Secret::expose).collect();
        assert_eq!(secrets, ["made-up-key", "made-up-proof"]);
        let can = member.capabilities();
        assert_eq!(
            (can.max_users_per_request, can.page_size, can.bsuid, can.rate_limit),
            (7, Some(50), false, Some(10.0))
        );
    }
}
