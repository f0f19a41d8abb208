//! Everything the sandbox knows, behind one lock.

use std::collections::VecDeque;

use crate::accounts::{Accounts, Operation, Provider};
use crate::clock::Clock;
use crate::faults::Engine;
use crate::http::{Reply, Request};
use crate::problem::ControlError;
use crate::providers;
use crate::settings::Settings;

/// How many requests are remembered, and how many bytes of their bodies at most.
const KEPT: usize = 10_000;
const KEPT_BYTES: usize = 64 << 20;

/// What a fault changes about the handling of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tweaks {
    /// Check and answer, but change nothing.
    pub(crate) dry_run: bool,
    /// The server's idea of the time, relative to the sandbox clock.
    pub(crate) skew_ms: i64,
    /// Every k-th user of the call fails with this code, message and details.
    pub(crate) user_error: Option<(u64, i64, String, String)>,
    /// Lists show the state of so many milliseconds ago.
    pub(crate) stale_ms: Option<i64>,
    /// Pages have at most so many rows.
    pub(crate) page_rows: Option<usize>,
    /// More users than this in a call are refused (130429).
    pub(crate) max_users: Option<usize>,
    /// Larger pages than this are refused, with this code and text.
    pub(crate) most_rows: Option<(usize, i64, String)>,
    /// Cursors are JSON numbers.
    pub(crate) numeric_cursors: bool,
    /// The rows of a page begin so many later, as if others had left the list meanwhile.
    pub(crate) skipped_rows: usize,
    /// How often the fault has struck, this time included.
    pub(crate) struck: u64,
}

/// A remembered request.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) provider: Provider,
    pub(crate) operation: Option<Operation>,
    pub(crate) request: Request,
    pub(crate) at_ms: i64,
    /// 0 when no status was sent.
    pub(crate) status: u16,
}

/// The last requests.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) requests: VecDeque<Recorded>,
    pub(crate) total: u64,
    bytes: usize,
}

impl Record {
    fn size(recorded: &Recorded) -> usize {
        recorded.request.body.len() + recorded.request.path.len() + recorded.request.query.len()
    }

    /// Adds one, and forgets the oldest where there are too many.
    pub(crate) fn push(&mut self, recorded: Recorded) {
        self.total += 1;
        self.bytes += Record::size(&recorded);
        self.requests.push_back(recorded);
        while self.requests.len() > KEPT || (self.bytes > KEPT_BYTES && self.requests.len() > 1) {
            if let Some(old) = self.requests.pop_front() {
                self.bytes -= Record::size(&old);
            }
        }
    }
}

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
    /// Bytes as they are, then the connection closes.
    Raw(Vec<u8>),
}

/// The state.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) accounts: Accounts,
    pub(crate) faults: Engine,
    pub(crate) record: Record,
    pub(crate) script: VecDeque<Canned>,
    /// Counts replies, for request ids.
    pub(crate) replies: u64,
}

impl World {
    /// Empty lists, default settings.
    pub(crate) fn new(url: String) -> World {
        let clock = Clock::default();
        World {
            url,
            clock,
            settings: Settings::default(),
            accounts: Accounts::new(clock.now_us()),
            faults: Engine::default(),
            record: Record::default(),
            script: VecDeque::new(),
            replies: 0,
        }
    }

    /// Back to the start; accounts and their credentials stay.
    pub(crate) fn reset(&mut self) {
        self.clock = Clock::default();
        self.settings = Settings::default();
        self.faults = Engine::default();
        self.record = Record::default();
        self.script.clear();
        self.accounts.clear(self.clock.now_us());
    }

    /// The provider's own answer to a request.
    pub(crate) fn handle(&mut self, provider: Provider, rest: &str, request: &Request, tweaks: &Tweaks) -> Reply {
        self.replies += 1;
        match provider {
            Provider::Meta => providers::meta::handle(self, rest, request, tweaks),
            Provider::NxCloud => providers::nxcloud::handle(self, rest, request, tweaks),
            Provider::Digital99 => providers::digital99::handle(self, rest, request, tweaks),
            Provider::Sinch => providers::sinch::handle(self, rest, request, tweaks),
        }
    }

    /// The next canned answer for a provider.
    pub(crate) fn next_canned(&mut self, provider: Provider) -> Option<CannedAnswer> {
        let fits = |canned: &Canned| canned.provider.is_none_or(|p| p == provider);
        let at = self.script.iter().position(fits)?;
        self.script.remove(at).map(|canned| canned.answer)
    }

    /// The account a control command means.
    pub(crate) fn account(
        &mut self,
        provider: Provider,
        name: &str,
    ) -> Result<&mut crate::accounts::Account, ControlError> {
        if name.is_empty() || name.len() > 200 {
            return Err(ControlError::new("account: a name of 1 to 200 bytes is expected"));
        }
        let now = self.clock.now_us();
        let account = self.accounts.named(provider, name, now);
        account.settle(now);
        Ok(account)
    }
}
