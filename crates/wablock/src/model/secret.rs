//! Credentials that cannot be printed.

mod redact;
mod spelling;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

pub(crate) use redact::Redactor;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing() {
        let secret = Secret::from("canary-token");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
    }
}
