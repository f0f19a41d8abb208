//! What the calls of one client share, and the journey of one request.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    call::CallOptions,
    capabilities::ProviderStatus,
    config::ClientOptions,
    error::{Error, ErrorKind},
    log::LogLevel,
    provider::{Answer, Call, Provider},
    secret::redact,
    transport::{self, Attempt, Attempts, CallLimits, Deadline, Decoded, Delivery, Permit, Sent, Transport},
    user::mask_ids,
};

/// What the parts of a client share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) provider: Box<dyn Provider>,
    pub(crate) transport: Transport,
    pub(crate) options: ClientOptions,
    page_size: AtomicU32,
    closed: CancellationToken,
}

impl Core {
    /// Checks the configuration; starts no thread and opens no connection.
    pub(crate) fn new(provider: Box<dyn Provider>, options: ClientOptions) -> Result<Self, Error> {
        options.check()?;
        let capabilities = provider.capabilities();
        if let ProviderStatus::Retired { notice, .. } = capabilities.status {
            options.logger.log(LogLevel::Warning, || notice.to_owned());
        }
        let rate = options.rate_limit.or(capabilities.rate_limit);
        let page_size = AtomicU32::new(capabilities.page_size.unwrap_or_default());
        // Any request tells where all of them go.
        let sample = provider.encode(&Call::List { cursor: None, limit: 1 }, 0)?;
        let transport = Transport::new(sample.uri(), &options, rate)?;
        Ok(Self { provider, transport, options, page_size, closed: CancellationToken::new() })
    }

    /// Ends the calls in flight; later ones fail.
    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    /// One request's journey: every attempt waits for its turn and is encoded anew, sent and decoded, and the texts of its
    /// answer are cleaned.
    pub(crate) async fn send(&self, limits: &CallLimits, call: &Call<'_>) -> Sent<Answer> {
        self.transport.send(limits, &Direct { core: self, limits, call, ticket: self.transport.ticket() }).await
    }

    /// One attempt of a request whose turn it is.
    pub(crate) async fn attempt(&self, permit: Permit, call: &Call<'_>) -> Attempt<Answer> {
        let (now_ms, offset) = self.transport.server_time_ms();
        match self.provider.encode(call, now_ms) {
            Ok(request) => self.transport.exchange(permit, request, offset, |response| self.read(call, response)).await,
            Err(error) => Attempt::not_sent(error),
        }
    }

    /// One attempt for one call, unless the call is over: then nothing leaves, and the call ends by itself.
    pub(crate) async fn attempt_of(
        &self,
        permit: Permit,
        limits: &CallLimits,
        call: &Call<'_>,
        delivery: &Delivery,
    ) -> Attempt<Answer> {
        let before = if limits.is_over() { None } else { delivery.leave() };
        let Some(before) = before else { return std::future::pending().await };
        let attempt = self.attempt(permit, call).await;
        delivery.arrive(before, &attempt);
        attempt
    }

    fn read(&self, call: &Call<'_>, response: &Response<Bytes>) -> Decoded<Answer> {
        match self.decode(call, response) {
            Answer::Refused(mut refusal) => {
                refusal.error = self.clean(refusal.error, call);
                Decoded { result: Err(refusal), throttled: false }
            }
            Answer::Users(mut items) => {
                let mut throttled = false;
                for refusal in items.iter_mut().filter_map(|item| item.result.as_mut().err()) {
                    refusal.error = self.clean(refusal.error.clone(), call);
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

    /// The cheapest request there is that a provider answers only to the right credentials.
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

    /// Decodes an answer. A refusal may quote a part of the body, and a cut could leave half a credential in the quote, so
    /// refusals from a body that holds one are taken from the body without it.
    fn decode(&self, call: &Call<'_>, response: &Response<Bytes>) -> Answer {
        let answer = self.provider.decode(call, response);
        let refuses = match &answer {
            Answer::Refused(_) => true,
            Answer::Users(items) => items.iter().any(|item| item.result.is_err()),
            Answer::Everyone | Answer::Page(_) => false,
        };
        if !refuses {
            return answer;
        }
        let body = String::from_utf8_lossy(response.body());
        let clean = redact(&body, &self.provider.secrets());
        if clean == body {
            return answer;
        }
        let mut again = Response::new(Bytes::from(clean));
        *again.status_mut() = response.status();
        *again.headers_mut() = response.headers().clone();
        match (answer, self.provider.decode(call, &again)) {
            (Answer::Refused(_), refused @ Answer::Refused(_)) => refused,
            (Answer::Users(mut items), Answer::Users(clean)) if items.len() == clean.len() => {
                for (item, clean) in items.iter_mut().zip(clean) {
                    if let (Err(refusal), Err(clean)) = (&mut item.result, clean.result) {
                        *refusal = clean;
                    }
                }
                Answer::Users(items)
            }
            (answer, _) => answer,
        }
    }

    /// Takes credentials, and the numbers of the call's users, out of what a server wrote.
    fn clean(&self, error: Error, call: &Call<'_>) -> Error {
        error.redacted(&self.provider.secrets()).map_message(|message| mask_ids(message, call.users()))
    }

    /// The bounds of a call: its own options before the client's, those before the default.
    pub(crate) fn limits(&self, options: &CallOptions, default_timeout: Option<Duration>) -> CallLimits {
        let timeout = options.timeout.or(self.options.timeout).or(default_timeout);
        let cancel = options.cancel.clone().unwrap_or_default();
        let begun = options.begun.map_or_else(Instant::now, Instant::from_std);
        CallLimits {
            max_retries: options.max_retries.unwrap_or(self.options.max_retries),
            // A time too far away to be told is no limit.
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
    core: &'a Core,
    limits: &'a CallLimits,
    call: &'a Call<'a>,
    ticket: u64,
}

impl Attempts<Answer> for Direct<'_> {
    async fn attempt(&self, delivery: &Arc<Delivery>) -> Attempt<Answer> {
        let permit = self.core.transport.turn(self.ticket).await;
        self.core.attempt_of(permit, self.limits, self.call, delivery).await
    }
}
