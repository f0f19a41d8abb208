//! Any host that relays Meta's API: the profile that a user writes.

use std::borrow::Cow;

use http::{HeaderName, Method, header::AUTHORIZATION};

use crate::{
    model::{error::Error, secret::Secret},
    options::OptionDefault::{Flag, Text},
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
    /// How to reach any other host that relays Meta's API.
    ///
    /// The defaults are Meta's: paths below `base_url` that end with `block_users`, and the key as a bearer token.
    pub struct CloudApiConfig for "cloud_api", "Any host";
    required {
        /// URL with everything before the last segment of the path, such as the id of the number.
        base_url: String = option::text().example("https://wa.example.com/v24.0/10055501").also(option::HOST),
        /// The key or token of the host.
        api_key: Secret = option::secret().example("host-key").also(option::KEY),
    }
    optional {
        /// Header that holds the key.
        auth_header: String = option::text().default(Text("Authorization")).also(&["header", "key_header"]),
        /// What stands before the key in the header; `none` for nothing.
        auth_prefix: String = option::text().default(Text("Bearer ")).also(&["prefix", "scheme", "auth_scheme"]),
        /// Path of block.
        block_path: String = option::text().default(Text("block_users")),
        /// Path of unblock.
        unblock_path: String = option::text().default(Text("block_users")),
        /// Method of unblock.
        unblock_method: String = option::one_of(&["POST", "DELETE"]).default(Text("DELETE")),
        /// Path of list.
        list_path: String = option::text().default(Text("block_users")),
        /// Whether numbers are sent with a `+` or as digits alone.
        user_format: String = option::one_of(&["digits", "plus"]).default(Text("plus")).also(&["spelling", "format"]),
        /// Send business-scoped ids, as Meta takes them.
        allow_bsuid: bool = option::flag().default(Flag(true)),
    }
    shared {
        page_size(100)
        batch_size(1000, 100)
        allow_http
    }
}

impl IntoProvider for CloudApiConfig {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        self.check()?;
        let base = validate::base_url(&self.base_url, self.allow_http)?;
        let [block, unblock, list] = [
            ("block_path", self.block_path),
            ("unblock_path", self.unblock_path),
            ("list_path", self.list_path),
        ]
        .map(|(option, path)| validate::path(option, &path).map(|path| Cow::Owned(path.to_owned())));
        let (block, unblock) = (block?, unblock?);
        let method = if self.unblock_method == "POST" { Method::POST } else { Method::DELETE };
        if method == Method::POST && block == unblock {
            return Err(Error::of_option("unblock_path", "is where users are blocked")
                .with_hint_naming("With {unblock_method} POST, unblocking needs a path of its own."));
        }
        let profile = Profile {
            reading: Reading::of(ENTRY).with(&[RESELLERS]).unblock_as_added().without_links(),
            block: Route(Method::POST, block),
            unblock: Route(method, unblock),
            list: Route(Method::GET, list?),
            auth: (auth_header(&self.auth_header)?, auth_prefix(&self.auth_prefix)?),
            spelling: if self.user_format == "digits" { Spelling::Digits } else { Spelling::Plus },
            body: Body::BlockUsers,
            page_keys: ("limit", "after"),
            rate_limit: None,
        };
        Member::boxed(
            profile,
            Settings {
                base: &base,
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

/// A header that may hold a key: none that HTTP itself needs, or that others read.
fn auth_header(name: &str) -> Result<HeaderName, Error> {
    const TAKEN: &[&str] = &[
        "accept", "connection", "cookie", "expect", "host", "keep-alive", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent",
    ];
    let wrong = |what| Error::of_option("auth_header", what).with_hint("It must be like Authorization or X-API-Key.");
    if name.eq_ignore_ascii_case("authorization") {
        return Ok(AUTHORIZATION);
    }
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("is not the name of a header"))?;
    if TAKEN.contains(&header.as_str()) || header.as_str().starts_with("content-") {
        return Err(wrong("is a header that HTTP itself uses"));
    }
    Ok(header)
}

/// What stands before the key: one word. A space follows where the word does not end with a sign, because environment
/// variables and people lose it.
fn auth_prefix(given: &str) -> Result<Cow<'static, str>, Error> {
    const LONGEST: usize = 32;
    let word = given.strip_suffix(' ').unwrap_or(given);
    if given.len() > LONGEST || !word.bytes().all(|byte| byte.is_ascii_graphic()) || word.is_empty() && !given.is_empty() {
        return Err(Error::of_option("auth_prefix", "cannot be sent before a key")
            .with_hint("It must be one word, such as Bearer, or none."));
    }
    let is_alone = word.len() == given.len() && !word.ends_with(|c: char| c.is_ascii_alphanumeric());
    Ok(Cow::Owned(match word {
        "" | "none" => String::new(),
        word if is_alone => word.to_owned(),
        word => format!("{word} "),
    }))
}
