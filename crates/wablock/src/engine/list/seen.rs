//! Who was yielded already.

use hashbrown::HashSet;

use crate::model::text::Text;

/// Ids of users. Almost all are numbers, and as such they take a third of the memory and of the time.
#[derive(Debug, Default)]
pub(super) struct Seen {
    numbers: HashSet<u64>,
    others: HashSet<Text>,
}

impl Seen {
    /// Adds an id; false when it was there.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        match number(id) {
            Some(number) => self.numbers.insert(number),
            None => self.others.insert(id.into()),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len() + self.others.len()
    }
}

/// The number that only this text stands for: digits that do not begin with 0, few enough for 64 bits.
fn number(id: &str) -> Option<u64> {
    const MOST: usize = 19;
    if id.is_empty() || id.len() > MOST || id.starts_with('0') {
        return None;
    }
    id.bytes().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_texts_that_stand_for_themselves_are_numbers() {
        let most = "9999999999999999999";
        assert_eq!(number("16505551234"), Some(16_505_551_234));
        assert_eq!(number(most), Some(9_999_999_999_999_999_999));
        for other in ["", "0", "016505551234", "+16505551234", "1650555123x", "US.1", "١٢", "10000000000000000000"] {
            assert_eq!(number(other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_a_set_of_texts(ids in proptest::collection::vec("[+0-3a]{0,3}|[0-9]{18,21}", 0..40)) {
            let mut seen = Seen::default();
            let mut known = std::collections::HashSet::new();
            for id in &ids {
                prop_assert_eq!(seen.insert(id), known.insert(id));
                prop_assert_eq!(seen.len(), known.len());
            }
        }
    }
}
