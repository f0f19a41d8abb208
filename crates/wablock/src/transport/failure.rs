//! An exchange that failed.

use crate::model::error::Error;

/// A failed exchange.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// False when the request certainly never left this machine.
    pub(crate) may_have_left: bool,
}
