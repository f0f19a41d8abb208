//! Reports and lists as Arrow data (the Arrow PyCapsule interface), made from Rust data without a Python object per row.

use std::{marker::PhantomData, sync::Arc};

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, LargeStringArray, RecordBatch, RecordBatchReader, UInt16Array,
    cast::AsArray, ffi_stream::FFI_ArrowArrayStream, types::Float64Type, types::UInt16Type,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3::{
    prelude::*,
    types::{PyCapsule, PyDict, PyList},
};
use serde_json::{Map, Value};
use wablock::{BlockedUser, Error, Outcome, Report};

/// Rows in one batch.
const BATCH: usize = 1 << 16;
/// 64-bit offsets: 32 bits overflow with long inputs.
const TEXT: DataType = DataType::LargeUtf8;

/// A row type, and its columns.
pub(crate) trait Table: 'static {
    /// Name, type and whether values may be missing.
    const COLUMNS: &'static [(&'static str, DataType, bool)];

    fn columns(rows: &[Self]) -> Vec<ArrayRef>
    where
        Self: Sized;
}

fn text<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<LargeStringArray>())
}

/// Unknown fields of the provider as JSON text.
fn extra<'a>(values: impl Iterator<Item = Option<&'a Map<String, Value>>>) -> ArrayRef {
    let json = |fields: &Map<String, Value>| serde_json::to_string(fields).unwrap_or_default();
    Arc::new(values.map(|fields| fields.map(json)).collect::<LargeStringArray>())
}

impl Table for Outcome {
    const COLUMNS: &'static [(&'static str, DataType, bool)] = &[
        ("input", TEXT, false),
        ("state", TEXT, false),
        ("user", TEXT, true),
        ("wa_id", TEXT, true),
        ("user_id", TEXT, true),
        ("error", TEXT, true),
        ("message", TEXT, true),
        ("hint", TEXT, true),
        ("provider_code", TEXT, true),
        ("status", DataType::UInt16, true),
        ("request_id", TEXT, true),
        ("retryable", DataType::Boolean, true),
        ("retry_after", DataType::Float64, true),
        ("extra", TEXT, true),
    ];

    fn columns(rows: &[Self]) -> Vec<ArrayRef> {
        let errors = || rows.iter().map(|row| row.error.as_deref());
        let error_text = |field: fn(&Error) -> Option<&str>| text(errors().map(|error| error.and_then(field)));
        vec![
            text(rows.iter().map(|row| Some(&*row.input))),
            text(rows.iter().map(|row| Some(row.state.as_str()))),
            text(rows.iter().map(|row| row.user.as_ref().map(wablock::User::id))),
            text(rows.iter().map(|row| row.wa_id.as_deref())),
            text(rows.iter().map(|row| row.user_id.as_deref())),
            error_text(|error| Some(error.code())),
            error_text(|error| Some(error.message())),
            error_text(|error| Some(error.hint())),
            error_text(Error::provider_code),
            Arc::new(errors().map(|error| error.and_then(Error::status)).collect::<UInt16Array>()),
            error_text(Error::request_id),
            Arc::new(errors().map(|error| error.map(Error::retryable)).collect::<BooleanArray>()),
            Arc::new(
                errors()
                    .map(|error| error.and_then(Error::retry_after).map(|wait| wait.as_secs_f64()))
                    .collect::<Float64Array>(),
            ),
            extra(rows.iter().map(|row| row.extra.as_deref())),
        ]
    }
}

impl Table for BlockedUser {
    const COLUMNS: &'static [(&'static str, DataType, bool)] =
        &[("wa_id", TEXT, true), ("user_id", TEXT, true), ("extra", TEXT, true)];

    fn columns(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            text(rows.iter().map(|row| row.wa_id.as_deref())),
            text(rows.iter().map(|row| row.user_id.as_deref())),
            extra(rows.iter().map(|row| row.extra.as_deref())),
        ]
    }
}

/// Reads the rows of `data` in batches, on any thread and without Python.
struct Reader<T, D> {
    schema: SchemaRef,
    data: D,
    next: usize,
    row: PhantomData<fn() -> T>,
}

impl<T: Table, D: AsRef<[T]>> Iterator for Reader<T, D> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.data.as_ref().get(self.next..).filter(|rest| !rest.is_empty())?;
        let rows = &rest[..rest.len().min(BATCH)];
        self.next += rows.len();
        Some(RecordBatch::try_new(Arc::clone(&self.schema), T::columns(rows)))
    }
}

impl<T: Table, D: AsRef<[T]>> RecordBatchReader for Reader<T, D> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The outcomes of a report as rows.
struct Outcomes(Arc<Report>);

impl AsRef<[Outcome]> for Outcomes {
    fn as_ref(&self) -> &[Outcome] {
        &self.0.outcomes
    }
}

/// The stream of a report.
pub(crate) fn outcomes(py: Python<'_>, report: Arc<Report>) -> PyResult<Bound<'_, PyCapsule>> {
    stream(py, Outcomes(report))
}

/// The stream of a list.
pub(crate) fn users(py: Python<'_>, users: Arc<[BlockedUser]>) -> PyResult<Bound<'_, PyCapsule>> {
    stream(py, users)
}

fn stream<T: Table>(py: Python<'_>, data: impl AsRef<[T]> + Send + 'static) -> PyResult<Bound<'_, PyCapsule>> {
    let field = |(name, kind, nullable): &(&str, DataType, bool)| Field::new(*name, kind.clone(), *nullable);
    let schema = Arc::new(Schema::new(T::COLUMNS.iter().map(field).collect::<Vec<_>>()));
    let reader = Reader { schema, data, next: 0, row: PhantomData };
    // A reader moves the stream out of the capsule, so dropping the capsule later is safe.
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

/// The same columns as Python lists by name, for libraries that do not read Arrow.
pub(crate) fn columns<'py, T: Table>(py: Python<'py>, rows: &[T]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for ((name, ..), column) in T::COLUMNS.iter().zip(T::columns(rows)) {
        dict.set_item(name, list(py, &column)?)?;
    }
    Ok(dict)
}

fn list<'py>(py: Python<'py>, column: &dyn Array) -> PyResult<Bound<'py, PyList>> {
    match column.data_type() {
        DataType::UInt16 => PyList::new(py, column.as_primitive::<UInt16Type>()),
        DataType::Float64 => PyList::new(py, column.as_primitive::<Float64Type>()),
        DataType::Boolean => PyList::new(py, column.as_boolean()),
        _ => PyList::new(py, column.as_string::<i64>()),
    }
}
