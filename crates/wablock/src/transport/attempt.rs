//! One attempt of a request, and its result.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};

use super::{
    delivery::{Delivery, Tracker},
    failure::Failure,
};
use crate::model::{
    error::{Error, Refusal},
    user::mask,
};

/// Makes the attempts of one request. Each waits for its turn, leaves, and comes back.
pub(crate) trait Attempts<T> {
    /// One attempt. `tracker` is notified when it leaves and when it ends.
    fn attempt(&self, tracker: &Arc<Tracker>) -> impl Future<Output = Attempt<T>> + Send;
}

/// The result of one attempt.
#[derive(Clone, Debug)]
pub(crate) struct Attempt<T> {
    pub(crate) result: Result<T, Refusal>,
    /// How far this attempt came if it was refused.
    pub(crate) delivery: Delivery,
    /// False when it failed before it could leave.
    pub(crate) sent: bool,
    /// The wait that the answer asks for.
    pub(crate) stated: Option<Duration>,
    /// The clock's offset that it was signed with, and the one that the answer's `Date` gives.
    pub(super) clock: (i64, Option<i64>),
    /// It counts for the request in the retry budget. If several calls share a request, only one does.
    pub(crate) pays: bool,
    /// For the log.
    pub(super) name: Option<Name>,
}

impl<T> Attempt<T> {
    /// Notes what it came to, where `before` was known before it.
    pub(crate) fn arrive(&self, tracker: &Tracker, before: Delivery) {
        tracker.arrive(before, self.sent, self.result.is_err().then_some(self.delivery));
    }

    /// One that could not leave.
    pub(crate) fn not_sent(error: Error) -> Self {
        Self {
            result: Err(Refusal::is_final(error)),
            delivery: Delivery::NotSent,
            sent: false,
            stated: None,
            clock: (0, None),
            pays: true,
            name: None,
        }
    }

    /// The same attempt with what its answer means. An answer that makes no sense leaves it in doubt.
    pub(crate) fn and_then<U>(self, read: impl FnOnce(T) -> Result<U, Refusal>) -> Attempt<U> {
        let Self { result, delivery, sent, stated, clock, pays, name } = self;
        match result.map(read) {
            Ok(Ok(read)) => Attempt { result: Ok(read), delivery, sent, stated, clock, pays, name },
            Ok(Err(refusal)) => {
                Attempt { result: Err(refusal), delivery: Delivery::InDoubt, sent, stated, clock, pays, name }
            }
            Err(refusal) => Attempt { result: Err(refusal), delivery, sent, stated, clock, pays, name },
        }
    }

    /// The same attempt with another value.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Attempt<U> {
        self.and_then(|value| Ok(change(value)))
    }

    /// The same attempt with another result.
    pub(crate) fn with<U>(&self, result: Result<U, Refusal>) -> Attempt<U> {
        let Self { delivery, sent, stated, clock, pays, .. } = *self;
        Attempt { result, delivery, sent, stated, clock, pays, name: self.name.clone() }
    }
}

/// What an answer says: its content, or why it was refused.
pub(crate) struct Decoded<T> {
    pub(crate) result: Result<T, Refusal>,
    /// The provider asks for fewer requests, although it answered.
    pub(crate) throttled: bool,
}

/// A request's name in the log: method, host and path, whose numbers are masked. The query stays out, it may hold a proof of
/// the secret.
#[derive(Clone, Debug)]
pub(super) struct Name {
    method: Method,
    uri: Uri,
}

impl Name {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        Self { method: request.method().clone(), uri: request.uri().clone() }
    }
}

/// The log text of an attempt, after its name.
pub(super) fn answered(exchanged: &Result<Response<Bytes>, Failure>, after: Duration) -> String {
    let ms = grouped(after.as_millis());
    match exchanged {
        Ok(response) => {
            let bytes = grouped(response.body().len() as u128);
            format!(": HTTP {}, {bytes} bytes, {ms} ms", response.status().as_u16())
        }
        Err(failure) => format!(": {}, {ms} ms", failure.error),
    }
}

/// A count with a comma after each three digits, so that it is not mistaken for a phone number.
pub(super) fn grouped(count: u128) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}{}",
            self.method,
            self.uri.authority().map_or("", |authority| authority.as_str()),
            mask(self.uri.path())
        )
    }
}
