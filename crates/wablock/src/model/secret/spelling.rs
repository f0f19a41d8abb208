//! The letters that a place in a text may stand for: itself, and what an escape there spells.

/// Encodings around each other that are looked through.
const LAYERS: u8 = 3;
/// Longest name of an HTML entity that is known.
const LONGEST_NAME: usize = 8;

/// A letter, and where its spelling ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) letter: char,
    pub(super) end: usize,
}

/// Adds every letter that is spelled at `at`.
pub(super) fn letters(text: &str, at: usize, found: &mut Vec<Letter>) {
    read(text, at, LAYERS, found);
}

fn read(text: &str, at: usize, layers: u8, found: &mut Vec<Letter>) {
    let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) else { return };
    let mut add = |letter, end| {
        let reading = Letter { letter, end };
        if !found.contains(&reading) {
            found.push(reading);
        }
    };
    add(letter, at + letter.len_utf8());
    // Every escape begins with one of three signs, and so does every escape of these signs.
    if layers == 0 || !is_opener(letter) {
        return;
    }
    let mut openers = Vec::new();
    read(text, at, layers - 1, &mut openers);
    for Letter { letter, end } in openers {
        match letter {
            '%' => percent(text, end, layers - 1, &mut add),
            '&' => entity(text, end, layers - 1, &mut add),
            '\\' => backslash(text, end, layers - 1, &mut add),
            _ => add(letter, end),
        }
        if is_opener(letter) {
            add(letter, end);
        }
    }
}

/// Whether an escape can begin with this letter.
pub(super) fn is_opener(letter: char) -> bool {
    matches!(letter, '%' | '&' | '\\')
}

/// `%2F`; a letter beyond ASCII is several of them.
fn percent(text: &str, after: usize, layers: u8, add: &mut impl FnMut(char, usize)) {
    let byte = |at: usize| u8::try_from(hex(text, at, 2)?).ok();
    let Some(first) = byte(after) else { return };
    let mut bytes = vec![first];
    let mut end = after + 2;
    let count = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    while bytes.len() < count {
        let Some(opened) = sign(text, end, '%', layers) else { return };
        let Some(next) = byte(opened) else { return };
        bytes.push(next);
        end = opened + 2;
    }
    if let Some(letter) = std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()) {
        add(letter, end);
    }
}

/// `&#47;`, `&#x2f;`, `&sol;`.
fn entity(text: &str, after: usize, layers: u8, add: &mut impl FnMut(char, usize)) {
    let closed = |end: usize| sign(text, end, ';', layers).unwrap_or(end);
    if let Some(digits) = sign(text, after, '#', layers) {
        let (start, radix) = match text.as_bytes().get(digits) {
            Some(b'x' | b'X') => (digits + 1, 16),
            _ => (digits, 10),
        };
        let length = text.as_bytes()[start.min(text.len())..]
            .iter()
            .take(8)
            .take_while(|byte| char::from(**byte).is_digit(radix))
            .count();
        let number = text.get(start..start + length).and_then(|digits| u32::from_str_radix(digits, radix).ok());
        if let Some(letter) = number.and_then(char::from_u32) {
            add(letter, closed(start + length));
        }
        return;
    }
    let length =
        text.as_bytes()[after..].iter().take(LONGEST_NAME).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if let Some(letter) = named(&text[after..after + length]) {
        add(letter, closed(after + length));
    }
}

/// `\/`, `\u002f`, `\x2f`, `\u{2f}`.
fn backslash(text: &str, after: usize, layers: u8, add: &mut impl FnMut(char, usize)) {
    match text.as_bytes().get(after) {
        Some(b'u' | b'U') => {
            if text.as_bytes().get(after + 1) == Some(&b'{') {
                let length = text.as_bytes()[after + 2..].iter().take(7).take_while(|byte| **byte != b'}').count();
                if let Some(letter) = hex(text, after + 2, length).and_then(char::from_u32) {
                    add(letter, (after + 3 + length).min(text.len()));
                }
                return;
            }
            let Some(unit) = hex(text, after + 1, 4) else { return };
            let end = after + 5;
            if let Some(letter) = char::from_u32(unit) {
                add(letter, end);
            } else if let Some(letter) = sign(text, end, '\\', layers).and_then(|second| {
                let low = text
                    .as_bytes()
                    .get(second)
                    .filter(|byte| byte.eq_ignore_ascii_case(&b'u'))
                    .and_then(|_| hex(text, second + 1, 4))?;
                let pair = char::decode_utf16([u16::try_from(unit).ok()?, u16::try_from(low).ok()?]).next()?.ok()?;
                Some((pair, second + 5))
            }) {
                add(letter.0, letter.1);
            }
        }
        Some(b'x' | b'X') => {
            if let Some(letter) = hex(text, after + 1, 2).and_then(char::from_u32) {
                add(letter, after + 3);
            }
        }
        // Line breaks inside of long base64.
        Some(b'n' | b'r') => add('\n', after + 1),
        Some(byte) if !byte.is_ascii_alphanumeric() => {
            let mut escaped = Vec::new();
            read(text, after, layers, &mut escaped);
            escaped.into_iter().for_each(|Letter { letter, end }| add(letter, end));
        }
        _ => {}
    }
}

/// Where the spelling of a sign ends, if it stands at `at`.
fn sign(text: &str, at: usize, wanted: char, layers: u8) -> Option<usize> {
    let mut found = Vec::new();
    read(text, at, layers, &mut found);
    found.into_iter().find(|reading| reading.letter == wanted).map(|reading| reading.end)
}

fn hex(text: &str, at: usize, length: usize) -> Option<u32> {
    let digits = text.as_bytes().get(at..at.checked_add(length)?)?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The names that HTML has for ASCII.
fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "excl" => '!',
        "num" => '#',
        "dollar" => '$',
        "percnt" => '%',
        "lpar" => '(',
        "rpar" => ')',
        "ast" | "midast" => '*',
        "plus" => '+',
        "comma" => ',',
        "hyphen" | "dash" => '-',
        "period" => '.',
        "sol" => '/',
        "colon" => ':',
        "semi" => ';',
        "equals" => '=',
        "quest" => '?',
        "commat" => '@',
        "lsqb" | "lbrack" => '[',
        "bsol" => '\\',
        "rsqb" | "rbrack" => ']',
        "Hat" => '^',
        "lowbar" | "UnderBar" => '_',
        "grave" => '`',
        "lcub" | "lbrace" => '{',
        "verbar" | "vert" | "VerticalLine" => '|',
        "rcub" | "rbrace" => '}',
        "nbsp" => ' ',
        _ => return None,
    })
}
