//! Credentials that come back: in every encoding that a server might use, and where a program might print them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Ctx;
use super::provider::text_error;
use crate::accounts::Provider;
use crate::cursor::base64;
use crate::http::Reply;
use crate::providers::graph::GraphError;
use crate::providers::{digital99, meta, sinch};
use crate::settings::SinchErrorField;

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

/// Where an error repeats what it was sent.
pub(crate) const PLACES: &[&str] = &["text", "page", "trace", "header"];

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
        "base64" => base64(text.as_bytes()),
        "base64_url" => url_safe(&base64(text.as_bytes())),
        "base64_twice" => base64(base64(text.as_bytes()).as_bytes()),
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

fn url_safe(text: &str) -> String {
    text.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Every text in which this secret can be read: itself, encoded, and what base64 makes of it wherever it begins.
pub(crate) fn spellings(secret: &str) -> Vec<String> {
    let mut all: Vec<String> = ENCODINGS.iter().map(|encoding| encode(secret, encoding)).collect();
    for before in 0..3 {
        let core = base64_core(secret, before);
        all.push(url_safe(&core));
        all.push(core);
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The characters of base64 that depend on nothing but the secret, when so many bytes stand before it.
fn base64_core(secret: &str, before: usize) -> String {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret.as_bytes());
    let from = (before * 8).div_ceil(6);
    let to = bytes.len() * 8 / 6;
    base64(&bytes)[from..to].to_owned()
}

/// What a request carries that nobody else may see.
fn sent(ctx: &Ctx<'_>) -> Vec<String> {
    let mut all = vec![String::from_utf8_lossy(&ctx.request.body).into_owned()];
    for name in ["authorization", "sign", "accesskey"] {
        all.extend(ctx.request.header(name).map(str::to_owned));
    }
    all.extend(ctx.request.query_pairs().map(|(_, value)| value));
    all.retain(|text| !text.is_empty());
    all
}

/// The same without the request's body, which would make no sense as an id.
fn credential(ctx: &Ctx<'_>) -> String {
    match ctx.provider {
        Provider::Digital99 => {
            let body: Value = serde_json::from_slice(&ctx.request.body).unwrap_or_default();
            body["apiKey"].as_str().unwrap_or_default().to_owned()
        }
        Provider::NxCloud => ctx.request.header("accesskey").unwrap_or_default().to_owned(),
        _ => ctx.request.header("authorization").unwrap_or_default().replace("Bearer ", ""),
    }
}

/// The credential in the encoding that the parameters ask for.
pub(crate) fn secret(ctx: &Ctx<'_>) -> String {
    encode(&credential(ctx), ctx.params.text("encoding"))
}

/// An error that repeats the credential and the request.
pub(crate) fn echo_secret(ctx: &Ctx<'_>) -> Reply {
    let texts: Vec<String> = sent(ctx).iter().map(|text| encode(text, ctx.params.text("encoding"))).collect();
    let texts = texts.join(" | ");
    match ctx.params.text("place") {
        // A page of a gateway, in answer to a call for JSON.
        "page" => Reply::typed(200, "text/html; charset=UTF-8", format!("<h1>Cannot serve</h1>{texts}")),
        "trace" => traced(ctx, &texts),
        "header" => {
            let line: String = texts.chars().filter(|c| (' '..='~').contains(c)).collect();
            let reply = text_error(ctx, "Refused");
            let reply = reply.with("www-authenticate", line.clone()).with("retry-after", line.clone());
            reply.with("x-request-id", line.clone()).with("x-business-use-case-usage", line)
        }
        _ => text_error(ctx, &format!("Refused: {texts}")),
    }
}

/// An error whose request id, or whatever the provider has in its place, is this text.
fn traced(ctx: &Ctx<'_>, text: &str) -> Reply {
    match ctx.provider {
        Provider::Meta => {
            let mut error = GraphError::new(100, "Refused").to_json(ctx.trace);
            error["fbtrace_id"] = json!(text);
            error["error_subcode"] = json!(text);
            error["type"] = json!(text);
            meta::raw_error(error, 400)
        }
        Provider::NxCloud => Reply::json(
            200,
            &json!({"code": 9000, "message": "Refused", "data": {"error": {"type": text}}, "traceId": text}),
        ),
        Provider::Digital99 => {
            let mut reply = digital99::answer_body(4, Some(text), Some(text), None);
            reply.set("x-request-id", "1");
            reply
        }
        Provider::Sinch => sinch::error_reply(400, text, "Refused", SinchErrorField::Reason),
    }
}

#[cfg(test)]
mod tests {
    use super::{ENCODINGS, encode, spellings};
    use crate::cursor::base64;

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
            let whole = base64(format!("{before}{secret}\"}}").as_bytes());
            assert!(spellings(secret).iter().any(|spelling| whole.contains(spelling)), "{before}");
        }
    }
}
