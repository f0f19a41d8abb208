//! Whom the server has blocked, and what it saw since the last reset. Only the numbers 16500000000 and the ones after it are
//! used, so that a number is a place in an array.

use serde::Serialize;

const FIRST: usize = 16_500_000_000;
/// One more than the highest place.
const MOST: usize = 100_000;

/// The place of a number, with or without `+`; `None` for any that the benchmarks do not use.
pub(crate) fn place(text: &str) -> Option<usize> {
    let number: usize = text.strip_prefix('+').unwrap_or(text).parse().ok()?;
    number.checked_sub(FIRST).filter(|place| *place < MOST)
}

/// What was seen since the last reset.
#[derive(Default, Serialize)]
pub(crate) struct Seen {
    pub(crate) requests: u64,
    /// Requests that were not right, and the first reason.
    refused: u64,
    first_refusal: Option<String>,
    blocked: usize,
}

/// The state of one run.
pub(crate) struct World {
    pub(crate) seen: Seen,
    blocked: Vec<bool>,
    count: usize,
    /// The rows of a list of all numbers, all of one width, with commas between them.
    rows: Vec<u8>,
    width: usize,
}

impl Default for World {
    fn default() -> Self {
        let row = |place: usize| format!(r#"{{"messaging_product":"whatsapp","wa_id":"{}"}},"#, FIRST + place);
        let rows = (0..MOST).flat_map(|place| row(place).into_bytes()).collect();
        Self { seen: Seen::default(), blocked: vec![false; MOST], count: 0, rows, width: row(0).len() }
    }
}

impl World {
    /// Begins a run: the first `seed` numbers are blocked.
    pub(crate) fn reset(&mut self, seed: usize) {
        self.seen = Seen::default();
        self.count = seed.min(MOST);
        self.blocked.fill(false);
        self.blocked[..self.count].fill(true);
    }

    pub(crate) fn stats(&mut self) -> &Seen {
        self.seen.blocked = self.count;
        &self.seen
    }

    /// Blocks; twice is as good as once.
    pub(crate) fn block(&mut self, place: usize) {
        self.count += usize::from(!std::mem::replace(&mut self.blocked[place], true));
    }

    /// How many are blocked.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The rows of a page. Lists are only read after a reset with a seed, so there are no gaps.
    pub(crate) fn page(&self, start: usize, end: usize) -> &[u8] {
        if start >= end { &[] } else { &self.rows[start * self.width..end * self.width - 1] }
    }

    pub(crate) fn refuse(&mut self, why: &str) {
        self.seen.refused += 1;
        self.seen.first_refusal.get_or_insert_with(|| why.to_owned());
    }
}
