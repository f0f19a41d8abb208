//! Reports stay Rust data, and their rows are asked for in pieces.

use std::sync::Arc;

use napi_derive::napi;
use serde_json::json;
use wablock::{Report, State, UserSet};

use crate::inputs;

/// A report.
#[napi]
pub struct NativeReport {
    report: Arc<Report>,
    /// Made where the report is, because to count many rows would hold JavaScript up.
    head: String,
}

#[napi]
impl NativeReport {
    /// Reads a report from its JSON.
    #[napi(factory)]
    pub fn from_json(text: String) -> napi::Result<Self> {
        Report::from_json(&text).map(Self::new).map_err(|error| crate::thrown(&error))
    }

    /// The shared JSON of the whole report.
    #[napi]
    pub fn to_json(&self) -> String {
        self.report.to_json()
    }

    /// Whether an input names a user, given as text or as JSON.
    #[napi]
    pub fn has(&self, user: String, json: bool) -> napi::Result<bool> {
        UserSet::of_report(&self.report).has(inputs::one(user, json)?).map_err(|error| crate::thrown(&error))
    }

    /// JSON of everything but the rows: also how many rows are in each state, and why.
    #[napi]
    pub fn head(&self) -> String {
        self.head.clone()
    }

    /// JSON array of the outcomes from `start` to before `end`.
    #[napi]
    pub fn outcomes(&self, start: u32, end: u32) -> String {
        let all = &self.report.outcomes;
        let end = all.len().min(end as usize);
        crate::json(&all.get(start as usize..end).unwrap_or_default())
    }

    /// The places of the outcomes in a state.
    #[napi]
    pub fn places(&self, state: String) -> Vec<u32> {
        let all = self.report.outcomes.iter().enumerate();
        all.filter(|(_, outcome)| outcome.state.as_str() == state).map(|(place, _)| rows(place)).collect()
    }

    /// JSON of the error that explains most of what did not work; `None` where everything is done.
    #[napi]
    pub fn cause(&self) -> Option<String> {
        self.report.cause().map(|error| crate::json(&error))
    }

    /// JSON array of the outcomes at these places.
    #[napi]
    pub fn outcomes_at(&self, places: Vec<u32>) -> String {
        let all = &self.report.outcomes;
        crate::json(&places.iter().filter_map(|place| all.get(*place as usize)).collect::<Vec<_>>())
    }
}

impl NativeReport {
    pub(crate) fn new(report: Report) -> Self {
        let counts: serde_json::Map<_, _> = State::ALL
            .iter()
            .zip(report.counts())
            .map(|(state, count)| (state.as_str().to_owned(), json!(count)))
            .collect();
        let reasons: serde_json::Map<_, _> = State::ALL
            .iter()
            .filter(|state| **state != State::Done)
            .map(|state| (state.as_str().to_owned(), json!(report.reasons(*state))))
            .collect();
        let head = json!({
            "provider": report.provider,
            "operation": report.operation,
            "account": report.account,
            "requests": report.requests,
            "finished_at_ms": report.finished_at_ms,
            "length": report.outcomes.len(),
            "counts": counts,
            "reasons": reasons,
        });
        Self { report: Arc::new(report), head: head.to_string() }
    }

    pub(crate) fn shared(&self) -> Arc<Report> {
        Arc::clone(&self.report)
    }
}

/// A count of rows as JavaScript's number; no report is as long as where this would cut.
fn rows(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
