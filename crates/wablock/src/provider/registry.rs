//! The one list of providers, and how a configuration given as data becomes one of them.

use std::sync::LazyLock;

use serde_json::Value;

use super::{
    Provider, cannot_block, cloud_api::profiles, digital99, nxcloud, one_msg, option::ProviderEntry, sinch, zernio,
};
use crate::{
    model::error::{Error, ErrorKind},
    options::{self, ClientOptions, Elsewhere, OptionRow},
    wording::{Naming, listed},
};

/// Every provider.
pub(super) static PROVIDERS: LazyLock<Vec<ProviderEntry>> = LazyLock::new(|| {
    [profiles::ENTRIES, &[nxcloud::ENTRY, digital99::ENTRY, sinch::ENTRY, zernio::ENTRY, one_msg::ENTRY]].concat()
});

/// Every provider, with its options.
#[must_use]
pub fn providers() -> &'static [ProviderEntry] {
    &PROVIDERS
}

fn entry(id: &str) -> Result<&'static ProviderEntry, Error> {
    PROVIDERS.iter().find(|entry| entry.id.as_str() == id).ok_or_else(|| unknown(id))
}

/// The error about a name that is not the id of a provider.
pub(super) fn unknown(name: &str) -> Error {
    cannot_block::error(name, &ids()).unwrap_or_else(not_a_provider)
}

/// The ids of the providers, as they are read.
pub(super) fn ids() -> String {
    listed(PROVIDERS.iter().map(|entry| entry.id.to_string()), "or")
}

/// Makes a provider from an object with `provider` (its id) and the provider's own options; `null` counts as missing.
///
/// # Errors
/// `config`, naming the option that is unknown, of a wrong type, or cannot work, or all that are missing; `unsupported` for a
/// provider that has no call which blocks a user.
pub fn provider_from_value(value: Value) -> Result<Box<dyn Provider>, Error> {
    read(value, &Naming::snake())
}

/// [`provider_from_value`] for the names of another language.
pub(super) fn read(value: Value, naming: &Naming) -> Result<Box<dyn Provider>, Error> {
    let Value::Object(mut given) = value else {
        return Err(Error::new(ErrorKind::Config, "a configuration must be an object with `provider` and its options"));
    };
    let id = match given.remove("provider") {
        Some(Value::String(id)) => id,
        None | Some(Value::Null) => {
            return Err(Error::of_option("provider", "is missing").with_hint(format!("It must be {}.", ids())));
        }
        Some(_) => return Err(not_a_provider()),
    };
    let entry = entry(&id)?;
    let elsewhere = Elsewhere { others: OTHERS, own: &[] };
    let values = options::read(entry.id.as_str(), entry.table.rows, Value::Object(given), naming, &elsewhere)?;
    (entry.make)(values).map_err(|error| error.spelled(naming))
}

const OTHERS: &[(&str, &[OptionRow])] = &[("the client", ClientOptions::TABLE.rows)];

/// Checks the names of a provider's options before their values are known.
///
/// # Errors
/// `config`, naming the one that is unknown, or all that are missing.
pub fn check_names(id: &str, names: &[String], naming: &Naming) -> Result<(), Error> {
    let rows = entry(id)?.table.rows;
    options::known(id, rows, names.iter(), naming, &Elsewhere { others: OTHERS, own: &[] })?;
    options::complete(id, rows, |option| names.contains(&naming.key(option)), naming)
}

/// The value is not repeated: it may be a credential in the wrong place.
fn not_a_provider() -> Error {
    Error::of_option("provider", "does not name a provider").with_hint(format!("It must be {}.", ids()))
}
