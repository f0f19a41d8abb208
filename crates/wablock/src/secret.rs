//! Credentials that cannot be printed.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A credential: an access token, an API key, a signing secret.
///
/// It shows as `***` wherever it is formatted, has no `Serialize`, and is wiped from memory when dropped.
///
/// ```
/// let token = wablock::Secret::from("EAAB...");
/// assert_eq!(format!("{token:?}"), "***");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The credential itself, for the one place that puts it on the wire.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Written by hand: serde's own message about a wrong type repeats the value, which may be the credential as a number.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self::from(text)),
            _ => Err(serde::de::Error::custom("a credential must be a string")),
        }
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(SecretString::from(value))
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(SecretString::from(value))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Replaces every secret in `text` by `***`, in the spellings in which a server could hand it back: as it is,
/// percent-encoded, as JSON would escape it, in hex, and in base64.
pub(crate) fn redact(text: &str, secrets: &[&Secret]) -> String {
    let mut clean = text.to_owned();
    for secret in secrets.iter().map(|secret| secret.expose()).filter(|secret| secret.len() >= 4) {
        let encoded = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
        let escaped = secret.replace('\\', "\\\\").replace('"', "\\\"");
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        let base64 = STANDARD_NO_PAD.encode(secret);
        for spelling in [secret, &encoded, &escaped, &hex, &hex.to_uppercase(), &base64] {
            if clean.contains(spelling) {
                clean = clean.replace(spelling, "***");
            }
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing() {
        let secret = Secret::from("canary-token");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
    }

    #[test]
    fn redacts_every_spelling() {
        let secret = Secret::from("a/b+c\"d");
        let text = "raw a/b+c\"d, url a%2Fb%2Bc%22d, json a/b+c\\\"d, hex 612f622b632264, base64 YS9iK2MiZA==";
        assert_eq!(redact(text, &[&secret]), "raw ***, url ***, json ***, hex ***, base64 ***==");
    }
}
