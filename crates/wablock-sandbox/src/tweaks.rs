//! What a fault changes about the handling of one request.

/// Nothing, unless a fault says so.
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
