//! Functions of the core that need no client.

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyString},
};
use wablock::SignatureInput;

use crate::{
    errors,
    results::{self, User},
};

/// See `wablock.mask`.
#[pyfunction]
pub(crate) fn mask(text: &str) -> String {
    wablock::mask(text)
}

/// See `wablock.same_user`.
#[pyfunction]
pub(crate) fn same_user(a: &str, b: &str) -> bool {
    wablock::same_user(a, b)
}

/// See `wablock.parse_user`.
#[pyfunction]
#[pyo3(signature = (text, region = None))]
pub(crate) fn parse_user<'py>(py: Python<'py>, text: &str, region: Option<&str>) -> PyResult<Bound<'py, User>> {
    let user = wablock::User::parse(text, region).map_err(|error| errors::raise(py, &error, None))?;
    results::user(py, user)
}

/// Checks the names of a provider's options; raises `ConfigError`.
#[pyfunction]
pub(crate) fn check_names(py: Python<'_>, provider: &str, names: Vec<String>) -> PyResult<()> {
    let checked = wablock::check_names(provider, &names, &wablock::Naming::snake());
    checked.map_err(|error| errors::raise(py, &error, None))
}

/// See `wablock.nxcloud_signature`.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "named arguments in Python, all of them part of the signature")]
#[pyo3(signature = (*, access_key, access_secret, ts, body, biz_type, action, algorithm))]
pub(crate) fn nxcloud_signature(
    py: Python<'_>,
    access_key: &str,
    access_secret: &str,
    ts: &str,
    body: &Bound<'_, PyAny>,
    biz_type: Option<&str>,
    action: Option<&str>,
    algorithm: Option<&str>,
) -> PyResult<String> {
    let text;
    let body = if let Ok(bytes) = body.cast::<PyBytes>() {
        bytes.as_bytes()
    } else if let Ok(string) = body.cast::<PyString>() {
        text = string.to_str()?;
        text.as_bytes()
    } else {
        return Err(PyTypeError::new_err("`body` must be str or bytes, exactly as it is sent"));
    };
    SignatureInput::new(access_key, access_secret, ts, body)
        .with(biz_type, action, algorithm)
        .map(|input| wablock::nxcloud_signature(&input))
        .map_err(|error| errors::raise(py, &error, None))
}
