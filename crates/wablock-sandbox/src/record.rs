//! The requests that were received, newest last.

use std::collections::VecDeque;

use crate::http::Request;
use crate::operation::Operation;
use crate::simulators::Provider;

/// How many requests are remembered, and how many bytes of their bodies at most.
const KEPT: usize = 10_000;
const KEPT_BYTES: usize = 64 << 20;

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

    /// Adds a request, and drops the oldest ones if there are too many.
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
