//! The correct answer, delivered badly: cuts, drips, stalls, wrong lengths, floods.

use std::fmt::Write as _;

use super::act::Ctx;
use super::gzip;
use super::params::Params;
use crate::http::{Reply, Step};

const JSON: &str = "content-type: application/json\r\n";
/// Where the body can be read to its end, a client must know that the connection is of no further use. Otherwise its next request
/// may meet the close, and what the test sees depends on time; `early_close` is the fault for that.
const CLOSE: &str = "connection: close\r\n";

/// The answer as it should be, on a connection that closes.
fn honest(ctx: &Ctx<'_>, reply: &Reply) -> Vec<u8> {
    reply.encode(ctx.date, true, false)
}

/// Status line, headers, these further headers, and this as the body.
fn written(ctx: &Ctx<'_>, reply: &Reply, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{}{headers}\r\n", reply.head(ctx.date)).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn length(of: usize) -> String {
    format!("content-length: {of}\r\n")
}

/// The answer's body under any headers, then the end.
fn closing(ctx: &Ctx<'_>, reply: &Reply, headers: &str) -> Vec<Step> {
    vec![Step::Bytes(written(ctx, reply, headers, &reply.body)), Step::Close]
}

/// Keeps a reply's headers but for its content type, which the fault writes itself.
fn untyped(reply: &Reply) -> Reply {
    let mut reply = reply.clone();
    reply.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    reply
}

/// No answer, and a reset.
pub(crate) fn reset(_: &Params) -> Vec<Step> {
    vec![Step::Reset]
}

/// No answer, and an orderly close.
pub(crate) fn hang_up(_: &Params) -> Vec<Step> {
    vec![Step::Close]
}

/// No answer for a long time, then a close.
pub(crate) fn silence(params: &Params) -> Vec<Step> {
    vec![Step::Wait(params.int("for_ms")), Step::Close]
}

pub(crate) fn cut_headers(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let head = reply.head(ctx.date).into_bytes();
    let half = head.len() / 2;
    vec![Step::Bytes(head[..half].to_vec()), end(ctx)]
}

pub(crate) fn cut_body(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let half = &reply.body[..reply.body.len() / 2];
    vec![Step::Bytes(written(ctx, reply, &length(reply.body.len().max(2)), half)), end(ctx)]
}

fn end(ctx: &Ctx<'_>) -> Step {
    if ctx.params.flag("reset") { Step::Reset } else { Step::Close }
}

pub(crate) fn cut_chunks(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let half = &reply.body[..reply.body.len() / 2];
    let mut bytes = written(ctx, reply, "transfer-encoding: chunked\r\n", b"");
    if !half.is_empty() {
        bytes.extend([format!("{:x}\r\n", half.len()).as_bytes(), half, b"\r\n"].concat());
    }
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn bad_chunks(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let body = [b"xyz\r\n", &*reply.body, b"\r\n0\r\n\r\n"].concat();
    vec![Step::Bytes(written(ctx, reply, "transfer-encoding: chunked\r\n", &body)), Step::Close]
}

pub(crate) fn drip(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    vec![Step::Drip(honest(ctx, reply), ctx.params.int("ms")), Step::Close]
}

pub(crate) fn stall_headers(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let bytes = honest(ctx, reply);
    let (first, rest) = bytes.split_at(20.min(bytes.len()));
    vec![Step::Bytes(first.to_vec()), Step::Wait(ctx.params.int("for_ms")), Step::Bytes(rest.to_vec()), Step::Close]
}

pub(crate) fn stall_body(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let (first, rest) = reply.body.split_at(reply.body.len() / 2);
    let bytes = written(ctx, reply, &length(reply.body.len().max(2)), first);
    vec![Step::Bytes(bytes), Step::Wait(ctx.params.int("for_ms")), Step::Bytes(rest.to_vec()), Step::Close]
}

pub(crate) fn delay(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    vec![Step::Hold(ctx.params.int("ms")), Step::Bytes(reply.encode(ctx.date, false, false))]
}

pub(crate) fn long_content_length(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    closing(ctx, reply, &length(reply.body.len() + 100))
}

pub(crate) fn short_content_length(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    closing(ctx, reply, &(length(reply.body.len() / 2) + CLOSE))
}

pub(crate) fn two_content_lengths(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    closing(ctx, reply, &(length(reply.body.len()) + &length(reply.body.len() + 1)))
}

pub(crate) fn no_content_length(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    closing(ctx, reply, CLOSE)
}

/// A correct answer that says keep-alive; then the connection closes.
pub(crate) fn early_close(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    vec![Step::Bytes(reply.encode(ctx.date, false, false)), Step::Close]
}

pub(crate) fn extra_bytes(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let mut bytes = reply.encode(ctx.date, false, false);
    bytes.extend_from_slice(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    vec![Step::Bytes(bytes), Step::Wait(ctx.params.int("for_ms")), Step::Close]
}

pub(crate) fn wrong_encoding(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let body = if reply.body.is_empty() { b"not compressed".as_slice() } else { &reply.body };
    vec![Step::Bytes(gzipped(ctx, reply, "", body)), Step::Close]
}

pub(crate) fn gzip_bomb(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let body = gzip::spaces_then(ctx.params.int("mib").min(4096), &reply.body);
    vec![Step::Bytes(gzipped(ctx, &untyped(reply), JSON, &body)), Step::Close]
}

fn gzipped(ctx: &Ctx<'_>, reply: &Reply, headers: &str, body: &[u8]) -> Vec<u8> {
    written(ctx, reply, &format!("{headers}content-encoding: gzip\r\n{CLOSE}{}", length(body.len())), body)
}

pub(crate) fn endless_body(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let start = written(ctx, &untyped(reply), &format!("{JSON}transfer-encoding: chunked\r\n"), b"");
    let chunk = [b"10000\r\n", [b' '; 0x1_0000].as_slice(), b"\r\n"].concat();
    vec![Step::Bytes(start), Step::Repeat(chunk, ctx.params.int("mib") << 4), Step::Close]
}

pub(crate) fn endless_headers(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let start = reply.head(ctx.date).into_bytes();
    let line = format!("x-endless: {}\r\n", "a".repeat(1011)).into_bytes();
    vec![Step::Bytes(start), Step::Repeat(line, ctx.params.int("mib") << 10), Step::Close]
}

pub(crate) fn huge_headers(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let value = "a".repeat(usize::try_from(ctx.params.int("kib").min(65_536) << 10).unwrap_or(0));
    with_headers(ctx, reply, &format!("x-huge: {value}\r\n"))
}

pub(crate) fn many_headers(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let mut extra = String::new();
    for n in 0..ctx.params.int("count").min(1_000_000) {
        let _ = write!(extra, "x-many-{n}: {n}\r\n");
    }
    with_headers(ctx, reply, &extra)
}

pub(crate) fn bad_header(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    with_headers(ctx, reply, "x bad name\u{0}: \u{1}value\r\nno colon here\r\n")
}

fn with_headers(ctx: &Ctx<'_>, reply: &Reply, headers: &str) -> Vec<Step> {
    closing(ctx, reply, &format!("{headers}{}", length(reply.body.len())))
}

pub(crate) fn bad_status_line(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let text = honest(ctx, reply);
    let rest = text.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
    let mut bytes = format!("{}\r\n", ctx.params.text("line")).into_bytes();
    bytes.extend_from_slice(&text[rest..]);
    vec![Step::Bytes(bytes), Step::Close]
}

/// `100 Continue` and `103 Early Hints` before the correct answer: valid, and rarely tested.
pub(crate) fn interim(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let mut bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".to_vec();
    bytes.extend_from_slice(&reply.encode(ctx.date, false, false));
    vec![Step::Bytes(bytes)]
}
