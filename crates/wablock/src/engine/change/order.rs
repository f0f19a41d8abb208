//! Block and unblock of one user at the same time: the later call waits, so that it wins.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use tokio::sync::Notify;

use super::ledger::Ledger;
use crate::model::{
    change::Change,
    user::{User, matching_key},
};

/// The calls of one client that block or unblock, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Order {
    calls: Mutex<Calls>,
    /// Notified when any user of any call gets an outcome.
    recorded: Notify,
}

#[derive(Debug, Default)]
struct Calls {
    next: u64,
    running: BTreeMap<u64, Arc<Running>>,
}

#[derive(Debug)]
struct Running {
    change: Change,
    ledger: Arc<Mutex<Ledger>>,
    /// Where each user stands. Made when another call first asks, which is rare.
    places: OnceLock<HashMap<String, usize>>,
}

impl Running {
    /// Whether this user's outcome is still open.
    fn is_about(&self, user: &User) -> bool {
        let places = self.places.get_or_init(|| {
            let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.everybody().enumerate().map(|(place, user)| (matching_key(user.id()).into_owned(), place)).collect()
        });
        let place = places.get(&*matching_key(user.id()));
        place.is_some_and(|place| self.ledger.lock().unwrap_or_else(PoisonError::into_inner).is_open(*place))
    }
}

/// A call that has begun; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Begun<'a> {
    order: &'a Order,
    number: u64,
    change: Change,
}

impl Order {
    /// A call begins: it comes after those that began before.
    pub(super) fn begin(&self, change: Change, ledger: &Arc<Mutex<Ledger>>) -> Begun<'_> {
        let mut calls = self.lock();
        let number = calls.next;
        calls.next += 1;
        let running = Running { change, ledger: Arc::clone(ledger), places: OnceLock::new() };
        calls.running.insert(number, Arc::new(running));
        Begun { order: self, number, change }
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Begun<'_> {
    /// Waits until no earlier call that does the opposite has one of these users in hand.
    pub(super) async fn turn(&self, users: &[User]) {
        loop {
            let recorded = self.order.recorded.notified();
            tokio::pin!(recorded);
            recorded.as_mut().enable();
            if !self.contradicts(users) {
                return;
            }
            recorded.await;
        }
    }

    /// Whether an earlier call that does the opposite has one of these users in hand.
    pub(super) fn contradicts(&self, users: &[User]) -> bool {
        let calls = self.order.lock();
        let earlier = calls.running.range(..self.number).map(|(_, running)| running);
        let opposite: Vec<_> = earlier.filter(|running| running.change != self.change).cloned().collect();
        drop(calls);
        opposite.iter().any(|running| users.iter().any(|user| running.is_about(user)))
    }

    /// Some of its users have their outcome: wakes the calls that wait for it.
    pub(super) fn recorded(&self) {
        self.order.recorded.notify_waiters();
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.order.lock().running.remove(&self.number);
        self.recorded();
    }
}
