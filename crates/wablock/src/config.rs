//! Limits, waits and counts that no option changes. The defaults of options are in their tables.

use std::time::Duration;

// ---- limits on what a configuration may hold ----

/// Longest id accepted, in bytes.
pub(crate) const LONGEST_ID: usize = 128;
/// Longest credential accepted, in bytes; Meta's tokens have a few hundred.
pub(crate) const LONGEST_SECRET: usize = 4096;
/// Longest base URL or path accepted, in bytes.
pub(crate) const LONGEST_URL: usize = 2048;
/// Longest text of a server that an error keeps, in characters.
pub(crate) const LONGEST_TEXT: usize = 500;
/// Most that is kept of the fields of one user which wablock does not know, in bytes of JSON.
pub(crate) const LONGEST_EXTRA: usize = 500;
/// Most that a call keeps of what a server writes about its users, in bytes: texts of errors, and fields which wablock does not
/// know. Texts beyond it are shortened, and fields left out. A full list of users with a few fields each is within it.
pub(crate) const MOST_KEPT_BYTES: usize = 64 * 1024 * 1024;
/// Longest cursor accepted from a server, in bytes; real ones have about a hundred.
pub(crate) const LONGEST_CURSOR: usize = 4096;

// ---- time ----

/// For a call about one user, with all its attempts and waits. Calls over collections and lists have no limit of their own:
/// each of their attempts has.
pub const SINGLE_CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How long an idle connection is kept; short, because load balancers and frozen functions drop idle ones silently.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

// ---- retries ----

/// First wait after a transient fault; doubles with every attempt, and each wait is drawn from zero to it (full jitter).
pub const BACKOFF_BASE: Duration = Duration::from_millis(50);
/// First wait after being throttled; doubles too, and each wait is drawn from half of it to all of it. The whole client waits.
pub const THROTTLE_BASE: Duration = Duration::from_secs(1);
/// The part of a throttled wait that is not drawn: many providers count by the second.
pub(crate) const THROTTLE_LEAST: f64 = 0.5;
/// Longest drawn wait.
pub const BACKOFF_CAP: Duration = Duration::from_secs(20);
/// Longest requested wait (`Retry-After`) that the client accepts; beyond it the call fails immediately with the wait.
pub const LONGEST_STATED_WAIT: Duration = Duration::from_secs(120);
/// Waits of one request that use up no attempt: stated ones, and those for its turn while other requests get through.
pub const MOST_FREE_WAITS: u32 = 20;
/// Batches of a call that are split in a row to find a wrong user, while the provider refuses every part.
pub const MOST_VAIN_SEARCHES: u32 = 100;
/// Tokens of a client's retry budget.
pub const RETRY_TOKENS: u32 = 500;
/// What a retry costs.
pub const RETRY_COST: u32 = 14;
/// What a retry after being throttled costs.
pub const THROTTLED_RETRY_COST: u32 = 5;

// ---- traffic ----

/// Requests at once of all calls of a client, unless `concurrency` asks for more.
pub const MAX_IN_FLIGHT: usize = 64;
/// Memory that the parts of an answer may take when it is read, in bytes, or twice `max_response_bytes` where that is more.
/// Enough for 20,000 users in one page, and for 64,000 bare numbers.
pub(crate) const MOST_READ_BYTES: usize = 16 * 1024 * 1024;
/// Answers longer than this, in bytes, are read on a thread of their own.
pub(crate) const LONG_ANSWER: usize = 256 * 1024;
/// Size of a block list where the provider states none.
pub(crate) const MOST_LISTED: u32 = 500_000;
