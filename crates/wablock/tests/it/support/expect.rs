//! What came of a call as JSON, and its comparison with what the data expects: exact, missing means absent.

use serde_json::{Map, Value, json};
use wablock::{BlockedUser, CallError, Error, Outcome, Report};

/// What came of one call.
#[derive(Default)]
pub(crate) struct Came {
    /// The error that the call ended with.
    pub(crate) raised: Option<Value>,
    /// One per input, from the report or from the error's report.
    pub(crate) outcomes: Option<Vec<Value>>,
    /// What a list yielded, also before an error.
    pub(crate) users: Option<Vec<Value>>,
    /// Requests as the report counts them.
    pub(crate) counted: Option<u32>,
    /// Whether the user is blocked.
    pub(crate) blocked: Option<bool>,
}

impl Came {
    /// A report, or the error with the report inside.
    pub(crate) fn of_bulk(result: Result<&Report, &CallError>) -> Self {
        let (report, raised) = match result {
            Ok(report) => (Some(report), None),
            Err(error) => (error.report(), Some(of_error(error.error()))),
        };
        Self {
            raised,
            outcomes: report.map(|report| report.outcomes.iter().map(of_outcome).collect()),
            counted: report.map(|report| report.requests),
            ..Self::default()
        }
    }

    /// One user's outcome, or the error.
    pub(crate) fn of_one(result: Result<&Outcome, &CallError>) -> Self {
        match result {
            Ok(outcome) => Self { outcomes: Some(vec![of_outcome(outcome)]), ..Self::default() },
            Err(error) => Self::of_bulk(Err(error)),
        }
    }

    /// The answer to a question, or the error.
    pub(crate) fn of_question(result: Result<Option<bool>, Error>) -> Self {
        match result {
            Ok(blocked) => Self { blocked, ..Self::default() },
            Err(error) => Self { raised: Some(of_error(&error)), ..Self::default() },
        }
    }

    /// The users that a list yielded, and the error that ended it.
    pub(crate) fn of_list(users: &[BlockedUser], error: Option<&Error>) -> Self {
        let user = |user: &BlockedUser| {
            let mut row = Map::new();
            put(&mut row, "wa_id", user.wa_id.as_deref());
            put(&mut row, "user_id", user.user_id.as_deref());
            put(&mut row, "extra", user.extra.as_deref());
            Value::Object(row)
        };
        Self { users: Some(users.iter().map(user).collect()), raised: error.map(of_error), ..Self::default() }
    }

    /// Everything that is not as expected, in words.
    pub(crate) fn differences(&self, expect: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        for key in expect.as_object().expect("`expect` is an object").keys() {
            match key.as_str() {
                "raises" | "requests" => {}
                "outcomes" => self.check_rows("outcomes", self.outcomes.as_ref(), &expect[key], &mut wrong),
                "users" => self.check_rows("users", self.users.as_ref(), &expect[key], &mut wrong),
                "states" => self.check_states(&expect[key], &mut wrong),
                "counts" => same(key, &self.counts(), &expect[key], &mut wrong),
                "blocked" => same(key, &json!(self.blocked), &expect[key], &mut wrong),
                "ids" => same(key, &self.ids(), &expect[key], &mut wrong),
                "count" => same(key, &json!(self.users.as_ref().map(Vec::len)), &expect[key], &mut wrong),
                _ => wrong.push(format!("`expect` has an unknown key `{key}`")),
            }
        }
        match (&self.raised, expect.get("raises")) {
            (Some(raised), Some(expected)) => check_error("raises", raised, expected, &mut wrong),
            (None, None) => {}
            (raised, expected) => wrong.push(format!("raises: {raised:?}, expected {expected:?}")),
        }
        wrong
    }

    fn check_rows(&self, what: &str, rows: Option<&Vec<Value>>, expected: &Value, wrong: &mut Vec<String>) {
        let expected = expected.as_array().expect("rows are an array");
        let Some(rows) = rows.filter(|rows| rows.len() == expected.len()) else {
            wrong.push(format!("{what}: {rows:?}, expected {} rows; raised {:?}", expected.len(), self.raised));
            return;
        };
        for (place, (row, expected)) in rows.iter().zip(expected).enumerate() {
            let what = format!("{what}[{place}]");
            same(&what, &without(row, "error"), &without(expected, "error"), wrong);
            match (row.get("error"), expected.get("error")) {
                (Some(error), Some(expected)) => check_error(&what, error, expected, wrong),
                (None, None) => {}
                (error, expected) => wrong.push(format!("{what}: error {error:?}, expected {expected:?}")),
            }
        }
    }

    /// The states of the error's report, whose every error is the raised one.
    fn check_states(&self, expected: &Value, wrong: &mut Vec<String>) {
        let outcomes = self.outcomes.as_deref().unwrap_or_default();
        same("states", &outcomes.iter().map(|outcome| outcome["state"].clone()).collect(), expected, wrong);
        for outcome in outcomes {
            same("the outcome's error", &outcome["error"], &json!(self.raised), wrong);
        }
    }

    fn counts(&self) -> Value {
        let mut counts: Map<String, Value> = Map::new();
        for outcome in self.outcomes.iter().flatten() {
            let count = counts.entry(outcome["state"].as_str().unwrap_or_default()).or_insert(json!(0));
            *count = json!(count.as_u64().unwrap_or_default() + 1);
        }
        Value::Object(counts)
    }

    fn ids(&self) -> Value {
        let id = |user: &Value| user.get("wa_id").or(user.get("user_id")).and_then(Value::as_str).map(str::to_owned);
        let mut ids: Vec<_> = self.users.iter().flatten().filter_map(id).collect();
        ids.sort();
        json!(ids)
    }
}

/// Adds what is not the same to `wrong`.
pub(crate) fn same(what: &str, found: &Value, expected: &Value, wrong: &mut Vec<String>) {
    if found != expected {
        wrong.push(format!("{what}: {found}, expected {expected}"));
    }
}

/// Every field but the message is compared; of the message what `message_contains` says. A `request_id` of `*` is any.
pub(crate) fn check_error(what: &str, found: &Value, expected: &Value, wrong: &mut Vec<String>) {
    let mut exact = without(expected, "message_contains");
    // 7 and 7.0 are the same wait.
    if let Some(seconds) = exact.get("retry_after").and_then(Value::as_f64) {
        exact["retry_after"] = json!(seconds);
    }
    let mut found_exact = without(found, "message");
    if exact.get("request_id").is_some_and(|id| id == "*") && found_exact["request_id"].is_string() {
        found_exact["request_id"] = json!("*");
    }
    same(what, &found_exact, &exact, wrong);
    let message = found["message"].as_str().unwrap_or_default();
    if let Some(part) = expected.get("message_contains").and_then(Value::as_str)
        && !message.contains(part)
    {
        wrong.push(format!("{what}: the message {message:?} does not contain {part:?}"));
    }
}

fn of_outcome(outcome: &Outcome) -> Value {
    let mut row = Map::new();
    put(&mut row, "input", Some(&*outcome.input));
    put(&mut row, "state", Some(outcome.state.as_str()));
    put(&mut row, "wa_id", outcome.wa_id.as_deref());
    put(&mut row, "user_id", outcome.user_id.as_deref());
    put(&mut row, "extra", outcome.extra.as_deref());
    put(&mut row, "error", outcome.error.as_deref().map(of_error));
    Value::Object(row)
}

/// The fields that are compared; `retryable` only where it is true.
pub(crate) fn of_error(error: &Error) -> Value {
    let mut row = Map::new();
    put(&mut row, "code", Some(error.code()));
    put(&mut row, "message", Some(error.message()));
    put(&mut row, "provider_code", error.provider_code());
    put(&mut row, "status", error.status());
    put(&mut row, "request_id", error.request_id());
    put(&mut row, "retryable", error.retryable().then_some(true));
    put(&mut row, "retry_after", error.retry_after().map(|wait| wait.as_secs_f64()));
    Value::Object(row)
}

fn put(row: &mut Map<String, Value>, key: &str, value: Option<impl serde::Serialize>) {
    if let Some(value) = value {
        row.insert(key.to_owned(), json!(value));
    }
}

fn without(value: &Value, key: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().map(|object| object.remove(key));
    value
}
