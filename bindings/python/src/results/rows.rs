//! What reports and lists share: a frozen sequence over Rust data. Rows become Python objects when they are looked at.

use std::sync::{Arc, OnceLock};

use pyo3::{
    exceptions::{PyIndexError, PyTypeError, PyValueError},
    prelude::*,
    types::{PyCapsule, PyList, PySlice},
};
use wablock::{BlockedUser, Error, ErrorKind, Input, Report, UserSet};

use super::record::Record;
use crate::{arrow, errors, given, python};

/// A frozen sequence over Rust data. Rows become Python objects when they are looked at.
// No `collections.abc.Sequence` by name: polars would read one row by row, before it asks for Arrow data.
#[pyclass(frozen, subclass, extends = Record, module = "wablock.reports")]
pub(crate) struct Rows(Data);

enum Data {
    Outcomes(Arc<Report>),
    /// The set is built when a user is first looked up.
    Users(Arc<[BlockedUser]>, OnceLock<UserSet>),
}

impl Rows {
    pub(crate) fn outcomes(report: &Arc<Report>) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Record).add_subclass(Self(Data::Outcomes(Arc::clone(report))))
    }

    pub(crate) fn users(users: &Arc<[BlockedUser]>) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Record).add_subclass(Self(Data::Users(Arc::clone(users), OnceLock::new())))
    }
}

impl Data {
    fn len(&self) -> usize {
        match self {
            Self::Outcomes(report) => report.outcomes.len(),
            Self::Users(users, _) => users.len(),
        }
    }

    fn row<'py>(&self, py: Python<'py>, at: usize) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Outcomes(report) => super::outcome(py, &report.outcomes[at]),
            Self::Users(users, _) => super::blocked_user(py, users[at].clone()).map(Bound::into_any),
        }
    }

    fn has(&self, user: Input) -> Result<bool, Error> {
        match self {
            Self::Outcomes(report) => UserSet::of_report(report).has(user),
            Self::Users(users, set) => set.get_or_init(|| UserSet::of_list(users)).has(user),
        }
    }
}

#[pymethods]
impl Rows {
    /// The rows as an Arrow stream, made without a Python object per row.
    ///
    /// Data frame libraries call it: ``polars.DataFrame(rows)``, ``pyarrow.table(rows)``, DuckDB's
    /// ``SELECT ... FROM rows``. Numbers are not masked. `requested_schema` is ignored.
    #[pyo3(name = "__arrow_c_stream__", signature = (requested_schema = None))]
    fn arrow_c_stream<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _every_reader_can_cast = requested_schema;
        match &self.0 {
            Data::Outcomes(report) => arrow::outcomes(py, Arc::clone(report)),
            Data::Users(users, _) => arrow::users(py, Arc::clone(users)),
        }
    }

    /// The rows as a pandas data frame, with nullable types. Numbers are not masked.
    ///
    /// Raises:
    ///     ImportError: pandas is not installed.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let columns = match &self.0 {
            Data::Outcomes(report) => arrow::columns(py, &report.outcomes),
            Data::Users(users, _) => arrow::columns(py, users),
        };
        python::package(py)?.to_pandas.bind(py).call1((columns?,))
    }

    /// The rows as a polars data frame. Numbers are not masked.
    ///
    /// Raises:
    ///     ImportError: polars is not installed.
    fn to_polars<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        python::package(this.py())?.to_polars.bind(this.py()).call1((this,))
    }

    /// The rows as JSON, the same in every language. Numbers are not masked.
    fn to_json(&self) -> String {
        match &self.0 {
            Data::Outcomes(report) => report.to_json(),
            Data::Users(users, _) => super::json(users),
        }
    }

    /// A table for notebooks and terminals, with full numbers.
    ///
    /// Args:
    ///     masked: hide the middle of phone numbers, as a notebook does without `show`.
    ///     rows: most rows shown, from the head and the tail.
    #[pyo3(signature = (*, masked = false, rows = 20))]
    fn show<'py>(this: &Bound<'py, Self>, masked: bool, rows: isize) -> PyResult<Bound<'py, PyAny>> {
        python::package(this.py())?.show.bind(this.py()).call1((this, masked, rows))
    }

    fn _repr_html_<'py>(this: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Self::show(this, true, 10)?.call_method0("html")
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (py, len) = (index.py(), self.0.len().cast_signed());
        if let Ok(slice) = index.cast::<PySlice>() {
            let part = slice.indices(len)?;
            let places = (0..part.slicelength).map(|nth| part.start + nth.cast_signed() * part.step);
            let rows = places.map(|at| self.0.row(py, at.cast_unsigned())).collect::<PyResult<Vec<_>>>()?;
            return PyList::new(py, rows).map(Bound::into_any);
        }
        let at: isize = index.extract().map_err(|_| {
            PyTypeError::new_err(format!("a row index must be an int or a slice, not {}", given::type_name(index)))
        })?;
        let at = if at < 0 { at + len } else { at };
        if !(0..len).contains(&at) {
            return Err(PyIndexError::new_err("index out of range"));
        }
        self.0.row(py, at.cast_unsigned())
    }

    fn __iter__(this: Py<Self>) -> RowIterator {
        RowIterator { rows: this, seen: 0, reversed: false }
    }

    fn __reversed__(this: Py<Self>) -> RowIterator {
        RowIterator { rows: this, seen: 0, reversed: true }
    }

    /// Whether a user is among the rows; accepts any number format with a country code, and any value from wablock.
    ///
    /// Raises:
    ///     InvalidUserTypeError: it is not a user.
    ///     InvalidUserError: it is not a valid user.
    ///     UnsupportedError: some rows lack the kind of id that you passed.
    fn __contains__(&self, user: &Bound<'_, PyAny>) -> PyResult<bool> {
        match self.0.has(given::one(user, "the user")?) {
            Ok(found) => Ok(found),
            // An input that is not a valid user also has a row.
            Err(error) if error.kind() == ErrorKind::InvalidUser && self.place(user)?.is_some() => Ok(true),
            Err(error) => Err(errors::raise(user.py(), &error, None)),
        }
    }

    /// The index of the first row that equals `row`.
    ///
    /// Raises:
    ///     ValueError: there is none.
    fn index(&self, row: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.place(row)?.ok_or_else(|| PyValueError::new_err("there is no such row"))
    }
}

impl Rows {
    fn place(&self, row: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        for at in 0..self.0.len() {
            if self.0.row(row.py(), at)?.eq(row)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

#[pyclass]
pub(crate) struct RowIterator {
    rows: Py<Rows>,
    seen: usize,
    reversed: bool,
}

#[pymethods]
impl RowIterator {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let data = &self.rows.get().0;
        let Some(left) = data.len().checked_sub(self.seen + 1) else { return Ok(None) };
        let at = if self.reversed { left } else { self.seen };
        self.seen += 1;
        data.row(py, at).map(Some)
    }
}
