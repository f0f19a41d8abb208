//! What came of a call: one outcome per input, in input order.

mod problems;

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value, error::Category};

use crate::model::{
    change::Operation,
    error::{Error, ErrorKind, ProviderId},
    text::Text,
    user::{User, mask},
};

pub use problems::Problem;

/// The state of an input after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Confirmed by the provider.
    Done,
    /// Rejected by the provider, or invalid input.
    Failed,
    /// It was sent and no trustworthy answer came back.
    Unknown,
    /// It never left this machine.
    NotSent,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Done, Self::Failed, Self::Unknown, Self::NotSent];

    /// The state as a string, the same in every language.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotSent => "not_sent",
        }
    }
}

/// What came of one input.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// What the caller gave, untouched.
    pub input: Text,
    /// Whether it worked.
    pub state: State,
    /// How the input was read; `None` if it is not a valid user.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<User>,
    /// The user's wa_id as the provider resolved it; may differ from the number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wa_id: Option<Text>,
    /// The user's business-scoped id, where the provider gave one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<Text>,
    /// Why it did not work; `None` when it is done, and where a check found nothing wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Arc<Error>>,
    /// Fields of the provider's answer about this user that wablock does not know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub extra: Option<Box<Map<String, Value>>>,
}

impl Outcome {
    pub(crate) fn new(input: Text, user: Option<User>, state: State, error: Option<Arc<Error>>) -> Self {
        Self { input, state, user, wa_id: None, user_id: None, error, extra: None }
    }

    /// True when it is done: the provider confirmed it.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.state == State::Done
    }
}

/// Masked: phone numbers are personal data.
impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", mask(&self.input), self.state.as_str())?;
        self.error.as_ref().map_or(Ok(()), |error| write!(f, " ({})", error.code()))
    }
}

/// The outcomes of one call of `block`, `unblock` or `check`: exactly one per input, in input order. Plain data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The version of its JSON.
    #[serde(default)]
    pub(crate) v: Version,
    /// The provider that was called.
    pub provider: ProviderId,
    /// The business number that was called, as a short fingerprint of the provider, its URL and the number's id: nothing can
    /// be read from it. `None` in a report of an older version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<Text>,
    /// What was asked.
    pub operation: Operation,
    /// One per input, in input order.
    pub outcomes: Vec<Outcome>,
    /// HTTP requests sent, every attempt counted.
    pub requests: u32,
    /// When the call ended, in milliseconds since 1970; a provider's delay until effective counts from here.
    pub finished_at_ms: u64,
}

/// The version of a report's JSON. It goes up when a reader of the old one would misread the new one; new fields and new codes
/// of errors need no new version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "u64")]
pub(crate) struct Version;

impl Version {
    const NOW: u64 = 1;
}

impl From<Version> for u64 {
    fn from(_: Version) -> Self {
        Version::NOW
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::NOW => Ok(Self),
            v => Err(D::Error::custom(format!("the version is {v}; this version of wablock reads {}", Self::NOW))),
        }
    }
}

impl Report {
    /// How many outcomes are in `state`.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.state == state).count()
    }

    /// How many outcomes are in each state, in the order of [`State::ALL`].
    #[must_use]
    pub fn counts(&self) -> [usize; State::ALL.len()] {
        let mut counts = [0; State::ALL.len()];
        self.outcomes.iter().for_each(|outcome| counts[outcome.state as usize] += 1);
        counts
    }

    /// True when every input is done.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.outcomes.iter().all(Outcome::is_ok)
    }

    /// The outcomes in `state`, in input order.
    pub fn in_state(&self, state: State) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.state == state)
    }

    /// How many outcomes in `state` have each kind of error, the most frequent first.
    #[must_use]
    pub fn reasons(&self, state: State) -> Vec<(ErrorKind, usize)> {
        by_kind(self.in_state(state).filter_map(|outcome| outcome.error.as_deref()))
    }

    /// The error that explains most of what did not work: one about the whole call before one about single users. Where
    /// several users were refused, its message counts them by code, because no user's own message is true of all.
    #[must_use]
    pub fn cause(&self) -> Option<Arc<Error>> {
        let errors = || self.outcomes.iter().filter_map(|outcome| outcome.error.as_ref());
        if let Some(error) = errors().find(|error| !error.kind().is_about_user()) {
            return Some(Arc::clone(error));
        }
        let first = errors().next()?;
        let refused = errors().count();
        if refused == 1 {
            return Some(Arc::clone(first));
        }
        let reasons = by_kind(errors().map(AsRef::as_ref));
        let kind = reasons.first().map_or(first.kind(), |(kind, _)| *kind);
        let by_code: Vec<String> = reasons.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let message = format!("{refused} of {} inputs are not done: {}", self.outcomes.len(), by_code.join(", "));
        Some(Arc::new(Error::new(kind, message).with_provider(&self.provider)))
    }

    /// The report as JSON, the same in every language; [`Report::from_json`] reads it back. `v` is the version of the format, 1.
    ///
    /// # Panics
    /// Never: every part of a report can be written as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report holds only what JSON can say")
    }

    /// Reads a report that [`Report::to_json`] wrote.
    ///
    /// # Errors
    /// `config` if the text is not a report, or one that a newer version wrote in a newer format. An error of a kind that only
    /// a newer version knows is read as [`ErrorKind::Other`].
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let wrong = |what: String| {
            Error::new(ErrorKind::Config, format!("not a report: {what}"))
                .with_hint("Give the JSON of a report, as wablock wrote it.")
        };
        let report: Self = serde_json::from_str(text).map_err(|error| {
            if let Some(v) = version_of(text).filter(|v| *v > Version::NOW) {
                return Error::new(
                    ErrorKind::Config,
                    format!(
                        "a newer version of wablock wrote this report: its `v` is {v}, and this version reads {}",
                        Version::NOW
                    ),
                )
                .with_hint("Update wablock.");
            }
            let place = format!("at line {}, column {}", error.line(), error.column());
            wrong(match error.classify() {
                Category::Data => format!("a field is missing, unknown or has a wrong value {place}"),
                _ => format!("the text is not JSON {place}"),
            })
        })?;
        for (index, Outcome { state, error, .. }) in report.outcomes.iter().enumerate() {
            match (state, error) {
                (State::Done, Some(_)) => return Err(wrong(format!("outcome {index} is done and has an error"))),
                (State::Failed | State::Unknown, None) => {
                    return Err(wrong(format!("outcome {index} is {} and has no error", state.as_str())));
                }
                _ => {}
            }
        }
        Ok(report)
    }
}

/// The `v` of a report, whatever else is in it.
fn version_of(text: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Head {
        v: u64,
    }
    serde_json::from_str::<Head>(text).ok().map(|head| head.v)
}

/// How many errors there are of each kind, the most frequent first.
fn by_kind<'a>(errors: impl Iterator<Item = &'a Error>) -> Vec<(ErrorKind, usize)> {
    let mut counts: Vec<(ErrorKind, usize)> = Vec::new();
    for error in errors {
        match counts.iter_mut().find(|(kind, _)| *kind == error.kind()) {
            Some((_, count)) => *count += 1,
            None => counts.push((error.kind(), 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Report({} {}: ", self.provider, self.operation)?;
        for (index, state) in State::ALL.into_iter().enumerate() {
            write!(f, "{}{} {}", if index == 0 { "" } else { ", " }, self.count(state), state.as_str())?;
            let reasons: Vec<String> =
                self.reasons(state).iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            if !reasons.is_empty() {
                write!(f, " ({})", reasons.join(", "))?;
            }
        }
        f.write_str(")")
    }
}

/// A call that failed as a whole: the common cause, and the outcome of every input.
#[derive(Clone, PartialEq)]
pub struct CallError {
    error: Arc<Error>,
    report: Option<Box<Report>>,
}

impl CallError {
    pub(crate) fn with_report(error: Arc<Error>, report: Report) -> Self {
        Self { error, report: Some(Box::new(report)) }
    }

    /// The common cause.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The outcome of every input, where the call had inputs.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    /// Both parts.
    #[must_use]
    pub fn into_parts(self) -> (Arc<Error>, Option<Report>) {
        (self.error, self.report.map(|report| *report))
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self { error: Arc::new(error), report: None }
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        Arc::unwrap_or_clone(error.error)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)?;
        self.report.as_ref().map_or(Ok(()), |report| write!(f, " {report:?}"))
    }
}

impl std::error::Error for CallError {}

/// A user on a block list.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BlockedUser {
    /// The wa_id: digits without `+`, where the provider gave one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wa_id: Option<Text>,
    /// The business-scoped id, where the provider gave one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<Text>,
    /// Fields of the provider's answer about this user that wablock does not know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub extra: Option<Box<Map<String, Value>>>,
}

impl BlockedUser {
    /// A user known by a wa_id.
    #[must_use]
    pub fn from_wa_id(wa_id: impl Into<Text>) -> Self {
        Self { wa_id: Some(wa_id.into()), user_id: None, extra: None }
    }

    /// The user's id: the wa_id, else the business-scoped id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.wa_id.as_deref().or(self.user_id.as_deref()).unwrap_or_default()
    }
}

/// Masked: phone numbers are personal data.
impl fmt::Debug for BlockedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockedUser({})", mask(self.id()))
    }
}
