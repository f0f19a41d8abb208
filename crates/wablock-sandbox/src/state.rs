//! What simulators see and change: accounts, settings and the clock.

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::settings::Settings;

/// The state that the providers share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) accounts: Accounts,
    /// Counts replies, for request ids.
    pub(crate) replies: u64,
}

impl State {
    /// No accounts, default settings.
    pub(crate) fn new<'p>(url: String, providers: impl IntoIterator<Item = &'p str>) -> State {
        State {
            url,
            clock: Clock::default(),
            settings: Settings::new(providers),
            accounts: Accounts::default(),
            replies: 0,
        }
    }

    /// Back to the start; accounts and their credentials stay.
    pub(crate) fn reset(&mut self) {
        self.clock = Clock::default();
        self.settings = self.settings.defaults();
        self.accounts.clear(self.clock.now_us());
    }
}
