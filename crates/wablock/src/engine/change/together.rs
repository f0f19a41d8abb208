//! Calls about one user that wait in line are sent together, where the provider takes many users in a request. Each keeps
//! its own time, cancellation, attempts and answer: only the request is shared.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    slice,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::matching::{UserResult, user_results};
use crate::{
    engine::session::Session,
    model::{
        change::Change,
        error::{Error, ErrorKind, Refusal, Remedy},
        user::{User, matching_key},
    },
    provider::{Answer, Call},
    transport::{Attempt, Attempts, CallLimits, Delivery, Permit, Tracker},
};

/// The attempts of a call about one user.
pub(super) struct Together<'a> {
    pub(super) session: &'a Arc<Session>,
    pub(super) lanes: &'a Arc<Lanes>,
    pub(super) change: Change,
    pub(super) limits: &'a CallLimits,
    pub(super) user: &'a User,
    /// Its place in the line. It keeps the place for all its attempts.
    pub(super) ticket: u64,
}

impl Attempts<UserResult> for Together<'_> {
    async fn attempt(&self, tracker: &Arc<Tracker>) -> Attempt<UserResult> {
        let Self { session, lanes, change, limits, user, ticket } = *self;
        let permit = if session.provider.capabilities().max_users_per_request == 1 {
            Some(session.transport.turn(ticket).await)
        } else if lanes.of(change).is_empty() {
            session.transport.turn_at_once()
        } else {
            None
        };
        if let Some(permit) = permit {
            let users = slice::from_ref(user);
            let attempt = session.attempt_of(permit, limits, &Call::Change(change, users), tracker).await;
            let answered = attempt.result.is_ok();
            let found = found(session, users, attempt).map(|mut found| found.swap_remove(0));
            if answered && found.result.is_err() {
                tracker.doubt();
            }
            return found;
        }
        let (answer, answered) = oneshot::channel();
        let member = Member { ticket, user: user.clone(), tracker: Arc::clone(tracker), answer };
        lanes.of(change).waiting.insert(ticket, member);
        drive(session, lanes, change);
        answered.await.unwrap_or_else(|_| {
            Attempt::not_sent(
                Error::new(ErrorKind::Protocol, "the request that this call shared ended without an answer")
                    .with_hint("Check the block list to see whether it took effect."),
            )
        })
    }
}

/// The calls about one user that wait, by change.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    block: Mutex<Lane>,
    unblock: Mutex<Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: BTreeMap<u64, Member>,
    /// Parts of refused requests, split to find the user who was refused. They are sent unchanged, before other calls.
    parts: VecDeque<Vec<Member>>,
    /// The most users in a request, after the provider throttled a larger one.
    most: Option<usize>,
    /// A task is sending for the calls that wait.
    driven: bool,
}

#[derive(Debug)]
struct Member {
    ticket: u64,
    user: User,
    tracker: Arc<Tracker>,
    answer: oneshot::Sender<Attempt<UserResult>>,
}

impl Lanes {
    fn of(&self, change: Change) -> MutexGuard<'_, Lane> {
        let lane = if change == Change::Unblock { &self.unblock } else { &self.block };
        lane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.parts.is_empty()
    }

    /// The ticket of the first call in line, after dropping calls that have ended.
    fn first(&mut self) -> Option<u64> {
        self.waiting.retain(|_, member| !member.answer.is_closed());
        for part in &mut self.parts {
            part.retain(|member| !member.answer.is_closed());
        }
        self.parts.retain(|part| !part.is_empty());
        self.parts.front().map(|part| part[0].ticket).or_else(|| self.waiting.keys().next().copied())
    }

    /// The calls of the next request. No user appears twice, because an answer could not say which of the two it means.
    fn take(&mut self, size: usize) -> Vec<Member> {
        if let Some(part) = self.parts.pop_front() {
            return part;
        }
        let most = self.most.unwrap_or(size).min(size);
        let mut people = HashSet::new();
        let mut tickets = Vec::new();
        for (ticket, member) in &self.waiting {
            if tickets.len() == most {
                break;
            }
            if !member.answer.is_closed() && people.insert(matching_key(member.user.id())) {
                tickets.push(*ticket);
            }
        }
        tickets.iter().filter_map(|ticket| self.waiting.remove(ticket)).collect()
    }
}

/// Starts a task that sends for the calls waiting in a lane, unless one is running.
fn drive(session: &Arc<Session>, lanes: &Arc<Lanes>, change: Change) {
    if std::mem::replace(&mut lanes.of(change).driven, true) {
        return;
    }
    let driver = Driver { session: Arc::clone(session), lanes: Arc::clone(lanes), change };
    tokio::spawn(driver.run());
}

struct Driver {
    session: Arc<Session>,
    lanes: Arc<Lanes>,
    change: Change,
}

impl Driver {
    async fn run(self) {
        while let Some(ticket) = self.next() {
            let permit = self.session.transport.turn(ticket).await;
            let group = self.lanes.of(self.change).take(self.session.provider.capabilities().max_users_per_request);
            let (session, lanes) = (Arc::clone(&self.session), Arc::clone(&self.lanes));
            tokio::spawn(send(session, lanes, self.change, permit, group));
        }
    }

    /// The ticket of the first call in line; if none waits, the task ends.
    fn next(&self) -> Option<u64> {
        let mut lane = self.lanes.of(self.change);
        let first = lane.first();
        lane.driven = first.is_some();
        first
    }
}

/// If the task ends early, with its runtime or because of a defect, no call may go on waiting for it.
impl Drop for Driver {
    fn drop(&mut self) {
        let mut lane = self.lanes.of(self.change);
        if std::mem::take(&mut lane.driven) {
            lane.waiting.clear();
            lane.parts.clear();
        }
    }
}

/// Sends one request for several calls and gives each its own answer. Ends early when none of them waits any more.
async fn send(session: Arc<Session>, lanes: Arc<Lanes>, change: Change, permit: Permit, group: Vec<Member>) {
    let leave = |member: Member| member.tracker.leave().map(|before| (member, before));
    let mut members: Vec<(Member, Delivery)> = group.into_iter().filter_map(leave).collect();
    if members.is_empty() {
        return;
    }
    let users: Vec<User> = members.iter().map(|(member, _)| member.user.clone()).collect();
    let call = Call::Change(change, &users);
    let attempt = tokio::select! {
        attempt = session.attempt(permit, &call) => found(&session, &users, attempt),
        () = everybody_left(&mut members) => return,
    };
    let refusal = attempt.result.as_ref().err();
    if members.len() > 1 && refusal.is_some_and(may_be_about_one) {
        let mut first: Vec<Member> =
            members.into_iter().map(|(member, before)| member.arrived(before, &attempt)).collect();
        let rest = first.split_off(first.len() / 2);
        let mut lane = lanes.of(change);
        lane.parts.push_front(rest);
        lane.parts.push_front(first);
        drop(lane);
        drive(&session, &lanes, change);
        return;
    }
    // Too many users in the request, or too many requests: the next ones are smaller and leave later.
    let too_large = refusal.is_some_and(|refusal| refusal.remedy == Remedy::Halve);
    let halve = |most: usize| (most / 2).max(1);
    let mut lane = lanes.of(change);
    lane.most = if too_large { Some(halve(members.len())) } else { lane.most.map(|most| most.saturating_mul(2)) };
    drop(lane);
    let mut pays = true;
    for (place, (member, before)) in members.into_iter().enumerate() {
        let result = match &attempt.result {
            Ok(found) => Ok(found[place].clone()),
            Err(refusal) if too_large => Err(Refusal { remedy: Remedy::Throttle, ..refusal.clone() }),
            Err(refusal) => Err(refusal.clone()),
        };
        let mut own = attempt.with(result);
        own.pays = pays;
        let member = member.arrived(before, &own);
        pays &= member.answer.send(own).is_err();
    }
}

impl Member {
    fn arrived<T>(self, before: Delivery, attempt: &Attempt<T>) -> Self {
        attempt.arrive(&self.tracker, before);
        self
    }
}

async fn everybody_left(members: &mut [(Member, Delivery)]) {
    for (member, _) in members {
        member.answer.closed().await;
    }
}

/// What an attempt says about each of its users.
fn found(session: &Session, users: &[User], attempt: Attempt<Answer>) -> Attempt<Vec<UserResult>> {
    attempt.and_then(|answer| user_results(&session.provider.capabilities().provider, users, answer))
}

/// A refusal of several users together, which may not apply to each of them.
fn may_be_about_one(refusal: &Refusal) -> bool {
    let kind = refusal.error.kind();
    match refusal.remedy {
        Remedy::Halve => kind != ErrorKind::RateLimited,
        Remedy::None => {
            matches!(kind, ErrorKind::Rejected | ErrorKind::ListFull)
                || kind.is_about_user()
                || kind == ErrorKind::Protocol && refusal.error.provider_code().is_some()
        }
        _ => false,
    }
}
