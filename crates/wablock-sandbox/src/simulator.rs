//! What a simulated provider can do. The engine, the control commands and the faults speak to [`Simulator`] and
//! name no provider.

use serde_json::{Value, json};

use crate::accounts::{Account, Field, Parts};
use crate::graph::GraphError;
use crate::http::{Reply, Request};
use crate::magic;
use crate::operation::Operation;
use crate::state::State;
use crate::tweaks::Tweaks;

/// One request to a provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    /// The path behind the provider's id.
    pub(crate) rest: &'a str,
}

/// What a block or unblock answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// `added_users`, `removed_users` and `failed_users`, in Graph's shape.
    Batch,
    /// One user, in fields of the answer.
    Single,
    /// Nothing: the status says it all, and the write becomes effective later.
    Empty,
}

/// How a list is divided into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// By cursors, in Graph's shape.
    Cursors {
        /// The request's parameter that continues a list.
        after: &'static str,
        /// The keys that lead to the answer's cursors.
        cursors: &'static [&'static str],
    },
    /// By number, so many rows each.
    Numbered(usize),
    One,
}

/// The facts about a provider that are data.
#[derive(Debug)]
pub(crate) struct About {
    /// The id string, which is also the first segment of the path.
    pub(crate) id: &'static str,
    pub(crate) parts: Parts,
    /// The client's options, and the part of an account that each of them holds.
    pub(crate) options: &'static [(&'static str, Field)],
    /// One more, for callers that ask for it.
    pub(crate) extra_option: Option<(&'static str, Field)>,
    /// Headers that carry credentials, with the scheme before them; the first one says who calls.
    pub(crate) auth: &'static [(&'static str, &'static str)],
    pub(crate) answers: Answers,
    pub(crate) pages: Pages,
    /// The key of a list's rows.
    pub(crate) rows: &'static str,
    /// The key under which answers in Graph's shape are passed on.
    pub(crate) envelope: Option<&'static str>,
    /// Whether errors have codes, apart from the HTTP status.
    pub(crate) codes: bool,
    /// Whether a header says when access is regained.
    pub(crate) usage: bool,
    /// Credentials that are made from those of an account.
    pub(crate) derived_secrets: fn(&Account) -> Vec<String>,
}

/// What went wrong, to be said in the provider's own form.
#[derive(Debug)]
pub(crate) enum Failure<'a> {
    /// A code of the provider's own; empty texts stand for the usual ones.
    Code {
        code: i64,
        message: &'a str,
        details: &'a str,
        /// The same as an error of Graph's.
        graph: &'a GraphError,
    },
    /// An error of Graph's, passed on, with the HTTP status where the provider uses one.
    Graph(&'a GraphError, u16),
    /// An error of Graph's in any form, passed on in the same way.
    Raw(Value, u16),
    /// Too many requests.
    Throttled(&'a GraphError),
    /// A refusal with this text wherever there is room for one.
    Text(&'a str),
    /// A refusal whose request id, or whatever there is in its place, is this text.
    Trace(&'a str),
    /// Wrong credentials, with the code as a JSON text.
    CodeAsText,
    /// Any HTTP status.
    Status(u16),
}

/// One provider.
pub(crate) trait Simulator: std::fmt::Debug + Sync {
    fn about(&self) -> &About;

    /// Which operation a request asks for, as far as method and path tell.
    fn operation(&self, method: &str, rest: &str) -> Option<Operation>;

    /// The provider's own answer.
    fn handle(&self, state: &mut State, call: Call<'_>, tweaks: &Tweaks) -> Reply;

    /// An error in the provider's form; `trace` counts answers.
    fn fail(&self, failure: Failure<'_>, call: Call<'_>, trace: u64) -> Reply;

    /// Puts an error into a success.
    fn put_error(&self, body: &mut Value, graph: Value);

    /// What the list holds for a user, `None` for a text that names nobody.
    fn key(&self, user: &str) -> Option<String> {
        magic::phone_digits(user).map(magic::wa_id)
    }

    /// A row of a list.
    fn row(&self, key: &str) -> Value {
        json!(key)
    }

    /// A parameter of a request for a list.
    fn parameter(&self, request: &Request, name: &str) -> Option<String> {
        request.query_param(name)
    }

    /// The link to the next page, without its query, where pages have links.
    fn next_link(&self, _: Call<'_>) -> Option<String> {
        None
    }

    /// The credential that a request carries.
    fn credential(&self, request: &Request) -> String {
        let (header, scheme) = self.about().auth.first().copied().unwrap_or_default();
        let value = request.header(header).unwrap_or_default();
        let same = |start: &str| start.eq_ignore_ascii_case(scheme);
        match value.split_once(' ') {
            Some((start, credential)) if same(start) => credential.to_owned(),
            _ => value.to_owned(),
        }
    }
}

impl dyn Simulator + '_ {
    /// The id string.
    pub(crate) fn id(&self) -> &'static str {
        self.about().id
    }

    /// The part of a body that has Graph's shape.
    pub(crate) fn root<'v>(&self, body: &'v mut Value) -> &'v mut Value {
        match self.about().envelope {
            Some(key) => &mut body[key],
            None => body,
        }
    }
}
