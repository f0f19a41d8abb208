//! The faults that are active, and when one of them strikes.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::act::{Act, Spec};
use super::params::Params;
use super::{places, table};
use crate::error::{Answer, ControlError};
use crate::keys::read;
use crate::operation::Operation;
use crate::simulators::Provider;
use crate::tweaks::Tweaks;

/// One active fault.
#[derive(Debug)]
struct Rule {
    spec: &'static Spec,
    params: Params,
    provider: Option<Provider>,
    operation: Option<Operation>,
    applied: bool,
    every: u64,
    after: u64,
    times: Option<u64>,
    probability: Option<f64>,
    random: fastrand::Rng,
    seen: u64,
    struck: u64,
}

/// A fault that strikes this request.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) spec: &'static Spec,
    pub(crate) params: Params,
    /// Whether a write still changes the list.
    pub(crate) applied: bool,
    /// How often it has struck, this time included.
    struck: u64,
}

/// The active faults, in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    times_cleared: u64,
}

#[derive(Debug, Deserialize)]
struct Common {
    name: String,
    #[serde(default)]
    provider: Option<Provider>,
    #[serde(default)]
    operation: Option<Operation>,
    #[serde(default)]
    applied: Option<bool>,
    #[serde(default)]
    every: Option<u64>,
    #[serde(default)]
    after: Option<u64>,
    #[serde(default)]
    times: Option<u64>,
    #[serde(default)]
    probability: Option<f64>,
    #[serde(default)]
    seed: Option<u64>,
}

/// Keys that every fault takes, with what they mean.
pub(crate) const COMMON: [(&str, &str); 9] = [
    ("name", "which fault; `faults` lists them"),
    ("provider", "only for this provider"),
    ("operation", "only for block, unblock or list"),
    ("applied", "whether a write still changes the list"),
    ("every", "strike each k-th matching request only"),
    ("after", "leave the first so many matching requests alone"),
    ("times", "strike so many times at most"),
    ("probability", "strike by chance (0 to 1), decided by `seed`"),
    ("seed", "where the chance starts (1)"),
];

impl Rules {
    /// Adds a rule from the JSON of `fault`.
    pub(crate) fn add(&mut self, body: Map<String, Value>) -> Answer {
        let wrong = |why: String| ControlError::new(format!("fault: {why}"));
        let (shared, own): (Map<String, Value>, Map<String, Value>) =
            body.into_iter().partition(|(key, _)| COMMON.iter().any(|(name, _)| name == key));
        let common: Common = read("fault", shared)?;
        let spec = table::find(&common.name).ok_or_else(|| {
            let names: Vec<&str> = table::FAULTS.iter().map(|f| f.name).collect();
            wrong(format!("unknown fault `{}`, expected one of {}", common.name, names.join(", ")))
        })?;
        let params = Params::new(spec.name, spec.params, COMMON.map(|(name, _)| name), own)?;
        let probability = common.probability;
        if probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return Err(ControlError::new("fault: ").name("probability").text(" must be from 0 to 1"));
        }
        if common.every == Some(0) {
            return Err(ControlError::new("fault: ").name("every").text(" must be at least 1"));
        }
        let possible = Provider::all().any(|provider| {
            Operation::ALL.into_iter().any(|operation| {
                common.provider.is_none_or(|p| p == provider)
                    && common.operation.is_none_or(|o| o == operation)
                    && (spec.place)(provider.about(), operation)
            })
        });
        if !possible {
            return Err(wrong(format!(
                "{} does not apply there; it applies at {}",
                spec.name,
                places::to_json(spec.place)
            )));
        }
        if matches!(spec.act, Act::ClosePort) && (common.provider.is_some() || common.operation.is_some()) {
            return Err(wrong(format!(
                "{}: the port is closed for all, so provider and operation cannot be given",
                spec.name
            )));
        }
        self.rules.push(Rule {
            spec,
            params,
            provider: common.provider,
            operation: common.operation,
            applied: common.applied.unwrap_or(spec.applied),
            every: common.every.unwrap_or(1),
            after: common.after.unwrap_or(0),
            times: common.times,
            probability,
            random: fastrand::Rng::with_seed(common.seed.unwrap_or(1)),
            seen: 0,
            struck: 0,
        });
        Ok(json!({"active": self.rules.len()}))
    }

    /// Removes all rules.
    pub(crate) fn clear(&mut self) -> usize {
        self.times_cleared += 1;
        std::mem::take(&mut self.rules).len()
    }

    /// The active rules with their counts.
    pub(crate) fn to_json(&self) -> Value {
        let rules = self.rules.iter().map(|rule| {
            json!({
                "name": rule.spec.name,
                "provider": rule.provider,
                "operation": rule.operation,
                "applied": rule.applied,
                "seen": rule.seen,
                "struck": rule.struck,
            })
        });
        rules.collect()
    }

    /// For how many milliseconds to close the port, if a rule that has not struck yet says so.
    pub(crate) fn close_port(&mut self) -> Option<u64> {
        let closes = |r: &&mut Rule| matches!(r.spec.act, Act::ClosePort) && r.struck == 0;
        let rule = self.rules.iter_mut().find(closes)?;
        rule.struck = 1;
        Some(rule.params.int("for_ms"))
    }

    /// Whether the rule that closed the port is still active.
    pub(crate) fn keeps_port_closed(&self) -> bool {
        self.rules.iter().any(|r| matches!(r.spec.act, Act::ClosePort))
    }

    /// How often the rules were cleared. An answer that a rule holds back goes out when this changes.
    pub(crate) fn times_cleared(&self) -> u64 {
        self.times_cleared
    }

    /// Removes the rule that closed the port, once its time is over.
    pub(crate) fn port_opened(&mut self) {
        self.rules.retain(|r| !(matches!(r.spec.act, Act::ClosePort) && r.struck == 1));
    }

    /// The first rule that strikes this request; every matching rule counts it.
    pub(crate) fn strike(&mut self, provider: Provider, operation: Option<Operation>) -> Option<Hit> {
        let mut hit = None;
        for rule in &mut self.rules {
            if rule.strikes(provider, operation) && hit.is_none() {
                rule.struck += 1;
                hit = Some(Hit {
                    spec: rule.spec,
                    params: rule.params.clone(),
                    applied: rule.applied,
                    struck: rule.struck,
                });
            }
        }
        hit
    }
}

impl Rule {
    fn strikes(&mut self, provider: Provider, operation: Option<Operation>) -> bool {
        let meant = self.provider.is_none_or(|p| p == provider)
            && (self.operation.is_none() || self.operation == operation)
            && operation.is_none_or(|o| (self.spec.place)(provider.about(), o))
            && !matches!(self.spec.act, Act::ClosePort);
        if !meant {
            return false;
        }
        self.seen += 1;
        let due = self.seen > self.after && (self.seen - self.after).is_multiple_of(self.every);
        let left = self.times.is_none_or(|times| self.struck < times);
        due && left && self.chance()
    }

    /// The same seed gives the same faults on every machine.
    fn chance(&mut self) -> bool {
        self.probability.is_none_or(|probability| self.random.f64() < probability)
    }
}

impl Hit {
    /// How the request is to be handled, if it is handled at all.
    pub(crate) fn tweaks(&self) -> Tweaks {
        let mut tweaks = Tweaks { dry_run: !self.applied, struck: self.struck, ..Tweaks::default() };
        tweaks.skew_ms = self.params.signed("skew_ms");
        if let Act::Tweak(tweak) = self.spec.act {
            tweak(&self.params, &mut tweaks);
        }
        if self.spec.params.iter().any(|p| p.name == "page_rows") {
            tweaks.page_rows = Some(usize::try_from(self.params.int("page_rows").max(1)).unwrap_or(1));
        }
        tweaks
    }
}
