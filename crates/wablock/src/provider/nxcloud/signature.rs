//! NxCloud's signature: a plain digest over the header values, the body as sent, and the secret.

use md5::{Digest, Md5};
use serde_json::Value;
use sha2::Sha256;

use crate::{
    model::error::Error,
    options::{Held, OptionDefault},
};

/// The `bizType` of WhatsApp (documented).
pub(super) const BIZ_TYPE: &str = "2";
/// The `action` of the block calls (documented).
pub(super) const ACTION: &str = "mt";

/// The digest of a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// NxCloud's default.
    #[default]
    Md5,
    /// Asked for with the header `algorithm: sha256`.
    Sha256,
}

impl SignatureAlgorithm {
    pub(super) const NAMES: &[&str] = &["md5", "sha256"];
}

impl std::str::FromStr for SignatureAlgorithm {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "md5" => Ok(Self::Md5),
            "sha256" => Ok(Self::Sha256),
            _ => Err(Error::of_option("algorithm", "must be \"md5\" or \"sha256\"")),
        }
    }
}

impl Held for SignatureAlgorithm {
    fn read(value: Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }

    fn default_of(_: OptionDefault) -> Self {
        Self::default()
    }
}

/// What a signature covers.
#[derive(Clone, Copy)]
pub struct SignatureInput<'a> {
    /// The header `accessKey`.
    pub access_key: &'a str,
    /// The secret, which is never sent.
    pub access_secret: &'a str,
    /// The header `ts`: milliseconds since 1970, as text.
    pub ts: &'a str,
    /// Exactly the bytes of the body; empty for none (and for multipart, which is never signed).
    pub body: &'a [u8],
    /// The header `bizType`; `2` for WhatsApp.
    pub biz_type: &'a str,
    /// The header `action`; `mt` for the block calls.
    pub action: &'a str,
    /// The digest.
    pub algorithm: SignatureAlgorithm,
}

impl<'a> SignatureInput<'a> {
    /// Of a call about blocked WhatsApp users, with NxCloud's default digest.
    #[must_use]
    pub const fn new(access_key: &'a str, access_secret: &'a str, ts: &'a str, body: &'a [u8]) -> Self {
        let algorithm = SignatureAlgorithm::Md5;
        Self { access_key, access_secret, ts, body, biz_type: BIZ_TYPE, action: ACTION, algorithm }
    }

    /// With what is given; the rest stays as it is.
    ///
    /// # Errors
    /// `config`: the algorithm is not supported.
    pub fn with(
        self,
        biz_type: Option<&'a str>,
        action: Option<&'a str>,
        algorithm: Option<&str>,
    ) -> Result<Self, Error> {
        Ok(Self {
            biz_type: biz_type.unwrap_or(self.biz_type),
            action: action.unwrap_or(self.action),
            algorithm: algorithm.map_or(Ok(self.algorithm), str::parse)?,
            ..self
        })
    }
}

/// The `sign` header of a request, or of a callback to check: lower-case hex.
///
/// The digest is over `accessKey=..&action=..&bizType=..&ts=..[&body=..]&accessSecret=..`, the names in this order and the
/// body pair only when there is a body (NxCloud's call convention). Compare callbacks in constant time, ignoring case.
///
/// ```
/// use wablock::{SignatureInput, nxcloud_signature};
/// let body = r#"{"name":"牛小信","id":10001}"#.as_bytes();
/// let input = SignatureInput::new("fme2na3kdi3ki", "abciiiko2k3", "1655710885431", body);
/// let sign = nxcloud_signature(&SignatureInput { biz_type: "1", action: "send", ..input });
/// assert_eq!(sign, "87c3560d3331ae23f1021e2025722354"); // published by NxCloud
/// ```
#[must_use]
pub fn nxcloud_signature(input: &SignatureInput<'_>) -> String {
    match input.algorithm {
        SignatureAlgorithm::Md5 => digest::<Md5>(input),
        SignatureAlgorithm::Sha256 => digest::<Sha256>(input),
    }
}

fn digest<D: Digest>(input: &SignatureInput<'_>) -> String {
    let mut hash = D::new();
    for (name, value) in [
        ("accessKey=", input.access_key),
        ("&action=", input.action),
        ("&bizType=", input.biz_type),
        ("&ts=", input.ts),
    ] {
        hash.update(name);
        hash.update(value);
    }
    if !input.body.is_empty() {
        hash.update("&body=");
        hash.update(input.body);
    }
    hash.update("&accessSecret=");
    hash.update(input.access_secret);
    crate::provider::hex(&hash.finalize())
}
