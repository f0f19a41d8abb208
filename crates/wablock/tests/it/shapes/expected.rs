//! What the requests of a provider must look like: as those of a good configuration, with other values in their places.

use std::{collections::HashMap, sync::LazyLock};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use wablock::{Change, OptionDefault, OptionKind, OptionRow, User, provider::Call, provider_from_value};

use crate::support::{
    data::signing,
    stage::{PROVIDERS, options_of},
};

pub(super) const HOST: &str = "good.example";

/// The options of a provider that are put into requests: texts, and words that become part of one.
pub(super) fn fields(provider: &str) -> impl Iterator<Item = &'static str> {
    let is_text = |row: &&OptionRow| matches!(row.kind, OptionKind::Secret | OptionKind::Text | OptionKind::OneOf(_));
    // An option that replaces another one is not in the samples.
    let is_alone = |row: &&OptionRow| row.instead_of.is_empty();
    options_of(provider).iter().filter(is_text).filter(is_alone).map(|row| row.name)
}

/// The configuration that every case begins with, and its requests: what must not change is what they have.
pub(super) struct Good {
    config: Value,
    block: Request<Bytes>,
    unblock: Request<Bytes>,
    list: Request<Bytes>,
}

pub(super) fn good(provider: &str) -> &'static Good {
    static GOOD: LazyLock<HashMap<&'static str, Good>> = LazyLock::new(|| {
        let all = PROVIDERS.iter().map(|provider| {
            let mut config = signing(provider);
            config["base_url"] = json!(format!("https://{HOST}"));
            let made = provider_from_value(config.clone()).expect("the good configuration is taken");
            let users = [User::phone("16505551234").unwrap()];
            let [block, unblock, list] = [
                Call::Change(Change::Block, &users),
                Call::Change(Change::Unblock, &users),
                Call::List { cursor: None, limit: 7 },
            ]
            .map(|call| made.encode(&call, 1_700_000_000_000).expect("a request"));
            (*provider, Good { config, block, unblock, list })
        });
        all.collect()
    });
    &GOOD[provider]
}

impl Good {
    pub(super) fn request(&self, call: &Call<'_>) -> &Request<Bytes> {
        match call {
            Call::Change(Change::Block, _) => &self.block,
            Call::Change(Change::Unblock, _) => &self.unblock,
            Call::List { .. } => &self.list,
        }
    }
}

pub(super) fn configuration(provider: &str) -> Value {
    good(provider).config.clone()
}

pub(super) fn text<'a>(config: &'a Value, option: &str, default: &'a str) -> &'a str {
    config[option].as_str().unwrap_or(default)
}

/// What an option is if it is not given.
pub(super) fn default_of(provider: &str, option: &str) -> &'static str {
    match options_of(provider).iter().find(|row| row.name == option).expect("an option").default {
        OptionDefault::Text(text) => text,
        _ => "",
    }
}

/// The path after the base URL's own: that of the good configuration, with this one's values.
pub(super) fn path(provider: &str, config: &Value, call: &Call<'_>) -> String {
    let own_path = match call {
        Call::Change(Change::Block, _) => "block_path",
        Call::Change(Change::Unblock, _) => "unblock_path",
        Call::List { .. } => "list_path",
    };
    let usual = good(provider);
    let mut path = usual.request(call).uri().path().trim_start_matches('/').to_owned();
    for option in fields(provider).filter(|option| *option != "base_url") {
        let [was, is] =
            [&usual.config, config].map(|config| in_path(option, text(config, option, default_of(provider, option))));
        if option == own_path {
            path = path.strip_suffix(&was).expect("the path that is the default").to_owned() + &is;
        } else if !option.ends_with("_path") && !was.is_empty() && was != is {
            path = path.split('/').map(|part| if part == was { &*is } else { part }).collect::<Vec<_>>().join("/");
        }
    }
    path
}

/// How the value of an option stands in a path.
fn in_path(option: &str, value: &str) -> String {
    match option {
        "business_phone" => format!("%2B{}", value.chars().filter(char::is_ascii_digit).collect::<String>()),
        _ if option.ends_with("_path") => value.trim_start_matches('/').to_owned(),
        _ => value.to_owned(),
    }
}

pub(super) fn method<'a>(provider: &str, config: &'a Value, call: &Call<'_>) -> &'a str {
    match call {
        Call::Change(Change::Unblock, _) if config["unblock_method"].is_string() => text(config, "unblock_method", ""),
        _ => good(provider).request(call).method().as_str(),
    }
}
