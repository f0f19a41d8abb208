//! One business number's block list: insertion order, a version in microseconds, O(page) pages.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// How many changes are remembered for stale views.
const JOURNAL: usize = 100_000;

/// A list of users (digits or ids) in the order they were blocked.
#[derive(Debug, Default)]
pub(crate) struct BlockList {
    /// User to its sequence number.
    members: HashMap<Arc<str>, u64>,
    /// Sorted by sequence number; removed rows stay as `None` until the next read.
    rows: Vec<(u64, Option<Arc<str>>)>,
    next: u64,
    version: u64,
    journal: VecDeque<(i64, bool, Arc<str>)>,
}

impl BlockList {
    /// How many users are blocked.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether this user is blocked.
    pub(crate) fn contains(&self, user: &str) -> bool {
        self.members.contains_key(user)
    }

    /// Microseconds; changes with every effective change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Advances the version, to the clock or by at least one.
    pub(crate) fn bump(&mut self, now_us: i64) {
        self.version = (self.version + 1).max(now_us.max(0).unsigned_abs());
    }

    /// Adds a user; false if the user is already on the list, which then stays unchanged.
    pub(crate) fn add(&mut self, user: &str, now_us: i64) -> bool {
        if !self.seed(user) {
            return false;
        }
        self.note(now_us, true, Arc::from(user));
        self.bump(now_us);
        true
    }

    /// Adds a user without a journal entry or a new version.
    pub(crate) fn seed(&mut self, user: &str) -> bool {
        if self.contains(user) {
            return false;
        }
        let user: Arc<str> = Arc::from(user);
        self.members.insert(Arc::clone(&user), self.next);
        self.rows.push((self.next, Some(user)));
        self.next += 1;
        true
    }

    /// Removes a user; false if the user is not on the list.
    pub(crate) fn remove(&mut self, user: &str, now_us: i64) -> bool {
        let Some((user, sequence)) = self.members.remove_entry(user) else {
            return false;
        };
        if let Ok(at) = self.rows.binary_search_by_key(&sequence, |row| row.0) {
            self.rows[at].1 = None;
        }
        self.note(now_us, false, user);
        self.bump(now_us);
        true
    }

    /// Empties the list; the version moves on so that old cursors break.
    pub(crate) fn clear(&mut self, now_us: i64) {
        self.members.clear();
        self.rows.clear();
        self.journal.clear();
        self.bump(now_us);
    }

    fn note(&mut self, now_us: i64, added: bool, user: Arc<str>) {
        if self.journal.len() == JOURNAL {
            self.journal.pop_front();
        }
        self.journal.push_back((now_us / 1000, added, user));
    }

    /// Rows `from..from + count`, fewer at the end.
    pub(crate) fn page(&mut self, from: usize, count: usize) -> Vec<Arc<str>> {
        if self.rows.len() != self.members.len() {
            self.rows.retain(|row| row.1.is_some());
        }
        let rows = self.rows.iter().skip(from).take(count);
        rows.filter_map(|row| row.1.clone()).collect()
    }

    /// All users, sorted, for `inspect`.
    pub(crate) fn sorted(&self) -> Vec<Arc<str>> {
        let mut all: Vec<Arc<str>> = self.members.keys().cloned().collect();
        all.sort_unstable();
        all
    }

    /// Reads the list as it is, or as it was at `then_ms`.
    pub(crate) fn view<T>(&mut self, then_ms: Option<i64>, read: impl FnOnce(&mut BlockList) -> T) -> T {
        match then_ms {
            Some(then) => read(&mut self.as_of(then)),
            None => read(self),
        }
    }

    /// The list as it was at `then_ms`; seeded users count as old. Same version: that is what makes it stale.
    fn as_of(&self, then_ms: i64) -> BlockList {
        let mut users: Vec<Option<Arc<str>>> = self.rows.iter().map(|row| row.1.clone()).collect();
        for (at, added, user) in self.journal.iter().rev() {
            if *at < then_ms {
                break;
            }
            if *added {
                for slot in users.iter_mut().filter(|slot| slot.as_ref() == Some(user)) {
                    *slot = None;
                }
            } else {
                users.push(Some(Arc::clone(user)));
            }
        }
        let mut old = BlockList::default();
        for user in users.iter().flatten() {
            old.seed(user);
        }
        old.version = self.version;
        old
    }
}

#[cfg(test)]
mod tests {
    use super::BlockList;

    #[test]
    fn order_versions_and_pages() {
        let mut list = BlockList::default();
        for n in 0..10 {
            assert!(list.add(&n.to_string(), 1_000));
        }
        let before = list.version();
        assert!(!list.add("3", 2_000), "already there");
        assert_eq!(list.version(), before, "no change, no new version");
        assert!(list.remove("3", 500));
        assert_eq!(list.version(), before + 1, "never back in time");
        assert!(!list.remove("3", 500));
        assert_eq!(list.page(2, 3), ["2".into(), "4".into(), "5".into()]);
        assert!(list.page(9, 5).is_empty());
        assert!(list.add("3", 9_000_000));
        assert_eq!(list.version(), 9_000_000);
        assert_eq!(list.page(8, 100), ["9".into(), "3".into()]);
        assert_eq!(list.len(), 10);
    }

    #[test]
    fn a_stale_view_undoes_recent_changes() {
        let mut list = BlockList::default();
        list.seed("old");
        list.add("mid", 10_000_000);
        list.add("new", 20_000_000);
        list.remove("old", 21_000_000);
        let mut stale = list.as_of(15_000);
        assert_eq!(stale.page(0, 9), ["mid".into(), "old".into()]);
        assert_eq!(stale.version(), list.version());
    }
}
