//! List: pages one after another, with rules for when to stop and when to begin again.

mod seen;

use std::{collections::HashSet, sync::Arc};

use crate::{
    config,
    core::Core,
    error::{Error, ErrorKind, Remedy},
    log::LogLevel,
    provider::{Answer, Call, Cursor},
    report::BlockedUser,
    transport::CallLimits,
};
use seen::Seen;

/// Pages without a single new user that are read in a row before the server is taken to be looping.
const MOST_EMPTY_PAGES: u32 = 1000;

/// Pages that are taken before the next ones are read ahead.
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
    core: Arc<Core>,
    limits: CallLimits,
    cursor: Option<Cursor>,
    page_size: u32,
    seen: Seen,
    visited: HashSet<Cursor>,
    restarts: u32,
    /// Pages that were taken.
    taken: u32,
    /// Read ahead, and not taken yet.
    held: Option<Read>,
    ended: bool,
}

/// What reading on gave.
type Read = Result<Option<Vec<BlockedUser>>, Error>;

impl List {
    pub(crate) fn new(core: Arc<Core>, limits: CallLimits) -> Self {
        let page_size = core.page_size();
        Self {
            core,
            limits,
            cursor: None,
            page_size,
            seen: Seen::default(),
            visited: HashSet::new(),
            restarts: 0,
            taken: 0,
            held: None,
            ended: false,
        }
    }

    /// The next users who were not yielded before; never empty, `None` at the end. After an error the list has ended.
    ///
    /// # Errors
    /// What the provider or the network said; `list_changed` when the list changed more often than it is read again;
    /// `protocol` when the server repeats a cursor.
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
    /// something to do with the users of the page before. Reads one page ahead at most, and none before two were taken:
    /// whoever wants only the first users is to send for no others.
    pub async fn read_ahead(&mut self) {
        if self.taken >= TAKEN_BEFORE_READING_AHEAD && self.held.is_none() && !self.ended {
            self.held = Some(self.read_on().await);
        }
    }

    /// The next page, if [`List::read_ahead`] has it; all else is for [`List::next_page`] to tell.
    pub fn take_ahead(&mut self) -> Option<Vec<BlockedUser>> {
        match self.held.take() {
            Some(Ok(Some(users))) if !self.limits.is_over() => {
                self.taken = self.taken.saturating_add(1);
                Some(users)
            }
            held => {
                self.held = held;
                None
            }
        }
    }

    async fn read_on(&mut self) -> Read {
        for _ in 0..MOST_EMPTY_PAGES {
            if self.ended {
                return Ok(None);
            }
            match self.read_page().await {
                Ok(users) if users.is_empty() => {}
                Ok(users) => return Ok(Some(users)),
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
        self.ended = true;
        Err(self.untrusted(&format!(
            "{MOST_EMPTY_PAGES} pages in a row had nobody new, and yet there is always a next one"
        )))
    }

    /// All users that are left.
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
        // Found on the page before, reported once its users were yielded.
        if let Some(cursor) = &self.cursor
            && !self.visited.insert(cursor.clone())
        {
            return Err(self.untrusted("the server repeats a cursor, so the list would never end"));
        }
        let call = Call::List { cursor: self.cursor.as_ref(), limit: self.page_size };
        match self.core.send(&self.limits, &call).await.result {
            Ok(Answer::Page(page)) => {
                if self.seen.len() > self.most_listed() {
                    return Err(self.untrusted("the server lists more users than a block list can hold"));
                }
                self.ended = page.next.is_none();
                self.cursor = page.next;
                Ok(page.users.into_iter().filter(|user| self.seen.insert(user.id())).collect())
            }
            Ok(_) => Err(self.untrusted("the answer is not a page of a list")),
            Err(refusal) => match refusal.remedy {
                Remedy::RestartList if self.restarts < self.core.options.list_restarts => {
                    self.restarts += 1;
                    self.core.options.logger.log(LogLevel::Warning, || "the list changed; reading it again".to_owned());
                    self.cursor = None;
                    self.visited.clear();
                    Ok(Vec::new())
                }
                Remedy::ShrinkPage if self.core.shrink_page(self.page_size) => {
                    self.page_size = self.core.page_size();
                    if let Some(cursor) = &self.cursor {
                        self.visited.remove(cursor);
                    }
                    Ok(Vec::new())
                }
                _ => Err(refusal.error),
            },
        }
    }

    /// More than this nobody can have blocked; twice the documented size leaves room for a list that changes while it is read.
    fn most_listed(&self) -> usize {
        let size = self.core.provider.capabilities().max_list_size.unwrap_or(config::MOST_LISTED);
        usize::try_from(size).unwrap_or(usize::MAX).saturating_mul(2)
    }

    fn untrusted(&self, why: &str) -> Error {
        Error::new(ErrorKind::Protocol, why).with_provider(&self.core.provider.capabilities().provider)
    }
}
