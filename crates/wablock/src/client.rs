//! The public client: the journey of one call, readable top to bottom.

use std::{fmt, sync::Arc};

use crate::{
    bulk::{self, Gathering, Inputs},
    call::CallOptions,
    capabilities::Capabilities,
    config::{self, ClientOptions},
    core::Core,
    error::Error,
    input::Input,
    pager::List,
    presence,
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

    /// Reads users as [`Client::block`] would, and sends nothing. The report has one outcome per input, in input order:
    /// `failed` where an input names nobody or somebody whom the provider cannot take, with the reason; `not_sent` for all
    /// others. Its `requests` are 0.
    ///
    /// ```
    /// use wablock::{Client, ClientOptions, MetaConfig, State};
    /// let client = Client::new(MetaConfig::new("EAAB...", "106540352242922"), ClientOptions::default())?;
    /// let report = client.check(["+1 (650) 555-1234", "my neighbour"]);
    /// assert_eq!((report.count(State::NotSent), report.count(State::Failed)), (1, 1));
    /// # Ok::<(), wablock::Error>(())
    /// ```
    #[must_use]
    pub fn check(&self, users: impl IntoIterator<Item = impl Into<Input>>) -> Report {
        let mut inputs = Inputs::default();
        inputs.add(users.into_iter().map(Into::into), &self.0);
        bulk::check(&self.0, inputs)
    }

    /// Whether a user is on the block list: reads it page by page, up to the page that holds the user. The user may be
    /// given in any spelling; ids are compared as [`same_user`](crate::same_user) does.
    ///
    /// # Errors
    /// `invalid_user` where the input names nobody; `unsupported` where the list cannot tell, because it names users only
    /// by the other kind of id; and what listing says.
    pub async fn is_blocked(&self, user: impl Into<Input>, options: &CallOptions) -> Result<bool, Error> {
        self.0.check_open()?;
        let ids = user.into().ids(self.0.options.default_region.as_deref())?;
        presence::is_blocked(self.list_with(options), &ids, &self.capabilities().provider).await
    }

    /// Checks credentials and connection by one cheap read: a list of one user, which changes nothing.
    ///
    /// # Errors
    /// What the provider or the network says, such as `auth`, `not_found` or `connection`.
    pub async fn ping(&self, options: &CallOptions) -> Result<(), Error> {
        self.0.check_open()?;
        self.0.ping(&self.0.limits(options, Some(config::SINGLE_CALL_TIMEOUT))).await
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
