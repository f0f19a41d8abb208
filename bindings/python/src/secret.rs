//! Credentials in Python: objects without attributes, so that code that inspects objects finds no text.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::{exceptions::PyTypeError, prelude::*};

const REFUSED: &str = "a Secret cannot be pickled or serialised: the credential would be in clear text. \
Make the client where it is used, for instance with AsyncClient.from_env().";

/// See `wablock.Secret`.
#[pyclass(frozen, module = "wablock")]
pub(crate) struct Secret(wablock::Secret);

#[pymethods]
impl Secret {
    #[new]
    #[pyo3(signature = (text, /))]
    fn new(text: &str) -> Self {
        Self(wablock::Secret::from(text))
    }

    /// The text itself.
    fn get_secret_value(&self) -> &str {
        self.0.expose()
    }

    #[expect(clippy::unused_self, reason = "a method of Python")]
    fn __repr__(&self) -> &'static str {
        "***"
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.expose().hash(&mut hasher);
        hasher.finish()
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, memo: Bound<'_, PyAny>) -> Py<Self> {
        drop(memo);
        this
    }

    #[expect(clippy::unused_self, reason = "a method of Python")]
    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyTypeError::new_err(REFUSED))
    }

    #[expect(clippy::unused_self, reason = "a method of Python")]
    fn __getstate__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(REFUSED))
    }
}
