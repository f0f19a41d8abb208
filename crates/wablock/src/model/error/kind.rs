//! The kinds of error, with their codes and their usual hints.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident $code:literal $hint:literal,)+) => {
        /// The kinds of error. [`ErrorKind::code`] gives the stable string code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $variant,)+
        }

        impl ErrorKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code, the same string in Rust, Python and Node.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What the kind means, as the documentation of every language says it.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+),)+ }
            }

            /// What to do about it, where nothing better is known.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)+ }
            }
        }
    };
}

kinds! {
    /// An option is missing, unknown or invalid; the message names it. Nothing was sent.
    Config "config" "Correct this option; nothing was sent.",
    /// A user is not a phone number, wa_id or business-scoped id that can be sent. Nothing was sent for it.
    InvalidUser "invalid_user" "Give the number in international form, such as +16505551234; nothing was sent for it.",
    /// The provider does not accept the credentials.
    Auth "auth" "Check that the credentials are correct, have not expired, and belong to this account.",
    /// The credentials are valid but do not allow this.
    Permission "permission" "Give the token or account the permission for WhatsApp block lists.",
    /// The business number, bot or account does not exist or is not yours.
    NotFound "not_found" "Check the id of the business number (or bot) and that the credentials belong to it.",
    /// The user cannot be blocked now: no message in 24 hours, or not on WhatsApp (the API does not say which).
    NotEligible "not_eligible" "A user can be blocked only within 24 hours of their last message; block them when they write.",
    /// The number is the business's own.
    OwnNumber "own_number" "A business cannot block its own number; remove it from the input.",
    /// The block list is full.
    ListFull "list_full" "Unblock someone first; the list can hold only a limited number of users.",
    /// The list kept changing while it was being read.
    ListChanged "list_changed" "Read the list again when no other process is blocking or unblocking.",
    /// Too many requests.
    RateLimited "rate_limited" "Wait as long as the provider asks, then call again with fewer concurrent requests.",
    /// The provider rejected the user or request for another reason; see the message and the provider's own code.
    Rejected "rejected" "The provider rejected the request; see its message and its own code.",
    /// The provider failed on its side; whether the request took effect may be unknown.
    Server "server" "Try again later; check the block list to see whether it took effect.",
    /// No connection to the provider.
    Connection "connection" "Check the network, the proxy, and the base URL.",
    /// No answer in time.
    Timeout "timeout" "Allow more time, or check the block list to see whether it took effect.",
    /// The answer was not reliable; whether the request took effect is unknown.
    Protocol "protocol" "Check the block list to see whether it took effect; open an issue if the provider's API has changed.",
    /// The provider does not support this; see the client's `capabilities`.
    Unsupported "unsupported" "See `capabilities` for what the provider supports.",
    /// The call was cancelled; the report has the outcomes so far.
    Cancelled "cancelled" "The report says which inputs were done, which are unknown, and which were not sent.",
    /// The client was closed, before or during the call.
    Closed "closed" "Create a new client; this one is closed.",
    /// A kind of error that this version does not know: it was read from a report that a newer version wrote.
    Other "other" "Update wablock: a newer version wrote this report and knows this kind of error.",
}

impl<'de> Deserialize<'de> for ErrorKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self::ALL.iter().copied().find(|kind| kind.code() == code).unwrap_or(Self::Other))
    }
}

impl ErrorKind {
    /// True for a rejection of one user. The other kinds are about the whole call.
    #[must_use]
    pub const fn is_about_user(self) -> bool {
        matches!(self, Self::InvalidUser | Self::NotEligible | Self::OwnNumber | Self::Unsupported)
    }

    /// True where a call over a collection raises rather than reports: the call itself is at fault, not a user and not the
    /// provider's day.
    #[must_use]
    pub const fn is_about_call(self) -> bool {
        matches!(
            self,
            Self::Config
                | Self::Auth
                | Self::Permission
                | Self::NotFound
                | Self::Connection
                | Self::Cancelled
                | Self::Closed
        )
    }

    /// True where the kind says that nothing else of this call can succeed, so that the rest need not be sent.
    #[must_use]
    pub(crate) const fn is_fatal(self) -> bool {
        matches!(self, Self::Config | Self::Auth | Self::Permission | Self::NotFound | Self::Cancelled | Self::Closed)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
