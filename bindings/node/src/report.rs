//! Answers of calls: reports stay Rust data, and their rows are asked for in pieces.

use std::sync::{Arc, Mutex, PoisonError};

use napi_derive::napi;
use serde_json::json;
use wablock::{CallError, Error, Outcome, Report, State, UserSet};

use crate::{call::rows, inputs};

/// What came of a call: an outcome or a report, or an error that may have a report.
#[napi]
pub struct NativeAnswer {
    error: Option<String>,
    outcome: Option<String>,
    yes: Option<bool>,
    report: Mutex<Option<NativeReport>>,
}

#[napi]
impl NativeAnswer {
    /// JSON of the error, where the call failed.
    #[napi(getter)]
    pub fn error(&self) -> Option<String> {
        self.error.clone()
    }

    /// JSON of the outcome of a call about one user.
    #[napi(getter)]
    pub fn outcome(&self) -> Option<String> {
        self.outcome.clone()
    }

    /// The answer to a question.
    #[napi(getter)]
    pub fn yes(&self) -> Option<bool> {
        self.yes
    }

    /// The report, once.
    #[napi]
    pub fn take_report(&self) -> Option<NativeReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl NativeAnswer {
    pub(crate) fn of_report(result: Result<Report, CallError>) -> Self {
        match result {
            Ok(report) => Self::new(None, None, Some(report)),
            Err(error) => Self::of_error(error),
        }
    }

    pub(crate) fn of_outcome(result: Result<Outcome, CallError>) -> Self {
        match result {
            Ok(outcome) => Self::new(None, Some(crate::json(&outcome)), None),
            Err(error) => Self::of_error(error),
        }
    }

    pub(crate) fn of_question(result: Result<bool, Error>) -> Self {
        match result {
            Ok(yes) => Self { yes: Some(yes), ..Self::new(None, None, None) },
            Err(error) => Self::of_error(error.into()),
        }
    }

    fn of_error(error: CallError) -> Self {
        let (error, report) = error.into_parts();
        Self::new(Some(crate::json(&error)), None, report)
    }

    fn new(error: Option<String>, outcome: Option<String>, report: Option<Report>) -> Self {
        Self { error, outcome, yes: None, report: Mutex::new(report.map(NativeReport::new)) }
    }
}

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
