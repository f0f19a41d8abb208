//! The public client: the journey of one call, readable top to bottom.

use std::{fmt, sync::Arc};

use crate::{
    bulk::{self, Gathering, Inputs},
    call::{CallOptions, Input},
    capabilities::Capabilities,
    config::{self, ClientOptions},
    core::Core,
    error::Error,
    pager::List,
    provider::registry::IntoProvider,
    report::{CallError, Operation, Outcome, Report},
    settle::settle,
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

impl Client {
    /// Checks the configuration. Starts no thread and opens no connection; calls need a tokio runtime with time and I/O.
    ///
    /// # Errors
    /// `config`, naming the option that is missing or cannot work.
    pub fn new(config: impl IntoProvider, options: ClientOptions) -> Result<Self, Error> {
        Ok(Self(Arc::new(Core::new(config.into_provider()?, options)?)))
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

    /// A call over users who are gathered bit by bit: give it to [`Client::block_gathered`] or [`Client::unblock_gathered`].
    #[must_use]
    pub fn gather(&self) -> Gathering {
        Gathering::new(Arc::clone(&self.0))
    }

    /// [`Client::block_with`] for users who were gathered.
    ///
    /// # Errors
    /// As [`Client::block_with`].
    pub async fn block_gathered(&self, users: Gathering, options: &CallOptions) -> Result<Report, CallError> {
        self.gathered(Operation::Block, users, options).await
    }

    /// [`Client::unblock_with`] for users who were gathered.
    ///
    /// # Errors
    /// As [`Client::block_with`].
    pub async fn unblock_gathered(&self, users: Gathering, options: &CallOptions) -> Result<Report, CallError> {
        self.gathered(Operation::Unblock, users, options).await
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
        self.0.close();
    }

    async fn bulk(
        &self,
        operation: Operation,
        users: impl IntoIterator<Item = impl Into<Input>>,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        self.0.check_open()?;
        let mut inputs = Inputs::default();
        inputs.add(users.into_iter().map(Into::into), &self.0);
        bulk::run(&self.0, operation, inputs, self.0.limits(options, None), options).await
    }

    async fn gathered(
        &self,
        operation: Operation,
        users: Gathering,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        self.0.check_open()?;
        let limits = self.0.limits(options, None);
        let inputs = users.inputs().await?;
        bulk::run(&self.0, operation, inputs, limits, options).await
    }

    async fn one(&self, operation: Operation, user: Input, options: &CallOptions) -> Result<Outcome, CallError> {
        self.0.check_open()?;
        let limits = self.0.limits(options, Some(config::SINGLE_CALL_TIMEOUT));
        let mut inputs = Inputs::default();
        inputs.add(std::iter::once(user), &self.0);
        let mut report = bulk::run(&self.0, operation, inputs, limits, options).await?;
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
