//! Unknown outcomes resolved by listing, never by sending again.

use std::{collections::HashSet, sync::Arc, time::Duration};

use crate::{
    core::Core,
    error::{Error, ErrorKind},
    pager::List,
    report::{Operation, Report, State},
    text::Text,
    transport::{CallLimits, now_ms},
    user::matching_key,
};

/// The report with its unknowns resolved, as far as the list can tell.
pub(crate) async fn settle(core: &Arc<Core>, mut report: Report, limits: CallLimits) -> Result<Report, Error> {
    let capabilities = core.provider.capabilities();
    if report.provider != capabilities.provider {
        let (theirs, ours) = (&report.provider, &capabilities.provider);
        return Err(Error::new(ErrorKind::Config, format!("the report is of {theirs}, this client is of {ours}"))
            .with_hint("Settle a report with a client of the same provider and business number."));
    }
    if report.count(State::Unknown) == 0 {
        return Ok(report);
    }
    let delay = u64::try_from(capabilities.effective_delay.as_millis()).unwrap_or(u64::MAX);
    let wait = report.finished_at_ms.saturating_add(delay).saturating_sub(now_ms()).min(delay);
    limits.sleep(Duration::from_millis(wait)).await?;

    let mut listed: HashSet<Text> = HashSet::new();
    let (mut every_row_has_number, mut every_row_has_bsuid) = (true, true);
    let mut list = List::new(Arc::clone(core), limits);
    while let Some(users) = list.next_page().await? {
        for user in users {
            every_row_has_number &= user.wa_id.is_some();
            every_row_has_bsuid &= user.user_id.is_some();
            listed.extend(user.wa_id.map(|id| matching_key(&id).into()));
            listed.extend(user.user_id);
        }
    }
    let wanted_on_list = report.operation != Operation::Unblock;
    for outcome in report.outcomes.iter_mut().filter(|outcome| outcome.state == State::Unknown) {
        let Some(user) = &outcome.user else { continue };
        let on_list = listed.contains(&*matching_key(user.id()));
        // A row without this kind of id may be this very user: then absence proves nothing.
        let absence_counts = if user.is_bsuid() { every_row_has_bsuid } else { every_row_has_number };
        if on_list == wanted_on_list && (on_list || absence_counts) {
            outcome.state = State::Done;
            outcome.error = None;
        } else if on_list || absence_counts {
            let kind = outcome.error.as_ref().map_or(ErrorKind::Server, |error| error.kind());
            let verb = if wanted_on_list { "is not on the list: it was not blocked" } else { "is still on the list" };
            outcome.state = State::Failed;
            outcome.error = Some(Arc::new(
                Error::new(kind, format!("the user {verb}"))
                    .with_provider(&capabilities.provider)
                    .with_retryable(true)
                    .with_hint("It is safe to call again for this user."),
            ));
        }
    }
    Ok(report)
}
