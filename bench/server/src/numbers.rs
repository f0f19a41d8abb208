//! The numbers that the benchmarks use: 16500000000 and the ones after it, so that a place in an array is a number.

/// One more than the highest place.
pub(crate) const MOST: usize = 1_000_000;
const FIRST: u64 = 16_500_000_000;
const DIGITS: usize = 11;

const BEFORE: &[u8] = br#"{"messaging_product":"whatsapp","wa_id":""#;
const AFTER: &[u8] = br#""}"#;
/// Bytes of one row of a list.
pub(crate) const ROW_WIDTH: usize = BEFORE.len() + DIGITS + AFTER.len();

/// The place of a number, with or without `+`; `None` for any that the benchmarks do not use.
pub(crate) fn place(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.len() != DIGITS {
        return None;
    }
    let mut value: u64 = 0;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u64::from(byte - b'0');
    }
    let place = usize::try_from(value.checked_sub(FIRST)?).ok()?;
    (place < MOST).then_some(place)
}

/// One row of the list.
pub(crate) fn write_row(place: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(BEFORE);
    out.extend_from_slice((FIRST + place as u64).to_string().as_bytes());
    out.extend_from_slice(AFTER);
}
