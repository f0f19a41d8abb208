//! What a provider is: its capabilities, and two pure functions. No sockets, no clock and no async here.

mod answer;
mod cannot_block;
pub(crate) mod cloud_api;
mod codes;
pub(crate) mod digital99;
pub(crate) mod nxcloud;
pub(crate) mod one_msg;
pub(crate) mod option;
pub(crate) mod registry;
pub(crate) mod settings;
pub(crate) mod sinch;
mod validate;
mod vars;
mod verdict;
pub(crate) mod zernio;

pub(crate) use verdict::decode;

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::Url;

use crate::model::{
    capabilities::Capabilities,
    change::Change,
    error::{Error, ProviderId, Refusal},
    report::BlockedUser,
    secret::Secret,
    text::Text,
    user::User,
};

mod sealed {
    /// Only the providers of this crate have it.
    pub trait Sealed {}
}

/// A provider's API as two pure functions: a call becomes a request, an answer becomes what it says.
///
/// Sealed: the providers are those of wablock, because an answer that is read wrongly blocks the wrong person. A provider is
/// made by its configuration, such as [`MetaConfig`](crate::MetaConfig).
pub trait Provider: sealed::Sealed + fmt::Debug + Send + Sync {
    /// What the provider can do.
    fn capabilities(&self) -> &Capabilities;

    /// The HTTP request for a call at a time, in milliseconds since 1970. Called again for every attempt: signatures and
    /// timestamps are per attempt.
    ///
    /// # Errors
    /// When the call cannot be put into a request; nothing is sent then.
    fn encode(&self, call: &Call<'_>, now_ms: u64) -> Result<Request<Bytes>, Error>;

    /// What an answer says. Reads the body before it looks at the status, and must not panic on any bytes.
    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer;

    /// The credentials, so that they can be removed from texts that a server echoes.
    fn secrets(&self) -> Vec<&Secret>;

    /// A short fingerprint of the business number, without a credential: the same for every client of the same number.
    fn account(&self) -> &str;

    /// True where a page begins after a number of users, so that a list which changes moves users past the reader.
    fn pages_shift(&self) -> bool {
        false
    }
}

/// A configuration that makes a provider.
pub trait IntoProvider {
    /// Checks every value and makes the provider.
    ///
    /// # Errors
    /// `config`, naming the option that cannot work.
    fn into_provider(self) -> Result<Box<dyn Provider>, Error>;
}

impl IntoProvider for Box<dyn Provider> {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        Ok(self)
    }
}

/// One request's worth of work.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    /// Block or unblock these users; at most the capability's number, no two the same.
    Change(Change, &'a [User]),
    /// Read one page of the list.
    List {
        /// Where the page begins; `None` for the first.
        cursor: Option<&'a Cursor>,
        /// Most users in it, for providers that take a size.
        limit: u32,
    },
}

impl Call<'_> {
    /// The users that the request names.
    #[must_use]
    pub fn users(&self) -> &[User] {
        match self {
            Self::Change(_, users) => users,
            Self::List { .. } => &[],
        }
    }
}

/// Where the next page of a list begins. Opaque: only the provider that made it reads it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cursor(pub(crate) Box<str>);

/// What an answer says.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// These users were answered one by one; who is not among them was not answered.
    Users(Vec<Item>),
    /// Every user of the request was done.
    Everyone,
    /// One page of the list.
    Page(Page),
    /// The request was rejected as a unit, or its answer could not be trusted.
    Refused(Refusal),
}

/// What an answer says about one user.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The user as the request named them, echoed.
    pub input: Option<Text>,
    /// The wa_id as the provider resolved it.
    pub wa_id: Option<Text>,
    /// The business-scoped id.
    pub user_id: Option<Text>,
    /// Done, or why not.
    pub result: Result<(), Refusal>,
    /// The answer contradicts itself about this user, or came with a failing server: whatever it says, whether the user is
    /// done is not known. Such an item is never `Ok`.
    pub in_doubt: bool,
    /// Fields that wablock does not know.
    pub extra: Option<Box<Map<String, Value>>>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The users on it.
    pub users: Vec<BlockedUser>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
    /// The server says that there is a next page. Without that, `next` only leads to where one would be, and an empty page
    /// is the end.
    pub more: bool,
}

/// A body as JSON, its keys in the order of the struct: NxCloud signs these very bytes.
fn json(body: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("a body holds only what JSON can say")
}

/// The fingerprint of a business number: what [`Provider::account`] gives.
fn account(provider: &ProviderId, base: &Url, number: &str) -> String {
    let mut hash = Sha256::new();
    for part in [provider.as_str(), base.as_str().trim_end_matches('/'), number] {
        hash.update(part);
        hash.update([0]);
    }
    hex(&hash.finalize()[..8])
}

/// A digest in lower-case hex.
fn hex(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| DIGITS[usize::from(half)] as char).collect()
}
