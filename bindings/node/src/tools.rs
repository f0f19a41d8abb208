//! Functions of the core that need no client.

use napi::bindgen_prelude::{Either, Uint8Array};
use napi_derive::napi;
use wablock::{CheckOptions, OnMissing, SignatureInput, User};

/// NxCloud's signature of a request.
#[napi]
pub fn nxcloud_signature(
    access_key: String,
    access_secret: String,
    ts: String,
    body: Option<Either<String, Uint8Array>>,
    biz_type: Option<String>,
    action: Option<String>,
    algorithm: Option<String>,
) -> napi::Result<String> {
    let body: &[u8] = match &body {
        Some(Either::A(text)) => text.as_bytes(),
        Some(Either::B(bytes)) => bytes,
        None => &[],
    };
    SignatureInput::new(&access_key, &access_secret, &ts, body)
        .with(biz_type.as_deref(), action.as_deref(), algorithm.as_deref())
        .map(|input| wablock::nxcloud_signature(&input))
        .map_err(crate::thrown)
}

/// Whether two numbers or wa_ids can be the same user's.
#[napi]
pub fn same_user(one: String, other: String) -> bool {
    wablock::same_user(&one, &other)
}

/// The text with its phone numbers masked.
#[napi]
pub fn mask(text: String) -> String {
    wablock::mask(&text)
}

/// JSON of the user that a text identifies.
#[napi]
pub fn parse_user(text: String, region: Option<String>) -> napi::Result<String> {
    User::parse(&text, region.as_deref()).map(|user| crate::json(&user)).map_err(crate::thrown)
}

/// Reads the options of a check: whether only the rows of missing users fail.
#[napi]
pub fn missing_fail(options: String) -> napi::Result<bool> {
    let read = CheckOptions::read(crate::parsed(&options)?, &wablock::Naming::camel());
    read.map(|options| options.on_missing == OnMissing::Fail).map_err(crate::thrown)
}
