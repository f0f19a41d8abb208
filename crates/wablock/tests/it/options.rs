//! Options and environment variables: what is wrong is said in the caller's words, and no credential is repeated.

use serde_json::{Value, json};
use wablock::{
    CallOptions, Client, ClientOptions, Error, ErrorKind, IntoProvider, MetaConfig, Naming, OptionDefault, OptionKind,
    Provider, SinchConfig, Source, provider::Call, provider_from_value, providers, settings,
};

use crate::support::data::{File, file, over, sample};

fn vectors() -> File {
    file("vectors/options.json")
}

/// The text with names in braces as Rust writes them.
fn written(template: &str) -> String {
    let mut text = template.to_owned();
    while let Some((before, (name, after))) =
        text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        text = format!("{before}`{name}`{after}");
    }
    text
}

fn client(source: Source, options: Value) -> Result<Client, Error> {
    let (provider, options) = settings(source, options, &Naming::snake())?;
    Client::new(provider, options)
}

fn check(row: &Value, result: Result<Client, Error>) {
    let name = &row["name"];
    let error = result.expect_err(&format!("{name}: no error"));
    assert_eq!(error.kind(), ErrorKind::Config, "{name}: {error}");
    let message = written(row["message"].as_str().expect("a message"));
    assert!(error.message().contains(&message), "{name}: {error}, wanted {message}");
    assert!(error.hint().contains(&written(row["hint"].as_str().unwrap_or_default())), "{name}: {error}");
    if let Some(option) = row["option"].as_str() {
        assert_eq!(error.option(), Some(option), "{name}");
    }
    let absent = vectors().content["defaults"]["absent"].as_array().cloned().unwrap_or_default();
    for text in absent.iter().chain(row["absent"].as_array().into_iter().flatten()) {
        let text = text.as_str().expect("text");
        assert!(!format!("{error} {error:?}").contains(text), "{name}: {error}");
    }
}

#[test]
fn a_wrong_option_is_named_and_its_value_is_not_repeated() {
    for key in ["wrong", "missing", "unknown"] {
        for row in vectors().rows(key) {
            let config = over(&row["config"], &row["set"]);
            check(&row, client(Source::Config(config), row["options"].clone()));
        }
    }
}

fn variables(row: &Value) -> Source {
    let base = json!({ "WABLOCK_PROVIDER": "meta", "WABLOCK_META_ACCESS_TOKEN": "EAAB-canary",
        "WABLOCK_META_PHONE_NUMBER_ID": "106540352242922" });
    let vars = row.get("vars").cloned().unwrap_or_else(|| over(&base, &row["over"]));
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let vars = vars.as_object().expect("variables").iter().map(|(name, value)| (name.clone(), text(value))).collect();
    Source::Variables { vars, prefix: row["prefix"].as_str().map(str::to_owned) }
}

#[test]
fn a_wrong_variable_is_named_as_a_variable() {
    for row in vectors().rows("environment") {
        check(&row, client(variables(&row), json!({})));
    }
}

#[test]
fn a_provider_that_cannot_block_is_named_with_where_to_look() {
    for row in vectors().rows("cannot_block") {
        let id = &row["provider"];
        let config = json!({ "provider": id, "api_key": "EAAB-canary" });
        for source in [Source::Config(config), variables(&json!({ "vars": { "WABLOCK_PROVIDER": id } }))] {
            let error = client(source, json!({})).expect_err("no client");
            assert_eq!((error.kind(), error.option()), (ErrorKind::Unsupported, Some("provider")), "{id}");
            assert!(error.message().contains(row["message"].as_str().expect("a message")), "{id}: {error}");
            assert!(error.hint().contains(row["hint"].as_str().unwrap_or_default()), "{id}: {error}");
            assert!(error.hint().contains("wablock blocks through meta, "), "{id}: {error}");
            assert!(!format!("{error:?}").contains("canary"), "{id}: {error}");
        }
    }
}

/// A variable names a provider and its option in one word, so no id may begin another, and none may have a `-`.
#[test]
fn the_ids_of_providers_make_names_of_variables() {
    let ids: Vec<&str> = providers().iter().map(|entry| entry.id.as_str()).collect();
    for id in &ids {
        assert!(id.bytes().all(|b| b == b'_' || b.is_ascii_digit() || b.is_ascii_lowercase()), "{id}");
        assert!(!ids.iter().any(|other| other.starts_with(&format!("{id}_"))), "{id} begins another id");
        // Such as `WABLOCK_MAX_RETRIES`, if a provider's id were `max`.
        for row in ClientOptions::TABLE.rows {
            assert!(!row.name.starts_with(&format!("{id}_")), "{id} {}", row.name);
        }
    }
}

#[test]
fn variables_give_a_client() {
    for row in vectors().rows("environment_works") {
        let client = client(variables(&row), json!({ "max_retries": 1 }))
            .unwrap_or_else(|error| panic!("{}: {error}", row["name"]));
        if let Some(most) = row["most_per_request"].as_u64() {
            assert_eq!(client.capabilities().max_users_per_request as u64, most, "{}", row["name"]);
        }
    }
}

#[test]
fn what_is_given_in_code_goes_before_variables_and_is_named_as_in_code() {
    let row = json!({ "over": { "WABLOCK_TIMEOUT": "wrong", "WABLOCK_CONCURRENCY": "0" } });
    let error = settings(variables(&row), json!({ "timeout": 3 }), &Naming::snake()).unwrap_err();
    assert!(error.message().starts_with("WABLOCK_CONCURRENCY must be"), "{error}");
    let error = settings(variables(&row), json!({ "timeout": 3, "concurrency": "x" }), &Naming::snake()).unwrap_err();
    assert!(error.message().starts_with("`concurrency` must be"), "{error}");
    let row = json!({ "over": { "WABLOCK_TIMEOUT": "2.5", "WABLOCK_MAX_RETRIES": "7" } });
    let (_, options) = settings(variables(&row), json!({ "maxRetries": 1 }), &Naming::camel()).unwrap();
    assert_eq!((options.timeout, options.max_retries), (Some(std::time::Duration::from_millis(2500)), 1));
}

#[test]
fn camel_case_and_milliseconds_are_read_and_named() {
    let read = |options| CallOptions::read(options, &Naming::camel().with_own(&["signal", "onProgress"]));
    assert_eq!(read(json!({ "timeoutMs": 30 })).unwrap().timeout, Some(std::time::Duration::from_millis(30)));
    for (options, message) in [
        (json!({ "timeout": 30 }), "`timeout` is not an option of a call; did you mean `timeoutMs`?"),
        (json!({ "timeout_ms": 30 }), "`timeout_ms` is not an option of a call; did you mean `timeoutMs`?"),
        (json!({ "on_progress": 1 }), "`on_progress` is not an option of a call; did you mean `onProgress`?"),
        (json!({ "onProgress": 1 }), "`onProgress` is an option of a call, but not of this one"),
        (
            json!({ "concurrency": 1 }),
            "`concurrency` is not an option of a call; `concurrency` is an option of the client",
        ),
        (json!({ "limit": 1 }), "`limit` is not an option of a call"),
        (
            json!({ "timeoutMs": "5" }),
            "`timeoutMs` must be a number of milliseconds above 0 and at most 31,536,000,000 (a year), not \"5\"",
        ),
        (
            json!({ "timeoutMs": { "kind": "NaN" } }),
            "`timeoutMs` must be a number of milliseconds above 0 and at most 31,536,000,000 (a year), not NaN",
        ),
        (
            json!({ "maxRetries": { "kind": "a function" } }),
            "`maxRetries` must be a whole number from 0 to 100, not a function",
        ),
        (json!([1]), "the options of a call must be an object, not a list"),
    ] {
        let error = read(options).unwrap_err();
        assert_eq!(error.message(), message, "{error}");
    }
    assert!(
        read(json!({ "limit": 1 }))
            .unwrap_err()
            .hint()
            .ends_with("`timeoutMs`, `maxRetries`, `signal` and `onProgress`.")
    );
}

#[test]
fn values_set_in_code_are_checked_by_the_same_rows() {
    let set = |change: fn(&mut wablock::ClientOptions)| {
        let mut options = wablock::ClientOptions::default();
        change(&mut options);
        Client::new(wablock::MetaConfig::new("t", "1"), options).unwrap_err()
    };
    for (error, option) in [
        (set(|options| options.concurrency = 0), "concurrency"),
        (set(|options| options.max_retries = 1000), "max_retries"),
        (set(|options| options.rate_limit = Some(f64::NAN)), "rate_limit"),
        (set(|options| options.timeout = Some(std::time::Duration::ZERO)), "timeout"),
        (set(|options| options.connect_timeout = std::time::Duration::MAX), "connect_timeout"),
        (set(|options| options.default_region = Some("Israel".to_owned())), "default_region"),
        (set(|options| options.proxy = Some("nonsense".into())), "proxy"),
        (set(|options| options.ca_certificates = vec!["nonsense".to_owned()]), "ca_certificates"),
    ] {
        assert_eq!((error.kind(), error.option()), (ErrorKind::Config, Some(option)), "{error}");
    }
}

/// What a configuration makes of a request for the list.
fn list_request(config: &Value) -> String {
    let provider = provider_from_value(config.clone()).unwrap_or_else(|error| panic!("{config}: {error}"));
    let request = provider.encode(&Call::List { cursor: None, limit: 5 }, 7).expect("a request");
    format!("{:?} {request:?} {:?}", provider.capabilities(), provider.account())
}

#[test]
fn every_option_of_a_provider_is_described_and_has_a_sample_that_works() {
    for entry in providers() {
        let [minimal, full] = ["minimal", "full"].map(|size| sample(entry.id.as_str(), size));
        assert_ne!(list_request(&minimal), list_request(&full), "{}", entry.id);
        for row in entry.table.rows {
            let name = format!("{} {}", entry.id, row.name);
            assert!(row.doc.trim().ends_with('.') && !row.doc.contains('{'), "{name}: {}", row.doc);
            assert_eq!(entry.table.needs(row), minimal.get(row.name).is_some(), "{name}");
            assert_eq!(full.get(row.name).is_some(), row.instead_of.is_empty(), "{name}: a sample");
            assert!(!row.required || (row.default == OptionDefault::None && !row.example.is_empty()), "{name}");
        }
    }
}

#[test]
fn a_duration_has_its_unit_in_its_name() {
    let of_providers = providers().iter().map(|entry| entry.table.rows);
    for row in of_providers.chain([ClientOptions::TABLE.rows, CallOptions::TABLE.rows]).flatten() {
        let key = Naming::camel().key(row.name);
        assert_eq!(row.kind == OptionKind::Duration, key.ends_with("Ms"), "{key}");
    }
}

/// The default as it would be given; `None` where it is told in words.
fn given(default: OptionDefault) -> Option<Value> {
    match default {
        OptionDefault::Flag(flag) => Some(json!(flag)),
        OptionDefault::Text(text) => Some(json!(text)),
        OptionDefault::Whole(number) | OptionDefault::Seconds(number) => Some(json!(number)),
        _ => None,
    }
}

#[test]
fn the_default_of_an_option_is_what_its_table_says() {
    let mut checked = 0;
    for entry in providers() {
        let minimal = sample(entry.id.as_str(), "minimal");
        for row in entry.table.rows {
            if let Some(value) = given(row.default) {
                assert_eq!(
                    list_request(&over(&minimal, &json!({ row.name: value }))),
                    list_request(&minimal),
                    "{}",
                    row.name
                );
                checked += 1;
            }
        }
    }
    let defaults = format!("{:?}", ClientOptions::default());
    for row in ClientOptions::TABLE.rows {
        if let Some(value) = given(row.default) {
            let options = ClientOptions::from_value(json!({ row.name: value })).expect("the default");
            assert_eq!(format!("{options:?}"), defaults, "{}", row.name);
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn configurations_set_in_code_are_checked_by_the_same_rows() {
    let refused = |config: Result<Box<dyn Provider>, Error>, option: &str| {
        let error = config.unwrap_err();
        assert_eq!((error.kind(), error.option()), (ErrorKind::Config, Some(option)), "{error}");
    };
    let meta = || MetaConfig::new("token", "106540352242922");
    refused(meta().batch_size(0).into_provider(), "batch_size");
    refused(meta().batch_size(1001).into_provider(), "batch_size");
    refused(meta().page_size(64_001).into_provider(), "page_size");
    refused(SinchConfig::new("token", "bot").region("us2").into_provider(), "region");
    let changed = meta().version("v25.0").page_size(7).app_secret("secret").base_url("https://example.org");
    let data = json!({ "provider": "meta", "access_token": "token", "phone_number_id": "106540352242922",
        "version": "v25.0", "page_size": 7, "app_secret": "secret", "base_url": "https://example.org" });
    assert_eq!(changed.into_provider().unwrap().account(), provider_from_value(data).unwrap().account());
}
