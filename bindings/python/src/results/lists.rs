//! A block list that was read completely: `wablock.BlockedUsers`.

use std::sync::Arc;

use pyo3::{prelude::*, types::PyType};
use wablock::BlockedUser;

use super::{json, rows::Rows};
use crate::{errors, python};

/// A complete block list: a sequence of `BlockedUser` that data frame libraries read directly.
///
/// Plain data: frozen, comparable, hashable and picklable. As Arrow data it has the columns ``wa_id``, ``user_id``, and
/// ``extra`` (JSON text). Returned by `BlockList.collect`, `AsyncBlockList.collect` and `list_blocked`.
///
/// >>> users = BlockedUsers.from_json('[{"wa_id":"16505551234"},{"user_id":"US.13491208655302741918"}]')
/// >>> users, users[0].id
/// (BlockedUsers(2 users), '16505551234')
#[pyclass(frozen, eq, extends = Rows, module = "wablock.reports")]
#[derive(PartialEq)]
pub(crate) struct BlockedUsers(Arc<[BlockedUser]>);

#[pymethods]
impl BlockedUsers {
    /// Reads a list that `to_json` wrote, here or in another language.
    ///
    /// Raises:
    ///     ConfigError: the text is not a list of blocked users.
    ///
    /// >>> BlockedUsers.from_json("[]")
    /// BlockedUsers(0 users)
    #[staticmethod]
    fn from_json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, Self>> {
        let users: Vec<BlockedUser> = serde_json::from_str(text)
            .map_err(|error| errors::config(py, format!("not a list of blocked users: {error}")))?;
        blocked_users(py, users)
    }

    /// The users as plain data, without fields that are None.
    ///
    /// >>> BlockedUsers.from_json('[{"wa_id":"16505551234"}]').to_dicts()
    /// [{'wa_id': '16505551234'}]
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        python::call(py, "json", "loads", (json(&self.0),))
    }

    fn __hash__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        let count = self.0.len();
        format!("BlockedUsers({count} user{})", if count == 1 { "" } else { "s" })
    }

    fn __reduce__<'py>(this: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let class: Bound<'py, PyType> = this.get_type();
        Ok((class.getattr("from_json")?, (json(&this.get().0),)))
    }
}

/// A list of the core as an object of Python.
pub(crate) fn blocked_users(py: Python<'_>, users: Vec<BlockedUser>) -> PyResult<Bound<'_, BlockedUsers>> {
    let users: Arc<[BlockedUser]> = users.into();
    Bound::new(py, Rows::users(&users).add_subclass(BlockedUsers(users)))
}
