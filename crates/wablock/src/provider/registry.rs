//! The one list of providers, and how a configuration given as data becomes one of them.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Provider, digital99, meta, nxcloud, sinch};
use crate::{
    config,
    error::{Error, ErrorKind, ProviderId},
};

/// A configuration that makes a provider.
pub trait IntoProvider {
    /// Checks every value and makes the provider.
    ///
    /// # Errors
    /// `config`, naming the option that cannot work.
    fn into_provider(self) -> Result<Box<dyn Provider>, Error>;
}

impl IntoProvider for Box<dyn Provider> {
    fn into_provider(self) -> Result<Box<dyn Provider>, Error> {
        Ok(self)
    }
}

/// Every provider: its id, and how its options are read.
const PROVIDERS: &[(ProviderId, Read)] = &[
    (meta::ID, read::<meta::MetaConfig>),
    (nxcloud::ID, read::<nxcloud::NxCloudConfig>),
    (digital99::ID, read::<digital99::Digital99Config>),
    (sinch::ID, read::<sinch::SinchConfig>),
];

type Read = fn(Value, &str) -> Result<Box<dyn Provider>, Error>;

fn read<C: IntoProvider + DeserializeOwned>(options: Value, whose: &str) -> Result<Box<dyn Provider>, Error> {
    config::read::<C>(options, whose)?.into_provider()
}

/// The ids of all providers.
#[must_use]
pub fn provider_ids() -> Vec<ProviderId> {
    PROVIDERS.iter().map(|(id, _)| id.clone()).collect()
}

/// Makes a provider from an object with `provider` (its id) and the provider's own options; `null` counts as missing.
///
/// # Errors
/// `config`, naming the option that is missing, unknown, or cannot work.
pub fn provider_from_value(value: Value) -> Result<Box<dyn Provider>, Error> {
    let Value::Object(mut options) = value else {
        return Err(Error::new(ErrorKind::Config, "a configuration must be an object with `provider` and its options"));
    };
    options.retain(|_, value| !value.is_null());
    let ids = || PROVIDERS.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
    let id = match options.remove("provider") {
        Some(Value::String(id)) => id,
        Some(_) => {
            return Err(Error::new(ErrorKind::Config, format!("`provider` must be one of {}", ids())));
        }
        None => {
            return Err(Error::new(ErrorKind::Config, format!("missing option `provider`: one of {}", ids())));
        }
    };
    match PROVIDERS.iter().find(|(known, _)| known.as_str() == id) {
        Some((_, read)) => read(Value::Object(options), &id),
        None => Err(Error::new(ErrorKind::Config, format!("`provider` is {id:?}, which is none of {}", ids()))),
    }
}

/// A configuration object from environment variables: `WABLOCK_PROVIDER`, and `WABLOCK_<PROVIDER>_<OPTION>` for each option,
/// such as `WABLOCK_META_ACCESS_TOKEN`. Pure: the caller reads the environment. Empty variables count as missing.
///
/// # Errors
/// `config` when `WABLOCK_PROVIDER` is missing or names no provider. Options are checked by [`provider_from_value`].
pub fn config_from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Result<Value, Error> {
    let vars: Vec<_> =
        vars.into_iter().filter(|(name, value)| name.starts_with("WABLOCK_") && !value.is_empty()).collect();
    let given = vars.iter().find(|(name, _)| name == "WABLOCK_PROVIDER").map(|(_, value)| value.trim().to_lowercase());
    let ids = || PROVIDERS.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
    let Some(id) = given else {
        return Err(Error::new(ErrorKind::Config, "the environment variable WABLOCK_PROVIDER is not set")
            .with_hint(format!("Set it to one of {}.", ids())));
    };
    if !PROVIDERS.iter().any(|(known, _)| known.as_str() == id) {
        return Err(Error::new(ErrorKind::Config, format!("WABLOCK_PROVIDER is {id:?}, which is none of {}", ids())));
    }
    let prefix = format!("WABLOCK_{}_", id.to_uppercase());
    let mut options: Map<String, Value> = vars
        .into_iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_lowercase(), Value::String(value))))
        .collect();
    options.insert("provider".to_owned(), Value::String(id));
    Ok(Value::Object(options))
}

/// Reads a number or a flag also from text, because environment variables are text.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = match Value::deserialize(deserializer)? {
        Value::String(text) => serde_json::from_str(text.trim()).unwrap_or(Value::String(text)),
        value => value,
    };
    serde_json::from_value(value).map_err(serde::de::Error::custom)
}
