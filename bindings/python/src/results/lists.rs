//! A block list that was read completely: `wablock.BlockedUsers`.

use std::sync::{Arc, OnceLock};

use pyo3::{
    prelude::*,
    types::{PyCapsule, PyDict, PyType},
};
use wablock::{BlockedUser, Error, Input, UserSet};

use super::rows::{Data, Rows};
use crate::{arrow, errors, python};

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
    let data = Listed { users: Arc::clone(&users), set: OnceLock::new() };
    Bound::new(py, Rows::over(data).add_subclass(BlockedUsers(users)))
}

fn json(users: &[BlockedUser]) -> String {
    // Every part of a user can be written as JSON.
    serde_json::to_string(users).unwrap_or_default()
}

struct Listed {
    users: Arc<[BlockedUser]>,
    /// Made by the first question who is among them.
    set: OnceLock<UserSet>,
}

impl Data for Listed {
    fn len(&self) -> usize {
        self.users.len()
    }

    fn row<'py>(&self, py: Python<'py>, at: usize) -> PyResult<Bound<'py, PyAny>> {
        super::blocked_user(py, self.users[at].clone()).map(Bound::into_any)
    }

    fn has(&self, user: Input) -> Result<bool, Error> {
        self.set.get_or_init(|| UserSet::of_list(&self.users)).has(user)
    }

    fn json(&self) -> String {
        json(&self.users)
    }

    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        arrow::columns(py, &self.users)
    }

    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::users(py, Arc::clone(&self.users))
    }
}
