//! What a fault function gets to see, and the kinds of fault functions.

use serde_json::Value;

use super::params::{Param, Params};
use super::places::Place;
use crate::http::{Reply, Step};
use crate::operation::Operation;
use crate::simulator::{Answers, Call, Failure, Simulator};
use crate::tweaks::Tweaks;

/// What a fault function gets to see.
#[derive(Debug)]
pub(crate) struct Ctx<'a> {
    pub(crate) simulator: &'a dyn Simulator,
    pub(crate) operation: Option<Operation>,
    pub(crate) call: Call<'a>,
    pub(crate) params: &'a Params,
    /// The `Date` of the answer, and the clock behind it.
    pub(crate) date: &'a str,
    pub(crate) now_ms: i64,
    /// Counts answers, for trace ids.
    pub(crate) trace: u64,
}

impl Ctx<'_> {
    /// An error in the provider's own form.
    pub(super) fn fail(&self, failure: Failure<'_>) -> Reply {
        self.simulator.fail(failure, self.call, self.trace)
    }

    /// Whether the answer is about users who were named, not a list.
    pub(super) fn is_write(&self) -> bool {
        self.operation.is_some_and(Operation::is_write)
    }

    /// Whether the answer is about one user, in fields.
    pub(super) fn is_single(&self) -> bool {
        self.is_write() && self.simulator.about().answers == Answers::Single
    }

    /// The lists of an answer about many users.
    pub(super) fn lists<'v>(&self, body: &'v mut Value) -> &'v mut Value {
        let root = self.simulator.root(body);
        match self.simulator.about().keys.lists {
            "" => root,
            key => &mut root[key],
        }
    }

    /// The array of the answer's entries: rows of a list, or the users who succeeded.
    pub(super) fn entries<'v>(&self, body: &'v mut Value) -> Option<&'v mut Vec<Value>> {
        let about = self.simulator.about();
        let root = match about.envelope {
            Some(key) => body.get_mut(key)?,
            None => body,
        };
        if !self.is_write() {
            return about.rows_of(root)?.as_array_mut();
        }
        let keys = &about.keys;
        let lists = if keys.lists.is_empty() { root } else { root.get_mut(keys.lists)? };
        let name = if lists.get(keys.added).is_some() { keys.added } else { keys.removed };
        lists.get_mut(name)?.as_array_mut()
    }

    /// The key of the wa_id in the answer's entries.
    pub(super) fn id_key(&self) -> &'static str {
        let about = self.simulator.about();
        if self.is_write() { about.keys.id } else { about.row_id }
    }

    /// The entry that the parameter `index` names, if there is one.
    pub(super) fn index(&self, list: &[Value]) -> Option<usize> {
        let at = usize::try_from(self.params.int("index")).unwrap_or(usize::MAX);
        (at < list.len()).then_some(at)
    }
}

/// What a fault does.
pub(crate) enum Act {
    /// The listener closes for a while: no connection at all.
    ClosePort,
    /// RST as soon as the head has been read; the flag says whether the request is recorded.
    Reset(bool),
    /// The request is read, then these steps instead of an answer.
    Silence(fn(&Params) -> Vec<Step>),
    /// The request is handled a little differently.
    Tweak(fn(&Params, &mut Tweaks)),
    /// Another answer replaces the correct one.
    Answer(fn(&Ctx<'_>) -> Reply),
    /// The correct answer with its JSON edited.
    Edit(fn(&Ctx<'_>, &mut Value)),
    /// The correct answer, rewritten.
    Rewrite(fn(&Ctx<'_>, Reply) -> Reply),
    /// The correct answer, delivered badly.
    Wire(fn(&Ctx<'_>, &Reply) -> Vec<Step>),
}

/// One fault.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Whether a write changes the list unless the rule says otherwise.
    pub(crate) applied: bool,
    /// Where it applies.
    pub(crate) place: Place,
    pub(crate) params: &'static [Param],
    pub(crate) act: Act,
}

impl std::fmt::Debug for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Edits a reply's JSON; a reply that is not JSON stays as it is.
pub(crate) fn edit_json(reply: &mut Reply, edit: impl FnOnce(&mut Value)) {
    if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) {
        edit(&mut body);
        reply.body = body.to_string().into_bytes();
    }
}
