//! The public client.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
};

use futures_util::FutureExt;

use crate::{
    config,
    engine::{
        change::{self, ChangeCall, Changes, Inputs, UserStream},
        list::List,
        presence,
        session::Session,
        settle::settle,
    },
    model::{
        capabilities::Capabilities,
        change::Change,
        error::Error,
        input::Input,
        report::{CallError, Outcome, Report},
    },
    options::{CallOptions, ClientOptions},
    provider::IntoProvider,
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
pub struct Client {
    session: Arc<Session>,
    changes: Arc<Changes>,
}

impl Client {
    /// Checks the configuration. Starts no thread and opens no connection; calls need a tokio runtime with time and I/O.
    ///
    /// # Errors
    /// `config`, naming the option that is missing or cannot work.
    pub fn new(config: impl IntoProvider, options: ClientOptions) -> Result<Self, Error> {
        let made = panic::catch_unwind(AssertUnwindSafe(|| Session::new(config.into_provider()?, options)));
        let session = made.unwrap_or_else(|_| Err(Error::of_defect()))?;
        Ok(Self { session: Arc::new(session), changes: Arc::default() })
    }

    /// What the provider can do.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        self.session.provider.capabilities()
    }

    /// Blocks users; the report has one outcome per input, in input order.
    ///
    /// # Errors
    /// Only when the whole call failed: configuration, credentials, permission, unknown business number, no connection,
    /// cancelled or closed. The error contains the report.
    pub async fn block(&self, users: impl IntoIterator<Item = impl Into<Input>>) -> Result<Report, CallError> {
        self.block_with(users, &CallOptions::default()).await
    }

    /// [`Client::block`] with options of this call.
    ///
    /// # Errors
    /// As [`Client::block`], and always when the call was cancelled or the client closed.
    pub async fn block_with(
        &self,
        users: impl IntoIterator<Item = impl Into<Input>>,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        self.bulk(Change::Block, users, options).await
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
        self.bulk(Change::Unblock, users, options).await
    }

    /// Users who arrive piece by piece: pass them to [`Client::block_stream`] or [`Client::unblock_stream`].
    #[must_use]
    pub fn user_stream(&self) -> UserStream {
        UserStream::new(Arc::clone(&self.session))
    }

    /// [`Client::block_with`] for users who arrived piece by piece.
    ///
    /// # Errors
    /// As [`Client::block_with`].
    pub async fn block_stream(&self, users: UserStream, options: &CallOptions) -> Result<Report, CallError> {
        self.change_stream(Change::Block, users, options).await
    }

    /// [`Client::unblock_with`] for users who arrived piece by piece.
    ///
    /// # Errors
    /// As [`Client::block_with`].
    pub async fn unblock_stream(&self, users: UserStream, options: &CallOptions) -> Result<Report, CallError> {
        self.change_stream(Change::Unblock, users, options).await
    }

    /// Blocks one user and returns the outcome, which is always done: anything else is an error.
    ///
    /// # Errors
    /// Why the user was not blocked, or why that is unknown; the report inside has the one outcome.
    pub async fn block_one(&self, user: impl Into<Input>, options: &CallOptions) -> Result<Outcome, CallError> {
        self.one(Change::Block, user.into(), options).await
    }

    /// Unblocks one user and returns the outcome, which is always done: anything else is an error.
    ///
    /// # Errors
    /// Why the user was not unblocked, or why that is unknown; the report inside has the one outcome.
    pub async fn unblock_one(&self, user: impl Into<Input>, options: &CallOptions) -> Result<Outcome, CallError> {
        self.one(Change::Unblock, user.into(), options).await
    }

    /// The block list, page by page; nothing is sent before the first page is requested.
    #[must_use]
    pub fn list(&self) -> List {
        self.list_with(&CallOptions::default())
    }

    /// [`Client::list`] with options of this call; a timeout is for all its pages together.
    #[must_use]
    pub fn list_with(&self, options: &CallOptions) -> List {
        List::new(Arc::clone(&self.session), self.session.limits(options, None))
    }

    /// Reads users as [`Client::block`] does, but sends nothing. The report has one outcome per input, in input order:
    /// `failed` with the reason if the input is not a valid user, or one that the provider does not support; `not_sent` for
    /// all others. Its `requests` is 0.
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
        inputs.add(users.into_iter().map(Into::into), &self.session);
        change::check(&self.session, inputs)
    }

    /// Whether a user is on the block list: reads it page by page until it finds the user. Any number format is accepted;
    /// ids are compared as [`same_user`](crate::same_user) does.
    ///
    /// # Errors
    /// `invalid_user` if the input is not a valid user; `unsupported` if the list cannot answer, because some of its rows
    /// lack that kind of id; and any error of listing.
    pub async fn is_blocked(&self, user: impl Into<Input>, options: &CallOptions) -> Result<bool, Error> {
        self.session.check_open()?;
        let ids = user.into().ids(self.session.options.default_region.as_deref())?;
        guarded(presence::is_blocked(self.list_with(options), &ids, &self.capabilities().provider)).await
    }

    /// Checks credentials and connection by one cheap read: a list of one user, which changes nothing.
    ///
    /// # Errors
    /// The provider's or the network's error, such as `auth`, `not_found` or `connection`.
    pub async fn ping(&self, options: &CallOptions) -> Result<(), Error> {
        self.session.check_open()?;
        guarded(self.session.ping(&self.session.limits(options, Some(config::SINGLE_CALL_TIMEOUT)))).await
    }

    /// Resolves a report's unknown outcomes by listing, after the provider's delay until effective; never by sending again.
    /// What the list cannot tell stays unknown.
    ///
    /// # Errors
    /// The errors of listing; the caller keeps the original report.
    pub async fn settle(&self, report: &Report, options: &CallOptions) -> Result<Report, Error> {
        guarded(async {
            self.session.check_open()?;
            settle(&self.session, report.clone(), self.session.limits(options, None)).await
        })
        .await
    }

    /// Ends the calls in flight as if they were cancelled; later ones fail with `closed`.
    pub fn close(&self) {
        self.session.close();
    }

    /// [`Client::block_one`] or [`Client::unblock_one`] with the whole report, for bindings: a call that did its work may be
    /// cancelled before anybody takes what it says.
    ///
    /// # Errors
    /// As [`Client::block_one`].
    #[doc(hidden)]
    pub async fn change_one(
        &self,
        change: Change,
        user: impl Into<Input>,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        let limits = self.session.limits(options, Some(config::SINGLE_CALL_TIMEOUT));
        // Boxed, because every future around this one would hold its size twice.
        let call = Box::pin(async {
            let mut inputs = Inputs::default();
            inputs.add(std::iter::once(user.into()), &self.session);
            change::run(self.change_call(change, true), inputs, limits, options).await
        });
        let report = guarded(call).await?;
        match &report.outcomes[0].error {
            Some(error) => Err(CallError::with_report(Arc::clone(error), report)),
            None => Ok(report),
        }
    }

    async fn bulk(
        &self,
        change: Change,
        users: impl IntoIterator<Item = impl Into<Input>>,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        let mut inputs = Inputs::default();
        inputs.add(users.into_iter().map(Into::into), &self.session);
        guarded(change::run(self.change_call(change, false), inputs, self.session.limits(options, None), options)).await
    }

    /// [`Client::block_stream`] or [`Client::unblock_stream`], for bindings.
    ///
    /// # Errors
    /// As [`Client::block_with`].
    #[doc(hidden)]
    pub async fn change_stream(
        &self,
        change: Change,
        users: UserStream,
        options: &CallOptions,
    ) -> Result<Report, CallError> {
        let limits = self.session.limits(options, None);
        let inputs = users.inputs().await?;
        guarded(change::run(self.change_call(change, false), inputs, limits, options)).await
    }

    async fn one(&self, change: Change, user: Input, options: &CallOptions) -> Result<Outcome, CallError> {
        let mut report = self.change_one(change, user, options).await?;
        Ok(report.outcomes.remove(0))
    }

    fn change_call(&self, change: Change, single: bool) -> ChangeCall<'_> {
        ChangeCall { session: &self.session, changes: &self.changes, change, single }
    }
}

/// Turns a panic into an error: a defect ends the call that met it and no other. What reads the caller's own source stays
/// outside: a panic of the source is the caller's. Bindings read what they converted themselves, so they use it for their
/// calls too.
#[doc(hidden)]
pub async fn guarded<T, E: From<Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(Error::of_defect().into()))
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.capabilities().provider)
    }
}
