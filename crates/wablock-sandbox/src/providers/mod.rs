//! The four providers, each in its own file, and the rules that three of them share.

pub(crate) mod cloud_api;
pub(crate) mod digital99;
pub(crate) mod graph;
pub(crate) mod meta;
pub(crate) mod nxcloud;
pub(crate) mod signature;
pub(crate) mod sinch;

use crate::accounts::{Operation, Provider};

/// Which operation a request asks for, as far as method and path tell.
pub(crate) fn operation(provider: Provider, method: &str, rest: &str) -> Option<Operation> {
    match provider {
        Provider::Meta => meta::operation(method, rest),
        Provider::NxCloud => nxcloud::operation(rest),
        Provider::Digital99 => digital99::operation(rest),
        Provider::Sinch => sinch::operation(method, rest),
    }
}
