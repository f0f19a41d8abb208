//! Block and unblock: each distinct user is sent once, answers are matched strictly, every input gets its outcome.

mod gather;
mod inputs;
mod known;
mod matching;

use std::{
    borrow::Cow,
    collections::VecDeque,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use futures_util::future::join_all;

use crate::{
    call::CallOptions,
    core::Core,
    error::{Error, ErrorKind, Refusal, Remedy},
    provider::{Answer, Call},
    report::{CallError, Operation, Outcome, Report, State},
    transport::{CallLimits, Effect, now_ms},
};
pub use gather::Gathering;
pub(crate) use inputs::Inputs;
use known::Known;
use matching::{Finding, match_items};

/// Blocks or unblocks. The report has one outcome per input; the error has the same report inside.
pub(crate) async fn run(
    core: &Core,
    operation: Operation,
    inputs: Inputs,
    limits: CallLimits,
    options: &CallOptions,
) -> Result<Report, CallError> {
    let inputs = inputs.checked()?;
    let capabilities = core.provider.capabilities();
    let size = capabilities.max_users_per_request;
    let count = inputs.firsts().len();
    let job = Job {
        core,
        operation,
        limits: &limits,
        count,
        queue: Mutex::new(batches(count, size)),
        known: Mutex::new(Known::of(inputs)),
        fatal: OnceLock::new(),
        options,
    };
    job.report_progress(0);
    // A fixed number of loops over one queue: cheaper than a task for every request, and it bounds the requests at once.
    let workers = core.options.concurrency.min(count.div_ceil(size));
    join_all((0..workers).map(|_| job.work())).await;

    let Job { known, fatal, .. } = job;
    let known = known.into_inner().unwrap_or_else(PoisonError::into_inner);
    let trusted = known.is_about_users();
    let fatal = fatal.into_inner();
    let outcomes = known.outcomes(fatal.as_ref());
    let report = report(core, operation, outcomes, limits.requests.into_inner());
    let cancelled = fatal.filter(|error| matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Closed));
    let cause = || if trusted { None } else { report.cause() };
    match cancelled.or_else(cause) {
        Some(cause) => Err(CallError::with_report(cause, report)),
        None => Ok(report),
    }
}

/// What reading the inputs alone gives. Sends nothing.
pub(crate) fn check(core: &Core, inputs: Inputs) -> Report {
    report(core, Operation::Check, inputs.unsent(), 0)
}

fn report(core: &Core, operation: Operation, outcomes: Vec<Outcome>, requests: u32) -> Report {
    let provider = core.provider.capabilities().provider.clone();
    Report { provider, operation, outcomes, requests, finished_at_ms: now_ms() }
}

/// The users of one request, as places in the list of distinct users.
#[derive(Debug)]
enum Batch {
    Range(Range<usize>),
    /// Users whom the provider asked to try again.
    Again {
        places: Vec<usize>,
        retries: u32,
    },
}

impl Batch {
    fn places(&self) -> Cow<'_, [usize]> {
        match self {
            Self::Range(range) => Cow::Owned(range.clone().collect()),
            Self::Again { places, .. } => Cow::Borrowed(places),
        }
    }

    fn retries(&self) -> u32 {
        if let Self::Again { retries, .. } = self { *retries } else { 0 }
    }

    fn halves(self) -> [Self; 2] {
        match self {
            Self::Range(Range { start, end }) => {
                let middle = usize::midpoint(start, end);
                [Self::Range(start..middle), Self::Range(middle..end)]
            }
            Self::Again { mut places, retries } => {
                let rest = places.split_off(places.len() / 2);
                [Self::Again { places, retries }, Self::Again { places: rest, retries }]
            }
        }
    }
}

fn batches(count: usize, size: usize) -> VecDeque<Batch> {
    (0..count).step_by(size).map(|start| Batch::Range(start..count.min(start + size))).collect()
}

struct Job<'a> {
    core: &'a Core,
    operation: Operation,
    limits: &'a CallLimits,
    /// Distinct users.
    count: usize,
    queue: Mutex<VecDeque<Batch>>,
    known: Mutex<Known>,
    /// What makes sending the rest pointless.
    fatal: OnceLock<Arc<Error>>,
    options: &'a CallOptions,
}

impl Job<'_> {
    /// One of the loops: takes batches until there are none.
    async fn work(&self) {
        while self.fatal.get().is_none() {
            let Some(batch) = self.lock_queue().pop_front() else {
                return;
            };
            if batch.retries() > 0 {
                let waited = self.core.transport.wait_to_retry(self.limits, Remedy::Retry, batch.retries() - 1).await;
                if !waited {
                    // The users keep what the provider said of them the last time. Whoever ended the call is not
                    // answered with a report, as if it had run to its end.
                    if self.limits.is_ended() {
                        let _ = self.fatal.set(Arc::new(self.limits.over().await));
                    }
                    continue;
                }
            }
            self.send(batch).await;
        }
    }

    async fn send(&self, batch: Batch) {
        let users = self.lock_known().users(&batch.places());
        let call = match self.operation {
            Operation::Unblock => Call::Unblock(&users),
            _ => Call::Block(&users),
        };
        let sent = self.core.send(self.limits, &call).await;
        match sent.result {
            Ok(Answer::Everyone) => {
                let done = vec![Finding::done(); users.len()];
                self.settle(&batch, done);
            }
            Ok(Answer::Users(items)) => {
                let mut findings = match_items(&self.core.provider.capabilities().provider, &users, items);
                if sent.effect == Effect::InDoubt {
                    findings = findings.into_iter().map(Finding::after_doubt).collect();
                }
                self.settle(&batch, findings);
            }
            Ok(Answer::Page(_) | Answer::Refused(_)) => {
                let error = Error::new(ErrorKind::Protocol, "the answer is not one to this operation");
                self.refused(batch, Refusal::is_final(error), Effect::InDoubt);
            }
            Err(refusal) => self.refused(batch, refusal, sent.effect),
        }
    }

    /// A whole batch was refused, or could not be sent.
    fn refused(&self, batch: Batch, refusal: Refusal, effect: Effect) {
        let Refusal { error, remedy } = refusal;
        let count = batch.places().len();
        // Searching for one wrong number is no burden on a healthy server; halving because of throttling is.
        let affordable = || error.kind() != ErrorKind::RateLimited || self.core.transport.afford(Remedy::Throttle);
        let halve = remedy == Remedy::Halve && count > 1 && affordable();
        let state = match effect {
            Effect::NotSent => State::NotSent,
            Effect::Refused => State::Failed,
            Effect::InDoubt => State::Unknown,
        };
        // Where a refusal is all a provider says about a single user, a refusal of one user is its word about them.
        let capabilities = self.core.provider.capabilities();
        let alone = count == 1 && (capabilities.max_users_per_request == 1 || !capabilities.per_user_results);
        let about_user = state == State::Failed
            && (error.kind() == ErrorKind::ListFull
                || alone && (error.kind().is_about_user() || error.kind() == ErrorKind::Rejected));
        let error = Arc::new(error);
        let finding = Finding { about_user, ..Finding::not_done(state, Arc::clone(&error)) };
        if halve {
            self.lock_known().note(&batch.places(), &finding);
            let mut queue = self.lock_queue();
            for half in batch.halves().into_iter().rev() {
                queue.push_front(half);
            }
            return;
        }
        // One batch's time-out is its own; the end of the call's time is everybody's.
        let ended = self.limits.is_over();
        if error.kind().is_fatal() || error.kind() == ErrorKind::ListFull || ended {
            let _ = self.fatal.set(Arc::clone(&error));
        }
        self.settle(&batch, vec![finding; count]);
    }

    /// Writes down what is known of a batch's users, and queues again those whom the provider asked to try again.
    fn settle(&self, batch: &Batch, found: Vec<Finding>) {
        let places = batch.places();
        let again = places.iter().zip(&found).filter(|(_, finding)| finding.try_again);
        let again: Vec<_> = again.map(|(place, _)| *place).collect();
        let count = self.lock_known().settle(&places, found);
        let retries = batch.retries();
        if !again.is_empty() && retries < self.limits.max_retries {
            self.lock_queue().push_back(Batch::Again { places: again, retries: retries + 1 });
        }
        self.report_progress(count);
    }

    fn report_progress(&self, count: usize) {
        if let Some(progress) = &self.options.progress {
            progress(count, self.count);
        }
    }

    fn lock_queue(&self) -> MutexGuard<'_, VecDeque<Batch>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_hold_everybody_once_in_order_and_differ_by_one_at_most() {
        for count in 2..40 {
            let again = Batch::Again { places: (5..5 + count).collect(), retries: 1 };
            for batch in [Batch::Range(5..5 + count), again] {
                let (places, retries) = (batch.places().into_owned(), batch.retries());
                let halves = batch.halves();
                let [first, rest] = halves.each_ref().map(|half| half.places().into_owned());
                assert!(first.len().abs_diff(rest.len()) <= 1, "{first:?} {rest:?}");
                assert_eq!([first, rest].concat(), places);
                assert_eq!(halves.each_ref().map(Batch::retries), [retries; 2]);
            }
        }
    }
}
