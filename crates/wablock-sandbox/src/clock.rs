//! The sandbox's clock: real time plus an offset that tests move.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Real time plus an offset in milliseconds, or the moment at which it is frozen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    offset_ms: i64,
    frozen_us: Option<i64>,
}

fn real_us() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX))
}

impl Clock {
    /// Milliseconds since 1970.
    pub(crate) fn now_ms(self) -> i64 {
        self.now_us() / 1000
    }

    /// Microseconds since 1970.
    pub(crate) fn now_us(self) -> i64 {
        let running = real_us().saturating_add(self.offset_ms.saturating_mul(1000));
        self.frozen_us.unwrap_or(running)
    }

    /// Moves on (or back, for negative values).
    pub(crate) fn advance(&mut self, by_ms: i64) {
        self.offset_ms = self.offset_ms.saturating_add(by_ms);
        if let Some(us) = &mut self.frozen_us {
            *us = us.saturating_add(by_ms.saturating_mul(1000));
        }
    }

    /// Jumps; a running clock runs on from there.
    pub(crate) fn set(&mut self, to_ms: i64) {
        self.offset_ms = to_ms.saturating_sub(real_us() / 1000);
        if self.frozen_us.is_some() {
            self.frozen_us = Some(to_ms.saturating_mul(1000));
        }
    }

    /// Stands still from now on, or runs on from where it stood.
    pub(crate) fn freeze(&mut self, frozen: bool) {
        let now = self.now_us();
        self.frozen_us = None;
        self.set(now / 1000);
        self.frozen_us = frozen.then_some(now);
    }
}

/// The last second that an HTTP date can express.
const LAST_SECOND: i64 = 253_402_300_799;

/// An HTTP date (`Sun, 22 Nov 2026 09:00:00 GMT`) from milliseconds since 1970; other times are clamped.
pub(crate) fn http_date(ms: i64) -> String {
    let seconds = ms.div_euclid(1000).clamp(0, LAST_SECOND).unsigned_abs();
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::{Clock, http_date};

    #[test]
    fn dates() {
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(951_782_400_000), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(http_date(1_798_761_599_999), "Thu, 31 Dec 2026 23:59:59 GMT");
        assert_eq!(http_date(-5), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(i64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn the_clock_jumps_and_runs_on() {
        let mut clock = Clock::default();
        clock.set(1_655_710_885_431);
        let now = clock.now_ms();
        assert!((1_655_710_885_431..1_655_710_945_431).contains(&now));
        clock.advance(-86_400_000);
        assert!(clock.now_ms() < 1_655_710_885_431);
    }

    #[test]
    fn a_frozen_clock_moves_only_on_command() {
        let mut clock = Clock::default();
        clock.freeze(true);
        clock.set(5_000);
        clock.advance(250);
        assert_eq!(clock.now_us(), 5_250_000);
        clock.freeze(false);
        assert!((5_250..65_250).contains(&clock.now_ms()));
    }
}
