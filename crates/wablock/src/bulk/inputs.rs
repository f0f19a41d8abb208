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
    pub(super) fn read(given: Vec<Input>, region: Option<&str>, capabilities: &Capabilities) -> Result<Self, Error> {
        let mut inputs = Self { users: Vec::with_capacity(given.len()), given: Vec::with_capacity(given.len()) };
        // Places only: the users themselves are in the list already, and a table that small stays in the processor's cache.
        let mut places: HashTable<usize> = HashTable::with_capacity(given.len());
        let hasher = DefaultHashBuilder::default();
        for Input { text, user } in given {
            let user = match user {
                Some(user) => Ok(user),
                None => User::parse(&text, region),
            };
            let place = match user.and_then(|user| supported(user, capabilities)) {
                Ok(user) => {
                    let users = &mut inputs.users;
                    let hash = |place: &usize| hasher.hash_one(&users[*place]);
                    Ok(match places.entry(hasher.hash_one(&user), |place| users[*place] == user, hash) {
                        Entry::Occupied(known) => *known.get(),
                        Entry::Vacant(new) => {
                            let place = *new.insert(users.len()).get();
                            users.push(user);
                            place
                        }
                    })
                }
                Err(error) if error.kind() == ErrorKind::Config => return Err(error),
                Err(error) => Err(Arc::new(error)),
            };
            inputs.given.push((text, place));
        }
        Ok(inputs)
    }

    /// One outcome per input, in input order. Users of whom nothing was found out were not sent; `why` says why.
    pub(super) fn outcomes(self, findings: Vec<Option<Finding>>, why: Option<&Arc<Error>>) -> Vec<Outcome> {
        let Self { users, given } = self;
        let outcome = |(input, place): (Text, Place)| match place {
            Err(error) => Outcome::new(input, None, State::Failed, Some(error)),
            Ok(place) => {
                let user = Some(users[place].clone());
                match &findings[place] {
                    None => Outcome::new(input, user, State::NotSent, Some(why.map_or_else(never_sent, Arc::clone))),
                    Some(found) => Outcome {
                        wa_id: found.wa_id.clone(),
                        user_id: found.user_id.clone(),
                        extra: found.extra.clone(),
                        ..Outcome::new(input, user, found.state, found.error.clone())
                    },
                }
            }
        };
        given.into_iter().map(outcome).collect()
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
