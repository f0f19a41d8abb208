//! The one door for tests: commands with JSON in and JSON out, from Rust and over HTTP alike.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::accounts::{DEFAULT_ACCOUNT, Operation, Provider, configuration, credentials, environment};
use crate::faults::{COMMON, echo::spellings, table};
use crate::http::Reply;
use crate::keys::{nothing, read};
use crate::magic;
use crate::problem::ControlError;
use crate::settings::Settings;
use crate::world::{Canned, CannedAnswer, World};

type Answer = Result<Value, ControlError>;

/// Command, whether it only reads (GET works too), its keys.
const COMMANDS: [(&str, bool, &str); 15] = [
    ("help", true, "no keys: this list"),
    ("config", true, "provider, account?, app_secret?: a ready configuration for the client"),
    ("env", true, "provider, account?, app_secret?: the same as environment variables"),
    ("secrets", true, "provider, account?: every text in which a credential of the account can be read"),
    ("settings", true, "any settings: changes them; returns all"),
    ("seed", false, "provider, account?, blocked?: [user], messages?: [user | {user, at_ms | ago_s}]"),
    ("inspect", true, "provider, account?: the list, its version, what is pending"),
    ("reset", false, "no keys: lists, settings, faults, clock, record, script back to the start"),
    ("advance", false, "days?, hours?, minutes?, seconds?, ms?: moves the clock on; returns now_ms"),
    ("clock", true, "advance_s | set_ms | reset: true, freeze?: true or false; returns now_ms"),
    ("requests", true, "provider?, operation?, limit?, clear?: what was asked, newest last"),
    ("script", false, "responses: [{status?, headers?, body?, raw?}], provider?: canned answers; [] drops them"),
    (
        "fault",
        false,
        "name, provider?, operation?, applied?, every?, after?, times?, probability?, seed? and the fault's own keys",
    ),
    ("faults", true, "no keys: every fault there is, and the active ones"),
    ("clear_faults", false, "no keys"),
];

/// Whether a command may be sent with GET.
pub(crate) fn is_reading(command: &str) -> bool {
    COMMANDS.iter().any(|(name, reading, _)| *name == command && *reading)
}

/// Carries out one command.
pub(crate) fn run(world: &mut World, command: &str, body: Value) -> Answer {
    let body = match body {
        Value::Object(map) => map,
        Value::Null => Map::new(),
        other => return Err(ControlError::new(format!("{command}: a JSON object is expected, not {other}"))),
    };
    match command {
        "help" => nothing(command, body).map(|()| help()),
        "config" => config(world, read(command, body)?),
        "env" => Ok(json!(environment(&config(world, read(command, body)?)?))),
        "secrets" => secrets(world, read(command, body)?),
        "settings" => {
            world.settings = world.settings.with(body)?;
            Ok(world.settings.to_json())
        }
        "seed" => seed(world, read(command, body)?),
        "inspect" => inspect(world, read(command, body)?),
        "reset" => nothing(command, body).map(|()| {
            world.reset();
            json!({})
        }),
        "advance" => advance(world, read(command, body)?),
        "clock" => clock(world, read(command, body)?),
        "requests" => requests(world, read(command, body)?),
        "script" => script(world, read(command, body)?),
        "fault" => world.faults.add(body),
        "faults" => nothing(command, body).map(|()| {
            let common: BTreeMap<&str, &str> = COMMON.into_iter().collect();
            json!({"faults": table::to_json(), "common": common, "active": world.faults.to_json()})
        }),
        "clear_faults" => nothing(command, body).map(|()| json!({"cleared": world.faults.clear()})),
        other => {
            let names: Vec<&str> = COMMANDS.iter().map(|c| c.0).collect();
            Err(ControlError::new(format!("unknown command `{other}`, expected one of {}", names.join(", "))))
        }
    }
}

fn help() -> Value {
    let commands: BTreeMap<&str, &str> = COMMANDS.iter().map(|(name, _, keys)| (*name, *keys)).collect();
    let numbers = magic::MAGIC_CODES.iter().map(|(code, what)| (format!("15550{code:06}"), *what));
    let numbers: BTreeMap<String, &str> = numbers.collect();
    json!({"commands": commands, "magic_numbers": numbers, "settings": Settings::describe()})
}

fn default_account() -> String {
    DEFAULT_ACCOUNT.to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    provider: Provider,
    #[serde(default = "default_account")]
    account: String,
    #[serde(default)]
    app_secret: bool,
}

fn config(world: &mut World, asked: Config) -> Answer {
    let with_app_secret = asked.app_secret || world.settings.require_appsecret_proof;
    let url = world.url.clone();
    let account = world.account(asked.provider, &asked.account)?;
    Ok(configuration(asked.provider, account, &url, with_app_secret))
}

fn secrets(world: &mut World, asked: Inspect) -> Answer {
    let account = world.account(asked.provider, &asked.account)?;
    let all = credentials(asked.provider, account);
    Ok(json!({"secrets": all.iter().flat_map(|secret| spellings(secret)).collect::<Vec<String>>()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
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

/// What the list holds for a user: wa_id, digits (Sinch) or BSUID.
fn key(provider: Provider, user: &str) -> Result<String, ControlError> {
    if provider == Provider::Meta && magic::is_bsuid(user) {
        return Ok(user.to_owned());
    }
    let digits = magic::phone_digits(user).ok_or_else(|| {
        ControlError::new(format!("seed: {user:?} is not a number (7 to 15 digits, with or without +)"))
    })?;
    Ok(if provider == Provider::Sinch { digits.to_owned() } else { magic::wa_id(digits) })
}

fn seed(world: &mut World, asked: Seed) -> Answer {
    let now_us = world.clock.now_us();
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
struct Inspect {
    provider: Provider,
    #[serde(default = "default_account")]
    account: String,
}

fn inspect(world: &mut World, asked: Inspect) -> Answer {
    let now_ms = world.clock.now_ms();
    let account = world.account(asked.provider, &asked.account)?;
    let blocked: Vec<Value> = account.list.sorted().iter().map(|user| json!(&**user)).collect();
    let mut state = json!({
        "count": blocked.len(),
        "blocked": blocked,
        "version": account.list.version().to_string(),
        "own_number": account.own_number,
        "now_ms": now_ms,
    });
    if asked.provider == Provider::Sinch {
        state["pending"] = json!(account.pending);
    }
    Ok(state)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    days: Option<f64>,
    hours: Option<f64>,
    minutes: Option<f64>,
    seconds: Option<f64>,
    ms: Option<f64>,
}

fn advance(world: &mut World, asked: Advance) -> Answer {
    let units = [
        (asked.days, 86_400_000.0),
        (asked.hours, 3_600_000.0),
        (asked.minutes, 60_000.0),
        (asked.seconds, 1000.0),
        (asked.ms, 1.0),
    ];
    if units.iter().all(|(count, _)| count.is_none()) {
        let names = ["days", "hours", "minutes", "seconds", "ms"];
        return Err(ControlError::new("advance: expected at least one of ").names(names));
    }
    let ms: f64 = units.into_iter().map(|(count, unit)| count.unwrap_or(0.0) * unit).sum();
    world.clock.advance(ms as i64);
    Ok(json!({"now_ms": world.clock.now_ms()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveClock {
    #[serde(default)]
    advance_s: Option<f64>,
    #[serde(default)]
    set_ms: Option<i64>,
    #[serde(default)]
    freeze: Option<bool>,
    #[serde(default)]
    reset: bool,
}

fn clock(world: &mut World, asked: MoveClock) -> Answer {
    if let Some(frozen) = asked.freeze {
        world.clock.freeze(frozen);
    }
    match (asked.advance_s, asked.set_ms, asked.reset) {
        (None, None, false) => {}
        (Some(seconds), None, false) => world.clock.advance((seconds * 1000.0) as i64),
        (None, Some(ms), false) => world.clock.set(ms),
        (None, None, true) => world.clock = crate::clock::Clock::default(),
        _ => return Err(ControlError::new("clock: only one of advance_s, set_ms and reset can be given")),
    }
    Ok(json!({"now_ms": world.clock.now_ms()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requests {
    #[serde(default)]
    provider: Option<Provider>,
    #[serde(default)]
    operation: Option<Operation>,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    clear: bool,
}

fn requests(world: &mut World, asked: Requests) -> Answer {
    let fits = |r: &&crate::world::Recorded| {
        asked.provider.is_none_or(|p| p == r.provider) && (asked.operation.is_none() || asked.operation == r.operation)
    };
    let mut list: Vec<Value> = world
        .record
        .requests
        .iter()
        .rev()
        .filter(fits)
        .take(asked.limit.unwrap_or(usize::MAX))
        .map(|r| {
            json!({
                "provider": r.provider,
                "operation": r.operation,
                "method": r.request.method,
                "path": r.request.path,
                "query": r.request.query,
                "headers": r.request.headers,
                "body": String::from_utf8_lossy(&r.request.body),
                "at_ms": r.at_ms,
                "status": r.status,
            })
        })
        .collect();
    list.reverse();
    let matching = world.record.requests.iter().filter(fits).count();
    let answer = json!({"total": world.record.total, "matching": matching, "requests": list});
    if asked.clear {
        world.record = crate::world::Record::default();
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    responses: Vec<Response>,
    #[serde(default)]
    provider: Option<Provider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response {
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    raw: Option<String>,
}

fn script(world: &mut World, asked: Script) -> Answer {
    if asked.responses.is_empty() {
        world.script.clear();
    }
    for (at, response) in asked.responses.into_iter().enumerate() {
        let wrong = |why: &str| ControlError::new(format!("script: response {at}: {why}"));
        let answer = match response.raw {
            Some(_) if response.status.is_some() || response.body.is_some() || !response.headers.is_empty() => {
                return Err(wrong("raw cannot be combined with status, headers or body"));
            }
            Some(raw) => CannedAnswer::Raw(raw.into_bytes()),
            None => {
                let status = response.status.unwrap_or(200);
                if !(200..=999).contains(&status) {
                    return Err(wrong("status must be from 200 to 999"));
                }
                let mut reply = match response.body {
                    None => Reply::empty(status),
                    Some(Value::String(text)) => Reply::typed(status, "application/json", text),
                    Some(json) => Reply::typed(status, "application/json", json.to_string()),
                };
                for (name, value) in response.headers {
                    let lines = |text: &str| text.contains(['\r', '\n']);
                    if lines(&name) || lines(&value) {
                        return Err(wrong("a header must not have line breaks; use raw"));
                    }
                    reply.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
                    reply.headers.push((name.into(), value));
                }
                CannedAnswer::Reply(reply)
            }
        };
        world.script.push_back(Canned { provider: asked.provider, answer });
    }
    Ok(json!({"waiting": world.script.len()}))
}
