//! What can go wrong: one list of kinds with stable codes, shared by all languages.

mod kind;
mod refusal;

use std::{borrow::Cow, fmt, time::Duration};

use serde::{Deserialize, Serialize};

pub use kind::ErrorKind;
pub(crate) use refusal::{Refusal, Remedy};

use super::text::cut;
use crate::wording::Naming;

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

/// An error of wablock. Holds no secret; small to move (one pointer).
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Error(Box<Fields>);

#[derive(Clone, Serialize, Deserialize)]
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
    #[serde(skip_serializing_if = "Option::is_none", default)]
    option: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    os_code: Option<Cow<'static, str>>,
    /// The texts with the names of options as data, until they are written as the caller writes them.
    #[serde(skip)]
    named: Option<Box<Named>>,
}

#[derive(Clone)]
struct Named {
    /// The option that the message is about, and the rest of the message.
    subject: Option<(&'static str, String)>,
    /// The hint with the names of options in braces.
    hint: Option<&'static str>,
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
            option: None,
            os_code: None,
            named: None,
        }))
    }

    /// A panic in wablock. What the call did is not known.
    pub(crate) fn of_defect() -> Self {
        Self::new(ErrorKind::Protocol, "the call ended in a panic, which is a bug in wablock")
            .with_hint("Check the block list to see whether it took effect, and please open an issue.")
    }

    /// A `config` error about one option: its name, and what is wrong with it. See [`Error::spelled`].
    #[must_use]
    pub(crate) fn of_option(option: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        let mut error = Self::new(ErrorKind::Config, format!("`{option}` {what}"));
        error.0.option = Some(option.to_owned());
        error.0.named = Some(Box::new(Named { subject: Some((option, what)), hint: None }));
        error
    }

    /// A hint that names options: `Raise {max_response_bytes}.` See [`Error::spelled`].
    #[must_use]
    pub(crate) fn with_hint_naming(mut self, template: &'static str) -> Self {
        self.0.hint = Cow::Owned(Naming::snake().fill(template));
        self.0.named.get_or_insert_with(|| Box::new(Named { subject: None, hint: None })).hint = Some(template);
        self
    }

    /// The option that the error is about, in the caller's spelling.
    #[must_use]
    pub(crate) fn with_option(mut self, option: impl Into<String>) -> Self {
        self.0.option = Some(option.into());
        self
    }

    /// The operating system's name for what went wrong.
    #[must_use]
    pub(crate) fn with_os_code(mut self, code: Option<impl Into<Cow<'static, str>>>) -> Self {
        self.0.os_code = code.map(Into::into);
        self
    }

    /// The same error with the names of options written as the caller writes them.
    #[must_use]
    pub(crate) fn spelled(mut self, naming: &Naming) -> Self {
        if let Some(Named { subject, hint }) = self.0.named.take().map(|named| *named) {
            if let Some((option, what)) = subject {
                self.0.message = format!("{} {what}", naming.quoted(option));
                self.0.option = Some(naming.key(option));
            }
            if let Some(template) = hint {
                self.0.hint = Cow::Owned(naming.fill(template));
            }
        }
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = hint.into();
        if let Some(named) = &mut self.0.named {
            named.hint = None;
        }
        self
    }

    /// Sets the provider that returned the error.
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

    /// Bytes of the texts that a server may have written.
    pub(crate) fn text_bytes(&self) -> usize {
        let texts = [Some(&self.0.message), self.0.provider_code.as_ref(), self.0.request_id.as_ref()];
        texts.into_iter().flatten().map(String::len).sum()
    }

    /// The same error with at most so many characters in each text of a server.
    pub(crate) fn shortened(mut self, most: usize) -> Self {
        let Fields { message, provider_code, request_id, .. } = &mut *self.0;
        for text in [Some(message), provider_code.as_mut(), request_id.as_mut()].into_iter().flatten() {
            *text = cut(text, most).into_owned();
        }
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

    /// The provider that returned the error, if any.
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

    /// The option that a `config` error is about, as the caller writes it; the first where there are several.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        self.0.option.as_deref()
    }

    /// The operating system's error code of a failed connection, such as `ECONNREFUSED` or `ENOTFOUND`.
    #[must_use]
    pub fn os_code(&self) -> Option<&str> {
        self.0.os_code.as_deref()
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

/// Errors are equal when they say the same.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        fn of(error: &Error) -> impl PartialEq + '_ {
            let Fields { kind, message, hint, provider, provider_code, status, .. } = &*error.0;
            let Fields { request_id, retryable, retry_after, option, os_code, .. } = &*error.0;
            (
                (kind, message, hint, provider, provider_code),
                (status, request_id, retryable, retry_after, option, os_code),
            )
        }
        of(self) == of(other)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

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
            "Re-engagement required [not_eligible, meta code 131047] A user can be blocked only within 24 hours of their last message; block them when they write."
        );
    }

    #[test]
    fn survives_json() {
        let error = Error::new(ErrorKind::RateLimited, "slow down").with_retry_after(Some(Duration::from_millis(1500)));
        let json = serde_json::to_string(&error).unwrap();
        assert!(json.contains(r#""code":"rate_limited""#) && json.contains(r#""retry_after":1.5"#), "{json}");
        assert_eq!(serde_json::from_str::<Error>(&json).unwrap(), error);
        let newer =
            serde_json::from_str::<Error>(r#"{"code":"quota","message":"no","hint":"","retryable":false}"#).unwrap();
        assert_eq!((newer.kind(), newer.message()), (ErrorKind::Other, "no"));
    }
}
