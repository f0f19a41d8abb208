//! The one list of providers, and how a configuration given as data becomes one of them.

use serde_json::Value;

use super::{Provider, digital99, meta, nxcloud, option::ProviderEntry, sinch, vars};
use crate::{
    model::error::{Error, ErrorKind},
    options::{self, ClientOptions, Elsewhere, OptionRow},
    wording::{Naming, listed},
};

/// Every provider.
pub(super) const PROVIDERS: &[ProviderEntry] = &[meta::ENTRY, nxcloud::ENTRY, digital99::ENTRY, sinch::ENTRY];

/// Every provider, with its options.
#[must_use]
pub fn providers() -> &'static [ProviderEntry] {
    PROVIDERS
}

fn entry(id: &str) -> Result<&'static ProviderEntry, Error> {
    PROVIDERS.iter().find(|entry| entry.id.as_str() == id).ok_or_else(|| not_a_provider("provider"))
}

/// The ids of the providers, as they are read.
pub(super) fn ids() -> String {
    listed(PROVIDERS.iter().map(|entry| entry.id.to_string()), "or")
}

/// Makes a provider from an object with `provider` (its id) and the provider's own options; `null` counts as missing.
///
/// # Errors
/// `config`, naming the option that is unknown, of a wrong type, or cannot work, or all that are missing.
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
        Some(_) => return Err(not_a_provider("provider")),
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
pub(super) fn not_a_provider(option: &'static str) -> Error {
    Error::of_option(option, "does not name a provider").with_hint(format!("It must be {}.", ids()))
}

/// Where the settings of a client come from.
pub enum Source {
    /// A configuration: an object with `provider` (its id) and the provider's own options.
    Config(Value),
    /// Environment variables: `WABLOCK_PROVIDER`, and one for each option.
    Variables {
        /// Names and values, as the caller read them; those of other programs are ignored.
        vars: Vec<(String, String)>,
        /// `SHOP` reads `WABLOCK_SHOP_PROVIDER` and so on, so that one environment can hold several numbers.
        prefix: Option<String>,
    },
}

/// The provider and the options of a client, for [`crate::Client::new`]. `options` were given in code, by the names of
/// `naming`; they go before variables.
///
/// ```
/// use wablock::{Client, Naming, Source, settings};
/// let vars = [
///     ("WABLOCK_PROVIDER", "99digital"),
///     ("WABLOCK_99DIGITAL_API_KEY", "key"),
///     ("WABLOCK_99DIGITAL_FROM_NUMBER", "972771234567"),
///     ("WABLOCK_TIMEOUT", "20"),
/// ];
/// // In a program: std::env::vars().collect()
/// let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
/// let source = Source::Variables { vars, prefix: None };
/// let (provider, options) = settings(source, serde_json::json!({ "max_retries": 0 }), &Naming::snake())?;
/// let client = Client::new(provider, options)?;
/// # Ok::<(), wablock::Error>(())
/// ```
///
/// # Errors
/// `config`, naming the option or variable that is unknown, of a wrong type, or cannot work, or all that are missing.
pub fn settings(source: Source, options: Value, naming: &Naming) -> Result<(Box<dyn Provider>, ClientOptions), Error> {
    match source {
        Source::Config(config) => {
            let options = ClientOptions::read(options, naming)?;
            Ok((read(config, naming)?, options))
        }
        Source::Variables { vars, prefix } => {
            let given = vars::read(vars, prefix.as_deref(), options, naming)?;
            let options = ClientOptions::read(given.options, &given.naming)?;
            Ok((read(given.config, &given.naming)?, options))
        }
    }
}
