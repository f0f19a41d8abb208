//! Runs calls: block and unblock, list, presence, settle, and the session that they share.

pub(crate) mod change;
pub(crate) mod list;
pub(crate) mod observer;
pub(crate) mod presence;
pub(crate) mod session;
pub(crate) mod settle;
