//! Masking of phone numbers in text that may be logged.

use super::characters::{Glyph, glyph, is_digit};

/// The fewest digits in a run that count as a phone number.
const SHORTEST_NUMBER: usize = 7;
/// Digits left readable at either end, enough to tell the country and to compare two lines of a log.
const SHOWN_FIRST: usize = 3;
const SHOWN_LAST: usize = 2;
/// Most characters between two digits of one number, as in `+1 (650) 555 - 1234`.
const LONGEST_GAP: usize = 3;

/// Masks every phone number in `text`, that is seven or more digits, also with spaces, dashes, dots or brackets between them:
/// `+16505551234` becomes `+165******34`.
///
/// ```
/// assert_eq!(wablock::mask("user +16505551234 of 20"), "user +165******34 of 20");
/// assert_eq!(wablock::mask("+1 (650) 555-1234"), "+1 (65*) ***-**34");
/// ```
#[must_use]
pub fn mask(text: &str) -> String {
    mask_where(text, LONGEST_GAP, |_| true)
}

/// The numbers of the users of a request, to be masked in what a server says about it.
pub(crate) struct Numbers<'a> {
    forward: Vec<&'a str>,
    backward: Vec<String>,
}

impl<'a> Numbers<'a> {
    pub(crate) fn of(users: &'a [super::User]) -> Self {
        let mut forward: Vec<_> = users.iter().map(super::User::id).collect();
        let mut backward: Vec<_> = forward.iter().map(|id| reversed(id)).collect();
        forward.sort_unstable();
        backward.sort_unstable();
        Self { forward, backward }
    }

    /// Masks these numbers, complete or cut off, and no other digits: a server's message may hold ids that help.
    pub(crate) fn mask(&self, text: &str) -> String {
        mask_where(text, 0, |run| {
            let place = self.forward.partition_point(|id| *id < run);
            let begins = self.forward.get(place).is_some_and(|id| id.starts_with(run));
            begins || {
                let run = reversed(run);
                let place = self.backward.partition_point(|id| *id < run);
                self.backward.get(place).is_some_and(|id| id.starts_with(&run))
            }
        })
    }
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

fn mask_where(text: &str, longest_gap: usize, is_number: impl Fn(&str) -> bool) -> String {
    let mut masked = String::with_capacity(text.len());
    // The run being read: its characters, and where the last digit ended among them.
    let mut run: Vec<char> = Vec::new();
    let mut ended = 0;
    for c in text.chars() {
        if is_digit(c) {
            run.push(c);
            ended = run.len();
        } else if !run.is_empty() && is_gap(c) && run.len() - ended < longest_gap {
            run.push(c);
        } else {
            flush(&mut masked, &mut run, &is_number);
            masked.push(c);
        }
    }
    flush(&mut masked, &mut run, &is_number);
    masked
}

/// Writes a run, masked if it is a number.
fn flush(masked: &mut String, run: &mut Vec<char>, is_number: &impl Fn(&str) -> bool) {
    let digits: String = run.iter().filter(|c| is_digit(**c)).collect();
    let count = digits.chars().count();
    let hidden = if count >= SHORTEST_NUMBER && is_number(&digits) { SHOWN_FIRST..count - SHOWN_LAST } else { 0..0 };
    let mut place = 0;
    for c in run.drain(..) {
        if is_digit(c) {
            masked.push(if hidden.contains(&place) { '*' } else { c });
            place += 1;
        } else {
            masked.push(c);
        }
    }
}

/// What may stand between two digits of one number.
fn is_gap(c: char) -> bool {
    match glyph(c) {
        Glyph::Plain(c) => matches!(c, ' ' | '-' | '.' | '(' | ')'),
        Glyph::Invisible => true,
        Glyph::Digit(_) | Glyph::Break => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, mask};
    use crate::model::user::User;

    #[test]
    fn masks_numbers_and_leaves_the_rest() {
        for (text, expected) in [
            ("", ""),
            ("abc 123", "abc 123"),
            ("+972501234567", "+972*******67"),
            ("US.13491208655302741918", "US.134***************18"),
            ("a 1234567 b 7654321", "a 123**67 b 765**21"),
            ("שלום 972501234567", "שלום 972*******67"),
            ("+1 (650) 555-1234", "+1 (65*) ***-**34"),
            ("123 456 78 90 12", "123 *** ** ** 12"),
            ("+1.650.555.1234, ok", "+1.65*.***.**34, ok"),
            ("HTTP 200, 440 bytes, 12 ms", "HTTP 200, 440 bytes, 12 ms"),
            ("127.0.0.1:43707/meta/v26.0", "127.0.0.1:43707/meta/v26.0"),
            ("+١٦٥٠٥٥٥١٢٣٤", "+١٦٥******٣٤"),
        ] {
            assert_eq!(mask(text), expected);
        }
    }

    #[test]
    fn masks_only_the_users_in_a_servers_words() {
        let users = ["16505551234", "16505551233", "972501234567"].map(|number| User::phone(number).unwrap());
        let text = "Object '106540352242922' and +16505551234, cut 1650555";
        assert_eq!(Numbers::of(&users).mask(text), "Object '106540352242922' and +165******34, cut 165**55");
    }
}
