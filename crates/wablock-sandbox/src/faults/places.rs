//! Where a fault applies: sets of answers, named by properties of the provider.

use serde_json::{Map, Value, json};

use crate::operation::Operation;
use crate::simulator::{About, Answers, Pages};
use crate::simulators::Provider;

/// Whether a fault applies to a provider's answer to this operation.
pub(crate) type Place = fn(&About, Operation) -> bool;

pub(super) const ALL: Place = |_, _| true;
pub(super) const LISTS: Place = |_, operation| !operation.is_write();
/// Answers that name many users.
pub(super) const BATCHES: Place = |about, operation| is_graph(about) && operation.is_write();
/// Answers in Graph's shapes.
pub(super) const GRAPH: Place = |about, _| is_graph(about);
/// Answers that pass Graph's errors on inside an envelope.
pub(super) const ENVELOPES: Place = |about, _| about.envelope.is_some();
/// Answers whose headers say when access is regained.
pub(super) const USAGE: Place = |about, _| about.usage;
/// Answers of providers that take one user per call.
pub(super) const SINGLES: Place =
    |about, operation| about.answers == Answers::Single || about.answers == Answers::Bare && operation.is_write();
/// Lists that are read by cursors.
pub(super) const CURSORS: Place =
    |about, operation| matches!(about.pages, Pages::Cursors { .. }) && !operation.is_write();
/// Lists whose pages link to their neighbours.
pub(super) const LINKED: Place = |about, operation| CURSORS(about, operation) && about.links;
/// Lists whose cursors are where Meta's are.
pub(super) const META_PAGING: Place = |about, operation| CURSORS(about, operation) && about.next().len() == 3;
/// Lists with rows that can be nested.
pub(super) const FLAT_LISTS: Place =
    |about, operation| !operation.is_write() && !about.row_id.is_empty() && !about.rows.ends_with("/block_users");
/// Lists that may be Meta's own, against what their provider describes.
pub(super) const OTHER_LISTS: Place = |about, operation| {
    CURSORS(about, operation) && about.next().len() > 1 && (about.rows != "/data" || about.row_id != "wa_id")
};
/// Lists of numbered pages.
pub(super) const NUMBERED: Place =
    |about, operation| matches!(about.pages, Pages::Numbered(_)) && !operation.is_write();
/// Lists of more than one page.
pub(super) const PAGES: Place = |about, operation| about.pages != Pages::One && !operation.is_write();
/// Answers with a body.
pub(super) const BODIES: Place = |about, operation| about.answers != Answers::Empty || !operation.is_write();
/// Answers that repeat who was named.
pub(super) const ECHOES: Place =
    |about, operation| matches!(about.answers, Answers::Batch | Answers::Single) && operation.is_write();
/// Answers that can say that one user failed.
pub(super) const USERS: Place = |about, operation| about.answers != Answers::Empty && operation.is_write();
/// Answers that may say no more than that a write was accepted.
pub(super) const ACCEPTANCES: Place =
    |about, operation| matches!(about.answers, Answers::Batch | Answers::Bare) && operation.is_write();
/// Answers of providers that have business-scoped ids.
pub(super) const BSUIDS: Place = |about, _| is_graph(about) && about.bsuid;
/// Answers with entries.
pub(super) const ROWS: Place = |about, operation| is_graph(about) || !operation.is_write();
pub(super) const ROWS_AND_ECHOES: Place = |about, operation| ROWS(about, operation) || ECHOES(about, operation);
/// Errors with a code.
pub(super) const CODES: Place = |about, _| about.codes;

fn is_graph(about: &About) -> bool {
    about.answers == Answers::Batch
}

/// `{"meta":["block","unblock","list"],...}`
pub(super) fn to_json(place: Place) -> Value {
    let operations = |provider: Provider| {
        let meant = |operation: &Operation| place(provider.about(), *operation);
        let names: Vec<&str> = Operation::ALL.into_iter().filter(meant).map(Operation::id).collect();
        (provider.id().to_owned(), json!(names))
    };
    Value::Object(Provider::all().map(operations).collect::<Map<String, Value>>())
}
