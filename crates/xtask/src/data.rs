//! Data for the tests of all languages: samples of configurations, the tables, and the options' part of the public names.

use std::path::PathBuf;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use wablock::{CallOptions, CheckOptions, ClientOptions, OptionDefault, OptionRow, OptionTable, providers};

use crate::{samples::config, words};

/// JSON whose objects keep their order: `serde_json`'s own are sorted, and its feature for this would change the core too.
enum Json {
    Value(Value),
    Object(Vec<(String, Json)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Object(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

fn object<K: ToString, V: Into<Json>>(fields: impl IntoIterator<Item = (K, V)>) -> Json {
    Json::Object(fields.into_iter().map(|(name, value)| (name.to_string(), value.into())).collect())
}

pub(crate) fn files() -> Vec<(PathBuf, String)> {
    let text = |value: &Json| serde_json::to_string_pretty(value).expect("plain data") + "\n";
    vec![
        ("tests/data/configs.json".into(), text(&configs())),
        ("tests/data/options.json".into(), text(&tables())),
        ("tests/parity/options.json".into(), text(&names())),
    ]
}

fn configs() -> Json {
    object(providers().iter().map(|entry| {
        let sizes = [("minimal", object(config(entry, false))), ("full", object(config(entry, true)))];
        (&entry.id, object(sizes))
    }))
}

/// The tables as data: whose options they are, their names, and their defaults where these are values.
fn tables() -> Json {
    let default = |row: &OptionRow| match row.default {
        OptionDefault::Flag(flag) => json!(flag),
        OptionDefault::Text(text) => json!(text),
        OptionDefault::Whole(number) | OptionDefault::Seconds(number) => json!(number),
        _ => Value::Null,
    };
    let rows = |table: &OptionTable| object(table.rows.iter().map(|row| (row.name, default(row))));
    object([
        ("client", rows(&ClientOptions::TABLE)),
        ("call", rows(&CallOptions::TABLE)),
        ("check", rows(&CheckOptions::TABLE)),
        ("providers", object(providers().iter().map(|entry| (&entry.id, rows(entry.table))))),
    ])
}

/// Rows of `[python, node, rust]`, as in `names.json`.
fn names() -> Json {
    let rows = |rows: &[OptionRow]| -> Vec<(String, Value)> {
        rows.iter().map(|row| (row.name.to_owned(), json!([row.name, words::camel(row), row.name]))).collect()
    };
    let group = |names: Value, members: Vec<(String, Value)>| {
        object([("names", Json::from(names)), ("members", object(members))])
    };
    let table = ClientOptions::TABLE;
    let client = group(json!([table.name, table.name, table.name]), rows(table.rows));
    let of_providers = providers().iter().map(|entry| {
        let mut members = rows(entry.table.rows);
        members.push(("new".to_owned(), json!([null, null, "new", "the others have constructors, or plain objects"])));
        members.push(("provider".to_owned(), json!(["provider", "provider", null, "Rust: the type"])));
        (entry.id.to_string(), group(json!([words::class(entry), entry.table.name, entry.table.name]), members))
    });
    let methods = providers().iter().map(|entry| {
        let row = json!([words::method(entry), words::camel_method(entry), null, "Rust: control(command, json)"]);
        (words::method(entry), row)
    });
    let sandbox = group(json!(["Sandbox", "Sandbox", "Sandbox"]), methods.collect());
    let first = [("client options".to_owned(), client), ("sandbox".to_owned(), sandbox)];
    let exports = providers().iter().map(|entry| {
        let table = entry.table.name;
        (table, json!([words::class(entry), table, table]))
    });
    object([("types", object(first.into_iter().chain(of_providers))), ("exports", object(exports))])
}
