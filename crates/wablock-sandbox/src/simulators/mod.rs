//! The list of simulated providers. A new one is one file and one line here.

mod any_host;
mod batch;
mod cloud_api;
mod dialog360;
mod digital99;
mod family;
mod gupshup;
mod kaleyra;
mod kapso;
mod meta;
mod nxcloud;
mod one_msg;
mod page;
mod routes;
mod sinch;
mod splashify;
mod ycloud;
mod zernio;

use std::fmt;
use std::ops::Deref;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::simulator::Simulator;

/// Every provider there is.
static SIMULATORS: &[&dyn Simulator] = &[
    &meta::META,
    &nxcloud::NxCloud,
    &digital99::Digital99,
    &sinch::Sinch,
    &dialog360::DIALOG360,
    &gupshup::GUPSHUP,
    &kaleyra::KALEYRA,
    &kapso::KAPSO,
    &splashify::SPLASHIFY,
    &ycloud::YCLOUD,
    &zernio::ZERNIO,
    &one_msg::OneMsg,
    &any_host::ANY_HOST,
];

/// One of [`SIMULATORS`]; in JSON its id.
#[derive(Clone, Copy)]
pub(crate) struct Provider(&'static dyn Simulator);

impl Provider {
    pub(crate) fn all() -> impl Iterator<Item = Provider> {
        SIMULATORS.iter().map(|simulator| Provider(*simulator))
    }

    /// Splits `/meta/v26.0/1/block_users` into the provider and `/v26.0/1/block_users`.
    pub(crate) fn of_path(path: &str) -> Option<(Provider, &str)> {
        Provider::all().find_map(|provider| {
            let rest = path.strip_prefix('/')?.strip_prefix(provider.id())?;
            rest.starts_with('/').then_some((provider, rest))
        })
    }
}

impl Deref for Provider {
    type Target = dyn Simulator;

    fn deref(&self) -> &'static dyn Simulator {
        self.0
    }
}

impl PartialEq for Provider {
    fn eq(&self, other: &Provider) -> bool {
        self.id() == other.id()
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Provider {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Provider {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Provider, D::Error> {
        let id = Value::deserialize(deserializer)?;
        let found = Provider::all().find(|provider| id == provider.id());
        found.ok_or_else(|| D::Error::custom(format!("one of {}", names().join(", "))))
    }
}

/// The ids of all providers.
pub(crate) fn names() -> Vec<&'static str> {
    SIMULATORS.iter().map(|simulator| simulator.id()).collect()
}
