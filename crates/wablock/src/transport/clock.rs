//! The server's clock, as far as it is known: what signatures are made with.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use http::{HeaderMap, header};

/// Offsets that differ by less are the same: `Date` counts whole seconds, and answers take time.
const SAME_MS: u64 = 5_000;

/// Offsets tried for one request after its first was refused.
const MOST_TRIALS: usize = 2;

/// The server's clock minus ours, learnt when a signature's timestamp was refused. Zero means our own clock.
#[derive(Debug, Default)]
pub(super) struct Clock(AtomicI64);

impl Clock {
    pub(super) fn offset_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// A timestamp made with `used` was refused by an answer whose `Date` gives `server`. Sets another offset, and says
    /// whether trying again makes sense. A learnt offset that fails gives way to our own clock: the `Date` that it came
    /// from may have been wrong.
    pub(super) fn correct(&self, refused: &mut Vec<i64>, used: i64, server: Option<i64>) -> bool {
        if refused.len() >= MOST_TRIALS {
            return false;
        }
        let first = refused.is_empty();
        refused.push(used);
        let is_new = |offset: &i64| refused.iter().all(|tried| tried.abs_diff(*offset) >= SAME_MS);
        // Another call may have corrected it meanwhile.
        let known = Some(self.offset_ms()).filter(is_new);
        // Our own clock may have been refused before the learnt offset was, and for no reason.
        let ours = Some(0).filter(|_| used.unsigned_abs() >= SAME_MS);
        let next = known.or(server.filter(is_new)).or(ours).or(server.filter(|_| first));
        if let Some(offset) = next {
            self.0.store(offset, Ordering::Relaxed);
        }
        next.is_some()
    }
}

/// Our clock in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The server's clock minus ours, by the `Date` of an answer.
pub(super) fn server_offset(headers: &HeaderMap) -> Option<i64> {
    let server = date(headers)?.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Some(i64::try_from(server).unwrap_or(i64::MAX).saturating_sub(i64::try_from(now_ms()).unwrap_or(i64::MAX)))
}

/// When an answer was made, by its server's clock.
pub(super) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a request meets: the offset that the server wants, and the `Date` of each refusal.
    fn attempts(clock: &Clock, right: i64, dates: &[Option<i64>]) -> (bool, usize) {
        let mut refused = Vec::new();
        let mut dates = dates.iter().copied();
        for attempt in 1.. {
            let used = clock.offset_ms();
            if used.abs_diff(right) < 60_000 {
                return (true, attempt);
            }
            if !clock.correct(&mut refused, used, dates.next().flatten()) {
                return (false, attempt);
            }
        }
        unreachable!()
    }

    #[test]
    fn an_offset_is_learnt_and_a_wrong_one_gives_way_to_our_own_clock() {
        const HOUR: i64 = 3_600_000;
        // (the offset known before, the right one, the offsets by each refusal's date, done, after how many attempts)
        type Row<'a> = (i64, i64, &'a [Option<i64>], bool, usize);
        let rows: &[Row<'_>] = &[
            (0, 0, &[], true, 1),
            (0, HOUR, &[Some(HOUR)], true, 2),
            (0, HOUR, &[None], false, 1),
            (HOUR, 0, &[None], true, 2),
            (HOUR, 0, &[Some(HOUR)], true, 2),
            (HOUR, 0, &[Some(0)], true, 2),
            (HOUR, 0, &[Some(2 * HOUR), None], true, 3),
            (HOUR, 0, &[Some(2 * HOUR), Some(2 * HOUR)], true, 3),
            (HOUR, -HOUR, &[None, Some(-HOUR)], true, 3),
            (HOUR, -HOUR, &[None, None], false, 2),
            (0, HOUR, &[Some(2 * HOUR), Some(3 * HOUR), Some(HOUR)], false, 3),
        ];
        for (known, right, dates, done, count) in rows {
            let clock = Clock(AtomicI64::new(*known));
            assert_eq!(attempts(&clock, *right, dates), (*done, *count), "{known} {right} {dates:?}");
        }
    }

    #[test]
    fn one_refusal_without_a_reason_and_with_a_wrong_date_does_no_harm() {
        let (clock, mut refused) = (Clock::default(), Vec::new());
        assert!(clock.correct(&mut refused, 0, Some(3_600_000)));
        assert!(clock.correct(&mut refused, clock.offset_ms(), Some(3_600_000)), "the learnt offset failed");
        assert_eq!(clock.offset_ms(), 0, "back to our own clock");
        assert!(!clock.correct(&mut refused, 0, Some(3_600_000)), "and no further");
    }

    #[test]
    fn a_refusal_without_a_reason_is_tried_once_more() {
        let clock = Clock::default();
        let mut refused = Vec::new();
        assert!(clock.correct(&mut refused, 0, Some(300)));
        assert!(!clock.correct(&mut refused, clock.offset_ms(), Some(200)));
    }
}
