//! Resolves unknown outcomes by reading the list, never by resending.

use std::{slice, sync::Arc, time::Duration};

use crate::{
    engine::{list::List, presence::Search, session::Session},
    model::{
        change::Change,
        error::{Error, ErrorKind},
        report::{Outcome, Report, State},
    },
    transport::{CallLimits, now_ms},
};

/// The report with its unknowns resolved, as far as the list can tell.
pub(crate) async fn settle(session: &Arc<Session>, mut report: Report, limits: CallLimits) -> Result<Report, Error> {
    check_account(session, &report)?;
    let wanted_on_list = match report.operation.change() {
        Some(Change::Block) => true,
        Some(Change::Unblock) => false,
        None => return Ok(report),
    };
    if report.count(State::Unknown) == 0 {
        return Ok(report);
    }
    let delay = delay(session, &report);
    let wait = report.finished_at_ms.saturating_add(delay).saturating_sub(now_ms()).min(delay);
    limits.sleep(Duration::from_millis(wait)).await?;

    let mut search = Search::of(report.in_state(State::Unknown).filter_map(|outcome| outcome.user.as_ref()));
    let mut list = List::new(Arc::clone(session), limits);
    while let Some(users) = list.next_page().await? {
        for user in &users {
            search.look_at(user);
        }
    }
    for outcome in report.outcomes.iter_mut().filter(|outcome| outcome.state == State::Unknown) {
        let Some(user) = &outcome.user else { continue };
        let Some(on_list) = search.tell(slice::from_ref(user)) else { continue };
        if on_list == wanted_on_list {
            outcome.state = State::Done;
            outcome.error = None;
        } else {
            outcome.state = State::Failed;
            outcome.error = Some(why_failed(session, outcome, on_list));
        }
    }
    Ok(report)
}

/// The list of another business number says nothing about this report.
fn check_account(session: &Session, report: &Report) -> Result<(), Error> {
    let ours = &session.provider.capabilities().provider;
    let why = if report.provider != *ours {
        format!("the report is for {}, but this client is for {ours}", report.provider)
    } else if report.account.as_ref().is_some_and(|account| account != session.provider.account()) {
        "the report is for a different business number than this client".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Config, why)
        .with_hint("Settle a report with a client of the same provider and business number."))
}

/// How long after the report's call the list may still change because of it, in milliseconds: the provider's delay, and where
/// an answer was not waited for, the time that an attempt may take. The server may still carry such a request out.
fn delay(session: &Session, report: &Report) -> u64 {
    let abandoned = report.in_state(State::Unknown).any(|outcome| {
        let kind = outcome.error.as_ref().map(|error| error.kind());
        matches!(kind, Some(ErrorKind::Timeout | ErrorKind::Cancelled | ErrorKind::Closed))
    });
    let attempt = if abandoned { session.options.attempt_timeout } else { Duration::ZERO };
    let delay = session.provider.capabilities().effective_delay.max(attempt);
    u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)
}

/// The error of a user whom the list shows as untouched: what the provider refused them with, where it did.
fn why_failed(session: &Session, outcome: &Outcome, on_list: bool) -> Arc<Error> {
    let refused = |error: &&Arc<Error>| {
        error.provider_code().is_some() && !matches!(error.kind(), ErrorKind::Server | ErrorKind::Protocol)
    };
    if let Some(error) = outcome.error.as_ref().filter(refused) {
        return Arc::clone(error);
    }
    let where_ = if on_list { "is still on the list" } else { "is not on the list" };
    Arc::new(
        Error::new(ErrorKind::Server, format!("the call had no effect: the user {where_}"))
            .with_provider(&session.provider.capabilities().provider)
            .with_hint("It is safe to call again for this user."),
    )
}
