//! Inputs to distinct users, and what was found out about users back to one outcome per input.

use std::{hash::BuildHasher, sync::Arc};

use hashbrown::{DefaultHashBuilder, HashTable, hash_table::Entry};

use super::matching::Finding;
use crate::{
    call::Input,
    capabilities::Capabilities,
    error::{Error, ErrorKind},
    report::{Outcome, State},
    text::Text,
    user::User,
};

/// A place among the distinct users, or why there is none.
type Place = Result<usize, Arc<Error>>;

/// The inputs of a call, read.
pub(super) struct Inputs {
    /// The distinct users, in the order of their first input.
    pub(super) users: Vec<User>,
    /// For every input: what was given, and its place among the users or why it has none.
    given: Vec<(Text, Place)>,
}

impl Inputs {
    /// Reads every input. One that names nobody fails alone; a configuration that cannot work fails the call.
    #[inline(never)] // so that `make bench-check` can count what it costs
    pub(super) fn read(given: Vec<Input>, region: Option<&str>, capabilities: &Capabilities) -> Result<Self, Error> {
        let mut distinct = Distinct::with_capacity(given.len());
        let read = |Input { text, user }| {
            let user = match user {
                Some(user) => Ok(user),
                None => User::parse(&text, region),
            };
            match user.and_then(|user| supported(user, capabilities)) {
                Ok(user) => Ok((text, Ok(distinct.place_of(user)))),
                Err(error) if error.kind() == ErrorKind::Config => Err(error),
                Err(error) => Ok((text, Err(Arc::new(error)))),
            }
        };
        // Collected in the memory that the inputs came in: touching new memory costs more than reading a number.
        let given = given.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { users: distinct.users, given })
    }

    /// One outcome per input, in input order. Users of whom nothing was found out were not sent; `why` says why.
    #[inline(never)] // as above
    pub(super) fn outcomes(self, mut findings: Vec<Option<Finding>>, why: Option<&Arc<Error>>) -> Vec<Outcome> {
        let Self { users, given } = self;
        let never_sent = || Finding::not_done(State::NotSent, why.map_or_else(never_sent, Arc::clone));
        // Mostly nobody is named twice: then what was found out can be moved.
        let distinct = users.len() == given.len();
        let outcome = |(input, place): (Text, Place)| match place {
            Err(error) => Outcome::new(input, None, State::Failed, Some(error)),
            Ok(place) => {
                let found = if distinct { findings[place].take() } else { findings[place].clone() };
                let Finding { state, wa_id, user_id, error, extra, .. } = found.unwrap_or_else(never_sent);
                let user = Some(users[place].clone());
                Outcome { wa_id, user_id, extra, ..Outcome::new(input, user, state, error) }
            }
        };
        given.into_iter().map(outcome).collect()
    }
}

/// The distinct users.
struct Distinct {
    users: Vec<User>,
    /// Places only: the users themselves are in the list already, and a table that small stays in the processor's cache.
    places: HashTable<usize>,
    hasher: DefaultHashBuilder,
}

impl Distinct {
    fn with_capacity(count: usize) -> Self {
        Self {
            users: Vec::with_capacity(count),
            places: HashTable::with_capacity(count),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// The user's place in the list, to which they are added if they are new.
    fn place_of(&mut self, user: User) -> usize {
        let Self { users, places, hasher } = self;
        let hash = |place: &usize| hasher.hash_one(&users[*place]);
        match places.entry(hasher.hash_one(&user), |place| users[*place] == user, hash) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let place = *new.insert(users.len()).get();
                users.push(user);
                place
            }
        }
    }
}

fn never_sent() -> Arc<Error> {
    Arc::new(Error::new(ErrorKind::Cancelled, "it was never sent"))
}

fn supported(user: User, capabilities: &Capabilities) -> Result<User, Error> {
    if user.is_bsuid() && !capabilities.bsuid {
        let provider = &capabilities.provider;
        return Err(Error::new(ErrorKind::Unsupported, format!("{provider} does not take business-scoped user ids"))
            .with_provider(provider)
            .with_hint("Give the phone number or wa_id of this user."));
    }
    Ok(user)
}
