//! Reads a list page by page, with rules for when to stop and when to restart.

use std::{
    hash::{BuildHasher, RandomState},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use futures_util::FutureExt;
use hashbrown::HashSet;

use crate::{
    config,
    engine::session::Session,
    model::{
        error::{Error, ErrorKind, Remedy},
        log::LogLevel,
        report::BlockedUser,
        text::Text,
        user::User,
    },
    provider::{Answer, Call, Cursor},
    transport::CallLimits,
};

/// Pages without a single new user that are read in a row before the server is considered to be looping.
const MOST_EMPTY_PAGES: u32 = 1000;

/// Pages that the caller reads before the next ones are read ahead.
const TAKEN_BEFORE_READING_AHEAD: u32 = 2;

/// The block list, page by page. Nobody is yielded twice, also when the list is read again because it changed.
///
/// ```no_run
/// # async fn example(client: wablock::Client) -> Result<(), wablock::Error> {
/// let mut list = client.list();
/// while let Some(users) = list.next_page().await? {
///     for user in users {
///         println!("{}", user.id());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct List {
    session: Arc<Session>,
    limits: CallLimits,
    cursor: Option<Cursor>,
    page_size: u32,
    /// The ids of users who were yielded.
    seen: HashSet<Text>,
    /// Hashes of the cursors that were followed: cursors can be long, and there can be many.
    visited: HashSet<u64>,
    hashing: RandomState,
    restarts: u32,
    /// Pages of this reading of the list, and a hash over its users in their order.
    reading: (u32, u64),
    /// The hash of the reading before, where a list must be read twice.
    earlier: Option<u64>,
    /// Pages of the longest reading before this one.
    most_pages: u32,
    /// Found on the page before, reported once its users were yielded.
    pending: Option<Error>,
    /// Pages that the caller has read.
    taken: u32,
    /// Read ahead; the caller does not have it yet.
    held: Option<Read>,
    ended: bool,
}

/// The result of reading on.
type Read = Result<Option<Vec<BlockedUser>>, Error>;

impl List {
    pub(crate) fn new(session: Arc<Session>, limits: CallLimits) -> Self {
        let page_size = session.page_size();
        Self {
            session,
            limits,
            cursor: None,
            page_size,
            seen: HashSet::new(),
            visited: HashSet::new(),
            hashing: RandomState::new(),
            restarts: 0,
            reading: (0, 0),
            earlier: None,
            most_pages: 0,
            pending: None,
            taken: 0,
            held: None,
            ended: false,
        }
    }

    /// The next users who were not yielded before; never empty, `None` at the end. After an error the list has ended.
    ///
    /// # Errors
    /// The provider's or the network's error; `list_changed` when the list changed more often than it is read again;
    /// `protocol` when the server repeats a cursor, or says that there is more without saying where.
    pub async fn next_page(&mut self) -> Result<Option<Vec<BlockedUser>>, Error> {
        self.taken = self.taken.saturating_add(1);
        match self.held.take() {
            Some(Ok(Some(_))) if self.limits.is_over() => {
                self.ended = true;
                Err(self.limits.over().await)
            }
            Some(read) => read,
            None => self.read_on().await,
        }
    }

    /// Reads the page that the next [`List::next_page`] gives, so that it need not be waited for then; for callers who have
    /// something to do with the users of the page before. Reads at most one page ahead, and none before the caller has read two:
    /// a caller who wants only the first users should cause no further requests.
    pub async fn read_ahead(&mut self) {
        if self.taken >= TAKEN_BEFORE_READING_AHEAD && self.held.is_none() && !self.ended {
            self.held = Some(self.read_on().await);
        }
    }

    async fn read_on(&mut self) -> Read {
        let mut empty = 0;
        // Reading again gives pages without anybody new, as many as were read before.
        while empty < MOST_EMPTY_PAGES.saturating_add(self.most_pages) {
            empty += 1;
            if self.ended {
                return Ok(None);
            }
            let read = AssertUnwindSafe(self.read_page()).catch_unwind().await;
            match read.unwrap_or_else(|_| Err(Error::of_defect())) {
                Ok(users) if users.is_empty() => {}
                Ok(users) => return Ok(Some(users)),
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
        self.ended = true;
        Err(self
            .untrusted(&format!("{MOST_EMPTY_PAGES} pages in a row had no new users, but there is always a next page")))
    }

    /// All remaining users.
    ///
    /// # Errors
    /// As [`List::next_page`]; what was read before the error is lost then.
    pub async fn collect(mut self) -> Result<Vec<BlockedUser>, Error> {
        let mut all = Vec::new();
        while let Some(users) = self.next_page().await? {
            all.extend(users);
        }
        Ok(all)
    }

    /// Reads one page, or does what makes the next reading succeed and yields nobody.
    async fn read_page(&mut self) -> Result<Vec<BlockedUser>, Error> {
        if let Some(error) = self.pending.take() {
            return Err(error);
        }
        if let Some(cursor) = &self.cursor
            && !self.visited.insert(self.hashing.hash_one(cursor))
        {
            return Err(self.untrusted("the server repeats a cursor, so the list would never end"));
        }
        let call = Call::List { cursor: self.cursor.as_ref(), limit: self.page_size };
        match self.session.send(&self.limits, &call).await.result {
            Ok(Answer::Page(page)) => {
                if self.seen.len() > self.most_listed() {
                    return Err(self.untrusted("the server lists more users than a block list can hold"));
                }
                self.reading.0 += 1;
                let (rows, asked) = (page.users.len(), self.cursor.take());
                let mut users = page.users;
                if self.session.provider.pages_shift() {
                    for user in &users {
                        self.reading.1 = self.hashing.hash_one((self.reading.1, identity(user)));
                    }
                }
                users.retain(|user| self.seen.insert(identity(user).into()));
                // Where only a cursor leads on, nobody on the page there is the end; and so is the page before, once more.
                let end = !page.more && users.is_empty() && (rows == 0 || page.next == asked);
                self.cursor = page.next.filter(|_| !end);
                if self.cursor.is_none() {
                    self.finish_reading();
                }
                Ok(users)
            }
            Ok(_) => Err(self.untrusted("the answer is not a page of a list")),
            Err(refusal) => match refusal.remedy {
                Remedy::RestartList if self.restarts < self.session.options.list_restarts => {
                    self.restart();
                    Ok(Vec::new())
                }
                // The page size may be what is refused, whatever the words; Graph also calls it an error of its server.
                remedy
                    if (remedy == Remedy::ShrinkPage
                        || matches!(refusal.error.kind(), ErrorKind::Rejected | ErrorKind::Server))
                        && self.session.shrink_page(self.page_size) =>
                {
                    self.page_size = self.session.page_size();
                    if let Some(cursor) = &self.cursor {
                        self.visited.remove(&self.hashing.hash_one(cursor));
                    }
                    Ok(Vec::new())
                }
                _ => Err(refusal.error),
            },
        }
    }

    /// The list was read to its end. Where pages begin after a number of users, a user may have moved from a page that was
    /// not read yet to one that was: such a list is read until two readings in a row agree. One page cannot have moved.
    fn finish_reading(&mut self) {
        let (pages, hash) = self.reading;
        if pages < 2 || !self.session.provider.pages_shift() || self.earlier == Some(hash) {
            self.ended = true;
        } else if self.earlier.replace(hash).is_none() {
            self.begin_again();
        } else if self.restarts < self.session.options.list_restarts {
            self.restart();
        } else {
            let error = Error::new(ErrorKind::ListChanged, "the list changed every time it was read");
            self.pending = Some(error.with_provider(&self.session.provider.capabilities().provider));
        }
    }

    fn restart(&mut self) {
        self.restarts += 1;
        self.session.options.logger.log(LogLevel::Warning, || "the list changed; reading it again".to_owned());
        self.begin_again();
    }

    fn begin_again(&mut self) {
        self.cursor = None;
        self.visited.clear();
        self.most_pages = self.most_pages.max(self.reading.0);
        self.reading = (0, 0);
    }

    /// The most users a list can have; twice the documented size leaves room for a list that changes while it is read.
    fn most_listed(&self) -> usize {
        let size = self.session.provider.capabilities().max_list_size.unwrap_or(config::MOST_LISTED);
        usize::try_from(size).unwrap_or(usize::MAX).saturating_mul(2)
    }

    fn untrusted(&self, why: &str) -> Error {
        Error::new(ErrorKind::Protocol, why).with_provider(&self.session.provider.capabilities().provider)
    }
}

/// What identifies a user: the number, or the business-scoped id if the number is not one.
fn identity(user: &BlockedUser) -> &str {
    match (&user.wa_id, &user.user_id) {
        (Some(wa_id), Some(user_id)) if User::wa_id(wa_id).is_err() => user_id,
        _ => user.id(),
    }
}
