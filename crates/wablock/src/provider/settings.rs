//! The settings of a client, from a configuration or from environment variables.

use serde_json::Value;

use super::{Provider, registry::read, vars};
use crate::{model::error::Error, options::ClientOptions, wording::Naming};

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
/// `config`, naming the option or variable that is unknown, of a wrong type, or cannot work, or all that are missing;
/// `unsupported` for a provider that has no call which blocks a user.
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
