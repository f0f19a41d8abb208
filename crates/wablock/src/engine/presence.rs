//! Whether somebody is among users that a list or a report names, in any spelling, and whether the list can answer that at all.

use std::fmt;

use hashbrown::{HashMap, HashSet};

use crate::{
    engine::list::List,
    model::{
        error::{Error, ErrorKind, ProviderId},
        input::Input,
        report::{BlockedUser, Report},
        text::Text,
        user::{User, matching_key},
    },
};

/// Users that can be looked up in any spelling: those of a block list, or those of a report.
///
/// ```
/// use wablock::{BlockedUser, UserSet};
/// let blocked = UserSet::of_list(&[BlockedUser::from_wa_id("553187654321")]);
/// assert!(blocked.has("+55 (31) 98765-4321")? && !blocked.has("+1 650 555 1234")?);
/// # Ok::<(), wablock::Error>(())
/// ```
#[derive(Clone)]
pub struct UserSet {
    keys: HashSet<Text>,
    /// `None` where a user who is not found is not there.
    rows: Option<Rows>,
}

impl UserSet {
    /// The users of a block list that was read to its end.
    #[must_use]
    pub fn of_list(users: &[BlockedUser]) -> Self {
        let mut rows = Rows::default();
        let mut keys = HashSet::with_capacity(users.len());
        for user in users {
            rows.note(user);
            keys.extend(ids(user).map(key));
        }
        Self { keys, rows: Some(rows) }
    }

    /// The users whom the inputs of a report name.
    #[must_use]
    pub fn of_report(report: &Report) -> Self {
        let ids = report.outcomes.iter().flat_map(|outcome| {
            let user = outcome.user.as_ref().map(User::id);
            user.into_iter().chain(outcome.wa_id.as_deref()).chain(outcome.user_id.as_deref())
        });
        Self { keys: ids.map(key).collect(), rows: None }
    }

    /// Whether a user is there, given in any spelling with a country code, or as anything that wablock gave.
    ///
    /// # Errors
    /// `invalid_user` if the input is not a valid user; `unsupported` if a list cannot answer, because it has users only by
    /// the other kind of id.
    pub fn has(&self, user: impl Into<Input>) -> Result<bool, Error> {
        let wanted = user.into().ids(None)?;
        let found = wanted.iter().any(|user| self.keys.contains(&*matching_key(user.id())));
        match &self.rows {
            Some(rows) => rows.tell(found, &wanted).ok_or_else(|| cannot_tell(&wanted)),
            None => Ok(found),
        }
    }
}

impl fmt::Debug for UserSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSet").finish_non_exhaustive()
    }
}

/// Whether a user with these ids is on a list, which is read up to the page that says so.
pub(crate) async fn is_blocked(mut list: List, wanted: &[User], provider: &ProviderId) -> Result<bool, Error> {
    let mut search = Search::of(wanted);
    while let Some(users) = list.next_page().await? {
        if users.iter().any(|user| search.look_at(user)) {
            return Ok(true);
        }
    }
    search.tell(wanted).ok_or_else(|| cannot_tell(wanted).with_provider(provider))
}

/// Some users looked for on a list. Only they are remembered, however long the list is.
pub(crate) struct Search {
    found: HashMap<Text, bool>,
    rows: Rows,
}

impl Search {
    pub(crate) fn of<'a>(wanted: impl IntoIterator<Item = &'a User>) -> Self {
        Self { found: wanted.into_iter().map(|user| (key(user.id()), false)).collect(), rows: Rows::default() }
    }

    /// Whether a row of the list is one of the users.
    pub(crate) fn look_at(&mut self, user: &BlockedUser) -> bool {
        self.rows.note(user);
        let mut is_wanted = false;
        for id in ids(user) {
            if let Some(found) = self.found.get_mut(&*matching_key(id)) {
                *found = true;
                is_wanted = true;
            }
        }
        is_wanted
    }

    /// Whether a user with these ids is on the list, which was read to its end; `None` where it cannot tell.
    pub(crate) fn tell(&self, ids: &[User]) -> Option<bool> {
        let found = ids.iter().any(|user| self.found.get(&*matching_key(user.id())).copied().unwrap_or_default());
        self.rows.tell(found, ids)
    }
}

/// Which kinds of id every row of a list has. A row without the wanted kind, or with something else in its place, may be the
/// wanted user.
#[derive(Clone, Copy, Debug)]
struct Rows {
    numbers: bool,
    bsuids: bool,
}

impl Default for Rows {
    fn default() -> Self {
        Self { numbers: true, bsuids: true }
    }
}

impl Rows {
    fn note(&mut self, user: &BlockedUser) {
        self.numbers &= user.wa_id.as_deref().is_some_and(|id| User::wa_id(id).is_ok());
        self.bsuids &= user.user_id.as_deref().is_some_and(|id| User::bsuid(id).is_ok());
    }

    /// Whether a user with these ids is on the list. That none of the ids was found proves that only where every row has
    /// one of their kind.
    fn tell(self, found: bool, ids: &[User]) -> Option<bool> {
        let proves_absence = || ids.iter().any(|user| if user.is_bsuid() { self.bsuids } else { self.numbers });
        (found || proves_absence()).then_some(found)
    }
}

fn ids(user: &BlockedUser) -> impl Iterator<Item = &str> {
    user.wa_id.as_deref().into_iter().chain(user.user_id.as_deref())
}

fn key(id: &str) -> Text {
    (&*matching_key(id)).into()
}

fn cannot_tell(wanted: &[User]) -> Error {
    let (missing, other) = if wanted.iter().any(User::is_bsuid) {
        ("business-scoped ids", "phone number")
    } else {
        ("phone numbers", "business-scoped id")
    };
    Error::new(
        ErrorKind::Unsupported,
        format!("the list cannot tell whether this user is blocked: it has rows without {missing}"),
    )
    .with_hint(format!("Pass the {other} of this user."))
}
