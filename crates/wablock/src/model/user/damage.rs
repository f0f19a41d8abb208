//! Text that a program damaged: it holds digits, but no longer those of the number, or those of more than one.

use super::refusal::Refusal;

const AS_TEXT: &str = "Read the column as text when you load the file; converting it afterwards is too late.";

/// What is wrong with a number's text, where a program or a spreadsheet was at work. The text is plain and trimmed.
pub(super) fn damage(text: &str) -> Option<Refusal> {
    let unsigned = text.trim_start_matches(['+', '-']);
    if is_hexadecimal(unsigned) {
        return Some(Refusal::new("it is a hexadecimal number").hint(AS_TEXT));
    }
    if is_exponent(unsigned) {
        return Some(Refusal::new("it is in exponent notation, which loses digits").hint(AS_TEXT));
    }
    if text.contains(['\u{2026}', '*']) || text.contains("..") {
        return Some(Refusal::new("it was cut off or masked").hint("Give the full number, with all its digits."));
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Some(
            Refusal::new("it has a minus sign").hint("Write it with + and its country code, such as +16505551234."),
        );
    }
    if is_decimal(text) {
        return Some(Refusal::new("it was converted to a decimal number").hint(AS_TEXT));
    }
    if has_extension(text) {
        return Some(
            Refusal::new("it has an extension").hint("Give only the number: an extension has no WhatsApp account."),
        );
    }
    if holds_several(text) {
        return Some(Refusal::two_numbers());
    }
    if is_thousands(text) {
        return Some(Refusal::new("it has thousands separators").hint(AS_TEXT));
    }
    None
}

fn is_hexadecimal(text: &str) -> bool {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `1.65E+10`, `1,65e10`.
fn is_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.trim_start_matches(['+', '-']);
    let number =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',');
    number(mantissa) && number(exponent)
}

/// `16505551234.0`, `16505551234,00`, `1.6505551234`, `16505551234.`: one decimal mark, and what follows it is not a group of
/// the number. With a `+` no program writes a mantissa, but registries of domains write `+1.6505551234`.
fn is_decimal(text: &str) -> bool {
    let Some(mark) = text.rfind(['.', ',']) else { return false };
    let (before, after) = (&text[..mark], &text[mark + 1..]);
    let plus = text.starts_with('+');
    let digits = before.bytes().filter(u8::is_ascii_digit).count();
    let bare = before.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
    if digits == 0 || !after.bytes().all(|byte| byte.is_ascii_digit()) || before.contains('.') {
        return false;
    }
    if after.is_empty() {
        return bare && !plus;
    }
    after.bytes().all(|byte| byte == b'0')
        || bare
            && (digits >= 7 && after.len() <= 2
                || text[mark..].starts_with('.') && (digits >= 7 || digits == 1 && !plus))
}

/// Two numbers, or a number and its variant, in one text. A slash divides an area code from the rest in some countries, so a
/// short beginning before a single one is left alone.
fn holds_several(text: &str) -> bool {
    let count = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    let long =
        |parts: &mut dyn Iterator<Item = &str>, least: usize| parts.filter(|part| count(part) >= least).count() > 1;
    let divider =
        |c: char| !c.is_ascii_digit() && !matches!(c, '+' | '-' | '.' | '(' | ')' | '[' | ']' | ' ' | '/' | ',');
    if text.contains('\n') || long(&mut text.split(divider), 4) || long(&mut text.split(','), 5) {
        return true;
    }
    if long(&mut text.split([' ', '/']), 7) || long(&mut text.split(|c: char| !c.is_ascii_digit()), 7) {
        return true;
    }
    let plus = text.starts_with(['+', '[', '(']) && text.contains('+');
    let parts: Vec<&str> = text.split('/').collect();
    let Some((last, before)) = parts.split_last().filter(|(_, before)| !before.is_empty()) else { return false };
    let (last, before) = (count(last), before.iter().copied().map(count).sum::<usize>());
    let alike = |one: &str, other: &str| one.len() == other.len() && one.len() >= 5 && one.get(..2) == other.get(..2);
    last < 3 || before > if plus { 7 } else { 5 } || parts.len() == 2 && alike(parts[0].trim(), parts[1].trim())
}

/// `16,505,551,234`: commas, which nobody writes between the digits of a phone number.
fn is_thousands(text: &str) -> bool {
    text.contains(',') && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'+' | b'.'))
        || text.contains('\'') && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'\'' | b'.'))
}

/// `+1 650 555 1234 x5`, `ext. 5`, `;ext=5`.
fn has_extension(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let Some(at) = lower.find(['x', '#']).or_else(|| lower.find("ext")) else { return false };
    let (number, extension) = (&lower[..at], &lower[at..]);
    let digits =
        extension.trim_start_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '#' | '.' | ' ' | ':' | '='));
    number.bytes().filter(u8::is_ascii_digit).count() >= 5
        && (1..=6).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}
