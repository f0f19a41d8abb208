//! Sample configurations, made of the examples in the tables.

use serde_json::{Value, json};
use wablock::{OptionDefault, OptionKind, OptionRow, Provider, ProviderEntry};

/// The provider of the smallest configuration.
pub(crate) fn provider(entry: &ProviderEntry) -> Box<dyn Provider> {
    let config = config(entry, false).into_iter().collect();
    wablock::provider_from_value(Value::Object(config))
        .unwrap_or_else(|error| panic!("the examples of {} do not work: {error}", entry.id))
}

/// A configuration of samples: with every option that goes with the others, or only with those that it needs.
pub(crate) fn config(entry: &ProviderEntry, full: bool) -> Vec<(String, Value)> {
    let is_in = |row: &&OptionRow| if full { row.instead_of.is_empty() } else { entry.table.needs(row) };
    let rows = entry.table.rows.iter().filter(is_in);
    let provider = ("provider".to_owned(), json!(entry.id.as_str()));
    std::iter::once(provider).chain(rows.map(|row| (row.name.to_owned(), sample(row)))).collect()
}

/// A value that works: the example, or one of its kind.
fn sample(row: &OptionRow) -> Value {
    match (row.kind, row.default) {
        _ if !row.example.is_empty() => json!(row.example),
        (OptionKind::Secret, _) => json!(row.name.replace('_', "-")),
        (OptionKind::OneOf(words), _) => json!(words.last()),
        (OptionKind::Flag, _) => json!(true),
        (OptionKind::Whole { most, .. }, _) => json!(most),
        (OptionKind::Numbers, _) => json!([7]),
        (_, _) if row.name == "base_url" => json!("https://gateway.example.com"),
        (_, OptionDefault::Text(text)) => json!(text),
        _ => panic!("{} needs an example in its table", row.name),
    }
}
