//! Calls about one user that wait in line are sent together, where the provider takes many users in a request. Each keeps
//! its own time, cancellation, attempts and answer: only the request is shared.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    slice,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::{call_of, findings, matching::Finding};
use crate::{
    engine::session::Core,
    model::{
        error::{Error, ErrorKind, Refusal, Remedy},
        report::Operation,
        user::{User, matching_key},
    },
    transport::{Attempt, Attempts, CallLimits, Delivery, Effect, Permit},
};

/// The attempts of a call about one user.
pub(super) struct Together<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) lanes: &'a Arc<Lanes>,
    pub(super) operation: Operation,
    pub(super) limits: &'a CallLimits,
    pub(super) user: &'a User,
    /// Its place in the line, which it keeps over all its attempts.
    pub(super) ticket: u64,
}

impl Attempts<Finding> for Together<'_> {
    async fn attempt(&self, delivery: &Arc<Delivery>) -> Attempt<Finding> {
        let Self { core, lanes, operation, limits, user, ticket } = *self;
        let permit = if core.provider.capabilities().max_users_per_request == 1 {
            Some(core.transport.turn(ticket).await)
        } else if lanes.of(operation).is_empty() {
            core.transport.turn_at_once()
        } else {
            None
        };
        if let Some(permit) = permit {
            let users = slice::from_ref(user);
            let attempt = core.attempt_of(permit, limits, &call_of(operation, users), delivery).await;
            let answered = attempt.result.is_ok();
            let found = found(core, users, attempt).map(|mut found| found.swap_remove(0));
            if answered && found.result.is_err() {
                delivery.doubt();
            }
            return found;
        }
        let (answer, answered) = oneshot::channel();
        let member = Member { ticket, user: user.clone(), delivery: Arc::clone(delivery), answer };
        lanes.of(operation).waiting.insert(ticket, member);
        drive(core, lanes, operation);
        answered.await.unwrap_or_else(|_| {
            Attempt::not_sent(
                Error::new(ErrorKind::Protocol, "the request that this call shared ended without an answer")
                    .with_hint("Check the block list to see whether it took effect."),
            )
        })
    }
}

/// The calls about one user that wait, by operation.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    block: Mutex<Lane>,
    unblock: Mutex<Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: BTreeMap<u64, Member>,
    /// Parts of requests that were refused, to find out for whom: they are sent as they are, before anybody else.
    parts: VecDeque<Vec<Member>>,
    /// Most users in a request, where the provider throttled a larger one.
    most: Option<usize>,
    /// A task sends for those who wait.
    driven: bool,
}

#[derive(Debug)]
struct Member {
    ticket: u64,
    user: User,
    delivery: Arc<Delivery>,
    answer: oneshot::Sender<Attempt<Finding>>,
}

impl Lanes {
    fn of(&self, operation: Operation) -> MutexGuard<'_, Lane> {
        let lane = if operation == Operation::Unblock { &self.unblock } else { &self.block };
        lane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.parts.is_empty()
    }

    /// The ticket of who is first, without those whose call has ended.
    fn first(&mut self) -> Option<u64> {
        self.waiting.retain(|_, member| !member.answer.is_closed());
        for part in &mut self.parts {
            part.retain(|member| !member.answer.is_closed());
        }
        self.parts.retain(|part| !part.is_empty());
        self.parts.front().map(|part| part[0].ticket).or_else(|| self.waiting.keys().next().copied())
    }

    /// Who goes into the next request: no person twice, because an answer could not say which of the two it means.
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

/// Has a task send for those who wait in a lane, unless one does.
fn drive(core: &Arc<Core>, lanes: &Arc<Lanes>, operation: Operation) {
    if std::mem::replace(&mut lanes.of(operation).driven, true) {
        return;
    }
    let driver = Driver { core: Arc::clone(core), lanes: Arc::clone(lanes), operation };
    tokio::spawn(driver.run());
}

struct Driver {
    core: Arc<Core>,
    lanes: Arc<Lanes>,
    operation: Operation,
}

impl Driver {
    async fn run(self) {
        while let Some(ticket) = self.next() {
            let permit = self.core.transport.turn(ticket).await;
            let group = self.lanes.of(self.operation).take(self.core.provider.capabilities().max_users_per_request);
            let (core, lanes) = (Arc::clone(&self.core), Arc::clone(&self.lanes));
            tokio::spawn(send(core, lanes, self.operation, permit, group));
        }
    }

    /// The ticket of who is first; where nobody waits, the task ends.
    fn next(&self) -> Option<u64> {
        let mut lane = self.lanes.of(self.operation);
        let first = lane.first();
        lane.driven = first.is_some();
        first
    }
}

/// Where the task ends before its time, with its runtime or because of a defect, nobody may wait for it.
impl Drop for Driver {
    fn drop(&mut self) {
        let mut lane = self.lanes.of(self.operation);
        if std::mem::take(&mut lane.driven) {
            lane.waiting.clear();
            lane.parts.clear();
        }
    }
}

/// Sends one request for several calls, and gives each its own answer. It ends early when nobody waits for it any more.
async fn send(core: Arc<Core>, lanes: Arc<Lanes>, operation: Operation, permit: Permit, group: Vec<Member>) {
    let leave = |member: Member| member.delivery.leave().map(|before| (member, before));
    let mut members: Vec<(Member, Effect)> = group.into_iter().filter_map(leave).collect();
    if members.is_empty() {
        return;
    }
    let users: Vec<User> = members.iter().map(|(member, _)| member.user.clone()).collect();
    let call = call_of(operation, &users);
    let attempt = tokio::select! {
        attempt = core.attempt(permit, &call) => found(&core, &users, attempt),
        () = everybody_left(&mut members) => return,
    };
    let refusal = attempt.result.as_ref().err();
    if members.len() > 1 && refusal.is_some_and(may_be_about_one) {
        let mut first: Vec<Member> =
            members.into_iter().map(|(member, before)| member.arrived(before, &attempt)).collect();
        let rest = first.split_off(first.len() / 2);
        let mut lane = lanes.of(operation);
        lane.parts.push_front(rest);
        lane.parts.push_front(first);
        drop(lane);
        drive(&core, &lanes, operation);
        return;
    }
    // Too many users in the request, or too many requests: the next ones are smaller, and leave later.
    let too_large = refusal.is_some_and(|refusal| refusal.remedy == Remedy::Halve);
    let halve = |most: usize| (most / 2).max(1);
    let mut lane = lanes.of(operation);
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
    fn arrived<T>(self, before: Effect, attempt: &Attempt<T>) -> Self {
        self.delivery.arrive(before, attempt);
        self
    }
}

async fn everybody_left(members: &mut [(Member, Effect)]) {
    for (member, _) in members {
        member.answer.closed().await;
    }
}

/// What an attempt says about each of its users.
fn found(core: &Core, users: &[User], attempt: Attempt<crate::provider::Answer>) -> Attempt<Vec<Finding>> {
    attempt.and_then(|answer| findings(core, users, answer))
}

/// A refusal of several users together that may not hold for each of them.
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
