//! What the classes of results share: they are frozen, and can be pickled, copied and described as dataclasses.

use pyo3::{
    exceptions::PyAttributeError,
    intern,
    prelude::*,
    types::{IntoPyDict, PyDict, PyList, PyTuple, PyType},
};
use serde_json::{Map, Value};

use crate::convert;

/// The base of all results. `_fields` of a class names its values, which its constructor takes by name.
#[pyclass(frozen, subclass, module = "wablock._native")]
pub(crate) struct Record;

#[pymethods]
impl Record {
    #[classattr]
    #[pyo3(name = "__dataclass_fields__")]
    fn described() -> Described {
        Described
    }

    #[new]
    fn new() -> Self {
        Self
    }

    fn __getnewargs_ex__<'py>(this: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(this.py()), values(this)?))
    }

    #[pyo3(signature = (**changes))]
    fn __replace__<'py>(this: &Bound<'py, Self>, changes: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        let values = values(this)?;
        changes.map_or(Ok(()), |changes| values.update(changes.as_mapping()))?;
        this.get_type().call((), Some(&values))
    }

    fn __copy__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __deepcopy__(this: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        this
    }

    fn __setattr__(this: &Bound<'_, Self>, name: &str, _value: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(frozen(this, name))
    }

    fn __delattr__(this: &Bound<'_, Self>, name: &str) -> PyResult<()> {
        Err(frozen(this, name))
    }
}

fn values<'py>(record: &Bound<'py, Record>) -> PyResult<Bound<'py, PyDict>> {
    let values = PyDict::new(record.py());
    for name in record.getattr(intern!(record.py(), "_fields"))?.try_iter()? {
        let name = name?;
        values.set_item(&name, record.getattr(name.cast()?)?)?;
    }
    Ok(values)
}

fn frozen(record: &Bound<'_, Record>, name: &str) -> PyErr {
    let kind = record.get_type().name().map_or_else(|_| "result".to_owned(), |kind| kind.to_string());
    let message = format!("cannot change {name:?}: a {kind} is frozen");
    let class = record.py().import("dataclasses").and_then(|module| module.getattr("FrozenInstanceError"));
    class
        .and_then(|class| class.call1((&message,)))
        .map_or_else(|_| PyAttributeError::new_err(message), PyErr::from_value)
}

/// The `dataclasses` description of a class, made when it is first read: importing `dataclasses` takes longer than importing
/// the rest of the package.
#[pyclass(frozen)]
pub(crate) struct Described;

#[pymethods]
impl Described {
    #[expect(clippy::unused_self, reason = "a method of Python")]
    fn __get__<'py>(&self, _instance: &Bound<'py, PyAny>, owner: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
        let dataclasses = owner.py().import("dataclasses")?;
        let fields = PyList::empty(owner.py());
        for name in owner.getattr(intern!(owner.py(), "_fields"))?.try_iter()? {
            let name = name?;
            let default = PyDict::new(owner.py());
            // Python classes have their defaults as class attributes; native classes have descriptors there.
            if owner.getattr(name.cast()?).is_ok_and(|value| value.is_none()) {
                default.set_item("default", owner.py().None())?;
            }
            fields.append((name, "object", dataclasses.call_method("field", (), Some(&default))?))?;
        }
        let options = [("kw_only", true)].into_py_dict(owner.py())?;
        let twin = dataclasses.call_method("make_dataclass", (owner.name()?, fields), Some(&options))?;
        let fields = twin.getattr("__dataclass_fields__")?;
        owner.setattr("__dataclass_fields__", &fields)?;
        Ok(fields)
    }
}

/// The values that are not None, as plain data.
pub(crate) fn to_dict<'py>(record: &Bound<'py, Record>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(record.py());
    for (name, value) in values(record)?.iter().filter(|(_, value)| !value.is_none()) {
        let nested = value.getattr_opt(intern!(record.py(), "to_dict"))?;
        dict.set_item(name, nested.map_or(Ok(value), |to_dict| to_dict.call0())?)?;
    }
    Ok(dict)
}

/// JSON as the core writes it.
pub(crate) fn to_json(record: &Bound<'_, Record>) -> PyResult<String> {
    let (py, dict) = (record.py(), to_dict(record)?);
    let options = PyDict::new(py);
    options.set_item("ensure_ascii", false)?;
    options.set_item("separators", (",", ":"))?;
    py.import("json")?.call_method("dumps", (dict,), Some(&options))?.extract()
}

/// Unknown fields of the provider's answer, as the caller gave them.
pub(crate) fn extra(given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Box<Map<String, Value>>>> {
    let Some(given) = given else { return Ok(None) };
    let dict = PyDict::new(given.py());
    dict.update(given.cast()?)?;
    match convert::to_json(&dict)? {
        Value::Object(fields) => Ok(Some(Box::new(fields))),
        _ => Ok(None),
    }
}

/// Unknown fields of the provider's answer, as Python sees them.
pub(crate) fn extra_of<'py>(
    py: Python<'py>,
    extra: Option<&Map<String, Value>>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    extra.map(|extra| convert::object(py, extra)).transpose()
}
