//! Sample configurations for the tests of all languages, and the options' part of the table of public names.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use wablock::{CallOptions, CheckOptions, ClientOptions, OptionDefault, OptionRow, OptionTable, providers};

use crate::{samples::config, words};

pub(crate) fn files() -> Vec<(PathBuf, String)> {
    let text = |value: &Value| serde_json::to_string_pretty(value).expect("plain data") + "\n";
    vec![
        ("tests/data/configs.json".into(), text(&configs())),
        ("tests/data/options.json".into(), text(&tables())),
        ("tests/parity/options.json".into(), text(&names())),
    ]
}

fn configs() -> Value {
    let all = providers().iter().map(|entry| {
        let both = json!({ "minimal": config(entry, false), "full": config(entry, true) });
        (entry.id.as_str().to_owned(), both)
    });
    Value::Object(all.collect())
}

/// The tables as data: whose options they are, their names, and their defaults where these are values.
fn tables() -> Value {
    let default = |row: &OptionRow| match row.default {
        OptionDefault::Flag(flag) => json!(flag),
        OptionDefault::Text(text) => json!(text),
        OptionDefault::Whole(number) | OptionDefault::Seconds(number) => json!(number),
        _ => Value::Null,
    };
    let rows = |table: &OptionTable| -> Value {
        Value::Object(table.rows.iter().map(|row| (row.name.to_owned(), default(row))).collect())
    };
    let of_providers = providers().iter().map(|entry| (entry.id.as_str().to_owned(), rows(entry.table)));
    let mut tables = Map::new();
    tables.insert("client".to_owned(), rows(&ClientOptions::TABLE));
    tables.insert("call".to_owned(), rows(&CallOptions::TABLE));
    tables.insert("check".to_owned(), rows(&CheckOptions::TABLE));
    tables.insert("providers".to_owned(), Value::Object(of_providers.collect()));
    Value::Object(tables)
}

/// Rows of `[python, node, rust]`, as in `names.json`.
fn names() -> Value {
    let members = |rows: &[OptionRow]| -> Map<String, Value> {
        rows.iter().map(|row| (row.name.to_owned(), json!([row.name, words::camel(row), row.name]))).collect()
    };
    let mut types = Map::new();
    let table = ClientOptions::TABLE;
    types.insert(
        "client options".to_owned(),
        json!({ "names": [table.name, table.name, table.name], "members": members(table.rows) }),
    );
    for entry in providers() {
        let mut members = members(entry.table.rows);
        members.insert("new".to_owned(), json!([null, null, "new", "the others have constructors, or plain objects"]));
        members.insert("provider".to_owned(), json!(["provider", "provider", null, "Rust: the type"]));
        let names = json!([words::class(entry), entry.table.name, entry.table.name]);
        types.insert(entry.id.as_str().to_owned(), json!({ "names": names, "members": members }));
    }
    json!({ "types": types })
}
