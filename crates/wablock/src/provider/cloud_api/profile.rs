//! A member of Meta's family as data: where calls go, how they are authorised, how users and pages are written.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderName, Method};
use serde::Serialize;
use url::Url;

use super::{Reading, Spelling, body};
use crate::{
    model::{
        secret::Secret,
        user::{User, UserKind},
    },
    provider::json,
};

/// What distinguishes the members of the family.
#[derive(Clone, Debug)]
pub(in crate::provider) struct Profile {
    /// Its id, its options, and how its answers are read.
    pub(in crate::provider) reading: Reading,
    pub(in crate::provider) block: Route,
    pub(in crate::provider) unblock: Route,
    pub(in crate::provider) list: Route,
    /// The header that holds the credential, and what stands before it there, such as `Bearer `.
    pub(in crate::provider) auth: (HeaderName, Cow<'static, str>),
    pub(in crate::provider) spelling: Spelling,
    pub(in crate::provider) body: Body,
    /// The names of a page's size and of its cursor in the query.
    pub(in crate::provider) page_keys: (&'static str, &'static str),
    /// Requests per second that the provider allows, where it says so.
    pub(in crate::provider) rate_limit: Option<f64>,
}

/// Where a call goes: a method, and a path below the base URL. A name in braces stands for a [`Settings::places`] of it; `+`
/// before digits is written as `%2B`.
#[derive(Clone, Debug)]
pub(in crate::provider) struct Route(pub(in crate::provider) Method, pub(in crate::provider) Cow<'static, str>);

impl Route {
    pub(in crate::provider) const fn get(path: &'static str) -> Self {
        Self(Method::GET, Cow::Borrowed(path))
    }

    pub(in crate::provider) const fn post(path: &'static str) -> Self {
        Self(Method::POST, Cow::Borrowed(path))
    }

    pub(in crate::provider) const fn delete(path: &'static str) -> Self {
        Self(Method::DELETE, Cow::Borrowed(path))
    }
}

/// The shape of a body about users.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) enum Body {
    /// Meta's: `messaging_product` and `block_users`.
    BlockUsers,
    /// Numbers in `users`, business-scoped ids in `userIds`.
    UsersAndIds,
}

/// What a configuration adds to a profile.
pub(in crate::provider) struct Settings<'a> {
    /// The checked base URL.
    pub(in crate::provider) base: &'a Url,
    /// The option that holds the credential, and the credential.
    pub(in crate::provider) credential: (&'static str, Secret),
    /// What stands in the routes: the options by name, with values that were checked to be plain segments of a path.
    pub(in crate::provider) places: &'a [(&'static str, &'a str)],
    /// What names the business number; `None` where only the credential says which one it is.
    pub(in crate::provider) number: Option<&'a str>,
    pub(in crate::provider) batch_size: usize,
    pub(in crate::provider) page_size: u32,
    /// Whether users can be named by business-scoped ids.
    pub(in crate::provider) bsuid: bool,
}

/// The part of the body before the users.
#[derive(Serialize)]
struct Head {
    messaging_product: &'static str,
}

/// The body with numbers and ids apart. An empty list is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UsersAndIds<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    users: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_ids: Vec<&'a str>,
}

impl Profile {
    pub(super) fn body_of(&self, users: &[User]) -> Bytes {
        match self.body {
            Body::BlockUsers => body(&Head { messaging_product: "whatsapp" }, users, self.spelling),
            Body::UsersAndIds => {
                let (ids, numbers): (Vec<&User>, Vec<&User>) = users.iter().partition(|user| user.is_bsuid());
                let written = |user: &&User| match (self.spelling, user.kind()) {
                    (Spelling::Plus, UserKind::Phone) => format!("+{}", user.id()),
                    _ => user.id().to_owned(),
                };
                json(&UsersAndIds {
                    users: numbers.iter().map(written).collect(),
                    user_ids: ids.into_iter().map(User::id).collect(),
                })
                .into()
            }
        }
    }
}
