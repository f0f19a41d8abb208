//! The words that every other room uses: users, errors, reports, capabilities, secrets, texts, log records.

pub(crate) mod capabilities;
pub(crate) mod change;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod input;
pub(crate) mod log;
pub(crate) mod report;
pub(crate) mod secret;
pub(crate) mod text;
pub(crate) mod user;
