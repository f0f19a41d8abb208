//! Commands about accounts: configurations, lists, who wrote.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::DEFAULT_ACCOUNT;
use crate::encodings::spellings;
use crate::error::{Answer, ControlError};
use crate::simulator::Answers;
use crate::simulators::Provider;
use crate::world::World;

fn default_account() -> String {
    DEFAULT_ACCOUNT.to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    provider: Provider,
    #[serde(default = "default_account")]
    account: String,
    #[serde(default)]
    app_secret: bool,
    #[serde(default)]
    partner: bool,
}

/// The ready configuration object for the client.
pub(super) fn config(world: &mut World, asked: Config) -> Answer {
    let with_app_secret = asked.app_secret || world.state.settings.require_appsecret_proof;
    let about = asked.provider.about();
    let base_url = format!("{}/{}", world.state.url, about.id);
    let account = world.account(asked.provider, &asked.account)?;
    let mut config = json!({"provider": about.id, "base_url": base_url});
    let partner = about.partner_option.filter(|_| asked.partner);
    if asked.partner && partner.is_none() {
        return Err(ControlError::new(format!("config: {} has no credential for partners", about.id)));
    }
    for (option, field) in about.options.iter().chain(about.extra_option.iter().filter(|_| with_app_secret)) {
        match partner {
            Some((own, other, field)) if own == *option => config[other] = json!(account.field(field)),
            _ => config[*option] = json!(account.field(*field)),
        }
    }
    Ok(config)
}

/// The environment variables from which a program reads this configuration.
pub(super) fn environment(world: &mut World, asked: Config) -> Answer {
    let id = asked.provider.id();
    let mut variables = BTreeMap::from([("WABLOCK_PROVIDER".to_owned(), json!(id))]);
    let config = config(world, asked)?;
    for (option, value) in config.as_object().into_iter().flatten().filter(|(option, _)| *option != "provider") {
        variables.insert(format!("WABLOCK_{}_{}", id, option).to_ascii_uppercase(), value.clone());
    }
    Ok(json!(variables))
}

/// Every text in which a credential of the account can be read.
pub(super) fn secrets(world: &mut World, asked: Inspect) -> Answer {
    let about = asked.provider.about();
    let account = world.account(asked.provider, &asked.account)?;
    let mut all = account.secrets(&about.parts);
    all.extend((about.derived_secrets)(account));
    Ok(json!({"secrets": all.iter().flat_map(|secret| spellings(secret)).collect::<Vec<String>>()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seed {
    provider: Provider,
    #[serde(default = "default_account")]
    account: String,
    #[serde(default)]
    blocked: Vec<String>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a number, or {user, at_ms} or {user, ago_s}")]
enum Message {
    Now(String),
    At(MessageAt),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageAt {
    user: String,
    #[serde(default)]
    at_ms: Option<i64>,
    #[serde(default)]
    ago_s: Option<i64>,
}

/// What the list holds for a user.
fn key(provider: Provider, user: &str) -> Result<String, ControlError> {
    provider
        .key(user)
        .ok_or_else(|| ControlError::new(format!("seed: {user:?} is not a number (7 to 15 digits, with or without +)")))
}

pub(super) fn seed(world: &mut World, asked: Seed) -> Answer {
    let now_us = world.state.clock.now_us();
    let provider = asked.provider;
    let blocked = asked.blocked.iter().map(|user| key(provider, user));
    let blocked: Vec<String> = blocked.collect::<Result<_, _>>()?;
    let message = |message: &Message| match message {
        Message::Now(user) => Ok((key(provider, user)?, now_us / 1000)),
        Message::At(at) => {
            let when = match (at.at_ms, at.ago_s) {
                (Some(ms), None) => ms,
                (None, Some(seconds)) => (now_us / 1000).saturating_sub(seconds.saturating_mul(1000)),
                _ => return Err(ControlError::new("seed: a message has either at_ms or ago_s")),
            };
            Ok((key(provider, &at.user)?, when))
        }
    };
    let messages: Vec<(String, i64)> = asked.messages.iter().map(message).collect::<Result<_, _>>()?;
    let account = world.account(provider, &asked.account)?;
    let added = blocked.iter().filter(|user| account.list.seed(user)).count();
    if added > 0 {
        account.list.bump(now_us);
    }
    account.wrote.extend(messages);
    Ok(json!({"added": added, "count": account.list.len()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inspect {
    provider: Provider,
    #[serde(default = "default_account")]
    account: String,
}

pub(super) fn inspect(world: &mut World, asked: Inspect) -> Answer {
    let now_ms = world.state.clock.now_ms();
    let account = world.account(asked.provider, &asked.account)?;
    let blocked: Vec<Value> = account.list.sorted().iter().map(|user| json!(&**user)).collect();
    let mut state = json!({
        "count": blocked.len(),
        "blocked": blocked,
        "version": account.list.version().to_string(),
        "own_number": account.own_number,
        "now_ms": now_ms,
    });
    if asked.provider.about().answers == Answers::Empty {
        state["pending"] = json!(account.pending);
    }
    Ok(state)
}
