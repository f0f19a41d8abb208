//! How a fault changes the handling of one request.

/// Nothing, unless a fault says so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tweaks {
    /// Check and answer, but change nothing.
    pub(crate) dry_run: bool,
    /// The server's idea of the time, relative to the sandbox clock.
    pub(crate) skew_ms: i64,
    /// Every k-th user of the call fails with this code, message and details.
    pub(crate) user_error: Option<(u64, i64, String, String)>,
    /// Lists show their state from this many milliseconds ago.
    pub(crate) stale_ms: Option<i64>,
    /// Pages have at most this many rows.
    pub(crate) page_rows: Option<usize>,
    /// More users than this in a call are refused (130429).
    pub(crate) max_users: Option<usize>,
    /// Larger pages than this are refused, with this code and text.
    pub(crate) most_rows: Option<(usize, i64, String)>,
    /// Cursors are JSON numbers.
    pub(crate) numeric_cursors: bool,
    /// Shifts the start of a page by so many rows, as if users had been unblocked in the meantime.
    pub(crate) skipped_rows: usize,
    /// How often the fault has struck, this time included.
    pub(crate) struck: u64,
}
