//! A whole block list as `wablock.BlockedUsers`: plain Rust data, made into Python objects where they are looked at.

use std::sync::{Arc, OnceLock};

use pyo3::{
    exceptions::PyIndexError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyCapsule, PyDict, PyList, PyType},
};
use wablock::{BlockedUser, Error, ErrorKind, UserSet};

use crate::{arrow, errors, given, report};

static BLOCKED_USERS: PyOnceLock<Py<PyType>> = PyOnceLock::new();

pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    class(py).map(drop)
}

fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    BLOCKED_USERS.import(py, "wablock.users", "BlockedUsers")
}

/// The `wablock.BlockedUsers` of a list.
pub(crate) fn wrap(py: Python<'_>, users: Vec<BlockedUser>) -> PyResult<Bound<'_, PyAny>> {
    class(py)?.call1((NativeUsers::new(users),))
}

/// A Python list of `wablock.BlockedUser`.
pub(crate) fn rows<'py>(py: Python<'py>, users: &[BlockedUser]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for user in users {
        list.append(report::blocked_user(py, user)?)?;
    }
    Ok(list)
}

/// The data of a `wablock.BlockedUser`: there are tens of thousands of them, and slots of Python take twice as long to fill.
/// Bears its name, so that what Python says of a wrong argument does too.
#[pyclass(name = "BlockedUser", frozen, subclass, get_all, module = "wablock._native")]
pub(crate) struct NativeUser {
    wa_id: Py<PyAny>,
    user_id: Py<PyAny>,
    extra: Py<PyAny>,
}

#[pymethods]
impl NativeUser {
    #[new]
    #[pyo3(signature = (wa_id = None, user_id = None, extra = None))]
    fn new(py: Python<'_>, wa_id: Option<Py<PyAny>>, user_id: Option<Py<PyAny>>, extra: Option<Py<PyAny>>) -> Self {
        let or_none = |value: Option<Py<PyAny>>| value.unwrap_or_else(|| py.None());
        Self { wa_id: or_none(wa_id), user_id: or_none(user_id), extra: or_none(extra) }
    }
}

/// The data of a `wablock.BlockedUsers`.
#[pyclass(frozen, eq, module = "wablock._native")]
pub(crate) struct NativeUsers {
    users: Arc<[BlockedUser]>,
    /// Made by the first question who is among them.
    set: OnceLock<UserSet>,
}

impl PartialEq for NativeUsers {
    fn eq(&self, other: &Self) -> bool {
        self.users == other.users
    }
}

impl NativeUsers {
    fn new(users: Vec<BlockedUser>) -> Self {
        Self { users: users.into(), set: OnceLock::new() }
    }
}

#[pymethods]
impl NativeUsers {
    /// Reads what `to_json` wrote.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        let users: Result<Vec<BlockedUser>, _> = serde_json::from_str(text);
        let users = users.map_err(|error| {
            let error = Error::new(ErrorKind::Config, format!("not a list of blocked users: {error}"));
            errors::raise(py, &error, None)
        })?;
        Ok(Self::new(users))
    }

    fn to_json(&self) -> String {
        // Every part of a user can be written as JSON.
        serde_json::to_string(&*self.users).unwrap_or_default()
    }

    fn __len__(&self) -> usize {
        self.users.len()
    }

    /// Whether a user, in any spelling, is among these.
    fn contains(&self, user: &Bound<'_, PyAny>) -> PyResult<bool> {
        let (py, user) = (user.py(), given::one(user, "the user")?);
        let set = self.set.get_or_init(|| UserSet::of_list(&self.users));
        set.has(user).map_err(|error| errors::raise(py, &error, None))
    }

    /// The user at `index`, which is not negative.
    fn item<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
        let user = self.users.get(index).ok_or_else(|| PyIndexError::new_err("index out of range"))?;
        report::blocked_user(py, user)
    }

    /// The users from `start` up to `stop`.
    fn range<'py>(&self, py: Python<'py>, start: usize, stop: usize) -> PyResult<Bound<'py, PyList>> {
        let stop = stop.min(self.users.len());
        rows(py, self.users.get(start..stop).unwrap_or_default())
    }

    /// The columns of the Arrow stream as Python lists.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        arrow::columns(py, &self.users)
    }

    /// The users as an Arrow stream; a wished schema is not needed, every reader can cast.
    #[pyo3(name = "__arrow_c_stream__", signature = (requested_schema = None))]
    fn arrow_c_stream<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        arrow::users(py, Arc::clone(&self.users))
    }
}
