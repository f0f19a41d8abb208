//! What a call that changes the list tells while it runs.

use std::sync::Arc;

use crate::model::{report::Outcome, user::User};

/// What happens during a call that blocks or unblocks.
///
/// Each user is sent once, however often the inputs name them. Users who were never sent have no event; the report says why.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallEvent<'a> {
    /// The call begins.
    Begun {
        /// How many distinct users it has.
        users: usize,
    },
    /// These users are about to be sent. From now on, the change may take effect for them.
    Sending {
        /// The users of one request.
        users: &'a [User],
    },
    /// The outcomes of users who were sent. A user whom the provider asks to send again has more than one; the last one counts.
    Settled {
        /// One per user, as the report will have it.
        outcomes: &'a [Outcome],
        /// How many of the call's users have an outcome now.
        done: usize,
        /// How many distinct users the call has.
        of: usize,
    },
}

impl CallEvent<'_> {
    /// How many of the distinct users have an outcome, and how many there are, where that is new.
    pub(crate) fn progress(&self) -> Option<(usize, usize)> {
        match *self {
            Self::Begun { users } => Some((0, users)),
            Self::Sending { .. } => None,
            Self::Settled { done, of, .. } => Some((done, of)),
        }
    }
}

/// Called with every event of a call, on the task of the call, so it must be quick.
pub type Observer = Arc<dyn Fn(&CallEvent<'_>) + Send + Sync>;
