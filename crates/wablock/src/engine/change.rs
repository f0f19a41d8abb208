//! Block and unblock: each distinct user is sent once, answers are matched strictly, every input gets its outcome.

mod batch;
mod inputs;
mod kept;
mod ledger;
mod matching;
mod order;
mod together;
mod user_stream;

use std::{
    collections::VecDeque,
    mem,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use futures_util::{FutureExt, future::join_all};

use crate::{
    config,
    engine::{observer::notify, session::Session},
    model::{
        change::{Change, Operation},
        error::{Error, ErrorKind, Refusal, Remedy},
        event::CallEvent,
        report::{CallError, Outcome, Report, State, Version},
        user::User,
    },
    options::CallOptions,
    provider::Call,
    transport::{CallLimits, Delivery, Sent, now_ms},
};
use batch::{Batch, Retry, batches};
pub(crate) use inputs::Inputs;
use ledger::Ledger;
use matching::{UserResult, user_results};
use order::{Begun, Order};
use together::{Lanes, Together};
pub use user_stream::UserStream;

/// What the calls of a client that block or unblock share.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    order: Order,
    lanes: Arc<Lanes>,
}

/// One call that blocks or unblocks.
pub(crate) struct ChangeCall<'a> {
    pub(crate) session: &'a Arc<Session>,
    pub(crate) changes: &'a Changes,
    pub(crate) change: Change,
    /// It is about one user, and may be sent together with others that are.
    pub(crate) single: bool,
}

/// Blocks or unblocks. The report has one outcome per input; the error has the same report inside.
pub(crate) async fn run(
    call: ChangeCall<'_>,
    inputs: Inputs,
    limits: CallLimits,
    options: &CallOptions,
) -> Result<Report, CallError> {
    let ChangeCall { session, changes, change, single } = call;
    let inputs = inputs.checked()?;
    let capabilities = session.provider.capabilities();
    let size = capabilities.max_users_per_request;
    let count = inputs.firsts().len();
    let ledger = Arc::new(Mutex::new(Ledger::of(inputs)));
    let job = Job {
        session,
        lanes: &changes.lanes,
        change,
        limits: &limits,
        count,
        ticket: single.then(|| session.transport.ticket()),
        begun: changes.order.begin(change, &ledger),
        queue: Mutex::new(batches(count, size)),
        ledger: &ledger,
        fatal: OnceLock::new(),
        vain: AtomicU32::new(0),
        options,
    };
    // A call that was cancelled before it began does nothing, also when there is nothing to do.
    if limits.is_ended() {
        let closed = session.check_open().err();
        let _ = job.fatal.set(Arc::new(if let Some(closed) = closed { closed } else { limits.over().await }));
    }
    // A fixed number of loops over one queue: cheaper than a task for every request, and it bounds the requests at once.
    let workers = session.options.concurrency.min(count.div_ceil(size));
    let work = async {
        notify(options, &CallEvent::Begun { users: count });
        join_all((0..workers).map(|_| job.work())).await;
    };
    let defect = AssertUnwindSafe(work).catch_unwind().await.is_err().then(|| Arc::new(Error::of_defect()));

    let Job { fatal, begun, .. } = job;
    let fatal = fatal.into_inner();
    let mut ledger = mem::take(&mut *ledger.lock().unwrap_or_else(PoisonError::into_inner));
    drop(begun);
    if let Some(defect) = &defect {
        ledger.doubt(defect);
    }
    let trusted = ledger.is_about_users();
    let outcomes = ledger.outcomes(fatal.as_ref());
    let report = report(session, change.into(), outcomes, limits.requests.load(Ordering::Relaxed));
    let cancelled = fatal.filter(|error| matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Closed));
    let cause = || if trusted { None } else { fault_of_call(&report) };
    match defect.or(cancelled).or_else(cause) {
        Some(cause) => Err(CallError::with_report(cause, report)),
        None => Ok(report),
    }
}

/// The outcomes of reading the inputs. Sends nothing.
pub(crate) fn check(session: &Session, inputs: Inputs) -> Report {
    report(session, Operation::Check, inputs.unsent(), 0)
}

fn report(session: &Session, operation: Operation, outcomes: Vec<Outcome>, requests: u32) -> Report {
    let provider = session.provider.capabilities().provider.clone();
    let account = Some(session.provider.account().into());
    Report { v: Version, provider, account, operation, outcomes, requests, finished_at_ms: now_ms() }
}

/// Why the call as a whole failed: the first error where nothing was done and all of them are about the call. Inputs that
/// could not be read say nothing about it.
fn fault_of_call(report: &Report) -> Option<Arc<Error>> {
    let mut errors = report
        .outcomes
        .iter()
        .filter_map(|outcome| outcome.error.as_ref())
        .filter(|error| error.kind() != ErrorKind::InvalidUser)
        .peekable();
    let first = Arc::clone(errors.peek()?);
    let nothing_done = report.count(State::Done) == 0;
    (nothing_done && errors.all(|error| error.kind().is_about_call())).then_some(first)
}

struct Job<'a> {
    session: &'a Arc<Session>,
    lanes: &'a Arc<Lanes>,
    change: Change,
    limits: &'a CallLimits,
    /// Distinct users.
    count: usize,
    /// The queue position of a call about one user.
    ticket: Option<u64>,
    begun: Begun<'a>,
    queue: Mutex<VecDeque<Batch>>,
    ledger: &'a Mutex<Ledger>,
    /// The error that makes it pointless to send the rest.
    fatal: OnceLock<Arc<Error>>,
    /// Batches that were split in a row to find a wrong user, without an answer in between.
    vain: AtomicU32,
    options: &'a CallOptions,
}

impl Job<'_> {
    /// One of the loops: takes batches until there are none.
    async fn work(&self) {
        while self.fatal.get().is_none() {
            let Some(batch) = self.lock_queue().pop_front() else {
                return;
            };
            if let Some(Retry { after, remedy, stated }) = batch.retry() {
                let wait = self.session.transport.wait_to_retry(self.limits, remedy, stated, after - 1);
                match wait.await {
                    Ok(true) => {}
                    // The users keep the provider's previous result.
                    Ok(false) => {
                        self.close(&batch);
                        continue;
                    }
                    Err(ended) => {
                        let _ = self.fatal.set(Arc::new(ended));
                        return;
                    }
                }
            }
            self.send(batch).await;
        }
    }

    async fn send(&self, batch: Batch) {
        let users = self.lock_ledger().users(&batch.places());
        if self.begun.contradicts(&users)
            && let Err(error) = self.wait_for_earlier(&users).await
        {
            self.refused(batch, Refusal::is_final(error), Delivery::NotSent);
            return;
        }
        notify(self.options, &CallEvent::Sending { users: &users });
        let Sent { result, delivery } = match (self.ticket, &users[..]) {
            (Some(ticket), [user]) => {
                let Self { session, lanes, change, limits, .. } = *self;
                let together = Together { session, lanes, change, limits, user, ticket };
                let sent = session.transport.send(limits, &together).await;
                Sent { result: sent.result.map(|finding| vec![finding]), delivery: sent.delivery }
            }
            _ => {
                let sent = self.session.send(self.limits, &Call::Change(self.change, &users)).await;
                match sent
                    .result
                    .map(|answer| user_results(&self.session.provider.capabilities().provider, &users, answer))
                {
                    Ok(Ok(found)) => Sent { result: Ok(found), delivery: sent.delivery },
                    Ok(Err(refusal)) => Sent { result: Err(refusal), delivery: Delivery::InDoubt },
                    Err(refusal) => Sent { result: Err(refusal), delivery: sent.delivery },
                }
            }
        };
        match result {
            Ok(mut found) => {
                self.vain.store(0, Ordering::Relaxed);
                if delivery == Delivery::InDoubt {
                    found = found.into_iter().map(UserResult::after_doubt).collect();
                }
                self.record(&batch, found);
            }
            Err(refusal) => self.refused(batch, refusal, delivery),
        }
    }

    /// Waits for earlier calls that do the opposite to one of these users.
    async fn wait_for_earlier(&self, users: &[User]) -> Result<(), Error> {
        tokio::select! {
            biased;
            error = self.limits.over() => Err(error.map_message(|message| {
                format!("{message}: it was waiting for an earlier call about the same user, which was doing the opposite")
            })),
            () = self.begun.turn(users) => Ok(()),
        }
    }

    /// A batch was rejected, or could not be sent.
    fn refused(&self, batch: Batch, refusal: Refusal, delivery: Delivery) {
        let Refusal { mut error, remedy } = refusal;
        let count = batch.places().len();
        let halve = remedy == Remedy::Halve && count > 1 && self.may_halve(&mut error);
        let state = match delivery {
            Delivery::NotSent => State::NotSent,
            Delivery::Refused => State::Failed,
            Delivery::InDoubt => State::Unknown,
        };
        // If a provider reports a single user only by rejecting the request, that rejection is the user's result.
        let capabilities = self.session.provider.capabilities();
        let alone = count == 1 && (capabilities.max_users_per_request == 1 || !capabilities.per_user_results);
        let about_user = state == State::Failed
            && (error.kind() == ErrorKind::ListFull
                || alone && (error.kind().is_about_user() || error.kind() == ErrorKind::Rejected));
        let error = Arc::new(error);
        let finding = UserResult { about_user, ..UserResult::not_done(state, Arc::clone(&error)) };
        if halve {
            self.lock_ledger().note(&batch.places(), &finding);
            let mut queue = self.lock_queue();
            for half in batch.halves().into_iter().rev() {
                queue.push_front(half);
            }
            return;
        }
        // A batch's timeout affects only that batch; the call's timeout ends all of them.
        let ended = self.limits.is_over();
        if error.kind().is_fatal() || error.kind() == ErrorKind::ListFull || ended {
            let _ = self.fatal.set(Arc::clone(&error));
        }
        self.record(&batch, vec![finding; count]);
    }

    /// Whether a refused batch is split. Halving because of throttling costs a part of the retry budget. Searching for a
    /// wrong user costs nothing, but it ends where the provider refuses everything.
    fn may_halve(&self, error: &mut Error) -> bool {
        if error.kind() == ErrorKind::RateLimited {
            return self.session.transport.try_spend(Remedy::Throttle);
        }
        let searching = self.vain.fetch_add(1, Ordering::Relaxed) < config::MOST_VAIN_SEARCHES;
        if !searching {
            *error = error.clone().with_hint(
                "The provider refused so many requests in a row that wablock stopped looking for the wrong users among \
                 these. Send the ones you are sure of in a call of their own.",
            );
        }
        searching
    }

    /// Records what is known about a batch's users, and requeues those that the provider asked to retry.
    fn record(&self, batch: &Batch, found: Vec<UserResult>) {
        let places = batch.places();
        let mut again = Vec::new();
        let mut retry = Retry { after: batch.retries() + 1, remedy: Remedy::Retry, stated: None };
        if batch.retries() < self.limits.max_retries {
            for (place, finding) in places.iter().zip(&found) {
                let Some(remedy) = finding.again else { continue };
                again.push(*place);
                if remedy == Remedy::Throttle {
                    retry.remedy = remedy;
                }
                retry.stated = retry.stated.max(finding.error.as_ref().and_then(|error| error.retry_after()));
            }
        }
        let mut ledger = self.lock_ledger();
        let done = ledger.record(&places, found);
        let mut left = again.iter().peekable();
        ledger.close(places.iter().copied().filter(|place| left.next_if(|next| **next == *place).is_none()));
        let outcomes = if self.options.observer.is_some() { ledger.outcomes_of(&places) } else { Vec::new() };
        drop(ledger);
        self.begun.recorded();
        if !again.is_empty() {
            self.lock_queue().push_back(Batch::Again { places: again, retry });
        }
        notify(self.options, &CallEvent::Settled { outcomes: &outcomes, done, of: self.count });
    }

    /// Marks a batch's users as final: nothing more will be learnt about them.
    fn close(&self, batch: &Batch) {
        self.lock_ledger().close(batch.places().iter().copied());
        self.begun.recorded();
    }

    fn lock_queue(&self) -> MutexGuard<'_, VecDeque<Batch>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
