//! Reports and sets of users stay Rust data. JavaScript asks for the rows of a report in pieces.

use std::sync::Arc;

use napi_derive::napi;
use serde_json::{Map, Value, json};
use wablock::{BlockedUser, Error, ErrorKind, Report, State, UserSet};

use crate::inputs;

/// A report.
#[napi]
pub struct NativeReport {
    report: Arc<Report>,
    /// Made on the runtime's thread, because counting many rows would block JavaScript's event loop.
    head: String,
}

#[napi]
impl NativeReport {
    /// Reads a report from its JSON.
    #[napi(factory)]
    pub fn from_json(text: String) -> napi::Result<Self> {
        Report::from_json(&text).map(Self::new).map_err(crate::thrown)
    }

    /// The shared JSON of the whole report.
    #[napi]
    pub fn to_json(&self) -> String {
        self.report.to_json()
    }

    /// Whether an input names a user, given as JSON.
    #[napi]
    pub fn has(&self, user: String) -> napi::Result<bool> {
        UserSet::of_report(&self.report).has(inputs::one(&user)?).map_err(crate::thrown)
    }

    /// JSON of everything but the rows, with the number of rows in each state and of each error code.
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

    /// JSON array of the outcomes in a state.
    #[napi]
    pub fn in_state(&self, state: String) -> String {
        let outcomes = self.report.outcomes.iter().filter(|outcome| outcome.state.as_str() == state);
        crate::json(&outcomes.collect::<Vec<_>>())
    }

    /// JSON of the error that explains most of what did not work; `None` if everything is done.
    #[napi]
    pub fn cause(&self) -> Option<String> {
        self.report.cause().map(|error| crate::json(&error))
    }
}

impl NativeReport {
    pub(crate) fn new(report: Report) -> Self {
        let states = State::ALL.iter().map(|state| state.as_str().to_owned());
        let head = json!({
            "provider": report.provider,
            "operation": report.operation,
            "account": report.account,
            "requests": report.requests,
            "finished_at_ms": report.finished_at_ms,
            "length": report.outcomes.len(),
            "counts": states.zip(report.counts().map(Value::from)).collect::<Map<_, _>>(),
            "failures": report.failures(),
            "text": format!("{report:?}"),
        });
        Self { report: Arc::new(report), head: head.to_string() }
    }

    pub(crate) fn shared(&self) -> Arc<Report> {
        Arc::clone(&self.report)
    }
}

/// The users of a block list, to look them up in any number format.
#[napi]
pub struct NativeUserSet(UserSet);

#[napi]
impl NativeUserSet {
    /// `users` is a JSON array of users as a list gives them.
    #[napi(constructor)]
    pub fn new(users: String) -> napi::Result<Self> {
        let users: Vec<BlockedUser> = serde_json::from_str(&users).map_err(|error| {
            crate::thrown(Error::new(ErrorKind::Config, format!("not a list of blocked users: {error}")))
        })?;
        Ok(Self(UserSet::of_list(&users)))
    }

    /// Whether a user, given as JSON, is among them.
    #[napi]
    pub fn has(&self, user: String) -> napi::Result<bool> {
        self.0.has(inputs::one(&user)?).map_err(crate::thrown)
    }
}
