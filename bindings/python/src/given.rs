//! Reads one Python value as a user.

use pyo3::{
    intern,
    prelude::*,
    types::{PyDict, PyFloat, PyMapping, PyString, PyTuple},
};
use wablock::{Input, Text, UserFields};

use crate::{errors, results};

/// What to pass instead of a value that is not a user.
const HINT: &str = "Give users as text such as \"+16505551234\", as dicts with \"user\", \"wa_id\" or \"user_id\", or as \
wablock's own users and outcomes.";

/// What to do about numbers that are not text.
const NUMBERS: &str = "Read the column as text: `read_csv(path, dtype={\"phone\": \"string\"})` in pandas, \
`schema_overrides={\"phone\": pl.String}` in Polars. `.astype(str)` is too late: leading zeros are lost by then, and a float \
ends in \".0\".";

/// What to do about missing values.
const MISSING: &str = "Leave missing values out, such as with `df[\"phone\"].dropna()`; or pass `on_missing=\"fail\"`, so that \
they fail and the others go on.";

/// Deeper dicts are refused before they could overflow the stack.
const DEEPEST: usize = 4;

/// One value.
pub(crate) enum Item {
    User(Input),
    /// A missing value, and how it looks.
    Missing(String),
    /// Not a user.
    Other,
}

/// Reads one value. `name` says where it is, for errors.
pub(crate) fn item(value: &Bound<'_, PyAny>, name: &dyn Fn() -> String) -> PyResult<Item> {
    nested(value, name, 0)
}

/// Exactly one user.
pub(crate) fn one(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Input> {
    match item(value, &|| name.to_owned())? {
        Item::User(user) => Ok(user),
        Item::Missing(what) => Err(missing_one(value.py(), name, &what)),
        Item::Other => Err(other(value, name)),
    }
}

/// The error for a value that is missing where one user is needed.
pub(crate) fn missing_one(py: Python<'_>, name: &str, what: &str) -> PyErr {
    errors::wrong_type(py, format!("{name} is missing ({what})"), HINT)
}

/// The error for a value that is missing among many.
pub(crate) fn missing(py: Python<'_>, name: &str, what: &str) -> PyErr {
    errors::wrong_type(py, format!("{name} is missing ({what})"), MISSING)
}

/// The error for a value that is not a user.
pub(crate) fn other(value: &Bound<'_, PyAny>, name: &str) -> PyErr {
    let message = format!("{name} has type {}; a user must be text", type_name(value));
    errors::wrong_type(value.py(), message, if is_number(value) { NUMBERS } else { HINT })
}

/// The error for something that is neither a user nor a collection of users.
pub(crate) fn refused(value: &Bound<'_, PyAny>) -> PyErr {
    let message = format!("users must be a str or an iterable of users, not {}", type_name(value));
    errors::wrong_type(value.py(), message, if is_number(value) { NUMBERS } else { HINT })
}

fn nested(value: &Bound<'_, PyAny>, name: &dyn Fn() -> String, depth: usize) -> PyResult<Item> {
    let py = value.py();
    if let Ok(text) = value.cast::<PyString>() {
        // Half a surrogate pair cannot be sent; its replacement character is refused as an invalid number.
        return Ok(Item::User(Input::from(&*text.to_string_lossy())));
    }
    if value.is_none() {
        return Ok(Item::Missing("None".to_owned()));
    }
    if let Ok(user) = value.cast::<results::User>() {
        return Ok(Item::User(Input::from(&user.get().0)));
    }
    if let Ok(user) = value.cast::<results::BlockedUser>() {
        return Ok(Item::User(Input::from(&user.get().0)));
    }
    if let Ok(outcome) = value.cast::<results::BaseOutcome>() {
        return Ok(Item::User(Input::from(&outcome.get().data)));
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        return row(&|key| dict.get_item(key), value, name, depth);
    }
    if value.cast::<PyMapping>().is_ok() {
        let get = |key: &str| if value.contains(key)? { value.get_item(key).map(Some) } else { Ok(None) };
        return row(&get, value, name, depth);
    }
    if value.is_instance_of::<PyTuple>() && value.hasattr(intern!(py, "_fields"))? {
        let named = ["user", "wa_id", "user_id"]
            .iter()
            .try_fold(false, |any, key| Ok::<_, PyErr>(any || value.hasattr(*key)?))?;
        let get = |key: &str| if value.hasattr(key)? { value.getattr(key).map(Some) } else { Ok(None) };
        return if named { row(&get, value, name, depth) } else { Ok(Item::Other) };
    }
    if module(value).starts_with("pyarrow") && value.hasattr(intern!(py, "as_py"))? {
        return match nested(&value.call_method0(intern!(py, "as_py"))?, name, depth)? {
            Item::Missing(_) => Ok(Item::Missing("null".to_owned())),
            item => Ok(item),
        };
    }
    Ok(looks_missing(value).map_or(Item::Other, Item::Missing))
}

/// A dict, or a row of a table. The core decides which of its values identify the user.
fn row<'py>(
    get: &dyn Fn(&str) -> PyResult<Option<Bound<'py, PyAny>>>,
    value: &Bound<'py, PyAny>,
    name: &dyn Fn() -> String,
    depth: usize,
) -> PyResult<Item> {
    let py = value.py();
    let wrong = |key: &str, found: &Bound<'_, PyAny>| other(found, &format!("\"{key}\" of {}", name()));
    if depth >= DEEPEST {
        return Err(errors::wrong_type(py, format!("{} is nested too deeply for a user", name()), HINT));
    }
    let mut fields = UserFields::default();
    let mut absent = None;
    // Ids must be text or missing.
    let mut text = |key: &str| -> PyResult<Option<Text>> {
        let Some(found) = get(key)? else { return Ok(None) };
        match nested(&found, name, depth + 1)? {
            Item::User(_) if found.cast::<PyString>().is_ok() => {
                found.extract::<String>().map(|text| Some(text.into()))
            }
            Item::Missing(what) => {
                absent.get_or_insert(format!("\"{key}\" is {what}"));
                Ok(None)
            }
            Item::User(_) | Item::Other => Err(wrong(key, &found)),
        }
    };
    (fields.wa_id, fields.user_id) = (text("wa_id")?, text("user_id")?);
    if let Some(found) = get("user")? {
        match nested(&found, &|| format!("\"user\" of {}", name()), depth + 1)? {
            Item::User(user) => fields.user = Some(user),
            Item::Missing(what) => absent = absent.or(Some(format!("\"user\" is {what}"))),
            Item::Other => return Err(wrong("user", &found)),
        }
    }
    // Many tables use these column names for something else.
    let maybe = |key: &str| -> PyResult<Option<Text>> {
        Ok(get(key)?.and_then(|found| found.extract::<String>().ok()).map(Text::from))
    };
    (fields.kind, fields.id) = (maybe("kind")?, maybe("id")?);
    (fields.input, fields.state) = (maybe("input")?, maybe("state")?);
    match (fields.into_input(), absent) {
        (Some(user), _) => Ok(Item::User(user)),
        (None, Some(what)) => Ok(Item::Missing(what)),
        (None, None) => {
            let message = format!("{} is a {} without \"user\", \"wa_id\" or \"user_id\"", name(), type_name(value));
            Err(errors::wrong_type(py, message, HINT))
        }
    }
}

/// NaN, NaT and pandas' NA: they are not equal to themselves, or raise when compared.
fn looks_missing(value: &Bound<'_, PyAny>) -> Option<String> {
    let odd = value.ne(value).unwrap_or_else(|_| module(value).starts_with("pandas") && type_name(value) == "NAType");
    if value.is_instance_of::<PyFloat>() && odd {
        return Some("NaN".to_owned());
    }
    odd.then(|| value.repr().map_or_else(|_| type_name(value), |text| text.to_string_lossy().into_owned()))
}

fn is_number(value: &Bound<'_, PyAny>) -> bool {
    ["__index__", "__float__"].iter().any(|name| value.hasattr(*name).unwrap_or(false))
}

/// The module of a value's type, such as `pandas.core.frame`.
pub(crate) fn module(value: &Bound<'_, PyAny>) -> String {
    value.get_type().module().map_or_else(|_| String::new(), |name| name.to_string())
}

pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().qualname().map_or_else(|_| "object".to_owned(), |name| name.to_string())
}
