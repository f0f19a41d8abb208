//! What is known about each distinct user, recorded in the outcomes as results arrive.

use std::{fmt, sync::Arc};

use super::{inputs::Inputs, kept::Kept, matching::UserResult};
use crate::model::{
    error::{Error, ErrorKind},
    report::{Outcome, State},
    user::User,
};

/// The outcomes of a call, while they are found out. Users go by their place among the distinct ones.
#[derive(Default)]
pub(super) struct Ledger {
    inputs: Inputs,
    /// One per distinct user.
    marks: Vec<Mark>,
    /// How many users have their outcome.
    recorded: usize,
    kept: Kept,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    /// Something was found out.
    has_result: bool,
    /// The provider's result is about this very user, not about the call.
    about_user: bool,
    /// It holds for now: the user is about to be sent again in a smaller batch.
    provisional: bool,
    /// Final: nothing more will be learnt.
    closed: bool,
}

impl Ledger {
    pub(super) fn of(inputs: Inputs) -> Self {
        Self { marks: vec![Mark::default(); inputs.firsts().len()], inputs, recorded: 0, kept: Kept::default() }
    }

    /// The distinct users, by place.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &User> {
        self.inputs.firsts().iter().filter_map(|first| self.inputs.outcomes[*first].user.as_ref())
    }

    /// Whether something is still to be found out about a user.
    pub(super) fn is_open(&self, place: usize) -> bool {
        self.marks.get(place).is_some_and(|mark| !mark.closed)
    }

    /// Marks these users as final.
    pub(super) fn close(&mut self, places: impl Iterator<Item = usize>) {
        places.for_each(|place| self.marks[place].closed = true);
    }

    /// Marks every user without an outcome as unknown.
    pub(super) fn doubt(&mut self, error: &Arc<Error>) {
        let open: Vec<usize> = (0..self.marks.len()).filter(|place| !self.marks[*place].closed).collect();
        let doubtful = UserResult::not_done(State::Unknown, Arc::clone(error));
        open.into_iter().for_each(|place| self.write(place, doubtful.clone()));
    }

    /// Copies of the users at these places.
    pub(super) fn users(&self, places: &[usize]) -> Vec<User> {
        let (outcomes, firsts) = (&self.inputs.outcomes, self.inputs.firsts());
        places.iter().filter_map(|place| outcomes[firsts[*place]].user.clone()).collect()
    }

    /// Copies of the outcomes of the users at these places.
    pub(super) fn outcomes_of(&self, places: &[usize]) -> Vec<Outcome> {
        places.iter().map(|place| self.inputs.outcomes[self.inputs.firsts()[*place]].clone()).collect()
    }

    /// Records final results. Returns how many users have their outcome.
    pub(super) fn record(&mut self, places: &[usize], found: Vec<UserResult>) -> usize {
        for (&place, finding) in places.iter().zip(found) {
            let Mark { has_result, provisional, .. } = self.marks[place];
            self.recorded += usize::from(!has_result || provisional);
            self.write(place, finding);
            self.marks[place].provisional = false;
        }
        self.recorded
    }

    /// Writes down what holds for users until their smaller batches are sent: it stays so if that never happens.
    pub(super) fn note(&mut self, places: &[usize], finding: &UserResult) {
        for place in places {
            let Mark { has_result, provisional, .. } = self.marks[*place];
            self.write(*place, finding.clone());
            self.marks[*place].provisional = !has_result || provisional;
        }
    }

    /// What never left does not undo what did, and a refusal does not say what became of an earlier attempt that was in doubt.
    fn write(&mut self, place: usize, finding: UserResult) {
        let first = self.inputs.firsts()[place];
        let outcome = &mut self.inputs.outcomes[first];
        let mark = &mut self.marks[place];
        let UserResult { mut state, wa_id, user_id, error, extra, about_user, .. } = finding;
        if mark.has_result && state == State::NotSent {
            return;
        }
        if mark.has_result && outcome.state == State::Unknown && state == State::Failed {
            state = State::Unknown;
        }
        *mark = Mark { has_result: true, about_user, ..*mark };
        outcome.state = state;
        outcome.wa_id = wa_id;
        outcome.user_id = user_id;
        outcome.error = error.map(|error| self.kept.error(error));
        outcome.extra = self.kept.extra(extra);
    }

    /// True where the provider said something about a single user.
    pub(super) fn is_about_users(&self) -> bool {
        self.marks.iter().any(|mark| mark.about_user)
    }

    /// One outcome per input, in input order. Users of whom nothing was found out were not sent; `why` says why.
    pub(super) fn outcomes(self, why: Option<&Arc<Error>>) -> Vec<Outcome> {
        let Self { marks, mut inputs, mut kept, .. } = self;
        let mut outcomes = std::mem::take(&mut inputs.outcomes);
        let firsts = inputs.firsts();
        for (first, mark) in firsts.iter().zip(marks) {
            if !mark.has_result {
                outcomes[*first].error = Some(why.map_or_else(never_sent, Arc::clone));
            }
        }
        for &(place, known) in &inputs.repeats {
            let same = outcomes[firsts[known]].clone();
            let input = std::mem::take(&mut outcomes[place].input);
            outcomes[place] = Outcome { input, extra: kept.extra(same.extra), ..same };
        }
        outcomes
    }
}

fn never_sent() -> Arc<Error> {
    Arc::new(Error::new(ErrorKind::Cancelled, "it was never sent"))
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} users", self.recorded, self.marks.len())
    }
}
