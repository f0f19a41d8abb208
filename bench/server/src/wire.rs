//! HTTP/1.1, as much of it as clients of JSON APIs use: whole requests with a known length, answers that keep the connection.

use crate::{apis, world::World};

const MOST_HEADERS: usize = 32;
/// Larger requests are refused: the largest here, 1,000 users, has about 32 kB.
const LONGEST_BODY: usize = 1024 * 1024;

/// The parts of a request that the APIs look at.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a [httparse::Header<'a>],
    pub(crate) body: &'a [u8],
}

impl Request<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == name).map(|pair| pair.1)
    }
}

/// What an API answers: a status, and the body in `out`.
pub(crate) type Status = u16;

/// Answers the first whole request in `received` and says how long it was; `None` when none is whole.
pub(crate) fn answer(received: &[u8], to_send: &mut Vec<u8>, world: &mut World) -> Option<usize> {
    if received.is_empty() {
        return None;
    }
    let mut space = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Request::new(&mut space);
    let head_length = match head.parse(received) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return None,
        Err(error) => {
            world.refuse(&format!("not HTTP: {error}"));
            write(to_send, 400, b"{}");
            return Some(received.len());
        }
    };
    let length = head
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| std::str::from_utf8(header.value).ok()?.parse::<usize>().ok())
        .unwrap_or(0);
    if length > LONGEST_BODY || head.headers.iter().any(|header| header.name.eq_ignore_ascii_case("transfer-encoding")) {
        world.refuse("a body without a length, or a very long one");
        write(to_send, 411, b"{}");
        return Some(received.len());
    }
    let whole = head_length + length;
    if received.len() < whole {
        return None;
    }
    let target = head.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: head.method.unwrap_or_default(),
        path,
        query,
        headers: head.headers,
        body: &received[head_length..whole],
    };
    let start = to_send.len();
    // Room for the head, whose length field is written when the body is known.
    to_send.extend_from_slice(HEAD);
    match apis::answer(&request, to_send, world) {
        Ok(()) => finish(to_send, start, 200),
        Err((status, why)) => {
            world.refuse(&why);
            to_send.truncate(start + HEAD.len());
            let text = serde_json::json!({ "error": { "message": why, "code": 100 } });
            to_send.extend_from_slice(text.to_string().as_bytes());
            finish(to_send, start, status);
        }
    }
    Some(whole)
}

const HEAD: &[u8] = b"HTTP/1.1 000 X\r\ncontent-type: application/json\r\ncontent-length:          \r\n\r\n";
const STATUS_AT: usize = 9;
const LENGTH_END: usize = HEAD.len() - 4;

fn finish(to_send: &mut [u8], start: usize, status: Status) {
    let length = to_send.len() - start - HEAD.len();
    to_send[start + STATUS_AT..start + STATUS_AT + 3].copy_from_slice(status.to_string().as_bytes());
    let digits = length.to_string();
    to_send[start + LENGTH_END - digits.len()..start + LENGTH_END].copy_from_slice(digits.as_bytes());
}

fn write(to_send: &mut Vec<u8>, status: Status, body: &[u8]) {
    let start = to_send.len();
    to_send.extend_from_slice(HEAD);
    to_send.extend_from_slice(body);
    finish(to_send, start, status);
}
