//! Meta's paging cursors, as three published samples decode.
//!
//! A cursor is the base64 of compact JSON `{"offset":N,"versionId":"16 digits"}` with `Z`, `+`, `/` and `=`
//! escaped as `ZA`, `ZB`, `ZC` and `ZD`. `offset` is the index of the first (before) or last (after) row of the
//! page, and `versionId` is the list's version in microseconds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A decoded cursor. An offset of -1 in an `after` cursor means "before the first row".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) offset: i64,
    pub(crate) version: u64,
}

impl Cursor {
    /// The text a client gets to see.
    pub(crate) fn encode(self) -> String {
        let json = format!(r#"{{"offset":{},"versionId":"{:016}"}}"#, self.offset, self.version);
        let mut out = String::with_capacity(80);
        for c in STANDARD.encode(json).chars() {
            match c {
                'Z' => out.push_str("ZA"),
                '+' => out.push_str("ZB"),
                '/' => out.push_str("ZC"),
                '=' => out.push_str("ZD"),
                other => out.push(other),
            }
        }
        out
    }

    /// `None` for anything that [`Cursor::encode`] could not have written.
    pub(crate) fn decode(text: &str) -> Option<Cursor> {
        let mut plain = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            plain.push(match c {
                'Z' => match chars.next()? {
                    'A' => 'Z',
                    'B' => '+',
                    'C' => '/',
                    'D' => '=',
                    _ => return None,
                },
                '+' | '/' | '=' => return None,
                other => other,
            });
        }
        let json: serde_json::Value = serde_json::from_slice(&STANDARD.decode(plain).ok()?).ok()?;
        let object = json.as_object().filter(|o| o.len() == 2)?;
        let version = object.get("versionId")?.as_str()?;
        if version.len() != 16 || !version.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let cursor =
            Cursor { offset: object.get("offset")?.as_i64().filter(|n| *n >= -1)?, version: version.parse().ok()? };
        // One spelling only: a cursor that was touched is a bad cursor.
        (cursor.encode() == text).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    /// (published text, offset, version): Meta's, Gupshup's and NxCloud's documentation pages.
    const PUBLISHED: [(&str, i64, u64); 3] = [
        ("eyJvZAmZAzZAXQiOjAsInZAlcnNpb25JZACI6IjE3Mzc2Nzk2ODgzODM1ODQifQZDZD", 0, 1_737_679_688_383_584),
        ("eyJvZAmZAzZAXQiOjEsInZAlcnNpb25JZACI6IjE3NDEyNTc3OTI1NjY1MDAifQZDZD", 1, 1_741_257_792_566_500),
        ("eyJvZAmZAzZAXQiOjAsInZAlcnNpb25JZACI6IjE3NTM4NDc1MzgxOTk5NzAifQZDZD", 0, 1_753_847_538_199_970),
    ];

    #[test]
    fn published_cursors_are_rebuilt_byte_for_byte() {
        for (text, offset, version) in PUBLISHED {
            let cursor = Cursor { offset, version };
            assert_eq!(cursor.encode(), text);
            assert_eq!(Cursor::decode(text), Some(cursor));
        }
    }

    #[test]
    fn every_offset_survives_the_round_trip() {
        for offset in (-1..70_000).step_by(7) {
            let cursor = Cursor { offset, version: 1_763_800_000_000_000 + offset.unsigned_abs() };
            assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }
    }

    #[test]
    fn touched_cursors_are_refused() {
        let good = PUBLISHED[0].0;
        for bad in [
            "",
            "abc",
            "Z",
            "=",
            &good[1..],
            &good[..good.len() - 1],
            &good[..good.len() - 2],
            &good.replace("ZD", "="),
            &good.to_lowercase(),
            &format!("{good} "),
        ] {
            assert_eq!(Cursor::decode(bad), None, "{bad:?}");
        }
    }
}
