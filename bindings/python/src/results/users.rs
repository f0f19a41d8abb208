//! `wablock.User` and `wablock.BlockedUser`.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::{
    prelude::*,
    types::{PyDict, PyList},
};

use super::record::{self, Record};
use crate::errors;

const HINT: &str = "Read text as people write it with `parse_user`.";

/// A WhatsApp user, as sent to a provider. A number and a wa_id with the same digits are equal.
///
/// Attributes:
///     kind: the kind of id.
///     id: the digits of a phone number or wa_id without ``+``, or the business-scoped id.
///
/// Raises:
///     InvalidUserError: `id` is not a valid id of that kind.
///
/// >>> user = User("phone", "+16505551234")
/// >>> user.id, user == User("wa_id", "16505551234"), user
/// ('16505551234', True, User('phone', '165******34'))
#[pyclass(frozen, eq, hash, extends = Record, module = "wablock.results")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct User(pub(crate) wablock::User);

#[pymethods]
impl User {
    #[classattr]
    #[pyo3(name = "_fields")]
    fn fields() -> (&'static str, &'static str) {
        ("kind", "id")
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str) {
        Self::fields()
    }

    #[new]
    fn new(py: Python<'_>, kind: &str, id: &str) -> PyResult<PyClassInitializer<Self>> {
        let user = match kind {
            "phone" => wablock::User::phone(id),
            "wa_id" => wablock::User::wa_id(id),
            "bsuid" => wablock::User::bsuid(id),
            _ => {
                let message = format!("the kind of a user is \"phone\", \"wa_id\" or \"bsuid\", not {kind:?}");
                return Err(errors::wrong_type(py, message, HINT));
            }
        }
        .map_err(|error| errors::raise(py, &error, None))?;
        Ok(PyClassInitializer::from(Record).add_subclass(Self(user)))
    }

    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind().as_str()
    }

    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// Kind and id as plain data.
    ///
    /// >>> User("phone", "16505551234").to_dict()
    /// {'kind': 'phone', 'id': '16505551234'}
    fn to_dict<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        record::to_dict(this.as_super())
    }

    fn __repr__(&self) -> String {
        format!("User('{}', '{}')", self.kind(), wablock::mask(self.id()))
    }
}

/// A user on a block list.
///
/// Attributes:
///     wa_id: digits without ``+``, or None if the provider did not return them.
///     user_id: the business-scoped id, or None if the provider did not return one.
///     extra: unknown fields of the provider's answer about this user, or None.
///
/// >>> BlockedUser(wa_id="16505551234").id
/// '16505551234'
#[pyclass(frozen, eq, extends = Record, module = "wablock.results")]
#[derive(PartialEq)]
pub(crate) struct BlockedUser(pub(crate) wablock::BlockedUser);

#[pymethods]
impl BlockedUser {
    #[classattr]
    #[pyo3(name = "_fields")]
    fn fields() -> (&'static str, &'static str, &'static str) {
        ("wa_id", "user_id", "extra")
    }

    #[classattr]
    #[pyo3(name = "__match_args__")]
    fn match_args() -> (&'static str, &'static str, &'static str) {
        Self::fields()
    }

    #[new]
    #[pyo3(signature = (wa_id = None, user_id = None, extra = None))]
    fn new(
        wa_id: Option<&str>,
        user_id: Option<&str>,
        extra: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        let mut user = wablock::BlockedUser::from_wa_id("");
        (user.wa_id, user.user_id) = (wa_id.map(Into::into), user_id.map(Into::into));
        user.extra = record::extra(extra)?;
        Ok(PyClassInitializer::from(Record).add_subclass(Self(user)))
    }

    #[getter]
    fn wa_id(&self) -> Option<&str> {
        self.0.wa_id.as_deref()
    }

    #[getter]
    fn user_id(&self) -> Option<&str> {
        self.0.user_id.as_deref()
    }

    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        record::extra_of(py, self.0.extra.as_deref())
    }

    /// The user's id: the wa_id, else the business-scoped id.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The user as plain data, without fields that are None.
    ///
    /// >>> BlockedUser(wa_id="16505551234").to_dict()
    /// {'wa_id': '16505551234'}
    fn to_dict<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        record::to_dict(this.as_super())
    }

    /// The user as JSON, the same in every language.
    ///
    /// >>> BlockedUser(wa_id="16505551234").to_json()
    /// '{"wa_id":"16505551234"}'
    fn to_json(this: &Bound<'_, Self>) -> PyResult<String> {
        record::to_json(this.as_super())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.0.wa_id, &self.0.user_id).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("BlockedUser({})", wablock::mask(self.id()))
    }
}

/// A user of the core as an object of Python.
pub(crate) fn user(py: Python<'_>, user: wablock::User) -> PyResult<Bound<'_, User>> {
    Bound::new(py, PyClassInitializer::from(Record).add_subclass(User(user)))
}

/// A user on a list of the core as an object of Python.
pub(crate) fn blocked_user(py: Python<'_>, user: wablock::BlockedUser) -> PyResult<Bound<'_, BlockedUser>> {
    Bound::new(py, PyClassInitializer::from(Record).add_subclass(BlockedUser(user)))
}

/// A page of a list of the core.
pub(crate) fn page(py: Python<'_>, users: Vec<wablock::BlockedUser>) -> PyResult<Bound<'_, PyList>> {
    let users = users.into_iter().map(|user| blocked_user(py, user)).collect::<PyResult<Vec<_>>>()?;
    PyList::new(py, users)
}
