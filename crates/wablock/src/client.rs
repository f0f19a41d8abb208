//! The public client: the journey of one call, readable top to bottom.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    bulk,
    capabilities::Capabilities,
    config::{self, ClientOptions},
    error::{Error, ErrorKind},
    pager::List,
    provider::{Answer, Call, Provider, registry::IntoProvider},
    report::{CallError, Operation, Outcome, Report},
    settle::settle,
    transport::{CallLimits, Deadline, Sent, Transport},
    user::{User, mask_ids},
};

/// Blocks, unblocks and lists the users of one business number at one provider. Cheap to clone; clones share connections,
/// limits and the retry budget.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use wablock::{Client, ClientOptions, MetaConfig};
/// let client = Client::new(MetaConfig::new("EAAB...", "106540352242922"), ClientOptions::default())?;
/// let report = client.block(["+1 (650) 555-1234", "972501234567"]).await?;
/// for outcome in &report.outcomes {
///     println!("{} {}", outcome.input, outcome.state.as_str());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Core>);

/// What the parts of a client share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) provider: Box<dyn Provider>,
    pub(crate) transport: Transport,
    pub(crate) options: ClientOptions,
    page_size: AtomicU32,
    closed: CancellationToken,
}

/// What one call does otherwise than its client.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// For the whole call, with all its attempts and waits.
    pub timeout: Option<Duration>,
    /// Attempts after the first.
    pub max_retries: Option<u32>,
    /// Ends the call: the request in flight is dropped, what was not sent stays so.
    pub cancel: Option<CancellationToken>,
    /// Called with how many of the distinct users have an outcome, and how many there are.
    pub progress: Option<Progress>,
}

/// See [`CallOptions::progress`]. Called on the task of the call, so it must be quick.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}

/// A user as the caller gives it: text that is read forgivingly, or a [`User`] made before.
#[derive(Clone)]
pub struct Input {
    pub(crate) text: Arc<str>,
    pub(crate) user: Option<User>,
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self { text: text.into(), user: None }
    }
}

impl From<&&str> for Input {
    fn from(text: &&str) -> Self {
        Self::from(*text)
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self { text: text.into(), user: None }
    }
}

impl From<&String> for Input {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<User> for Input {
    fn from(user: User) -> Self {
        Self { text: user.id().into(), user: Some(user) }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::user::mask(&self.text))
    }
}

impl Client {
    /// Checks the configuration. Starts no thread and opens no connection; calls need a tokio runtime with time and I/O.
    ///
    /// # Errors
    /// `config`, naming the option that is missing or cannot work.
    pub fn new(config: impl IntoProvider, options: ClientOptions) -> Result<Self, Error> {
        options.check()?;
        let provider = config.into_provider()?;
        let capabilities = provider.capabilities();
        let rate = options.rate_limit.or(capabilities.rate_limit);
        let page_size = AtomicU32::new(capabilities.page_size.unwrap_or_default());
        // Any request tells where all of them go.
        let sample = provider.encode(&Call::List { cursor: None, limit: 1 }, 0)?;
        let transport = Transport::new(sample.uri(), &options, rate)?;
        Ok(Self(Arc::new(Core { provider, transport, options, page_size, closed: CancellationToken::new() })))
    }

    /// What the provider can do.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        self.0.provider.capabilities()
    }

    /// Blocks users; the report has one outcome per input, in input order.
    ///
    /// # Errors
    /// Only when no input was done and the provider said no about none: the common cause, with the report inside.
    pub async fn block(&self, users: impl IntoIterator<Item = impl Into<Input>>) -> Result<Report, CallError> {
        self.block_with(users, &CallOptions::default()).await
    }

    /// [`Client::block`] with options of this call.
    ///
    /// # Errors
    /// As [`Client::block`], and always when the call was cancelled.
    pub async fn block_with(
        &self,
        users: impl IntoIterator<Item = impl Into<Input>>,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        self.bulk(Operation::Block, users, options).await
    }

    /// Unblocks users; the report has one outcome per input, in input order.
    ///
    /// An unblock may not be possible to undo: a user can be blocked only within 24 hours of their last message.
    ///
    /// # Errors
    /// As [`Client::block`].
    pub async fn unblock(&self, users: impl IntoIterator<Item = impl Into<Input>>) -> Result<Report, CallError> {
        self.unblock_with(users, &CallOptions::default()).await
    }

    /// [`Client::unblock`] with options of this call.
    ///
    /// # Errors
    /// As [`Client::block_with`].
    pub async fn unblock_with(
        &self,
        users: impl IntoIterator<Item = impl Into<Input>>,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        self.bulk(Operation::Unblock, users, options).await
    }

    /// Blocks one user and gives their outcome, which is done: anything else is the error.
    ///
    /// # Errors
    /// Why the user was not blocked, or why that is unknown; the report inside has the one outcome.
    pub async fn block_one(&self, user: impl Into<Input>, options: &CallOptions) -> Result<Outcome, CallError> {
        self.one(Operation::Block, user.into(), options).await
    }

    /// Unblocks one user and gives their outcome, which is done: anything else is the error.
    ///
    /// # Errors
    /// Why the user was not unblocked, or why that is unknown; the report inside has the one outcome.
    pub async fn unblock_one(&self, user: impl Into<Input>, options: &CallOptions) -> Result<Outcome, CallError> {
        self.one(Operation::Unblock, user.into(), options).await
    }

    /// The block list, page by page; nothing is sent before the first page is asked for.
    #[must_use]
    pub fn list(&self) -> List {
        self.list_with(&CallOptions::default())
    }

    /// [`Client::list`] with options of this call; a timeout is for all its pages together.
    #[must_use]
    pub fn list_with(&self, options: &CallOptions) -> List {
        List::new(Arc::clone(&self.0), self.0.limits(options, None))
    }

    /// Resolves a report's unknown outcomes by listing, after the provider's delay until effective; never by sending again.
    /// What the list cannot tell stays unknown.
    ///
    /// # Errors
    /// What listing says; the report as it was stays with the caller.
    pub async fn settle(&self, report: &Report, options: &CallOptions) -> Result<Report, Error> {
        self.0.check_open()?;
        settle(&self.0, report.clone(), self.0.limits(options, None)).await
    }

    /// Ends the calls in flight as if they were cancelled; later ones fail with `closed`.
    pub fn close(&self) {
        self.0.closed.cancel();
    }

    async fn bulk(
        &self,
        operation: Operation,
        users: impl IntoIterator<Item = impl Into<Input>>,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        self.0.check_open()?;
        let given = users.into_iter().map(Into::into).collect();
        bulk::run(&self.0, operation, given, self.0.limits(options, None), options).await
    }

    async fn one(&self, operation: Operation, user: Input, options: &CallOptions) -> Result<Outcome, CallError> {
        self.0.check_open()?;
        let limits = self.0.limits(options, Some(config::SINGLE_CALL_TIMEOUT));
        let mut report = bulk::run(&self.0, operation, vec![user], limits, options).await?;
        match &report.outcomes[0].error {
            Some(error) => Err(CallError::with_report(Arc::clone(error), report)),
            None => Ok(report.outcomes.remove(0)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.capabilities().provider)
    }
}

impl Core {
    /// One request's journey: encoded anew for every attempt, sent, decoded, its texts cleaned.
    pub(crate) async fn send(&self, limits: &CallLimits, call: &Call<'_>) -> Sent<Answer> {
        self.transport
            .send(
                limits,
                |now_ms| self.provider.encode(call, now_ms),
                |response| match self.provider.decode(call, response) {
                    Answer::Refused(mut refusal) => {
                        refusal.error = self.clean(refusal.error, call);
                        Err(refusal)
                    }
                    Answer::Users(mut items) => {
                        for refusal in items.iter_mut().filter_map(|item| item.result.as_mut().err()) {
                            refusal.error = self.clean(refusal.error.clone(), call);
                        }
                        Ok(Answer::Users(items))
                    }
                    answer => Ok(answer),
                },
            )
            .await
    }

    /// Takes credentials, and the numbers of the call's users, out of what a server wrote.
    fn clean(&self, error: Error, call: &Call<'_>) -> Error {
        error.redacted(&self.provider.secrets()).map_message(|message| mask_ids(message, call.users()))
    }

    fn limits(&self, options: &CallOptions, default_timeout: Option<Duration>) -> CallLimits {
        let timeout = options.timeout.or(self.options.timeout).or(default_timeout);
        let cancel = options.cancel.clone().unwrap_or_default();
        CallLimits {
            max_retries: options.max_retries.unwrap_or(self.options.max_retries),
            deadline: timeout.map(|timeout| Deadline { at: Instant::now() + timeout, timeout }),
            cancel,
            closed: self.closed.clone(),
            requests: AtomicU32::new(0),
        }
    }

    fn check_open(&self) -> Result<(), Error> {
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
