//! The sandbox's complete state, behind one lock.

use std::collections::VecDeque;

use crate::accounts::{Account, DEFAULT_ACCOUNT};
use crate::error::ControlError;
use crate::faults::Rules;
use crate::http::Reply;
use crate::record::Record;
use crate::simulators::{Provider, names};
use crate::state::State;

/// A canned answer of `script`.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    pub(crate) provider: Option<Provider>,
    pub(crate) answer: CannedAnswer,
}

/// What a canned answer is made of.
#[derive(Debug, Clone)]
pub(crate) enum CannedAnswer {
    Reply(Reply),
    /// Raw bytes; then the connection closes.
    Raw(Vec<u8>),
}

/// The sandbox's complete state.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) faults: Rules,
    pub(crate) record: Record,
    pub(crate) script: VecDeque<Canned>,
}

impl World {
    /// The default account of each provider, empty lists, default settings.
    pub(crate) fn new(url: String) -> World {
        let mut state = State::new(url, names());
        let now = state.clock.now_us();
        for provider in Provider::all() {
            state.accounts.named(provider.id(), &provider.about().parts, DEFAULT_ACCOUNT, now);
        }
        World { state, faults: Rules::default(), record: Record::default(), script: VecDeque::new() }
    }

    /// Back to the start; accounts and their credentials stay.
    pub(crate) fn reset(&mut self) {
        self.state.reset();
        self.faults.clear();
        self.record = Record::default();
        self.script.clear();
    }

    /// The next canned answer for a provider.
    pub(crate) fn next_canned(&mut self, provider: Provider) -> Option<CannedAnswer> {
        let fits = |canned: &Canned| canned.provider.is_none_or(|p| p == provider);
        let at = self.script.iter().position(fits)?;
        self.script.remove(at).map(|canned| canned.answer)
    }

    /// The account that a control command names.
    pub(crate) fn account(&mut self, provider: Provider, name: &str) -> Result<&mut Account, ControlError> {
        if name.is_empty() || name.len() > 200 {
            return Err(ControlError::new("account: a name of 1 to 200 bytes is expected"));
        }
        let now = self.state.clock.now_us();
        let account = self.state.accounts.named(provider.id(), &provider.about().parts, name, now);
        account.settle(now);
        Ok(account)
    }
}
