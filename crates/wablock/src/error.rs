//! What can go wrong: one list of kinds with stable codes, shared by all languages.

use std::{borrow::Cow, fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// The id of a provider, such as `meta` or `nxcloud`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderId(Cow<'static, str>);

impl ProviderId {
    /// An id known at compile time; each provider states its own.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// The id as a string, the same in every language.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $code:literal $hint:literal,)+) => {
        /// The kinds of error. [`ErrorKind::code`] gives the stable string code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl ErrorKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code, the same string in Rust, Python and Node.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
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
    /// A setting is missing, unknown, or has a value that cannot work.
    Config "config" "Correct the named setting; nothing was sent.",
    /// A user is not a phone number, wa_id or business-scoped id that can be sent.
    InvalidUser "invalid_user" "Give the number in international form, such as +16505551234; nothing was sent for it.",
    /// The provider does not accept the credentials.
    Auth "auth" "Check that the credentials are right, unexpired, and belong to this account.",
    /// The credentials are good but do not allow this.
    Permission "permission" "Give the token or account the permission for WhatsApp block lists.",
    /// The business number, bot or account does not exist or is not yours.
    NotFound "not_found" "Check the id of the business number (or bot) and that the credentials belong to it.",
    /// The user cannot be blocked now: no message from them in 24 hours, or not on WhatsApp (the API does not tell these apart).
    NotEligible "not_eligible" "A user can be blocked only within 24 hours of their last message; block again when they write.",
    /// The number is the business's own.
    OwnNumber "own_number" "A business cannot block its own number; remove it from the input.",
    /// The block list is full.
    ListFull "list_full" "Unblock somebody first; the list has room for a limited number of users.",
    /// The list changed again and again while it was being read.
    ListChanged "list_changed" "List again when no other process is blocking or unblocking.",
    /// Too many requests.
    RateLimited "rate_limited" "Wait as long as the provider asks, where it says so, then call again with fewer requests at once.",
    /// Any other no from the provider.
    Rejected "rejected" "The provider refused this request; its message and its own code say why.",
    /// The provider failed on its side.
    Server "server" "Try again later; list to learn whether it took effect.",
    /// No connection to the provider.
    Connection "connection" "Check the network, the proxy, and the base URL.",
    /// No answer in time.
    Timeout "timeout" "Allow more time, or list to learn whether it took effect.",
    /// An answer that could not be trusted.
    Protocol "protocol" "List to learn whether it took effect; report it if the provider's answers changed.",
    /// The provider cannot do this.
    Unsupported "unsupported" "See the provider's capabilities for what it can do.",
    /// The caller cancelled.
    Cancelled "cancelled" "The report says which inputs were done, which are unknown, and which were not sent.",
    /// The client is closed.
    Closed "closed" "Make a new client; this one was closed.",
}

impl ErrorKind {
    /// True for a no about one user. The other kinds are about the whole call.
    #[must_use]
    pub const fn is_about_user(self) -> bool {
        matches!(self, Self::InvalidUser | Self::NotEligible | Self::OwnNumber | Self::Unsupported)
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

/// An error of wablock. Holds no secret; small to move (one pointer).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Error(Box<Fields>);

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Fields {
    #[serde(rename = "code")]
    kind: ErrorKind,
    message: String,
    hint: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    provider: Option<ProviderId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    provider_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    request_id: Option<String>,
    retryable: bool,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    retry_after: Option<f64>,
}

impl Error {
    /// An error of a kind with a message that names the thing. The hint is the kind's until [`Error::with_hint`].
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Fields {
            kind,
            message: message.into(),
            hint: Cow::Borrowed(kind.hint()),
            provider: None,
            provider_code: None,
            status: None,
            request_id: None,
            retryable: matches!(
                kind,
                ErrorKind::RateLimited
                    | ErrorKind::Server
                    | ErrorKind::Connection
                    | ErrorKind::Timeout
                    | ErrorKind::ListChanged
            ),
            retry_after: None,
        }))
    }

    /// A panic in wablock. What the call did is not known.
    pub(crate) fn of_defect() -> Self {
        Self::new(ErrorKind::Protocol, "the call ended in a panic, which is a defect of wablock")
            .with_hint("List to learn whether it took effect, and report this.")
    }

    /// What to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// The provider that said so.
    #[must_use]
    pub fn with_provider(mut self, provider: &ProviderId) -> Self {
        self.0.provider = Some(provider.clone());
        self
    }

    /// The provider's own code.
    #[must_use]
    pub fn with_provider_code(mut self, code: impl fmt::Display) -> Self {
        self.0.provider_code = Some(code.to_string());
        self
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The provider's id of the request, for their support.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<impl Into<String>>) -> Self {
        self.0.request_id = id.map(Into::into).or(self.0.request_id);
        self
    }

    /// How long the provider asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait.map(|wait| wait.as_secs_f64()).or(self.0.retry_after);
        self
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// The same error with its message rewritten.
    #[must_use]
    pub(crate) fn map_message(mut self, rewrite: impl FnOnce(&str) -> String) -> Self {
        self.0.message = rewrite(&self.0.message);
        self
    }

    /// The same error, with everything in it that a server may have written rewritten.
    #[must_use]
    pub(crate) fn map_texts(mut self, mut rewrite: impl FnMut(&str) -> String) -> Self {
        self.0.message = rewrite(&self.0.message);
        if let Cow::Owned(hint) = &self.0.hint {
            self.0.hint = Cow::Owned(rewrite(hint));
        }
        self.0.provider_code = self.0.provider_code.map(|code| rewrite(&code));
        self.0.request_id = self.0.request_id.map(|id| rewrite(&id));
        self
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code of the kind, such as `not_eligible`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// What happened, naming the thing.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.0.hint
    }

    /// The provider that said so, where one did.
    #[must_use]
    pub fn provider(&self) -> Option<&ProviderId> {
        self.0.provider.as_ref()
    }

    /// The provider's own code as text, such as `131047`.
    #[must_use]
    pub fn provider_code(&self) -> Option<&str> {
        self.0.provider_code.as_deref()
    }

    /// The HTTP status of the answer, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The provider's id of the request (Meta: `fbtrace_id`), for their support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the provider asked to wait, where it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fields { kind, message, hint, provider, provider_code, .. } = &*self.0;
        write!(f, "{message} [{kind}")?;
        match (provider, provider_code) {
            (Some(provider), Some(code)) => write!(f, ", {provider} code {code}]")?,
            (Some(provider), None) => write!(f, ", {provider}]")?,
            _ => f.write_str("]")?,
        }
        if hint.is_empty() { Ok(()) } else { write!(f, " {hint}") }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// What to do about a refused request. The provider's decoder names it, the retry owner acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the answer will be the same again.
    None,
    /// Send again after a short, growing wait.
    Retry,
    /// The whole client slows down; send again after the wait the provider named, or a long, growing one.
    Throttle,
    /// Learn the server's clock from its `Date` and send once more with a fresh signature.
    SyncClock,
    /// Send the batch again in two halves.
    Halve,
    /// Read the list again from its first page.
    RestartList,
    /// Ask for smaller pages.
    ShrinkPage,
}

/// A refusal of a whole request: the error, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The error to report if the remedy does not help.
    pub error: Error,
    /// What may help.
    pub remedy: Remedy,
}

impl Refusal {
    /// A refusal that nothing helps against.
    #[must_use]
    pub fn is_final(error: Error) -> Self {
        Self { error, remedy: Remedy::None }
    }

    /// A refusal with a remedy.
    #[must_use]
    pub fn with(error: Error, remedy: Remedy) -> Self {
        Self { error, remedy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_snake_case() {
        let codes: std::collections::BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), ErrorKind::ALL.len());
        assert!(codes.iter().all(|code| code.chars().all(|c| c == '_' || c.is_ascii_lowercase())));
    }

    #[test]
    fn shows_message_code_and_hint() {
        let error = Error::new(ErrorKind::NotEligible, "Re-engagement required")
            .with_provider(&ProviderId::new("meta"))
            .with_provider_code(131_047);
        assert_eq!(
            error.to_string(),
            "Re-engagement required [not_eligible, meta code 131047] A user can be blocked only within 24 hours of their last message; block again when they write."
        );
    }

    #[test]
    fn survives_json() {
        let error = Error::new(ErrorKind::RateLimited, "slow down").with_retry_after(Some(Duration::from_millis(1500)));
        let json = serde_json::to_string(&error).unwrap();
        assert!(json.contains(r#""code":"rate_limited""#) && json.contains(r#""retry_after":1.5"#), "{json}");
        assert_eq!(serde_json::from_str::<Error>(&json).unwrap(), error);
    }
}
