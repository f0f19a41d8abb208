//! Users as Python programs have them.

use pyo3::{
    prelude::*,
    types::{PyByteArray, PyBytes, PyDict, PyIterator, PyList, PyMapping, PyString},
};
use wablock::{Client, Gathering, Input, User};

use crate::{
    client::after_fork,
    errors, logs, report,
    runtime::{self, Tied},
    users,
};

/// What to do about something that is no user.
const HINT: &str = "Give users as text such as \"+16505551234\", as dicts with \"user\", or as wablock's own users and outcomes. \
Read columns of numbers as text, because numbers lose leading zeros; and drop missing values.";

/// Looks up every Python class that is used here, once, while the package is imported. A lookup can let other threads run; a
/// fork in that moment would leave the child waiting for a thread that it does not have.
#[pyfunction]
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    report::prepare(py)?;
    errors::prepare(py)?;
    users::prepare(py)?;
    logs::prepare(py)?;
    // PyO3 looks up this abstract class at the first question.
    let _ = py.None().bind(py).cast::<PyMapping>();
    Ok(())
}

/// Users read between two turns of an event loop (a tenth of a millisecond of work), and handed to the runtime at once.
const PIECE: usize = 1024;

/// One user, or any number of them.
pub(crate) enum Given {
    One(Input),
    Many(Gathering),
}

/// Reads one user (text, a dict with `user`, a user of wablock) or any iterable of them.
pub(crate) fn read(client: &Client, users: &Bound<'_, PyAny>) -> PyResult<Given> {
    let py = users.py();
    if let Ok(begun) = users.cast::<Inputs>() {
        let mut inputs = begun.try_borrow_mut()?;
        while inputs.fill(py)? {}
        return inputs.take(py, client).map(Given::Many);
    }
    if let Some(input) = one(users, &|| "the user".to_owned())? {
        return Ok(Given::One(input));
    }
    let mut inputs = Inputs::over(client, users)?;
    while inputs.fill(py)? {}
    inputs.take(py, client).map(Given::Many)
}

/// The users of a call over many, read in pieces: an event loop can do what else is due in between, and the runtime's thread
/// does its part of the reading meanwhile.
#[pyclass(module = "wablock._native")]
pub(crate) struct Inputs {
    left: Py<PyIterator>,
    expected: usize,
    count: usize,
    gathering: Tied<Option<Gathering>>,
}

#[pymethods]
impl Inputs {
    /// Reads some users; whether there may be more. After the client was closed no more are read: the call is over.
    pub(crate) fn fill(&mut self, py: Python<'_>) -> PyResult<bool> {
        if self.gathering(py)?.as_ref().is_some_and(Gathering::is_closed) {
            return Ok(false);
        }
        let mut piece = Vec::with_capacity(PIECE.min(self.expected.saturating_sub(self.count)));
        let more = self.read(py, &mut piece);
        self.count += piece.len();
        if let Some(gathering) = self.gathering(py)? {
            // What it has a thread of the runtime do, it has begun from here.
            let (runtime, _) = runtime::enter(py)?;
            let _inside = runtime.enter();
            gathering.add(piece);
        }
        more
    }
}

impl Inputs {
    /// `None` where one user is given.
    pub(crate) fn of(client: &Client, users: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if one(users, &|| "the user".to_owned())?.is_some() { Ok(None) } else { Self::over(client, users).map(Some) }
    }

    fn over(client: &Client, users: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = users.py();
        let refuse = || {
            let message = format!("users must be a str or an iterable of users, not {}", type_name(users));
            errors::wrong_type(py, message, HINT)
        };
        if users.is_instance_of::<PyBytes>() || users.is_instance_of::<PyByteArray>() {
            return Err(refuse());
        }
        // A copy, because the caller may change a list while other work gets its turn.
        let items = match users.cast::<PyList>() {
            Ok(list) => list.get_slice(0, list.len()).try_iter(),
            Err(_) => users.try_iter(),
        };
        let left = items.map_err(|_| refuse())?.unbind();
        let mut gathering = client.gather();
        let expected = users.len().unwrap_or(0);
        gathering.expect(expected);
        Ok(Self { left, expected, count: 0, gathering: Tied::new(Some(gathering)) })
    }

    fn read(&self, py: Python<'_>, piece: &mut Vec<Input>) -> PyResult<bool> {
        let mut left = self.left.bind(py).clone();
        for _ in 0..PIECE {
            let Some(item) = left.next().transpose()? else { return Ok(false) };
            let index = self.count + piece.len();
            match one(&item, &|| format!("item {index}"))? {
                Some(input) => piece.push(input),
                None => {
                    let what = type_name(&item);
                    let message = format!("item {index} is of type {what}, which is no user");
                    return Err(errors::wrong_type(py, message, HINT));
                }
            }
        }
        Ok(true)
    }

    /// What was read so far; `None` when it was taken already.
    fn gathering(&mut self, py: Python<'_>) -> PyResult<&mut Option<Gathering>> {
        let held = self.gathering.get_mut();
        held.ok_or_else(|| after_fork(py, "these users were read before the process was forked"))
    }

    /// Takes what was read, for the call.
    fn take(&mut self, py: Python<'_>, client: &Client) -> PyResult<Gathering> {
        Ok(self.gathering(py)?.take().unwrap_or_else(|| client.gather()))
    }
}

/// One user, `None` when it is of no type that a user can have.
fn one(value: &Bound<'_, PyAny>, name: &dyn Fn() -> String) -> PyResult<Option<Input>> {
    let py = value.py();
    if let Ok(text) = value.cast::<PyString>() {
        // Half a surrogate pair cannot be sent; what stands for it is refused as no number.
        return Ok(Some(Input::from(&*text.to_string_lossy())));
    }
    if value.is_instance(report::user_class(py)?)? {
        return user(value).map(|user| Some(Input::from(user)));
    }
    if value.is_instance(report::blocked_user_class(py)?)? {
        return blocked_user(value).map(Some);
    }
    if value.is_instance(report::outcome_class(py)?)? {
        let parsed = value.getattr("user")?;
        if !parsed.is_none() {
            return user(&parsed).map(|user| Some(Input::from(user)));
        }
        return Ok(Some(Input::from(&*value.getattr("input")?.cast::<PyString>()?.to_string_lossy())));
    }
    if value.is_instance_of::<PyDict>() || value.cast::<PyMapping>().is_ok() {
        let inner = value.get_item("user").ok();
        let Some(inner) = inner.filter(|inner| !inner.is_instance_of::<PyDict>()) else {
            return Err(errors::wrong_type(py, format!("{} is a dict without \"user\"", name()), HINT));
        };
        return match one(&inner, name)? {
            Some(input) => Ok(Some(input)),
            None => {
                let what = type_name(&inner);
                Err(errors::wrong_type(py, format!("\"user\" of {} is of type {what}, which is no user", name()), HINT))
            }
        };
    }
    Ok(None)
}

/// A `wablock.User`.
pub(crate) fn user(value: &Bound<'_, PyAny>) -> PyResult<User> {
    let (kind, id) = (value.getattr("kind")?, value.getattr("id")?);
    make(value.py(), &kind.cast::<PyString>()?.to_string_lossy(), &id.cast::<PyString>()?.to_string_lossy())
}

/// A user of a known kind.
pub(crate) fn make(py: Python<'_>, kind: &str, id: &str) -> PyResult<User> {
    match kind {
        "phone" => User::phone(id),
        "wa_id" => User::wa_id(id),
        "bsuid" => User::bsuid(id),
        _ => {
            let message = format!("the kind of a user is \"phone\", \"wa_id\" or \"bsuid\", not {kind:?}");
            return Err(errors::wrong_type(py, message, HINT));
        }
    }
    .map_err(|error| errors::raise(py, &error, None))
}

/// A row of a list: what the provider gave is sent back.
fn blocked_user(value: &Bound<'_, PyAny>) -> PyResult<Input> {
    let text = |name: &str| value.getattr(name)?.extract::<Option<String>>();
    if let Some(wa_id) = text("wa_id")? {
        // What is no wa_id must not be read as the national number it may look like.
        return Ok(User::wa_id(&wa_id).map_or_else(|_| Input::from(format!("+{wa_id}")), Input::from));
    }
    let id = text("user_id")?.unwrap_or_default();
    Ok(User::bsuid(&id).map_or_else(|_| Input::from(id), Input::from))
}

fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().qualname().map_or_else(|_| "object".to_owned(), |name| name.to_string())
}
