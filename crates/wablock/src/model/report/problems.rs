//! What did not work in a report, grouped to be shown.

use std::{cmp::Reverse, collections::HashMap};

use super::{Report, State};
use crate::model::error::{Error, ErrorKind};

/// Outcomes of a report with the same state, error code and code of the provider.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Problem<'a> {
    /// The state of these outcomes.
    pub state: State,
    /// The error of the first of them.
    pub error: &'a Error,
    /// How many outcomes there are.
    pub count: usize,
    /// Whether all of them have the same message.
    pub same: bool,
}

impl Report {
    /// How many outcomes have each kind of error, the most frequent first.
    #[must_use]
    pub fn failures(&self) -> Vec<(ErrorKind, usize)> {
        let mut counts: Vec<(ErrorKind, usize)> = Vec::new();
        for (kind, count) in State::ALL.into_iter().flat_map(|state| self.reasons(state)) {
            match counts.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => *sum += count,
                None => counts.push((kind, count)),
            }
        }
        counts.sort_by_key(|(_, count)| Reverse(*count));
        counts
    }

    /// The outcomes with an error, grouped, the largest group first.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem<'_>> {
        let mut problems: Vec<Problem<'_>> = Vec::new();
        let mut known: HashMap<_, usize> = HashMap::new();
        for outcome in &self.outcomes {
            let Some(error) = outcome.error.as_deref() else { continue };
            let place = *known.entry((outcome.state, error.code(), error.provider_code())).or_insert(problems.len());
            if place == problems.len() {
                problems.push(Problem { state: outcome.state, error, count: 0, same: true });
            }
            let problem = &mut problems[place];
            problem.count += 1;
            problem.same &= problem.error.message() == error.message();
        }
        problems.sort_by_key(|problem| Reverse(problem.count));
        problems
    }
}
