//! Properties: what holds for every input, checked on generated ones.

mod answers;
mod calls;
mod data;
mod requests;
mod users;

use proptest::prelude::*;
use serde_json::{Value, json};
use wablock::{Provider, provider_from_value};

use crate::support::stage::PROVIDERS;

/// Few cases each, so that the whole takes seconds; a failing case is printed and not kept in a file.
fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

/// The id of any provider.
fn any_provider() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&PROVIDERS[..])
}

/// International digits, seven to fifteen.
fn digits() -> impl Strategy<Value = String> {
    "[1-9][0-9]{6,14}"
}

fn configuration(id: &str) -> Value {
    let mut config = match id {
        "meta" => {
            json!({ "access_token": "EAAB-token", "phone_number_id": "106540352242922", "app_secret": "app-secret" })
        }
        "nxcloud" => json!({ "access_key": "access-key", "access_secret": "access-secret", "app_key": "app-key",
            "business_phone": "85255500001" }),
        "99digital" => json!({ "api_key": "api-key-99", "from_number": "972555000001" }),
        _ => json!({ "token": "sinch-token", "bot_id": "bot" }),
    };
    config["provider"] = json!(id);
    config
}

fn provider(id: &str) -> Box<dyn Provider> {
    provider_from_value(configuration(id)).expect("a good configuration")
}
