//! Settings from environment variables. Pure: the caller reads the environment.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    option::ProviderEntry,
    registry::{PROVIDERS, ids, unknown},
};
use crate::{
    model::error::{Error, ErrorKind},
    options::{ClientOptions, OptionRow, from_text, suggest},
    wording::{Naming, Variables},
};

const CLIENT: &[OptionRow] = ClientOptions::TABLE.rows;

/// What variables and code say together, by the names of `naming`.
pub(super) struct Given {
    pub(super) config: Value,
    pub(super) options: Value,
    pub(super) naming: Naming,
}

/// Reads `WABLOCK_PROVIDER` and the variables of its options and of the client's. `options` were given in code and go before
/// variables. Empty variables count as not set.
pub(super) fn read(
    vars: Vec<(String, String)>,
    prefix: Option<&str>,
    options: Value,
    naming: &Naming,
) -> Result<Given, Error> {
    let prefix = full_prefix(prefix)?;
    let vars: BTreeMap<String, String> =
        vars.into_iter().filter(|(name, value)| name.starts_with(&prefix) && !value.trim().is_empty()).collect();
    let selector = format!("{prefix}PROVIDER");
    let Some(id) = vars.get(&selector).map(|value| value.trim().to_lowercase()) else {
        let error = Error::new(ErrorKind::Config, format!("the environment variable {selector} is not set"));
        return Err(error.with_hint(format!("Set it to {}.", ids())).with_option("provider"));
    };
    let Some(entry) = PROVIDERS.iter().find(|entry| entry.id.as_str() == id) else {
        let error = if is_quoted(&id) { in_quotes() } else { unknown(&id) };
        return Err(error.spelled(&naming.clone().with_variables(Variables {
            prefix,
            provider_prefix: String::new(),
            provider_options: Vec::new(),
            in_code: Vec::new(),
        })));
    };
    let mut options = match options {
        Value::Object(options) => options,
        Value::Null => Map::new(),
        // The reader of options says what is wrong with it.
        other => return Ok(Given { config: Value::Null, options: other, naming: naming.clone() }),
    };
    let given_in_code = |row: &&OptionRow| options.get(&naming.key(row.name)).is_some_and(|value| !value.is_null());
    let variables = Variables {
        provider_prefix: provider_prefix(&prefix, entry),
        provider_options: entry.table.rows.iter().map(|row| row.name).collect(),
        in_code: CLIENT.iter().filter(given_in_code).map(|row| row.name.to_owned()).collect(),
        prefix,
    };
    refuse_strays(&vars, &variables.prefix)?;
    let mut config = Map::new();
    config.insert("provider".to_owned(), Value::from(id));
    for row in entry.table.rows {
        if let Some(text) = vars.get(&variables.name(row.name)) {
            config.insert(naming.key(row.name), from_text(row, text));
        }
    }
    for row in CLIENT {
        if let Some(text) = vars.get(&variables.name(row.name))
            && !variables.in_code.iter().any(|name| name == row.name)
        {
            options.insert(naming.key(row.name), from_text(row, text));
        }
    }
    let naming = naming.clone().with_variables(variables);
    Ok(Given { config: Value::Object(config), options: Value::Object(options), naming })
}

/// `WABLOCK_`, or `WABLOCK_SHOP_` for the prefix `SHOP`.
fn full_prefix(prefix: Option<&str>) -> Result<String, Error> {
    let Some(given) = prefix else {
        return Ok("WABLOCK_".to_owned());
    };
    let name = given.to_uppercase();
    let plain = !name.is_empty()
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.starts_with('_')
        && !name.ends_with('_')
        && !name.starts_with("WABLOCK");
    if !plain {
        return Err(Error::of_option("prefix", "must be letters, digits and _, such as SHOP")
            .with_hint("The prefix SHOP reads WABLOCK_SHOP_PROVIDER and so on."));
    }
    if PROVIDERS.iter().any(|entry| entry.id.as_str().eq_ignore_ascii_case(&name)) {
        return Err(Error::of_option("prefix", "must not be the id of a provider")
            .with_hint("Its variables would be confused with the provider's own."));
    }
    Ok(format!("WABLOCK_{name}_"))
}

/// Some readers of `.env` files, such as Docker's, keep the quotes.
fn is_quoted(value: &str) -> bool {
    value.len() > 1 && value.starts_with(['"', '\'']) && value.ends_with(['"', '\''])
}

fn in_quotes() -> Error {
    Error::of_option("provider", "stands in quotes").with_hint(format!("It must be {}, without quotes.", ids()))
}

fn provider_prefix(prefix: &str, entry: &ProviderEntry) -> String {
    format!("{prefix}{}_", entry.id.as_str().to_uppercase())
}

/// A variable under our prefix that means nothing is a slip: what it was to change stays as it is, and nobody notices.
/// Options of other providers may stand there, and whole sets under another prefix.
fn refuse_strays(vars: &BTreeMap<String, String>, prefix: &str) -> Result<(), Error> {
    let is_provider = |name: &str| PROVIDERS.iter().any(|entry| entry.id.as_str().eq_ignore_ascii_case(name));
    let sets: Vec<String> = vars
        .keys()
        .filter_map(|name| name.strip_prefix(prefix)?.strip_suffix("_PROVIDER").filter(|set| !is_provider(set)))
        .map(|set| format!("{prefix}{set}_"))
        .collect();
    for name in vars.keys().filter(|name| !sets.iter().any(|set| name.starts_with(set))) {
        let rest = name.strip_prefix(prefix).unwrap_or_default();
        let own = PROVIDERS.iter().find_map(|entry| {
            let own = provider_prefix(prefix, entry);
            name.strip_prefix(&own).map(|rest| (own, rest, entry.table.rows))
        });
        let (before, option, rows) = own.unwrap_or((prefix.to_owned(), rest, CLIENT));
        let known = |rows: &[OptionRow]| rows.iter().any(|row| row.name.to_uppercase() == option);
        if rest == "PROVIDER" || known(rows) {
            continue;
        }
        let meant = suggest(option, rows).map(|row| format!("{before}{}", row.name.to_uppercase()));
        let of_client = || suggest(option, CLIENT).map(|row| format!("{prefix}{}", row.name.to_uppercase()));
        let text = match meant.or_else(of_client) {
            Some(meant) => format!("{name} is not a variable of wablock; did you mean {meant}?"),
            None => format!("{name} is not a variable of wablock"),
        };
        let all: Vec<String> = rows.iter().map(|row| format!("{before}{}", row.name.to_uppercase())).collect();
        return Err(Error::new(ErrorKind::Config, text)
            .with_hint(format!("Remove it or correct its name. Known variables: {}.", all.join(", "))));
    }
    Ok(())
}
