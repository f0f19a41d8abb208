//! The users of one request, and how they are split.

use std::{borrow::Cow, collections::VecDeque, ops::Range, time::Duration};

use crate::model::error::Remedy;

/// The users of one request, as places in the list of distinct users.
#[derive(Debug)]
pub(super) enum Batch {
    Range(Range<usize>),
    /// Users whom the provider asked to try again.
    Again {
        places: Vec<usize>,
        retry: Retry,
    },
}

/// Why and how users are sent again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Retry {
    /// How often they were sent before.
    pub(super) after: u32,
    /// The strongest remedy that was named for one of them.
    pub(super) remedy: Remedy,
    /// The longest wait that was asked for.
    pub(super) stated: Option<Duration>,
}

impl Batch {
    pub(super) fn places(&self) -> Cow<'_, [usize]> {
        match self {
            Self::Range(range) => Cow::Owned(range.clone().collect()),
            Self::Again { places, .. } => Cow::Borrowed(places),
        }
    }

    pub(super) fn retry(&self) -> Option<Retry> {
        if let Self::Again { retry, .. } = self { Some(*retry) } else { None }
    }

    /// How often its users were sent before.
    pub(super) fn retries(&self) -> u32 {
        self.retry().map_or(0, |retry| retry.after)
    }

    pub(super) fn halves(self) -> [Self; 2] {
        match self {
            Self::Range(Range { start, end }) => {
                let middle = usize::midpoint(start, end);
                [Self::Range(start..middle), Self::Range(middle..end)]
            }
            Self::Again { mut places, retry } => {
                let rest = places.split_off(places.len() / 2);
                [Self::Again { places, retry }, Self::Again { places: rest, retry }]
            }
        }
    }
}

pub(super) fn batches(count: usize, size: usize) -> VecDeque<Batch> {
    (0..count).step_by(size).map(|start| Batch::Range(start..count.min(start + size))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_hold_everybody_once_in_order_and_differ_by_one_at_most() {
        let retry = Retry { after: 1, remedy: Remedy::Throttle, stated: Some(Duration::from_secs(2)) };
        for count in 2..40 {
            let again = Batch::Again { places: (5..5 + count).collect(), retry };
            for batch in [Batch::Range(5..5 + count), again] {
                let (places, retry) = (batch.places().into_owned(), batch.retry());
                let halves = batch.halves();
                let [first, rest] = halves.each_ref().map(|half| half.places().into_owned());
                assert!(first.len().abs_diff(rest.len()) <= 1, "{first:?} {rest:?}");
                assert_eq!([first, rest].concat(), places);
                assert_eq!(halves.each_ref().map(Batch::retry), [retry; 2]);
            }
        }
    }
}
