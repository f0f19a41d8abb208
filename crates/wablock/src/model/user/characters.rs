//! Characters by their Unicode class: which of them are digits, which only separate, and which nobody sees.

use std::borrow::Cow;

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};

/// What a character is in a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A decimal digit of any script.
    Digit(u8),
    /// Nobody sees it: format characters, marks of direction, variation selectors, fillers.
    Invisible,
    /// It ends a line or a cell.
    Break,
    /// This character, or one that stands for it: `-` for every dash, `+` for the full-width one.
    Plain(char),
}

pub(super) fn glyph(c: char) -> Glyph {
    match c {
        '0'..='9' => Glyph::Digit(c as u8 - b'0'),
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => Glyph::Break,
        '\0'..='\u{7f}' => Glyph::Plain(c),
        // Full-width forms are the ASCII characters again, in the same order.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).map_or(Glyph::Plain(c), glyph),
        '\u{fe62}' => Glyph::Plain('+'),
        '\u{2212}' | '\u{30fc}' => Glyph::Plain('-'),
        '\u{2044}' | '\u{2215}' => Glyph::Plain('/'),
        '\u{b7}' | '\u{fe52}' => Glyph::Plain('.'),
        '\u{fe50}' => Glyph::Plain(','),
        '\u{fe59}' | '\u{fe35}' => Glyph::Plain('('),
        '\u{fe5a}' | '\u{fe36}' => Glyph::Plain(')'),
        '\u{fe47}' => Glyph::Plain('['),
        '\u{fe48}' => Glyph::Plain(']'),
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => Glyph::Plain('\''),
        '\u{201c}' | '\u{201d}' => Glyph::Plain('"'),
        // Wave dashes stand for ranges.
        '\u{301c}' | '\u{3030}' => Glyph::Plain(c),
        _ => by_class(c),
    }
}

fn by_class(c: char) -> Glyph {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    match category {
        GeneralCategory::DecimalNumber => Glyph::Digit(value(c)),
        GeneralCategory::Format => Glyph::Invisible,
        GeneralCategory::SpaceSeparator => Glyph::Plain(' '),
        GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => Glyph::Break,
        GeneralCategory::DashPunctuation => Glyph::Plain('-'),
        _ if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) => Glyph::Invisible,
        _ => Glyph::Plain(c),
    }
}

/// The value of a decimal digit. Unicode keeps each set of ten together, from 0 to 9; sets may follow each other.
fn value(digit: char) -> u8 {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let before = (0..digit as u32).rev().take_while(|c| categories.get32(*c) == GeneralCategory::DecimalNumber).count();
    u8::try_from(before % 10).unwrap_or_default()
}

pub(super) fn is_digit(c: char) -> bool {
    matches!(glyph(c), Glyph::Digit(_))
}

/// The text as a keyboard in the United States writes it: plain digits, one kind of space, dash and bracket, a line feed for
/// every break, and nothing that cannot be seen.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let plain = text.chars().filter_map(|c| match glyph(c) {
        Glyph::Digit(digit) => Some(char::from(b'0' + digit)),
        Glyph::Invisible => None,
        Glyph::Break => Some('\n'),
        Glyph::Plain(c) => Some(c),
    });
    Cow::Owned(plain.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_have_their_value() {
        for zero in ['٠', '۰', '०', '０', '߀', '᧐', '𝟎', '𝟘', '𝟢', '𝟬', '𝟶', '𞥐'] {
            for digit in 0..10 {
                let c = char::from_u32(zero as u32 + u32::from(digit)).unwrap();
                assert_eq!(glyph(c), Glyph::Digit(digit), "{c}");
            }
        }
        for c in ['¹', '①', '½', 'Ⅴ', '十', 'O', 'l'] {
            assert_eq!(glyph(c), Glyph::Plain(c), "{c}");
        }
    }

    #[test]
    fn what_nobody_sees_is_one_class() {
        for c in [
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{180b}',
            '\u{180e}',
            '\u{200b}',
            '\u{200e}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2064}',
            '\u{2069}',
            '\u{206f}',
            '\u{3164}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{e0001}',
            '\u{e0100}',
        ] {
            assert_eq!(glyph(c), Glyph::Invisible, "{c:?}");
        }
        assert_eq!(plain("\u{202a}＋１（６５０）\u{a0}555\u{2011}１２３４\u{202c}"), "+1(650) 555-1234");
    }
}
