//! Matches the items of an answer to users. An item counts only for a user that the request named, and only if no other item
//! names that user.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    model::{
        error::{Error, ErrorKind, ProviderId, Refusal, Remedy},
        report::State,
        text::Text,
        user::User,
    },
    provider::{Answer, Item},
};

/// The result for one user.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UserResult {
    pub(super) state: State,
    pub(super) wa_id: Option<Text>,
    pub(super) user_id: Option<Text>,
    pub(super) error: Option<Arc<Error>>,
    pub(super) extra: Option<Box<Map<String, Value>>>,
    /// The provider's answer was about this user, not about the call.
    pub(super) about_user: bool,
    /// [`Remedy::Retry`] or [`Remedy::Throttle`], where the provider said that trying again may help.
    pub(super) again: Option<Remedy>,
}

/// The result of an answer for each of the users that were sent.
pub(super) fn user_results(provider: &ProviderId, users: &[User], answer: Answer) -> Result<Vec<UserResult>, Refusal> {
    match answer {
        Answer::Everyone => Ok(vec![UserResult::done(); users.len()]),
        Answer::Users(items) => Ok(match_items(provider, users, items)),
        Answer::Page(_) | Answer::Refused(_) => {
            let error = Error::new(ErrorKind::Protocol, "the answer does not match this operation");
            Err(Refusal::is_final(error))
        }
    }
}

impl UserResult {
    pub(super) fn done() -> Self {
        Self { state: State::Done, wa_id: None, user_id: None, error: None, extra: None, about_user: true, again: None }
    }

    pub(super) fn not_done(state: State, error: Arc<Error>) -> Self {
        Self { state, error: Some(error), about_user: false, ..Self::done() }
    }

    /// The same after an earlier attempt that may have taken effect: a refusal says nothing about that attempt.
    pub(super) fn after_doubt(self) -> Self {
        let state = if self.state == State::Failed { State::Unknown } else { self.state };
        Self { state, ..self }
    }

    fn untrusted(provider: &ProviderId, why: &str) -> Self {
        Self::not_done(State::Unknown, Arc::new(Error::new(ErrorKind::Protocol, why).with_provider(provider)))
    }

    fn of(item: Item) -> Self {
        let said = Self { wa_id: item.wa_id, user_id: item.user_id, extra: item.extra, ..Self::done() };
        match item.result {
            Ok(()) => said,
            Err(refusal) => Self {
                state: if item.in_doubt { State::Unknown } else { State::Failed },
                again: match refusal.remedy {
                    Remedy::Retry => Some(Remedy::Retry),
                    Remedy::Throttle | Remedy::Halve => Some(Remedy::Throttle),
                    Remedy::None | Remedy::SyncClock | Remedy::RestartList | Remedy::ShrinkPage => None,
                },
                error: Some(Arc::new(refusal.error)),
                ..said
            },
        }
    }
}

/// One result per user, in the users' order. Users named by no item, or by more than one, are unknown; items that name
/// none of our users are dropped.
fn match_items(provider: &ProviderId, users: &[User], items: Vec<Item>) -> Vec<UserResult> {
    // Most answers name each user once, in the order of the request.
    let same = |(item, user): (&Item, &User)| named(item) == Some(user.id());
    if items.len() == users.len() && items.iter().zip(users).all(same) {
        return items.into_iter().map(UserResult::of).collect();
    }
    let mut findings: Vec<Option<UserResult>> = vec![None; users.len()];
    let mut places: Option<HashMap<&str, usize>> = None;
    for (position, item) in items.into_iter().enumerate() {
        let Some(named) = named(&item) else { continue };
        let place = if users.get(position).is_some_and(|user| user.id() == named) {
            Some(position)
        } else {
            places
                .get_or_insert_with(|| users.iter().enumerate().map(|(place, user)| (user.id(), place)).collect())
                .get(named)
                .copied()
        };
        if let Some(place) = place {
            findings[place] = Some(match findings[place] {
                None => UserResult::of(item),
                Some(_) => UserResult::untrusted(provider, "the answer names this user more than once"),
            });
        }
    }
    findings
        .into_iter()
        .map(|finding| finding.unwrap_or_else(|| UserResult::untrusted(provider, "the answer does not name this user")))
        .collect()
}

/// The id by which an item names its user: the echoed input, or without one, the ids that the provider resolved.
fn named(item: &Item) -> Option<&str> {
    let name = item.input.as_deref().or(item.user_id.as_deref()).or(item.wa_id.as_deref())?;
    Some(name.strip_prefix('+').unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::error::Refusal;

    fn item(input: &str, done: bool) -> Item {
        let no = || Refusal::is_final(Error::new(ErrorKind::NotEligible, "no"));
        Item {
            input: Some(input.into()),
            wa_id: None,
            user_id: None,
            result: if done { Ok(()) } else { Err(no()) },
            in_doubt: false,
            extra: None,
        }
    }

    fn users(count: usize) -> Vec<User> {
        (0..count).map(|n| User::phone(&format!("1650555{n:04}")).unwrap()).collect()
    }

    #[test]
    fn only_the_only_word_about_our_user_counts() {
        let users = users(5);
        let items = vec![
            item("+16505550003", true),
            item("16505550000", true),
            item("16505550001", false),
            item("16505550002", true),
            item("+16505550002", false),
            item("16509999999", true),
            item("", true),
        ];
        let states: Vec<_> =
            match_items(&ProviderId::new("meta"), &users, items).into_iter().map(|finding| finding.state).collect();
        assert_eq!(states, [State::Done, State::Failed, State::Unknown, State::Done, State::Unknown]);
    }

    #[test]
    fn without_an_echo_the_resolved_id_must_be_the_users_own() {
        let users = users(2);
        let mut by_wa_id = item("x", true);
        by_wa_id.input = None;
        by_wa_id.wa_id = Some("16505550001".into());
        let states: Vec<_> = match_items(&ProviderId::new("meta"), &users, vec![by_wa_id])
            .into_iter()
            .map(|finding| finding.state)
            .collect();
        assert_eq!(states, [State::Unknown, State::Done]);
    }

    proptest! {
        /// For any answer of a server: one result per user, and done only for users whom it named exactly once, as done.
        #[test]
        fn findings_partition_the_users(
            count in 0usize..20,
            answers in proptest::collection::vec((0usize..25, any::<bool>(), any::<bool>()), 0..60),
        ) {
            let users = users(count);
            let name = |n: usize, plus: bool| format!("{}1650555{n:04}", if plus { "+" } else { "" });
            let items = answers.iter().map(|(n, done, plus)| item(&name(*n, *plus), *done)).collect();
            let findings = match_items(&ProviderId::new("meta"), &users, items);
            prop_assert_eq!(findings.len(), count);
            for (place, finding) in findings.iter().enumerate() {
                let said: Vec<_> = answers.iter().filter(|(n, _, _)| *n == place).map(|(_, done, _)| *done).collect();
                let expected = match said[..] {
                    [true] => State::Done,
                    [false] => State::Failed,
                    _ => State::Unknown,
                };
                prop_assert_eq!(finding.state, expected);
                prop_assert_eq!(finding.error.is_none(), expected == State::Done);
            }
        }
    }
}
