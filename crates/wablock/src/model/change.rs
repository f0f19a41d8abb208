//! What a call does to users.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a call changes on the block list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Put users on the block list.
    Block,
    /// Take users off the block list.
    Unblock,
}

/// What the call behind a report did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// It blocked users.
    Block,
    /// It unblocked users.
    Unblock,
    /// It read its inputs and sent nothing.
    Check,
}

impl Operation {
    /// The operation as a string, the same in every language.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Check => "check",
        }
    }

    /// What the call changed on the block list; `None` if it could change nothing.
    #[must_use]
    pub const fn change(self) -> Option<Change> {
        match self {
            Self::Block => Some(Change::Block),
            Self::Unblock => Some(Change::Unblock),
            Self::Check => None,
        }
    }
}

impl From<Change> for Operation {
    fn from(change: Change) -> Self {
        match change {
            Change::Block => Self::Block,
            Change::Unblock => Self::Unblock,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
