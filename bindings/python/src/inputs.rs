//! Reads the users of a call from Python.

use pyo3::{
    intern,
    prelude::*,
    types::{PyByteArray, PyBytes, PyIterator, PyList, PyType},
};
use wablock::{Client, Input, OnMissing, UserStream};

use crate::{
    errors,
    given::{self, Item},
    runtime,
};

/// Users read between two turns of an event loop (a tenth of a millisecond of work), and handed to the runtime together.
const PIECE: usize = 1024;

/// One user, or any number of them.
pub(crate) enum Given {
    One(Input),
    Many(Users),
}

impl Given {
    /// Reads one user. Many are read later, piece by piece.
    pub(crate) fn read(client: &Client, users: &Bound<'_, PyAny>, on_missing: &str) -> PyResult<Self> {
        if let Some(input) = single(users)? {
            return Ok(Self::One(input));
        }
        let source = Source::of(users, on_missing)?;
        let mut stream = client.user_stream();
        stream.size_hint(source.expected);
        Ok(Self::Many(Users { source, stream }))
    }
}

/// Reads one user or many at once, for `check`.
pub(crate) fn all(users: &Bound<'_, PyAny>, on_missing: &str) -> PyResult<Vec<Input>> {
    if let Some(input) = single(users)? {
        return Ok(vec![input]);
    }
    let mut source = Source::of(users, on_missing)?;
    let mut all = Vec::new();
    while source.read(users.py(), &mut all)? {}
    Ok(all)
}

/// One user; `None` if the value is something else.
fn single(users: &Bound<'_, PyAny>) -> PyResult<Option<Input>> {
    match given::item(users, &|| "the user".to_owned())? {
        Item::User(input) => Ok(Some(input)),
        Item::Missing(_) if users.is_none() => Err(given::refused(users)),
        Item::Missing(what) => Err(given::missing_one(users.py(), "the user", &what)),
        Item::Other => Ok(None),
    }
}

/// An iterable of users, read in pieces.
struct Source {
    left: Py<PyIterator>,
    expected: usize,
    count: usize,
    on_missing: OnMissing,
}

impl Source {
    fn of(users: &Bound<'_, PyAny>, on_missing: &str) -> PyResult<Self> {
        let py = users.py();
        let on_missing = on_missing.parse().map_err(|error| errors::raise(py, &error, None))?;
        if users.is_instance_of::<PyBytes>() || users.is_instance_of::<PyByteArray>() {
            return Err(given::refused(users));
        }
        refuse_table(users)?;
        // A copy, because the caller may change a list while other work gets its turn.
        let items = match users.cast::<PyList>() {
            Ok(list) => list.get_slice(0, list.len()).try_iter(),
            // Ten times as fast as one scalar after the other.
            Err(_) if given::module(users).starts_with("pyarrow") && users.hasattr(intern!(py, "to_pylist"))? => {
                users.call_method0(intern!(py, "to_pylist"))?.try_iter()
            }
            Err(_) => users.try_iter(),
        };
        let left = items.map_err(|_| refuse_asynchronous(users))?.unbind();
        Ok(Self { left, expected: users.len().unwrap_or(0), count: 0, on_missing })
    }

    /// Reads some users; true if there may be more.
    fn read(&mut self, py: Python<'_>, piece: &mut Vec<Input>) -> PyResult<bool> {
        let mut left = self.left.bind(py).clone();
        for _ in 0..PIECE {
            let Some(value) = left.next().transpose()? else { return Ok(false) };
            piece.push(input(&value, self.count, self.on_missing)?);
            self.count += 1;
        }
        Ok(true)
    }
}

/// The user at a place of a collection.
fn input(value: &Bound<'_, PyAny>, place: usize, on_missing: OnMissing) -> PyResult<Input> {
    let name = || format!("item {place}");
    match given::item(value, &name)? {
        Item::User(input) => Ok(input),
        Item::Missing(what) if on_missing == OnMissing::Fail => Ok(Input::missing(&what)),
        Item::Missing(what) => Err(given::missing(value.py(), &name(), &what)),
        Item::Other => Err(given::other(value, &name())),
    }
}

/// Refuses a table: iterating over one gives column names or columns, not users.
fn refuse_table(users: &Bound<'_, PyAny>) -> PyResult<()> {
    const TABLES: [&str; 5] = ["DataFrame", "LazyFrame", "Table", "RecordBatch", "DuckDBPyRelation"];
    let is_table = |class: Bound<'_, PyAny>| -> PyResult<bool> {
        Ok(class
            .cast::<PyType>()
            .is_ok_and(|class| class.name().is_ok_and(|name| TABLES.iter().any(|table| name == *table))))
    };
    let mut classes = users.get_type().mro().into_iter();
    if !classes.try_fold(false, |any, class| Ok::<_, PyErr>(any || is_table(class)?))?
        || !users.get_type().hasattr("columns")?
    {
        return Ok(());
    }
    let message =
        format!("a {} is not a list of users: pass one column, such as df[\"phone\"]", given::type_name(users));
    let hint = "Pass one column of text; or pass rows as dicts with \"user\", \"wa_id\" or \"user_id\", such as \
        `df.to_dict(\"records\")` in pandas, `df.to_dicts()` in Polars and `table.to_pylist()` in Arrow.";
    Err(errors::wrong_type(users.py(), message, hint))
}

/// The error for a value that this call cannot iterate over.
fn refuse_asynchronous(users: &Bound<'_, PyAny>) -> PyErr {
    if !users.hasattr("__aiter__").unwrap_or(false) {
        return given::refused(users);
    }
    let message = format!("{} is an async iterable, which this call does not accept", given::type_name(users));
    let hint =
        "Give it to `block` or `unblock` of an AsyncClient, or collect it first: `[user async for user in users]`.";
    errors::wrong_type(users.py(), message, hint)
}

/// The users of a call over many, read in pieces, so that an event loop can run other work in between. The runtime's thread
/// parses each piece while the next one is read.
pub(crate) struct Users {
    source: Source,
    stream: UserStream,
}

impl Users {
    /// Whether the client was closed.
    pub(crate) fn closed(&self) -> bool {
        self.stream.is_closed()
    }

    /// Reads some users; true if there may be more.
    pub(crate) fn read(&mut self, py: Python<'_>) -> PyResult<bool> {
        if self.closed() {
            return Ok(false);
        }
        let mut piece = Vec::with_capacity(PIECE.min(self.source.expected.saturating_sub(self.source.count)));
        let more = self.source.read(py, &mut piece);
        self.put(py, piece)?;
        more
    }

    /// Adds users after those that were read.
    pub(crate) fn add(&mut self, users: &Bound<'_, PyList>) -> PyResult<()> {
        let mut piece = Vec::with_capacity(users.len());
        for value in users {
            piece.push(input(&value, self.source.count, self.source.on_missing)?);
            self.source.count += 1;
        }
        self.put(users.py(), piece)
    }

    pub(crate) fn into_stream(self) -> UserStream {
        self.stream
    }

    fn put(&mut self, py: Python<'_>, piece: Vec<Input>) -> PyResult<()> {
        // The stream spawns its parsing from here.
        let (runtime, _) = runtime::enter(py)?;
        let _inside = runtime.enter();
        self.stream.add(piece);
        Ok(())
    }
}
