//! Masking of phone numbers in text that may be logged.

/// Digits a run must have to be taken for a phone number.
const SHORTEST_NUMBER: usize = 7;
/// Digits left readable at either end, enough to tell the country and to compare two lines of a log.
const SHOWN_FIRST: usize = 3;
const SHOWN_LAST: usize = 2;

/// Masks every run of seven or more digits in `text`: `+16505551234` becomes `+165******34`.
///
/// ```
/// assert_eq!(wablock::mask("user +16505551234 of 20"), "user +165******34 of 20");
/// ```
#[must_use]
pub fn mask(text: &str) -> String {
    mask_where(text, |_| true)
}

/// Masks the numbers of these users, whole or cut off, and no other digits: a server's message may hold ids that help.
pub(crate) fn mask_ids(text: &str, users: &[super::User]) -> String {
    mask_where(text, |run| users.iter().any(|user| user.id().ends_with(run) || user.id().starts_with(run)))
}

fn mask_where(text: &str, is_number: impl Fn(&str) -> bool) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        masked.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let run = &rest[..end];
        if run.len() < SHORTEST_NUMBER || !is_number(run) {
            masked.push_str(run);
        } else {
            masked.push_str(&run[..SHOWN_FIRST]);
            masked.extend(std::iter::repeat_n('*', run.len() - SHOWN_FIRST - SHOWN_LAST));
            masked.push_str(&run[run.len() - SHOWN_LAST..]);
        }
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn masks_numbers_and_leaves_the_rest() {
        for (text, expected) in [
            ("", ""),
            ("abc 123", "abc 123"),
            ("+972501234567", "+972*******67"),
            ("US.13491208655302741918", "US.134***************18"),
            ("a 1234567 b 7654321", "a 123**67 b 765**21"),
            ("שלום 972501234567", "שלום 972*******67"),
        ] {
            assert_eq!(mask(text), expected);
        }
    }
}
