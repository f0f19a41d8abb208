//! The option that an unknown name was probably meant to be.

use super::{OptionKind, OptionRow};

/// The option that `given` was probably meant to be: the same letters in another spelling, a name known from elsewhere, or a
/// slip of one or two letters.
pub(crate) fn suggest<'a>(given: &str, rows: &'a [OptionRow]) -> Option<&'a OptionRow> {
    let given = letters(given);
    let same = |row: &&OptionRow| {
        let name = letters(row.name);
        let units: &[&str] =
            if row.kind == OptionKind::Duration { &["ms", "s", "seconds", "sec", "millis"] } else { &[] };
        given == name || units.iter().any(|unit| given.strip_suffix(unit) == Some(&name))
    };
    let known_elsewhere = |row: &&OptionRow| row.also.iter().any(|name| letters(name) == given);
    let slip = |row: &&OptionRow| {
        let name = letters(row.name);
        given.len() > 3 && distance(&given, &name) <= if name.len() > 5 { 2 } else { 1 }
    };
    rows.iter().find(same).or_else(|| rows.iter().find(known_elsewhere)).or_else(|| rows.iter().find(slip))
}

/// A name without case and separators.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).take(64).flat_map(char::to_lowercase).collect()
}

/// The edit distance: letters inserted, deleted, replaced or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_slips() {
        for (one, other, expected) in
            [("token", "token", 0), ("tokn", "token", 1), ("tokne", "token", 1), ("", "ab", 2), ("proxies", "proxy", 3)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn knows_other_spellings_other_names_and_slips() {
        const ROWS: &[OptionRow] = &[
            OptionRow::new(OptionKind::Duration).named("timeout", "", false),
            OptionRow::new(OptionKind::Whole { least: 0, most: 9 }).named("max_retries", "", false).also(&["retries"]),
            OptionRow::new(OptionKind::Whole { least: 0, most: 9 }).named("page_size", "", false),
        ];
        for (given, expected) in [
            ("timeoutMs", Some("timeout")),
            ("TIMEOUT", Some("timeout")),
            ("timeout_s", Some("timeout")),
            ("retries", Some("max_retries")),
            ("maxRetries", Some("max_retries")),
            ("max_retires", Some("max_retries")),
            ("pagesize", Some("page_size")),
            ("page-sice", Some("page_size")),
            ("colour", None),
            ("", None),
            ("__proto__", None),
        ] {
            assert_eq!(suggest(given, ROWS).map(|row| row.name), expected, "{given}");
        }
    }
}
