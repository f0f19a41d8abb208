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
    /// Lists of those who were added or removed and of those who failed, under the provider's [`Keys`].
    Batch,
    /// One user, in fields of the answer.
    Single,
    /// One user, who is not named: only whether it worked.
    Bare,
    /// Nothing: the status says it all, and the write becomes effective later.
    Empty,
}

/// How a list is divided into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// By cursors, in Graph's shape.
    Cursors {
        /// The request's parameters that continue a list, forwards and backwards.
        params: (&'static str, &'static str),
        /// The keys that lead to the answer's cursor of the next page.
        next: &'static [&'static str],
    },
    /// By number, so many rows each.
    Numbered(usize),
    One,
}

/// The keys of answers about many users.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Around the lists; empty where they stand in the answer itself.
    pub(crate) lists: &'static str,
    pub(crate) added: &'static str,
    pub(crate) removed: &'static str,
    pub(crate) failed: &'static str,
    /// Whether the list of those who failed is also there when it is empty.
    pub(crate) always_failed: bool,
    /// The wa_id of an entry.
    pub(crate) id: &'static str,
    pub(crate) reasons: Reasons,
    /// What else every success says: a key and a text.
    pub(crate) extra: Option<(&'static str, &'static str)>,
}

/// How an entry says why its user failed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reasons {
    /// `errors`: objects with code, message and details.
    Objects,
    /// The same, with codes as texts.
    QuotedCodes,
    /// Code and message in the entry itself.
    Inline,
    /// `errors`: texts.
    Texts,
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
    /// Another credential in place of the option named first, for callers that ask for it.
    pub(crate) partner_option: Option<(&'static str, &'static str, Field)>,
    /// Headers that carry credentials, with the scheme before them; the first one says who calls.
    pub(crate) auth: &'static [(&'static str, &'static str)],
    pub(crate) answers: Answers,
    pub(crate) keys: Keys,
    pub(crate) pages: Pages,
    /// Whether pages link to their neighbours.
    pub(crate) links: bool,
    /// Where a list's rows are, as a JSON pointer.
    pub(crate) rows: &'static str,
    /// The key of a row's id, where rows are objects.
    pub(crate) row_id: &'static str,
    /// A row, from what the list holds for a user.
    pub(crate) row: fn(&str) -> Value,
    /// Whether users can be named by business-scoped ids.
    pub(crate) bsuid: bool,
    /// The key under which answers in Graph's shape are passed on.
    pub(crate) envelope: Option<&'static str>,
    /// Whether errors have codes, apart from the HTTP status.
    pub(crate) codes: bool,
    /// Whether a header says when access is regained.
    pub(crate) usage: bool,
    /// Credentials that are made from those of an account.
    pub(crate) derived_secrets: fn(&Account) -> Vec<String>,
}

/// Facts of Meta's API, which most providers share.
pub(crate) const GRAPH_KEYS: Keys = Keys {
    lists: "block_users",
    added: "added_users",
    removed: "removed_users",
    failed: "failed_users",
    always_failed: false,
    id: "wa_id",
    reasons: Reasons::Objects,
    extra: None,
};

impl About {
    /// The rows of a list, if there are any.
    pub(crate) fn rows_of<'v>(&self, body: &'v mut Value) -> Option<&'v mut Value> {
        body.pointer_mut(self.rows)
    }

    /// A list with these rows and nothing else.
    pub(crate) fn list_of(&self, rows: Value) -> Value {
        let keys = self.rows.rsplit('/').filter(|key| !key.is_empty());
        keys.fold(rows, |inner, key| if key == "0" { Value::Array(vec![inner]) } else { json!({ key: inner }) })
    }

    /// Puts cursors into a list.
    pub(crate) fn set_cursors(&self, body: &mut Value, before: Value, after: Value) {
        if let [outer @ .., last] = self.next() {
            let holder = outer.iter().fold(body, |place, key| &mut place[*key]);
            holder[*last] = after;
            if !outer.is_empty() {
                holder["before"] = before;
            }
        }
    }

    /// The keys that lead to the cursor of the next page; none where pages have no cursors.
    pub(crate) fn next(&self) -> &'static [&'static str] {
        match self.pages {
            Pages::Cursors { next, .. } => next,
            _ => &[],
        }
    }
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

    /// A parameter of a request for a list.
    fn parameter(&self, request: &Request, name: &str) -> Option<String> {
        request.query_param(name)
    }

    /// The link to the next page, without its query, where pages have links.
    fn next_link(&self, _: Call<'_>) -> Option<String> {
        None
    }

    /// The headers that carry credentials.
    fn headers(&self) -> Vec<&'static str> {
        self.about().auth.iter().map(|(header, _)| *header).collect()
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
