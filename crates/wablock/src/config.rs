//! Every default of wablock, and the options of a client that are the same for all providers.

mod client;

use std::time::Duration;

pub use client::ClientOptions;
pub(crate) use client::{CALL_ROWS, CLIENT_ROWS};

// ---- limits on what a configuration may hold ----

/// Longest id taken, in bytes.
pub(crate) const LONGEST_ID: usize = 128;
/// Longest credential taken, in bytes; Meta's tokens have some hundreds.
pub(crate) const LONGEST_SECRET: usize = 4096;
/// Longest base URL or path taken, in bytes.
pub(crate) const LONGEST_URL: usize = 2048;
/// Longest text of a server that an error keeps, in characters.
pub(crate) const LONGEST_TEXT: usize = 500;
/// Most that is kept of the fields of one user which wablock does not know, in bytes of JSON.
pub(crate) const LONGEST_EXTRA: usize = 500;
/// Longest cursor taken from a server, in bytes; real ones have about a hundred.
pub(crate) const LONGEST_CURSOR: usize = 4096;

// ---- time ----

/// To open a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For one attempt, from sending to the last byte of the answer.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// For a call about one user, with all its attempts and waits. Calls over collections and lists have no limit of their own:
/// each of their attempts has.
pub const SINGLE_CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How long an idle connection is kept; short, because load balancers and frozen functions drop idle ones silently.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

// ---- retries ----

/// Attempts after the first.
pub const MAX_RETRIES: u32 = 2;
/// First wait after a transient fault; doubles with every attempt, and each wait is drawn from zero to it (full jitter).
pub const BACKOFF_BASE: Duration = Duration::from_millis(50);
/// First wait after being throttled; doubles too, and each wait is drawn from half of it to all of it. The whole client waits.
pub const THROTTLE_BASE: Duration = Duration::from_secs(1);
/// The part of a throttled wait that is not drawn: many providers count by the second.
pub(crate) const THROTTLE_LEAST: f64 = 0.5;
/// Longest drawn wait.
pub const BACKOFF_CAP: Duration = Duration::from_secs(20);
/// Longest stated wait (`Retry-After`) that is waited for; beyond it the call fails at once and says how long.
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

/// Requests at once of one bulk call.
pub const CONCURRENCY: usize = 8;
/// Requests at once of all calls of a client, unless `concurrency` asks for more.
pub const MAX_IN_FLIGHT: usize = 64;
/// Largest answer read, after decompression, in bytes. A full list of 64,000 numbers in one answer has about 1 MB.
pub const MAX_RESPONSE_BYTES: usize = 8 * 1024 * 1024;
/// Memory that the parts of an answer may take when it is read, in bytes, or twice `max_response_bytes` where that is more.
/// Enough for 20,000 users in one page, and for 64,000 bare numbers.
pub(crate) const MOST_READ_BYTES: usize = 16 * 1024 * 1024;
/// Answers longer than this, in bytes, are read on a thread of their own.
pub(crate) const LONG_ANSWER: usize = 256 * 1024;
/// Size of a block list where the provider states none.
pub(crate) const MOST_LISTED: u32 = 500_000;
/// How often a list is read anew from its first page because it changed.
pub const LIST_RESTARTS: u32 = 3;

// ---- providers: what their documentation leaves open is a setting with a default here ----

/// Meta. Sources: the Block Users guide and reference of developers.facebook.com.
pub mod meta {
    /// Graph API host.
    pub const BASE_URL: &str = "https://graph.facebook.com";
    /// Graph API version; current since August 2026.
    pub const VERSION: &str = "v26.0";
    /// Most users in a request (documented).
    pub const MAX_USERS_PER_REQUEST: usize = 1000;
    /// Users asked for in a page; the largest is not documented, and what comes is taken.
    pub const PAGE_SIZE: u32 = 1000;
    /// Page size asked for when the provider refuses a larger one.
    pub const FALLBACK_PAGE_SIZE: u32 = 100;
}

/// NxCloud. Source: the Block Users page and the call convention of its wiki.
pub mod nxcloud {
    /// API host.
    pub const BASE_URL: &str = "https://api2.nxcloud.com";
    /// The `bizType` of WhatsApp (documented).
    pub const BIZ_TYPE: &str = "2";
    /// The `action` of the block calls (documented).
    pub const ACTION: &str = "mt";
    /// Users in a request; no maximum is documented, this is our choice below Meta's 1,000.
    pub const MAX_USERS_PER_REQUEST: usize = 100;
    /// Users asked for in a page.
    pub const PAGE_SIZE: u32 = 100;
}

/// 99digital. Source: its page "Black List (block)".
pub mod digital99 {
    /// API host.
    pub const BASE_URL: &str = "https://api.99digital.co.il";
    /// Path of block (documented).
    pub const BLOCK_PATH: &str = "whatsapp/v2/block";
    /// Path of unblock: not in the documentation we have; chosen after its siblings.
    pub const UNBLOCK_PATH: &str = "whatsapp/v2/unblock";
    /// Path of list: not in the documentation we have; chosen after its siblings.
    pub const LIST_PATH: &str = "whatsapp/v2/getBlockedList";
}

/// Sinch. Source: the page "Blacklisting numbers from callbacks" of its legacy documentation.
pub mod sinch {
    /// Most numbers in a request (documented).
    pub const MAX_USERS_PER_REQUEST: usize = 20;
    /// Numbers in a page (documented; it cannot be asked for).
    pub const PAGE_SIZE: u32 = 100;
    /// Requests per second; documented for a sibling endpoint of the same API.
    pub const RATE_LIMIT: f64 = 20.0;
    /// Region whose host is called unless the configuration names one.
    pub const REGION: &str = "us1";
}

/// Most users on a block list (documented by Meta, NxCloud and 99digital).
pub(crate) const CLOUD_LIST_SIZE: u32 = 64_000;
/// A user can be blocked within this time of their last message (documented by the same three).
pub(crate) const REPLY_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
