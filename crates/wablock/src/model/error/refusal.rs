//! A refused request, and what may help.

use super::Error;

/// What to do about a refused request. The provider's decoder names it, the retry owner acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the answer will be the same again.
    None,
    /// Send again after a short, growing wait.
    Retry,
    /// The whole client slows down; send again after the wait the provider named, or a long, growing one.
    Throttle,
    /// Learn the server's clock from its `Date` and send once more with a fresh signature.
    SyncClock,
    /// Send the batch again in two halves.
    Halve,
    /// Read the list again from its first page.
    RestartList,
    /// Ask for smaller pages.
    ShrinkPage,
}

/// A refusal of a whole request: the error, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The error to report if the remedy does not help.
    pub error: Error,
    /// What may help.
    pub remedy: Remedy,
}

impl Refusal {
    /// A refusal that nothing helps against.
    #[must_use]
    pub fn is_final(error: Error) -> Self {
        Self { error, remedy: Remedy::None }
    }

    /// A refusal with a remedy.
    #[must_use]
    pub fn with(error: Error, remedy: Remedy) -> Self {
        Self { error, remedy }
    }
}
