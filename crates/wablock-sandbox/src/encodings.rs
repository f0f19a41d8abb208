//! A text in every encoding that a server might use.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Ways to write a text, by name; the first is the text itself.
pub(crate) const ENCODINGS: &[&str] = &[
    "plain",
    "percent",
    "percent_lower",
    "percent_path",
    "percent_all",
    "percent_twice",
    "html",
    "html_numbers",
    "json",
    "json_all",
    "base64",
    "base64_url",
    "base64_twice",
];

/// A text in one of [`ENCODINGS`].
pub(crate) fn encode(text: &str, encoding: &str) -> String {
    match encoding {
        "percent" => percent(text, "-_.~", false),
        "percent_lower" => percent(text, "-_.~", true),
        // As Python writes paths, and browsers write whole addresses.
        "percent_path" => percent(text, "-_.~/", false),
        "percent_all" => percent(text, "", false),
        "percent_twice" => percent(&percent(text, "-_.~", false), "-_.~", false),
        "html" => text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#x27;"),
        "html_numbers" => escaped(text, |c| format!("&#{};", u32::from(c))),
        "json" => text.replace('\\', "\\\\").replace('"', "\\\"").replace('/', "\\/"),
        "json_all" => escaped(text, |c| format!("\\u{:04x}", u32::from(c))),
        "base64" => STANDARD.encode(text),
        "base64_url" => URL_SAFE_NO_PAD.encode(text),
        "base64_twice" => STANDARD.encode(STANDARD.encode(text)),
        _ => text.to_owned(),
    }
}

fn percent(text: &str, kept: &str, lower: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(char::from(byte)) {
            out.push(char::from(byte));
        } else if lower {
            let _ = write!(out, "%{byte:02x}");
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Everything but letters and digits, written in another way.
fn escaped(text: &str, write: impl Fn(char) -> String) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { write(c) }).collect()
}

/// Every text in which this secret can be read: itself, encoded, and what base64 makes of it wherever it begins.
pub(crate) fn spellings(secret: &str) -> Vec<String> {
    let mut all: Vec<String> = ENCODINGS.iter().map(|encoding| encode(secret, encoding)).collect();
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        // The characters that depend on nothing but the secret, when so many bytes stand before it.
        let own = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
        all.push(URL_SAFE_NO_PAD.encode(&bytes)[own.clone()].to_owned());
        all.push(STANDARD_NO_PAD.encode(&bytes)[own].to_owned());
    }
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::{ENCODINGS, encode, spellings};

    #[test]
    fn encodings() {
        let text = "a/b+c.d_~=&";
        for (encoding, expected) in [
            ("plain", text),
            ("percent", "a%2Fb%2Bc.d_~%3D%26"),
            ("percent_lower", "a%2fb%2bc.d_~%3d%26"),
            ("percent_path", "a/b%2Bc.d_~%3D%26"),
            ("percent_all", "a%2Fb%2Bc%2Ed%5F%7E%3D%26"),
            ("percent_twice", "a%252Fb%252Bc.d_~%253D%2526"),
            ("html", "a/b+c.d_~=&amp;"),
            ("html_numbers", "a&#47;b&#43;c&#46;d&#95;&#126;&#61;&#38;"),
            ("json", "a\\/b+c.d_~=&"),
            ("json_all", "a\\u002fb\\u002bc\\u002ed\\u005f\\u007e\\u003d\\u0026"),
            ("base64", "YS9iK2MuZF9+PSY="),
            ("base64_url", "YS9iK2MuZF9-PSY"),
            ("base64_twice", "WVM5aUsyTXVaRjkrUFNZPQ=="),
        ] {
            assert_eq!(encode(text, encoding), expected, "{encoding}");
        }
        assert_eq!(ENCODINGS.len(), 13);
    }

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_begins() {
        let secret = "canary/9d1e+Zz=";
        for before in ["", "x", "Basic ", "Bearer ", "{\"token\":\""] {
            let whole = encode(&format!("{before}{secret}\"}}"), "base64");
            assert!(spellings(secret).iter().any(|spelling| whole.contains(spelling)), "{before}");
        }
    }
}
