//! Requests as they were read, replies before they become bytes.

use std::borrow::Cow;
use std::fmt::Write as _;

/// One request of a client, complete.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path as sent (still percent-encoded), without the query.
    pub(crate) path: String,
    /// Query as sent, without `?`; empty when there was none.
    pub(crate) query: String,
    /// Names in lower case, values as sent, in order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The first value of a header; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter, decoded.
    pub(crate) fn query_param(&self, name: &str) -> Option<String> {
        self.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// All query parameters, decoded, in order.
    pub(crate) fn query_pairs(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let parts = self.query.split('&').filter(|part| !part.is_empty());
        parts.map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (percent_decode(name), percent_decode(value))
        })
    }

    /// `application/json`, with or without a charset.
    pub(crate) fn is_json(&self) -> bool {
        self.header("content-type").is_some_and(|value| {
            let kind = value.split(';').next().unwrap_or("").trim();
            kind.eq_ignore_ascii_case("application/json")
        })
    }
}

/// Decodes `%xx` and `+`; broken escapes stay as they are.
pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match (bytes[at], hex.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// One answer, before framing.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// No body, no headers of its own.
    pub(crate) fn empty(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &impl serde::Serialize) -> Reply {
        let body = serde_json::to_vec(body).unwrap_or_default();
        Reply::typed(status, "application/json; charset=UTF-8", body)
    }

    /// An answer of any content type.
    pub(crate) fn typed(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status, headers: vec![(Cow::Borrowed("content-type"), content_type.to_owned())], body: body.into() }
    }

    /// Adds a header, or replaces the one of that name.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        self.headers.push((Cow::Borrowed(name), value.into()));
    }

    /// [`Reply::set`], chained.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.set(name, value);
        self
    }

    /// The waiting time of a refusal, in seconds.
    pub(crate) fn with_retry_after(mut self, seconds: Option<u64>) -> Reply {
        if let Some(seconds) = seconds {
            self.set("retry-after", seconds.to_string());
        }
        self
    }

    /// The limit of calls a minute, and what is left of it.
    pub(crate) fn with_rate_limit(self, per_minute: u32) -> Reply {
        let left = if self.status == 429 { 0 } else { per_minute - 1 };
        self.with("x-ratelimit-limit", per_minute.to_string()).with("x-ratelimit-remaining", left.to_string())
    }

    /// Status line and headers without the closing empty line: what faults build on.
    pub(crate) fn head(&self, date: &str) -> String {
        let mut out = String::with_capacity(512);
        let _ = write!(out, "HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            let _ = write!(out, "{name}: {value}\r\n");
        }
        if !self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("date")) {
            let _ = write!(out, "date: {date}\r\n");
        }
        out
    }

    /// The honest bytes.
    pub(crate) fn encode(&self, date: &str, close: bool, head_only: bool) -> Vec<u8> {
        let mut head = self.head(date);
        if self.status != 204 && self.status != 304 {
            let _ = write!(head, "content-length: {}\r\n", self.body.len());
        }
        head.push_str(if close { "connection: close\r\n\r\n" } else { "\r\n" });
        let mut bytes = head.into_bytes();
        if !head_only && self.status != 204 && self.status != 304 {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

/// The reason phrase of a status.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        425 => "Too Early",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}

/// A status that fits on a status line.
pub(crate) fn wire_status(status: u64) -> u16 {
    u16::try_from(status).unwrap_or(999).clamp(100, 999)
}

/// One move of the server on the wire. A normal answer is a single [`Step::Bytes`].
#[derive(Debug)]
pub(crate) enum Step {
    /// Write these bytes with one call.
    Bytes(Vec<u8>),
    /// Write these bytes one at a time, with a pause before each.
    Drip(Vec<u8>, u64),
    /// Do nothing for so many milliseconds (or until the client goes away).
    Wait(u64),
    /// The same, but until the faults are cleared at the latest.
    Hold(u64),
    /// Write the same bytes so many times, or until the client goes away.
    Repeat(Vec<u8>, u64),
    /// Cut the connection with a reset (RST).
    Reset,
    /// Close the connection in good order (FIN).
    Close,
}

#[cfg(test)]
mod tests {
    use super::{Reply, percent_decode};

    #[test]
    fn percent_decoding() {
        for (text, plain) in
            [("a%2Fb", "a/b"), ("a+b", "a b"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%41%42", "AB")]
        {
            assert_eq!(percent_decode(text), plain);
        }
    }

    #[test]
    fn a_204_has_no_body_and_no_length() {
        let mut reply = Reply::json(204, &1);
        reply.headers.clear();
        let text = String::from_utf8(reply.encode("D", false, false)).expect("text");
        assert_eq!(text, "HTTP/1.1 204 No Content\r\ndate: D\r\n\r\n");
    }
}
