//! The inputs of a call, read: who is to be sent, and for every input the outcome that is about to be found out.

use std::{hash::BuildHasher, sync::Arc};

use hashbrown::{DefaultHashBuilder, HashTable, hash_table::Entry};

use crate::{
    call::Input,
    capabilities::Capabilities,
    error::{Error, ErrorKind},
    report::{Outcome, State},
    user::User,
};

/// The inputs of a call, read. Outcomes are made here and filled in later, because touching new memory for every input once
/// more costs as much as reading a number.
pub(super) struct Inputs {
    /// One per input, in input order: `failed` where nobody is named, all others `not_sent` for now and without a reason.
    pub(super) outcomes: Vec<Outcome>,
    /// The place of the first input that names each distinct user, in the order of these inputs.
    pub(super) firsts: Vec<usize>,
    /// The inputs that name a user whom an earlier one names: their place, and the user's among the distinct ones.
    pub(super) repeats: Vec<(usize, usize)>,
}

impl Inputs {
    /// Reads every input. One that names nobody fails alone; a configuration that cannot work fails the call.
    #[inline(never)] // so that `make bench-check` can count what it costs
    pub(super) fn read(given: Vec<Input>, region: Option<&str>, capabilities: &Capabilities) -> Result<Self, Error> {
        let mut distinct = Distinct::with_capacity(given.len());
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(given.len());
        let mut repeats = Vec::new();
        for (place, Input { text, user }) in given.into_iter().enumerate() {
            let user = match user {
                Some(user) => Ok(user),
                None => User::parse(&text, region),
            };
            outcomes.push(match user.and_then(|user| supported(user, capabilities)) {
                Ok(user) => Outcome::new(text, Some(user), State::NotSent, None),
                Err(error) if error.kind() == ErrorKind::Config => return Err(error),
                Err(error) => Outcome::new(text, None, State::Failed, Some(Arc::new(error))),
            });
            if let Some(known) = distinct.add(place, &outcomes) {
                repeats.push((place, known));
            }
        }
        Ok(Self { outcomes, firsts: distinct.firsts, repeats })
    }
}

/// The distinct users.
struct Distinct {
    firsts: Vec<usize>,
    /// Places only: the users themselves are in the outcomes already, and a table that small stays in the processor's cache.
    places: HashTable<usize>,
    hasher: DefaultHashBuilder,
}

impl Distinct {
    fn with_capacity(count: usize) -> Self {
        Self {
            firsts: Vec::with_capacity(count),
            places: HashTable::with_capacity(count),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Adds the user at `place`, unless there is none there or an earlier input names them: then the place that they have
    /// among the distinct users.
    fn add(&mut self, place: usize, outcomes: &[Outcome]) -> Option<usize> {
        let Self { firsts, places, hasher } = self;
        let user = outcomes[place].user.as_ref();
        user?;
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

fn supported(user: User, capabilities: &Capabilities) -> Result<User, Error> {
    if user.is_bsuid() && !capabilities.bsuid {
        let provider = &capabilities.provider;
        return Err(Error::new(ErrorKind::Unsupported, format!("{provider} does not take business-scoped user ids"))
            .with_provider(provider)
            .with_hint("Give the phone number or wa_id of this user."));
    }
    Ok(user)
}
