//! From the bytes of a request's head to a [`Request`].

use crate::http::Request;

const MAX_HEADERS: usize = 100;

/// The head of a request, and what it says about the rest.
pub(crate) struct Head {
    pub(crate) request: Request,
    pub(crate) length: Length,
    pub(crate) keep_alive: bool,
    pub(crate) expects_continue: bool,
}

/// How long the body is.
pub(crate) enum Length {
    Known(usize),
    Chunked,
}

/// What HTTP itself does not allow, as the status that says so.
pub(crate) struct Refused(pub(crate) u16);

/// A complete head and its length, `None` when more bytes are needed.
pub(crate) fn parse(buffer: &[u8]) -> Result<Option<(Head, usize)>, Refused> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let used = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Refused(431)),
        Err(_) => return Err(Refused(400)),
    };
    let http_11 = parsed.version == Some(1);
    let headers: Vec<(String, String)> = parsed
        .headers
        .iter()
        .map(|h| (h.name.to_ascii_lowercase(), String::from_utf8_lossy(h.value).into_owned()))
        .collect();
    let target = parsed.path.unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: parsed.method.unwrap_or("").to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
    };
    let names = |name: &str| request.headers.iter().filter(|(n, _)| n == name).count();
    // HTTP/1.1 needs exactly one Host; two lengths are how requests get smuggled.
    if (http_11 && names("host") != 1) || names("content-length") > 1 || names("transfer-encoding") > 1 {
        return Err(Refused(400));
    }
    let length = match (request.header("transfer-encoding"), request.header("content-length")) {
        (Some(_), Some(_)) => return Err(Refused(400)),
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Length::Chunked,
        (Some(_), None) => return Err(Refused(501)),
        (None, Some(text)) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            Length::Known(text.parse().map_err(|_| Refused(413))?)
        }
        (None, Some(_)) => return Err(Refused(400)),
        (None, None) => Length::Known(0),
    };
    let connection = request.header("connection").unwrap_or("").to_ascii_lowercase();
    let keep_alive = if http_11 { !connection.contains("close") } else { connection.contains("keep-alive") };
    let expects_continue = http_11 && request.header("expect").is_some_and(|e| e.eq_ignore_ascii_case("100-continue"));
    Ok(Some((Head { request, length, keep_alive, expects_continue }, used)))
}
