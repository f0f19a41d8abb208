//! Secrets in texts that a server wrote: found in every usual encoding, and removed.

use std::ops::Range;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};

use super::spelling::{Letter, is_opener, letters};

/// What replaces a secret.
const HIDDEN: &str = "***";
/// Secrets below this length are removed only as separate words: they also stand in other words by chance.
const SHORTEST: usize = 4;
/// Letters of an encoded secret that cannot match by chance.
const SHORTEST_ENCODED: usize = 6;
/// First letters of a longer secret that count as the secret cut off.
const CUT: usize = 12;

/// Takes secrets out of texts.
///
/// A text is read letter by letter, each as it stands and as percent signs, HTML entities and JSON escapes would spell it, up
/// to three encodings around each other; base64 and hex are compared as what a secret becomes in them. Upper and lower case
/// are the same here.
pub(crate) struct Redactor {
    patterns: Vec<Pattern>,
    /// The patterns that begin with this letter, for ASCII.
    first: Vec<Vec<usize>>,
    /// Bytes at which a pattern can begin.
    begins: [bool; 256],
}

struct Pattern {
    letters: Vec<char>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The secret itself.
    Plain,
    /// The secret itself, but only where no letter or digit stands next to it.
    Word,
    /// Base64, in the usual alphabet or that of URLs, perhaps broken into lines.
    Base64,
    Hex,
}

impl Redactor {
    /// For these secrets, and for `words` that are hidden only as words of their own.
    pub(crate) fn new<'a>(
        secrets: impl IntoIterator<Item = &'a str>,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut patterns = Vec::new();
        for secret in secrets {
            if secret.len() < SHORTEST {
                add(&mut patterns, secret, Kind::Word);
            } else {
                add(&mut patterns, secret, Kind::Plain);
                add_encoded(&mut patterns, secret);
            }
        }
        for word in words {
            add(&mut patterns, word, Kind::Word);
        }
        let mut first = vec![Vec::new(); 128];
        // Escapes begin with one of these, and letters beyond ASCII with a byte of their own.
        let mut begins: [bool; 256] =
            std::array::from_fn(|byte| byte >= 0xC0 || matches!(byte as u8, b'%' | b'&' | b'\\'));
        for (place, pattern) in patterns.iter().enumerate() {
            for letter in spellings_of(pattern.letters[0], pattern.kind) {
                if let Ok(byte) = u8::try_from(letter)
                    && byte.is_ascii()
                {
                    first[usize::from(byte)].push(place);
                    begins[usize::from(byte)] = true;
                }
            }
        }
        Self { patterns, first, begins }
    }

    /// Whether a text holds a secret.
    pub(crate) fn finds(&self, text: &str) -> bool {
        !self.ranges(text, true).is_empty()
    }

    /// Whether a secret is all of a text, in any spelling.
    pub(crate) fn is_all_of(&self, text: &str) -> bool {
        matches!(&self.ranges(text, false)[..], [range] if *range == (0..text.len()))
    }

    /// The text without its secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for range in self.ranges(text, false) {
            clean.push_str(&text[done..range.start]);
            clean.push_str(HIDDEN);
            done = range.end;
        }
        clean.push_str(&text[done..]);
        clean
    }

    /// The ranges of the secrets, in order and not overlapping; only the first if that is enough.
    fn ranges(&self, text: &str, one_is_enough: bool) -> Vec<Range<usize>> {
        let bytes = text.as_bytes();
        let mut found: Vec<Range<usize>> = Vec::new();
        let (mut starts, mut here) = (Vec::new(), Vec::new());
        for at in 0..bytes.len() {
            if !self.begins[usize::from(bytes[at])] {
                continue;
            }
            // A long run of the same sign spells nothing that its end does not spell.
            if bytes[at..].len() > 16 && bytes[at..at + 16].iter().all(|byte| *byte == bytes[at]) {
                continue;
            }
            starts.clear();
            letters(text, at, &mut starts);
            for &Letter { letter, end } in &starts {
                for place in self.beginning_with(letter) {
                    if self.patterns[place].goes_on(bytes.get(end))
                        && let Some(end) = self.patterns[place].end(text, at, end, &mut here)
                    {
                        if found.last().is_some_and(|last| end <= last.end) {
                            continue;
                        }
                        let range = self.patterns[place].widened(bytes, at..end);
                        match found.last_mut() {
                            // Ranges begin in order, but a widened one may reach back.
                            Some(last) if range.start <= last.end => {
                                *last = last.start.min(range.start)..last.end.max(range.end);
                            }
                            _ => found.push(range),
                        }
                        if one_is_enough {
                            return found;
                        }
                    }
                }
            }
        }
        found
    }

    fn beginning_with(&self, letter: char) -> impl Iterator<Item = usize> + '_ {
        let ascii = if letter.is_ascii() { self.first.get(letter as usize) } else { None };
        let others = (!letter.is_ascii())
            .then(|| (0..self.patterns.len()).filter(move |place| self.patterns[*place].letters[0] == letter));
        ascii.into_iter().flatten().copied().chain(others.into_iter().flatten())
    }
}

impl Pattern {
    /// Whether the second letter can stand at this byte: almost always it cannot, and then there is nothing to search.
    fn goes_on(&self, next: Option<&u8>) -> bool {
        let Some(letter) = next.map(|byte| char::from(*byte)) else { return self.letters.len() == 1 };
        self.letters.len() == 1
            || !letter.is_ascii()
            || is_opener(letter)
            || self.matches(1, letter)
            || self.kind == Kind::Base64 && letter.is_ascii_whitespace()
    }

    /// Where the pattern ends that begins at `start`, its first letter ending at `after`.
    fn end(&self, text: &str, start: usize, after: usize, here: &mut Vec<Letter>) -> Option<usize> {
        // Letters that can be read in several ways are rare, and so are long searches.
        let mut steps = 4 * self.letters.len() + 64;
        let mut open = vec![(1, after)];
        let mut furthest = (0, start);
        while let Some((mut place, mut at)) = open.pop() {
            loop {
                if place == self.letters.len() {
                    let whole = self.kind != Kind::Word || (ends_a_word(text, at) && begins_a_word(text, start));
                    return whole.then_some(at);
                }
                if place > furthest.0 {
                    furthest = (place, at);
                }
                steps = steps.saturating_sub(1);
                if steps == 0 || at >= text.len() {
                    break;
                }
                here.clear();
                letters(text, at, here);
                let mut next = None;
                for Letter { letter, end } in here.drain(..) {
                    let step = if self.matches(place, letter) {
                        (place + 1, end)
                    } else if self.kind == Kind::Base64 && letter.is_ascii_whitespace() {
                        (place, end)
                    } else {
                        continue;
                    };
                    if let Some(other) = next.replace(step) {
                        open.push(other);
                    }
                }
                let Some(step) = next else { break };
                (place, at) = step;
            }
        }
        let cut = if self.kind == Kind::Plain { CUT } else { CUT + CUT / 3 };
        (self.kind != Kind::Word && furthest.0 >= cut).then_some(furthest.1)
    }

    fn matches(&self, place: usize, letter: char) -> bool {
        let wanted = self.letters[place];
        letter.eq_ignore_ascii_case(&wanted)
            || match self.kind {
                // Forms write a space as a plus, URLs write two letters of base64 otherwise.
                Kind::Plain | Kind::Word => wanted == ' ' && letter == '+',
                Kind::Base64 => matches!((wanted, letter), ('+', '-') | ('/', '_')),
                Kind::Hex => false,
            }
    }

    /// All of the run of base64 around a match: its ends hold the rest of the first and last letter.
    fn widened(&self, bytes: &[u8], range: Range<usize>) -> Range<usize> {
        const RUN: fn(&&u8) -> bool = |byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
        if self.kind != Kind::Base64 {
            return range;
        }
        let before = bytes[..range.start].iter().rev().take_while(RUN).count();
        let after = bytes[range.end..].iter().take_while(RUN).count();
        range.start - before..range.end + after
    }
}

/// The letters that are taken for this one where they stand as they are.
fn spellings_of(letter: char, kind: Kind) -> Vec<char> {
    let other = match (kind, letter) {
        (Kind::Plain | Kind::Word, ' ') => '+',
        (Kind::Base64, '+') => '-',
        (Kind::Base64, '/') => '_',
        _ => letter.to_ascii_uppercase(),
    };
    let mut spellings = vec![letter.to_ascii_lowercase(), letter, other];
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

fn begins_a_word(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
}

fn ends_a_word(text: &str, at: usize) -> bool {
    !text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

fn add(patterns: &mut Vec<Pattern>, text: &str, kind: Kind) {
    let letters: Vec<char> = text.chars().collect();
    if !letters.is_empty() && !patterns.iter().any(|pattern| pattern.kind == kind && pattern.letters == letters) {
        patterns.push(Pattern { letters, kind });
    }
}

/// What a secret becomes in base64 and hex, and what its spellings in a body of JSON or of a form become there.
fn add_encoded(patterns: &mut Vec<Pattern>, secret: &str) {
    let json = secret.replace('\\', "\\\\").replace('"', "\\\"");
    let form = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
    for inner in [secret, &json, &json.replace('/', "\\/"), &form, &kept(&form)] {
        let hex: String = inner.bytes().map(|byte| format!("{byte:02x}")).collect();
        if hex.len() >= 2 * SHORTEST {
            add(patterns, &hex, Kind::Hex);
        }
        for once in in_base64(inner) {
            add(patterns, &once, Kind::Base64);
            in_base64(&once).for_each(|twice| add(patterns, &twice, Kind::Base64));
        }
        add(patterns, &STANDARD.encode(STANDARD.encode(inner)), Kind::Base64);
    }
}

/// Percent-encoded as everybody does it: `-`, `_`, `.` and `~` stay as they are.
fn kept(form: &str) -> String {
    form.replace("%2D", "-").replace("%5F", "_").replace("%2E", ".").replace("%7E", "~")
}

/// What bytes become in base64 wherever they begin, without the letters that depend on what stands before and after.
fn in_base64(text: &str) -> impl Iterator<Item = String> + '_ {
    (0..3).filter_map(move |before| {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(text.as_bytes());
        let sure = (8 * before).div_ceil(6)..8 * bytes.len() / 6;
        let letters = STANDARD_NO_PAD.encode(&bytes).get(sure)?.to_owned();
        (letters.len() >= SHORTEST_ENCODED).then_some(letters)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redact(text: &str, secrets: &[&str]) -> String {
        Redactor::new(secrets.iter().copied(), []).redact(text)
    }

    const TOKEN: &str = "EAAB-canary_tok.en/9d1e+Zz=";

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let all = |write: fn(u32) -> String| TOKEN.chars().map(|letter| write(letter.into())).collect::<String>();
        let spellings = [
            TOKEN.to_owned(),
            TOKEN.to_lowercase(),
            TOKEN.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D"),
            TOKEN.replace('/', "%2f").replace('+', "%2b").replace('=', "%3d"),
            TOKEN.replace('/', "%252F").replace('+', "%252B").replace('=', "%253D"),
            TOKEN.replace('/', "%25252F").replace('+', "%25252B").replace('=', "%25253D"),
            all(|letter| format!("%{letter:02X}")),
            all(|letter| format!("&#{letter};")),
            all(|letter| format!("&#x{letter:x};")),
            all(|letter| format!("&amp;#x{letter:X};")),
            all(|letter| format!("%26%23{letter}%3B")),
            all(|letter| format!("\\u{letter:04x}")),
            all(|letter| format!("\\\\u{letter:04X}")),
            all(|letter| format!("\\x{letter:02x}")),
            all(|letter| format!("{letter:02X}")),
            TOKEN.replace('/', "\\/"),
            TOKEN.replace('/', "\\\\/"),
            TOKEN.replace('/', "\\\\\\/"),
            TOKEN.replace('/', "&sol;").replace('+', "&plus;").replace('=', "&equals;").replace('_', "&lowbar;"),
        ];
        for spelling in spellings {
            assert_eq!(redact(&format!("a {spelling} b"), &[TOKEN]), "a *** b", "{spelling}");
        }
    }

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_begins() {
        use base64::engine::general_purpose::URL_SAFE;
        for around in ["", "B", "Be", "Bearer ", "{\"access_token\":\""] {
            let text = format!("{around}{TOKEN}\"}}");
            for encoded in [
                STANDARD.encode(&text),
                URL_SAFE.encode(&text),
                STANDARD.encode(STANDARD.encode(&text)),
                STANDARD.encode(text.replace('/', "\\/")),
            ] {
                assert_eq!(redact(&format!("a {encoded} b"), &[TOKEN]), "a *** b", "{around:?} {encoded}");
                let lines: Vec<_> =
                    encoded.as_bytes().chunks(20).map(|line| std::str::from_utf8(line).unwrap()).collect();
                let clean = redact(&lines.join("\n"), &[TOKEN]);
                assert!(clean.contains("***") && clean.len() < 50, "{clean}");
            }
        }
    }

    #[test]
    fn a_secret_that_begins_or_crosses_another_leaves_nothing_of_it() {
        assert_eq!(redact("x access-9f8e7d6c5b y", &["access", "access-9f8e7d6c5b"]), "x *** y");
        assert_eq!(redact("x abcdefghi y", &["abcdef", "defghi"]), "x *** y");
        assert_eq!(redact(&format!("cut {}", &TOKEN[..20]), &[TOKEN]), "cut ***");
    }

    #[test]
    fn a_short_secret_is_hidden_as_a_word_only() {
        assert_eq!(redact("token \"abc\", alphabet abcd, abc", &["abc"]), "token \"***\", alphabet abcd, ***");
        assert_eq!(redact("t and text", &["t", ""]), "*** and text");
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in
            ["", "HTTP 401, 100% &amp; \\u00e9", "שלום %2F", "EAAB-canary", "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"]
        {
            assert_eq!(redact(text, &[TOKEN, "4711-4711"]), text);
        }
        assert_eq!(redact("mot de passe: clé à 1€", &["clé à 1€"]), "mot de passe: ***");
        assert_eq!(redact("cl%C3%A9%20%C3%A0+1%E2%82%AC", &["clé à 1€"]), "***");
    }

    #[test]
    fn long_texts_are_read_in_one_pass() {
        for piece in ["\\", "%25", "&amp;", "%", "&#", "\\u00", "EAAB-canary_tok.en/9d1e+Zz", "RUFBQi1jYW5hcnlfdG9r"] {
            let text = piece.repeat(100_000 / piece.len());
            let started = std::time::Instant::now();
            let _ = redact(&text, &[TOKEN, "other-secret-5511"]);
            assert!(started.elapsed().as_secs() < 30, "{piece} took {:?}", started.elapsed());
        }
    }
}
