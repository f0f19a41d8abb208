//! The parsed inputs of a call: the distinct users to send, and an outcome to fill in for every input.

use std::{hash::BuildHasher, sync::Arc};

use hashbrown::{DefaultHashBuilder, HashTable, hash_table::Entry};

use crate::{
    engine::session::Session,
    model::{
        capabilities::Capabilities,
        error::{Error, ErrorKind},
        input::Input,
        report::{Outcome, State},
        user::User,
    },
};

/// The inputs of a call, read. Outcomes are made here and filled in later, because touching new memory for every input once
/// more costs as much as reading a number.
#[derive(Default)]
pub(crate) struct Inputs {
    /// One per input, in input order: `failed` where nobody is named, all others `not_sent` for now and without a reason.
    pub(super) outcomes: Vec<Outcome>,
    /// The inputs that name a user whom an earlier one names: their place, and the user's among the distinct ones.
    pub(super) repeats: Vec<(usize, usize)>,
    distinct: Distinct,
    /// The configuration cannot work, so the call cannot begin.
    wrong: Option<Error>,
}

impl Inputs {
    /// Reserves memory for this many more.
    pub(crate) fn reserve(&mut self, count: usize) {
        let Self { outcomes, distinct: Distinct { firsts, places, hasher }, .. } = self;
        places.reserve(count, |known| hasher.hash_one(outcomes[firsts[*known]].user.as_ref()));
        outcomes.reserve(count);
        firsts.reserve(count);
    }

    /// Reads inputs. One that names nobody fails alone; a configuration that cannot work fails the call.
    pub(crate) fn add(&mut self, given: impl Iterator<Item = Input>, session: &Session) {
        let (region, capabilities) = (session.options.default_region.as_deref(), session.provider.capabilities());
        self.reserve(given.size_hint().0);
        for input in given {
            let (text, user) = input.read(region);
            let place = self.outcomes.len();
            self.outcomes.push(match user {
                Ok(user) => match unsupported(&user, capabilities) {
                    None => Outcome::new(text, Some(user), State::NotSent, None),
                    Some(error) => Outcome::new(text, Some(user), State::Failed, Some(Arc::new(error))),
                },
                Err(error) => {
                    if error.kind() == ErrorKind::Config {
                        self.wrong.get_or_insert_with(|| error.clone());
                    }
                    Outcome::new(text, None, State::Failed, Some(Arc::new(error)))
                }
            });
            if let Some(known) = self.distinct.add(place, &self.outcomes) {
                self.repeats.push((place, known));
            }
        }
    }

    /// The outcomes that reading alone gives: who could be sent is `not_sent`, without a reason.
    pub(super) fn unsent(self) -> Vec<Outcome> {
        self.outcomes
    }

    /// The inputs, unless the configuration cannot work.
    pub(super) fn checked(self) -> Result<Self, Error> {
        match self.wrong {
            Some(wrong) => Err(wrong),
            None => Ok(self),
        }
    }

    /// The place of the first input that names each distinct user, in the order of these inputs.
    pub(super) fn firsts(&self) -> &[usize] {
        &self.distinct.firsts
    }
}

/// The distinct users.
#[derive(Default)]
struct Distinct {
    firsts: Vec<usize>,
    /// Places only: the users themselves are in the outcomes already, and a table that small stays in the processor's cache.
    places: HashTable<usize>,
    hasher: DefaultHashBuilder,
}

impl Distinct {
    /// Adds the user at `place`, unless nobody there is to be sent or an earlier input names them: then the place that they
    /// have among the distinct users.
    fn add(&mut self, place: usize, outcomes: &[Outcome]) -> Option<usize> {
        let Self { firsts, places, hasher } = self;
        if outcomes[place].state == State::Failed {
            return None;
        }
        let user = outcomes[place].user.as_ref();
        let of = |known: &usize| outcomes[firsts[*known]].user.as_ref();
        match places.entry(hasher.hash_one(user), |known| of(known) == user, |known| hasher.hash_one(of(known))) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(new) => {
                new.insert(firsts.len());
                firsts.push(place);
                None
            }
        }
    }
}

fn unsupported(user: &User, capabilities: &Capabilities) -> Option<Error> {
    let provider = &capabilities.provider;
    (user.is_bsuid() && !capabilities.bsuid).then(|| {
        Error::new(ErrorKind::Unsupported, format!("{provider} does not accept business-scoped user ids"))
            .with_provider(provider)
            .with_hint("Give the phone number or wa_id of this user.")
    })
}
