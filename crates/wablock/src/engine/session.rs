//! What the calls of one client share, and the journey of one request.

mod clean;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Response};
use tokio::{runtime::RuntimeFlavor, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    config,
    model::{
        capabilities::ProviderStatus,
        error::{Error, ErrorKind, Refusal},
        log::LogLevel,
        secret::Secret,
    },
    options::{CallOptions, ClientOptions},
    provider::{Answer, Call, Provider},
    transport::{self, Attempt, Attempts, CallLimits, Deadline, Decoded, Permit, Sent, Tracker, Transport},
};
use clean::Reader;

/// What the parts of a client share.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) provider: Box<dyn Provider>,
    pub(crate) transport: Transport,
    pub(crate) options: ClientOptions,
    page_size: AtomicU32,
    closed: CancellationToken,
    /// The parts of the proxy's URL that must not be shown.
    proxy: Vec<Secret>,
    proxy_user: Option<Secret>,
}

impl Session {
    /// Checks the configuration; starts no thread and opens no connection.
    pub(crate) fn new(provider: Box<dyn Provider>, options: ClientOptions) -> Result<Self, Error> {
        options.verify().map_err(|error| error.spelled(&options.naming))?;
        let capabilities = provider.capabilities();
        if let ProviderStatus::Retired { notice, .. } = capabilities.status {
            options.logger.log(LogLevel::Warning, || notice.to_owned());
        }
        let rate = options.rate_limit.or(capabilities.rate_limit);
        let page_size = AtomicU32::new(capabilities.page_size.unwrap_or_default());
        // Any request shows the origin of all of them.
        let sample = provider.encode(&Call::List { cursor: None, limit: 1 }, 0)?;
        let transport = Transport::new(sample.uri(), &options, rate).map_err(|error| error.spelled(&options.naming))?;
        let (proxy_user, proxy) = options.proxy.as_ref().map(proxy_secrets).unwrap_or_default();
        Ok(Self { provider, transport, options, page_size, closed: CancellationToken::new(), proxy, proxy_user })
    }

    /// Ends the calls in flight; later ones fail.
    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    /// One request's journey: every attempt waits for its turn, is encoded again, sent and decoded, and the texts of its
    /// answer are cleaned.
    pub(crate) async fn send(&self, limits: &CallLimits, call: &Call<'_>) -> Sent<Answer> {
        self.transport.send(limits, &Direct { session: self, limits, call, ticket: self.transport.ticket() }).await
    }

    /// One attempt of a request whose turn it is.
    pub(crate) async fn attempt(&self, permit: Permit, call: &Call<'_>) -> Attempt<Answer> {
        let (now_ms, offset) = self.transport.server_time_ms();
        match self.provider.encode(call, now_ms) {
            Ok(request) => {
                // Signatures are made for each attempt, and a server may hand them back.
                let signed: Vec<_> = request.headers().values().filter(|value| value.is_sensitive()).cloned().collect();
                let read = |response: &_| self.read(call, &signed, response);
                let mut attempt = self.transport.exchange(permit, request, offset, read).await;
                attempt.result = attempt
                    .result
                    .map_err(|Refusal { error, remedy }| Refusal::with(error.spelled(&self.options.naming), remedy));
                attempt
            }
            Err(error) => Attempt::not_sent(error.spelled(&self.options.naming)),
        }
    }

    /// One attempt for one call, unless the call is over: then nothing leaves, and the call ends by itself.
    pub(crate) async fn attempt_of(
        &self,
        permit: Permit,
        limits: &CallLimits,
        call: &Call<'_>,
        tracker: &Tracker,
    ) -> Attempt<Answer> {
        let before = if limits.is_over() { None } else { tracker.leave() };
        let Some(before) = before else { return std::future::pending().await };
        let attempt = self.attempt(permit, call).await;
        attempt.arrive(tracker, before);
        attempt
    }

    /// Reads the answer to a request that was sent with these header values.
    fn read(&self, call: &Call<'_>, signed: &[HeaderValue], response: &Response<Bytes>) -> Decoded<Answer> {
        let answer = unless_short(response.body().len(), || self.reader(call, signed).read(response));
        match answer {
            Answer::Refused(refusal) => Decoded { result: Err(refusal), throttled: false },
            Answer::Users(mut items) => {
                let mut throttled = false;
                for refusal in items.iter_mut().filter_map(|item| item.result.as_mut().err()) {
                    if refusal.error.kind() == ErrorKind::RateLimited {
                        throttled = true;
                        refusal.error =
                            refusal.error.clone().with_retry_after(transport::stated_wait(response.headers()));
                    }
                }
                Decoded { result: Ok(Answer::Users(items)), throttled }
            }
            answer => Decoded { result: Ok(answer), throttled: false },
        }
    }

    /// The cheapest request that needs valid credentials.
    pub(crate) async fn ping(&self, limits: &CallLimits) -> Result<(), Error> {
        match self.send(limits, &Call::List { cursor: None, limit: 1 }).await.result {
            Ok(Answer::Page(_)) => Ok(()),
            Ok(_) => Err(Error::new(ErrorKind::Protocol, "the answer is not a page of a list")
                .with_provider(&self.provider.capabilities().provider)),
            // A list that changes is one that may be read.
            Err(refusal) if refusal.error.kind() == ErrorKind::ListChanged => Ok(()),
            Err(refusal) => Err(refusal.error),
        }
    }

    /// Reads what came back for a call that was sent with these header values.
    fn reader<'a>(&'a self, call: &'a Call<'a>, signed: &'a [HeaderValue]) -> Reader<'a> {
        let mut secrets: Vec<_> = {
            let given = self.provider.secrets().into_iter().chain(&self.proxy);
            given.chain(self.transport.secret()).map(Secret::expose).collect()
        };
        // A header may hold a known secret, or be made of one.
        let signed = signed.iter().filter_map(|value| value.to_str().ok());
        for value in signed.filter(|value| !secrets.iter().any(|secret| value.contains(secret))).collect::<Vec<_>>() {
            secrets.push(value);
        }
        Reader { provider: &*self.provider, call, secrets, words: self.proxy_user.iter().map(Secret::expose).collect() }
    }

    /// The bounds of a call: its own options before the client's, those before the default.
    pub(crate) fn limits(&self, options: &CallOptions, default_timeout: Option<Duration>) -> CallLimits {
        let timeout = options.timeout.or(self.options.timeout).or(default_timeout);
        let cancel = options.cancel.clone().unwrap_or_default();
        let begun = options.begun.map_or_else(Instant::now, Instant::from_std);
        CallLimits {
            max_retries: options.max_retries.unwrap_or(self.options.max_retries),
            // A deadline too far away to be represented is no limit.
            deadline: timeout.and_then(|timeout| Some(Deadline { at: begun.checked_add(timeout)?, timeout })),
            cancel,
            closed: self.closed.clone(),
            requests: AtomicU32::new(0),
        }
    }

    /// Fails when the client was closed.
    pub(crate) fn check_open(&self) -> Result<(), Error> {
        if self.closed.is_cancelled() { Err(Error::new(ErrorKind::Closed, "the client is closed")) } else { Ok(()) }
    }

    /// Users to ask for in a page.
    pub(crate) fn page_size(&self) -> u32 {
        self.page_size.load(Ordering::Relaxed)
    }

    /// Falls back to smaller pages, for this and later lists; false when `refused` is already as small.
    pub(crate) fn shrink_page(&self, refused: u32) -> bool {
        match self.provider.capabilities().fallback_page_size {
            Some(fallback) if fallback < refused => {
                self.page_size.fetch_min(fallback, Ordering::Relaxed);
                true
            }
            _ => false,
        }
    }
}

/// The attempts of a request that stands for itself.
struct Direct<'a> {
    session: &'a Session,
    limits: &'a CallLimits,
    call: &'a Call<'a>,
    ticket: u64,
}

impl Attempts<Answer> for Direct<'_> {
    async fn attempt(&self, tracker: &Arc<Tracker>) -> Attempt<Answer> {
        let permit = self.session.transport.turn(self.ticket).await;
        self.session.attempt_of(permit, self.limits, self.call, tracker).await
    }
}

/// The user of a proxy's URL, and its password with all that holds it, as they are and as the URL writes them.
fn proxy_secrets(url: &Secret) -> (Option<Secret>, Vec<Secret>) {
    let Ok(url) = url.expose().parse::<url::Url>() else { return (None, Vec::new()) };
    let Some(password) = url.password() else { return (None, Vec::new()) };
    let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, plain_password) = (plain(url.username()), plain(password));
    let login = format!("{user}:{plain_password}");
    let secrets = [plain_password, password.to_owned(), login].into_iter().filter(|secret| !secret.is_empty());
    (Some(user).filter(|user| !user.is_empty()).map(Secret::from), secrets.map(Secret::from).collect())
}

/// Does work whose time grows with an answer. With a long answer it takes a thread of its own, so that the other calls of a
/// runtime go on meanwhile.
fn unless_short<T>(length: usize, work: impl FnOnce() -> T) -> T {
    let runtime = tokio::runtime::Handle::try_current().map(|runtime| runtime.runtime_flavor());
    if length > config::LONG_ANSWER && matches!(runtime, Ok(RuntimeFlavor::MultiThread)) {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}
