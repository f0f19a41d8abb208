//! What calls return, as native classes: plain data, frozen and picklable, without a client inside.

mod lists;
mod outcomes;
mod record;
mod report;
mod rows;
mod users;

pub(crate) use self::{
    lists::{BlockedUsers, blocked_users},
    outcomes::{BaseOutcome, DoneOutcome, FailedOutcome, NotSentOutcome, UnknownOutcome, outcome},
    record::Record,
    report::{Report, report},
    rows::Rows,
    users::{BlockedUser, User, blocked_user, page, user},
};

/// The rows of a list as JSON.
fn json(users: &[wablock::BlockedUser]) -> String {
    // Every part of a user can be written as JSON.
    serde_json::to_string(users).unwrap_or_default()
}
