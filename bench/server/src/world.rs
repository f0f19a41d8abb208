//! What the server knows: whom it has blocked, how it is to answer, and what it saw since the last reset.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use crate::numbers::{self, MOST};

/// The state of one run.
pub(crate) struct World {
    pub(crate) delay: Duration,
    pub(crate) seen: Seen,
    /// The last request was for the harness; it is answered at once.
    pub(crate) control: bool,
    blocked: Vec<bool>,
    count: usize,
    /// The rows of the list for numbers 0..n, all of one width, with commas between them.
    rows: Vec<u8>,
}

/// What was seen since the last reset.
#[derive(Default, Serialize)]
pub(crate) struct Seen {
    pub(crate) requests: u64,
    pub(crate) connections: u64,
    /// How many requests named how many users; pages count as the number of rows that were sent.
    pub(crate) sizes: BTreeMap<usize, u64>,
    /// Requests that were not right, and the first reason.
    pub(crate) refused: u64,
    pub(crate) first_refusal: Option<String>,
    pub(crate) blocked: usize,
    /// The numbers 0..blocked are blocked and no others.
    pub(crate) gapless: bool,
}

impl Default for World {
    fn default() -> Self {
        let mut rows = Vec::with_capacity(MOST * (numbers::ROW_WIDTH + 1));
        for number in 0..MOST {
            numbers::write_row(number, &mut rows);
            rows.push(b',');
        }
        Self {
            delay: Duration::ZERO,
            seen: Seen::default(),
            control: false,
            blocked: vec![false; MOST],
            count: 0,
            rows,
        }
    }
}

impl World {
    pub(crate) fn reset(&mut self, delay: Duration, seed: usize) {
        self.delay = delay;
        self.seen = Seen::default();
        self.blocked.fill(false);
        self.blocked[..seed.min(MOST)].fill(true);
        self.count = seed.min(MOST);
    }

    pub(crate) fn stats(&mut self) -> &Seen {
        self.seen.blocked = self.count;
        self.seen.gapless = self.blocked[..self.count].iter().all(|blocked| *blocked);
        &self.seen
    }

    /// Blocks or unblocks; idempotent, as the real ones are.
    pub(crate) fn set(&mut self, number: usize, block: bool) {
        if std::mem::replace(&mut self.blocked[number], block) != block {
            if block {
                self.count += 1;
            } else {
                self.count -= 1;
            }
        }
    }

    /// How many are on the list.
    pub(crate) fn list_length(&self) -> usize {
        self.count
    }

    /// The rows of a page, ready to send. Lists are only read after a reset with a seed, so they are gapless.
    pub(crate) fn page(&self, start: usize, end: usize) -> &[u8] {
        let width = numbers::ROW_WIDTH + 1;
        if start >= end { &[] } else { &self.rows[start * width..end * width - 1] }
    }

    pub(crate) fn refuse(&mut self, why: &str) {
        self.seen.refused += 1;
        if self.seen.first_refusal.is_none() {
            self.seen.first_refusal = Some(why.to_owned());
        }
    }
}
