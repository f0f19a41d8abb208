//! Meta's API, which its resellers relay.

mod codes;
mod decode;
mod graph_error;
mod member;
mod profile;
mod refusal;
mod reply;

pub(crate) mod profiles;

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use super::{
    codes::{Words, words},
    option::ProviderEntry,
};
use crate::model::{
    error::{ErrorKind, Remedy},
    user::{User, UserKind},
};

pub(super) use codes::FALLBACK_PAGE_SIZE;
pub(super) use decode::{accepted, cursor, decode, decode_body, user_results};
pub(super) use graph_error::{GraphError, code};
pub(super) use refusal::refusal;
pub(super) use reply::{Entry, listed_users};

/// Most users on a block list (documented by Meta, NxCloud and 99digital).
pub(super) const LIST_SIZE: u32 = 64_000;
/// A user can be blocked within this time of their last message (documented by the same three).
pub(super) const REPLY_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// How a user is written: numbers with `+` where the provider's samples show it, ids as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `+16505551234`
    Plus,
    /// `16505551234`
    Digits,
}

/// The body of a request about users: the fields of `head`, of which there must be some, and then the array `block_users`.
///
/// The array is written by hand, because serde takes several times as long and there are tens of thousands of users. It needs
/// no escapes: an id is nothing but letters, digits and dots, however a [`User`] was made.
pub(super) fn body(head: &impl Serialize, users: &[User], spelling: Spelling) -> Bytes {
    /// `{"user":"+165055512345678"},`
    const LONGEST_PHONE: usize = 29;
    let mut body = super::json(head);
    body.truncate(body.len() - b"}".len());
    body.reserve(32 + users.len() * LONGEST_PHONE);
    body.extend_from_slice(b",\"block_users\":[");
    for user in users {
        let opening: &[u8] = match (user.kind(), spelling) {
            (UserKind::Bsuid, _) => b"{\"user_id\":\"",
            (UserKind::Phone, Spelling::Plus) => b"{\"user\":\"+",
            _ => b"{\"user\":\"",
        };
        body.extend_from_slice(opening);
        body.extend_from_slice(user.id().as_bytes());
        body.extend_from_slice(b"\"},");
    }
    if !users.is_empty() {
        body.truncate(body.len() - b",".len());
    }
    body.extend_from_slice(b"]}");
    body.into()
}

/// How a provider's answers are read, where members of the family differ.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) entry: ProviderEntry,
    /// What its own words mean: tables, of which the first that has a word counts.
    pub(super) words: &'static [&'static [Words]],
    /// An unblock may be answered with `added_users` in place of `removed_users`.
    pub(super) unblock_as_added: bool,
    /// Lists have no links to the next page, so that an empty page with a new cursor is not the end.
    pub(super) without_links: bool,
}

impl Reading {
    /// As Meta's answers are read.
    pub(super) const fn of(entry: ProviderEntry) -> Self {
        Self { entry, words: &[], unblock_as_added: false, without_links: false }
    }

    /// With a reseller's own words.
    pub(super) const fn with(mut self, words: &'static [&'static [Words]]) -> Self {
        self.words = words;
        self
    }

    /// Where an unblock may be answered with `added_users`.
    pub(super) const fn unblock_as_added(mut self) -> Self {
        self.unblock_as_added = true;
        self
    }

    /// Where lists have no links to the next page.
    pub(super) const fn without_links(mut self) -> Self {
        self.without_links = true;
        self
    }

    /// The provider's own row for an error: by its code, by what its text says, by its class, or by a
    /// code in place of a text.
    fn words_of(&self, error: &GraphError) -> Option<&'static Words> {
        let rows = || self.words.iter().copied().flatten();
        let text = error.text().unwrap_or_default();
        let by_code = rows().find(|row| row.is_for(error.word.as_deref(), &text));
        let by_class = || rows().find(|row| row.is_for(error.class.as_deref(), ""));
        by_code.or_else(by_class).or_else(|| rows().find(|row| row.is_for(error.message(), "")))
    }
}

/// Words of any reseller.
pub(super) const RESELLERS: &[Words] = &[
    words(&["rate limit", "too many requests"], ErrorKind::RateLimited, Remedy::Throttle),
    words(&["re-engagement"], ErrorKind::NotEligible, Remedy::None),
];
