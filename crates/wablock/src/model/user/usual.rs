//! International numbers as people usually write them: `+972 58-340-1616`, `+1 (650) 555-1234`. Nearly all spelled numbers of
//! a large call are such, and they need no other check than whether the number is possible.

use super::DIGITS;

/// The digits of a number in a usual spelling.
pub(super) struct Usual {
    digits: [u8; 15],
    count: usize,
}

impl Usual {
    /// A `+`, and digits in groups with spaces, dashes or brackets between them. `None` says nothing: a text that could hold
    /// an extension, a second number or a prefix is left to [`Written`](super::written::Written) and to
    /// [`damage`](super::damage).
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix('+').filter(|text| text.len() <= LONGEST)?;
        let mut usual = Self { digits: [0; 15], count: 0 };
        // Digits since the last mark, and since the last space.
        let (mut group, mut part) = (0, 0);
        let (mut long_groups, mut long_parts) = (0, 0);
        let mut last = b'+';
        for byte in text.bytes() {
            match byte {
                // "+44 (0)20" may hold a prefix.
                _ if last == b'(' && !matches!(byte, b'1'..=b'9') => return None,
                b'0'..=b'9' => {
                    *usual.digits.get_mut(usual.count)? = byte;
                    usual.count += 1;
                    (group, part) = (group + 1, part + 1);
                    long_groups += usize::from(group == LONG);
                    long_parts += usize::from(part == LONG);
                }
                b' ' => (group, part) = (0, 0),
                b'-' | b'(' | b')' => group = 0,
                _ => return None,
            }
            last = byte;
        }
        let one_number = long_groups < 2 && long_parts < 2 && group >= SHORTEST_END;
        (one_number && DIGITS.contains(&usual.count)).then_some(usual)
    }

    pub(super) fn digits(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.count]).unwrap_or_default()
    }
}

/// Characters; more are looked at with care.
const LONGEST: usize = 32;
/// Two groups of so many digits may be two numbers.
const LONG: usize = 7;
/// A shorter last group may be an extension.
const SHORTEST_END: usize = 3;
