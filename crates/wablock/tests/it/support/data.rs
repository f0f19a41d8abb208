//! The shared data files, read where they lie: `tests/` at the root of the repository.

use std::{fs, path::PathBuf};

use serde_json::{Map, Value};

/// One data file.
pub(crate) struct File {
    /// Path below `tests/`, for messages.
    pub(crate) name: String,
    /// Its content.
    pub(crate) content: Value,
}

/// Every JSON file of a folder below `tests/`, by name; at least one.
pub(crate) fn files(folder: &str) -> Vec<File> {
    let path = root().join(folder);
    let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a folder entry").file_name().into_string().expect("a file name in UTF-8"))
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "{} has no data", path.display());
    names.into_iter().map(|name| file(&format!("{folder}/{name}"))).collect()
}

/// One file by its path below `tests/`.
pub(crate) fn file(name: &str) -> File {
    let path = root().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let content = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    File { name: name.to_owned(), content }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

impl File {
    /// The rows under `key`, each laid over the file's `defaults`; at least one.
    pub(crate) fn rows(&self, key: &str) -> Vec<Value> {
        let rows = self.content[key].as_array().unwrap_or_else(|| panic!("{}: no array `{key}`", self.name));
        assert!(!rows.is_empty(), "{}: `{key}` is empty", self.name);
        rows.iter().map(|row| over(&self.content["defaults"], row)).collect()
    }
}

/// A configuration of a provider from `data/configs.json`: `minimal` has the required options, `full` all of them.
pub(crate) fn sample(provider: &str, size: &str) -> Value {
    let all = file("data/configs.json").content;
    let config = &all[provider][size];
    assert!(config.is_object(), "no {size} sample configuration of {provider}");
    config.clone()
}

/// The required options of a provider, and Meta's `app_secret`, so that requests are signed wherever they can be. The
/// credentials are texts that stand nowhere else.
pub(crate) fn signing(provider: &str) -> Value {
    let (mut config, full) = (sample(provider, "minimal"), sample(provider, "full"));
    if let Some(secret) = full.get("app_secret") {
        config["app_secret"] = secret.clone();
    }
    for (option, value) in config.as_object_mut().expect("an object") {
        if ["token", "secret", "key"].iter().any(|part| option.contains(part)) {
            *value = format!("canary-{}", value.as_str().expect("a credential")).into();
        }
    }
    config
}

/// One object laid over another; a missing one counts as empty.
pub(crate) fn over(below: &Value, above: &Value) -> Value {
    let mut merged: Map<String, Value> = below.as_object().cloned().unwrap_or_default();
    merged.extend(above.as_object().cloned().unwrap_or_default());
    Value::Object(merged)
}

/// The users of a vector or step: texts, and ranges `{from, count}` of consecutive numbers.
pub(crate) fn users(given: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for user in given.as_array().expect("`users` is an array") {
        match user.as_str() {
            Some(text) => all.push(text.to_owned()),
            None => {
                let first: u64 = user["from"].as_str().and_then(|from| from.parse().ok()).expect("`from` is digits");
                let count = user["count"].as_u64().expect("`count` is a number");
                all.extend((first..first + count).map(|number| number.to_string()));
            }
        }
    }
    all
}
