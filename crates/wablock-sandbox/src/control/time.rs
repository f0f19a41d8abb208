//! Commands that move the clock.

use serde::Deserialize;
use serde_json::json;

use crate::clock::Clock;
use crate::error::{Answer, ControlError};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    days: Option<f64>,
    hours: Option<f64>,
    minutes: Option<f64>,
    seconds: Option<f64>,
    ms: Option<f64>,
}

pub(super) fn advance(world: &mut World, asked: Advance) -> Answer {
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
    world.state.clock.advance(ms as i64);
    Ok(json!({"now_ms": world.state.clock.now_ms()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveClock {
    #[serde(default)]
    advance_s: Option<f64>,
    #[serde(default)]
    set_ms: Option<i64>,
    #[serde(default)]
    freeze: Option<bool>,
    #[serde(default)]
    reset: bool,
}

pub(super) fn clock(world: &mut World, asked: MoveClock) -> Answer {
    if let Some(frozen) = asked.freeze {
        world.state.clock.freeze(frozen);
    }
    match (asked.advance_s, asked.set_ms, asked.reset) {
        (None, None, false) => {}
        (Some(seconds), None, false) => world.state.clock.advance((seconds * 1000.0) as i64),
        (None, Some(ms), false) => world.state.clock.set(ms),
        (None, None, true) => world.state.clock = Clock::default(),
        _ => return Err(ControlError::new("clock: only one of advance_s, set_ms and reset can be given")),
    }
    Ok(json!({"now_ms": world.state.clock.now_ms()}))
}
