//! Plain values between Python and JSON.

use pyo3::{
    IntoPyObjectExt,
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
};
use serde_json::{Map, Number, Value};

/// Deeper values are refused, because they could overflow the stack.
const DEEPEST: usize = 64;

/// A plain Python value as JSON. Errors name types and keys, never values: a value may be a credential.
pub(crate) fn to_json(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    json_of(value, "the value", 0)
}

fn json_of(value: &Bound<'_, PyAny>, name: &str, depth: usize) -> PyResult<Value> {
    let refuse = |expected: &str| {
        let kind = value.get_type().qualname().map_or_else(|_| "object".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("{name} must be {expected}, not {kind}"))
    };
    if depth > DEEPEST {
        return Err(refuse("less deeply nested"));
    }
    if value.is_none() {
        Ok(Value::Null)
    } else if let Ok(flag) = value.cast::<PyBool>() {
        Ok(Value::Bool(flag.is_true()))
    } else if let Ok(text) = value.cast::<PyString>() {
        Ok(Value::String(text.to_string_lossy().into_owned()))
    } else if let Ok(number) = value.cast::<PyInt>() {
        let signed = number.extract::<i64>().map(Number::from);
        let number = signed.or_else(|_| number.extract::<u64>().map(Number::from));
        number.map(Value::Number).map_err(|_| refuse("a number of 64 bits"))
    } else if let Ok(number) = value.cast::<PyFloat>() {
        Number::from_f64(number.extract()?).map(Value::Number).ok_or_else(|| refuse("a finite number"))
    } else if let Ok(dict) = value.cast::<PyDict>() {
        let entry = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            let key =
                key.cast::<PyString>().map_err(|_| refuse("a dict with str keys"))?.to_string_lossy().into_owned();
            let value = json_of(&value, &format!("`{key}`"), depth + 1)?;
            Ok((key, value))
        };
        dict.iter().map(entry).collect::<PyResult<Map<_, _>>>().map(Value::Object)
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        value.try_iter()?.map(|item| json_of(&item?, name, depth + 1)).collect::<PyResult<_>>().map(Value::Array)
    } else {
        Err(refuse("a str, number, bool, list, dict or None"))
    }
}

/// Options as the core reads them: a dict with names as keys.
pub(crate) fn options(given: &Bound<'_, PyDict>) -> PyResult<Value> {
    let mut options = Map::new();
    for (name, value) in given {
        let name =
            name.cast::<PyString>().map_or_else(|_| name.to_string(), |text| text.to_string_lossy().into_owned());
        let value = if let Ok(nested) = value.cast::<PyDict>()
            && name == "environment"
        {
            self::options(nested)?
        } else {
            option(&value)?
        };
        options.insert(name, value);
    }
    Ok(Value::Object(options))
}

/// The value of an option. A value that JSON cannot hold becomes the name of its type, with its text if it is bytes or a path;
/// the core's error says what it accepts. Values are never shown: they may be credentials.
pub(crate) fn option(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let kind = || value.get_type().qualname().map_or_else(|_| "an object".to_owned(), |name| name.to_string());
    let other = |kind: String| Value::Object(Map::from_iter([("kind".to_owned(), Value::from(kind))]));
    let with_text = |text: String| {
        let fields = [("kind".to_owned(), Value::from(kind())), ("text".to_owned(), Value::from(text))];
        Value::Object(Map::from_iter(fields))
    };
    if let Ok(number) = value.cast::<PyFloat>() {
        let number: f64 = number.extract()?;
        return Ok(Number::from_f64(number).map_or_else(|| other(number.to_string()), Value::Number));
    }
    if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
        return Ok(to_json(value).unwrap_or_else(|_| other("a very large number".to_owned())));
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(with_text(String::from_utf8_lossy(bytes.as_bytes()).into_owned()));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return value.try_iter()?.map(|item| option(&item?)).collect::<PyResult<_>>().map(Value::Array);
    }
    if value.hasattr("__fspath__")? {
        return Ok(with_text(value.call_method0("__fspath__")?.to_string()));
    }
    if value.hasattr("get_secret_value")? {
        return Ok(other(format!("a {} (give its .get_secret_value())", kind())));
    }
    Ok(if value.is_instance_of::<PyDict>() {
        other("a dict".to_owned())
    } else {
        to_json(value).unwrap_or_else(|_| other(kind()))
    })
}

/// JSON as plain Python values.
pub(crate) fn from_json<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(flag) => flag.into_bound_py_any(py),
        Value::String(text) => text.into_bound_py_any(py),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into_bound_py_any(py),
            (None, Some(number)) => number.into_bound_py_any(py),
            (None, None) => number.as_f64().into_bound_py_any(py),
        },
        Value::Array(items) => {
            let items = items.iter().map(|item| from_json(py, item)).collect::<PyResult<Vec<_>>>()?;
            Ok(PyList::new(py, items)?.into_any())
        }
        Value::Object(map) => object(py, map).map(Bound::into_any),
    }
}

/// A JSON object as a dict.
pub(crate) fn object<'py>(py: Python<'py>, map: &Map<String, Value>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (key, value) in map {
        dict.set_item(key, from_json(py, value)?)?;
    }
    Ok(dict)
}
