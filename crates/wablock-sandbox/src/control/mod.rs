//! The test interface: commands with JSON in and JSON out, from Rust and over HTTP.

mod accounts;
mod time;
mod traffic;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::{Answer, ControlError};
use crate::faults::{COMMON, fault_table};
use crate::keys::{nothing, read};
use crate::magic;
use crate::simulators::names;
use crate::world::World;

/// Command, whether it only reads (GET works too), its keys.
const COMMANDS: [(&str, bool, &str); 15] = [
    ("help", true, "no keys: this list"),
    ("config", true, "provider, account?, app_secret?, partner?: a ready configuration for the client"),
    ("env", true, "provider, account?, app_secret?, partner?: the same as environment variables"),
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
        "help" => nothing(command, body).map(|()| help(world)),
        "config" => accounts::config(world, read(command, body)?),
        "env" => accounts::environment(world, read(command, body)?),
        "secrets" => accounts::secrets(world, read(command, body)?),
        "settings" => {
            world.state.settings = world.state.settings.with(body)?;
            Ok(world.state.settings.to_json())
        }
        "seed" => accounts::seed(world, read(command, body)?),
        "inspect" => accounts::inspect(world, read(command, body)?),
        "reset" => nothing(command, body).map(|()| {
            world.reset();
            json!({})
        }),
        "advance" => time::advance(world, read(command, body)?),
        "clock" => time::clock(world, read(command, body)?),
        "requests" => traffic::requests(world, read(command, body)?),
        "script" => traffic::script(world, read(command, body)?),
        "fault" => world.faults.add(body),
        "faults" => nothing(command, body).map(|()| {
            let common: BTreeMap<&str, &str> = COMMON.into_iter().collect();
            json!({"faults": fault_table(), "common": common, "active": world.faults.to_json()})
        }),
        "clear_faults" => nothing(command, body).map(|()| json!({"cleared": world.faults.clear()})),
        other => {
            let names: Vec<&str> = COMMANDS.iter().map(|c| c.0).collect();
            Err(ControlError::new(format!("unknown command `{other}`, expected one of {}", names.join(", "))))
        }
    }
}

fn help(world: &World) -> Value {
    let commands: BTreeMap<&str, &str> = COMMANDS.iter().map(|(name, _, keys)| (*name, *keys)).collect();
    let numbers = magic::MAGIC_CODES.iter().map(|(code, what)| (format!("15550{code:06}"), *what));
    let numbers: BTreeMap<String, &str> = numbers.collect();
    let settings = world.state.settings.describe();
    json!({"commands": commands, "providers": names(), "magic_numbers": numbers, "settings": settings})
}
