//! How far one request has come, over all its attempts.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How far a request got that was not answered successfully.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Delivery {
    /// It never left this machine.
    NotSent,
    /// Every attempt that left was refused.
    Refused,
    /// Some attempt may have been carried out.
    InDoubt,
}

/// How far one request has come. The waiting call shares it with the task that sends, so a call that has ended is never sent
/// again, and a call that ends meanwhile knows whether it was sent.
#[derive(Debug)]
pub(crate) struct Tracker(Mutex<State>);

#[derive(Debug)]
struct State {
    delivery: Delivery,
    attempts: u32,
    in_line: bool,
    ended: bool,
}

impl Tracker {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State { delivery: Delivery::NotSent, attempts: 0, in_line: false, ended: false }))
    }

    /// It waits until it may leave.
    pub(crate) fn line_up(&self) {
        self.lock().in_line = true;
    }

    /// An attempt leaves: what was known before it. `None` when the call has ended; then nothing may leave.
    pub(crate) fn leave(&self) -> Option<Delivery> {
        let mut state = self.lock();
        if state.ended {
            return None;
        }
        state.in_line = false;
        state.attempts += 1;
        Some(std::mem::replace(&mut state.delivery, Delivery::InDoubt))
    }

    /// An attempt came back: whether it had left, and how far the request came if it was not answered well.
    pub(super) fn arrive(&self, before: Delivery, sent: bool, failed: Option<Delivery>) {
        let mut state = self.lock();
        state.attempts -= u32::from(!sent);
        state.delivery = failed.map_or(before, |delivery| before.max(delivery));
    }

    /// An answer arrived, but it does not say what was done.
    pub(crate) fn doubt(&self) {
        self.lock().delivery = Delivery::InDoubt;
    }

    /// Whether it waits until it may leave.
    pub(super) fn is_in_line(&self) -> bool {
        self.lock().in_line
    }

    /// Nothing leaves after this. How far it came, and how many attempts left.
    pub(super) fn end(&self) -> (Delivery, u32) {
        let mut state = self.lock();
        state.ended = true;
        (state.delivery, state.attempts)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the tracking when the call that waits for it is dropped.
pub(super) struct EndOnDrop<'a>(pub(super) &'a Tracker);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
