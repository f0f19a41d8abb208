//! Properties: what holds for every input, checked on generated ones.

mod answers;
mod calls;
mod data;
mod requests;
mod users;

use proptest::prelude::*;
use wablock::{Provider, provider_from_value};

use crate::support::{
    data::signing,
    stage::{PROVIDERS, has_option},
};

/// Few cases each, so that the whole takes seconds; a failing case is printed and not kept in a file.
fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

/// The id of any provider.
fn any_provider() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(PROVIDERS.clone())
}

/// A provider that has an option.
fn with_option(option: &'static str) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(PROVIDERS.iter().copied().filter(|id| has_option(id, option)).collect::<Vec<_>>())
}

/// The most users that a request of a provider can name.
fn most_users(id: &str) -> usize {
    provider(id).capabilities().max_users_per_request
}

/// International digits, seven to fifteen.
fn digits() -> impl Strategy<Value = String> {
    "[1-9][0-9]{6,14}"
}

fn provider(id: &str) -> Box<dyn Provider> {
    provider_from_value(signing(id)).expect("a good configuration")
}
