//! The operations: block, unblock and list.

use serde::{Deserialize, Serialize};

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operation {
    Block,
    Unblock,
    List,
}

impl Operation {
    pub(crate) const ALL: [Operation; 3] = [Operation::Block, Operation::Unblock, Operation::List];

    /// The lower-case name.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Operation::Block => "block",
            Operation::Unblock => "unblock",
            Operation::List => "list",
        }
    }

    /// Whether it changes the list.
    pub(crate) fn is_write(self) -> bool {
        self != Operation::List
    }
}
