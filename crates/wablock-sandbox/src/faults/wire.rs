//! The true answer, delivered badly: cuts, drips, stalls, false lengths, floods.

use std::fmt::Write as _;

use super::act::Ctx;
use super::gzip;
use super::params::Params;
use crate::http::{Reply, Step};

const JSON: &str = "content-type: application/json\r\n";

fn whole(ctx: &Ctx<'_>, reply: &Reply) -> Vec<u8> {
    reply.encode(ctx.date, true, false)
}

/// Status line and headers, with the closing empty line after `extra`.
fn head(ctx: &Ctx<'_>, reply: &Reply, extra: &str) -> Vec<u8> {
    format!("{}{extra}\r\n", reply.head(ctx.date)).into_bytes()
}

/// Keeps a reply's headers but for those named, which the fault writes itself.
fn without(reply: &Reply, names: &[&str]) -> Reply {
    let mut reply = reply.clone();
    reply.headers.retain(|(n, _)| !names.iter().any(|name| n.eq_ignore_ascii_case(name)));
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
    let length = format!("content-length: {}\r\n", reply.body.len().max(2));
    let mut bytes = head(ctx, reply, &length);
    bytes.extend_from_slice(&reply.body[..reply.body.len() / 2]);
    vec![Step::Bytes(bytes), end(ctx)]
}

fn end(ctx: &Ctx<'_>) -> Step {
    if ctx.params.flag("reset") { Step::Reset } else { Step::Close }
}

pub(crate) fn cut_chunks(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let mut bytes = head(ctx, reply, "transfer-encoding: chunked\r\n");
    let half = &reply.body[..reply.body.len() / 2];
    if !half.is_empty() {
        bytes.extend_from_slice(format!("{:x}\r\n", half.len()).as_bytes());
        bytes.extend_from_slice(half);
        bytes.extend_from_slice(b"\r\n");
    }
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn bad_chunks(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let mut bytes = head(ctx, reply, "transfer-encoding: chunked\r\n");
    bytes.extend_from_slice(b"xyz\r\n");
    bytes.extend_from_slice(&reply.body);
    bytes.extend_from_slice(b"\r\n0\r\n\r\n");
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn drip(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    vec![Step::Drip(whole(ctx, reply), ctx.params.int("ms")), Step::Close]
}

pub(crate) fn stall_headers(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let bytes = whole(ctx, reply);
    let (first, rest) = bytes.split_at(20.min(bytes.len()));
    vec![Step::Bytes(first.to_vec()), Step::Wait(ctx.params.int("for_ms")), Step::Bytes(rest.to_vec()), Step::Close]
}

pub(crate) fn stall_body(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let length = format!("content-length: {}\r\n", reply.body.len().max(2));
    let mut bytes = head(ctx, reply, &length);
    let (first, rest) = reply.body.split_at(reply.body.len() / 2);
    bytes.extend_from_slice(first);
    vec![Step::Bytes(bytes), Step::Wait(ctx.params.int("for_ms")), Step::Bytes(rest.to_vec()), Step::Close]
}

pub(crate) fn delay(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    vec![Step::Hold(ctx.params.int("ms")), Step::Bytes(reply.encode(ctx.date, false, false))]
}

pub(crate) fn long_content_length(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let length = format!("content-length: {}\r\n", reply.body.len() + 100);
    let mut bytes = head(ctx, reply, &length);
    bytes.extend_from_slice(&reply.body);
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn short_content_length(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let length = format!("content-length: {}\r\n", reply.body.len() / 2);
    let mut bytes = head(ctx, reply, &length);
    bytes.extend_from_slice(&reply.body);
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn two_content_lengths(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let length = reply.body.len();
    let mut bytes = head(ctx, reply, &format!("content-length: {length}\r\ncontent-length: {}\r\n", length + 1));
    bytes.extend_from_slice(&reply.body);
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn no_content_length(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let mut bytes = head(ctx, reply, "connection: close\r\n");
    bytes.extend_from_slice(&reply.body);
    vec![Step::Bytes(bytes), Step::Close]
}

/// An honest answer; then the connection, which said it would live, is gone.
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
    let extra = format!("content-encoding: gzip\r\ncontent-length: {}\r\n", body.len());
    let mut bytes = head(ctx, reply, &extra);
    bytes.extend_from_slice(body);
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn gzip_bomb(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let body = gzip::spaces_then(ctx.params.int("mib").min(4096), &reply.body);
    let honest = without(reply, &["content-type"]);
    let extra = format!("{JSON}content-encoding: gzip\r\ncontent-length: {}\r\n", body.len());
    vec![Step::Bytes(head(ctx, &honest, &extra)), Step::Bytes(body), Step::Close]
}

pub(crate) fn endless_body(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let start = head(ctx, &without(reply, &["content-type"]), &format!("{JSON}transfer-encoding: chunked\r\n"));
    let mut chunk = b"10000\r\n".to_vec();
    chunk.resize(chunk.len() + 0x1_0000, b' ');
    chunk.extend_from_slice(b"\r\n");
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

fn with_headers(ctx: &Ctx<'_>, reply: &Reply, extra: &str) -> Vec<Step> {
    let extra = format!("{extra}content-length: {}\r\n", reply.body.len());
    let mut bytes = head(ctx, reply, &extra);
    bytes.extend_from_slice(&reply.body);
    vec![Step::Bytes(bytes), Step::Close]
}

pub(crate) fn bad_status_line(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let text = whole(ctx, reply);
    let rest = text.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
    let mut bytes = format!("{}\r\n", ctx.params.text("line")).into_bytes();
    bytes.extend_from_slice(&text[rest..]);
    vec![Step::Bytes(bytes), Step::Close]
}

/// `100 Continue` and `103 Early Hints` before the true answer: legal, and rarely tried.
pub(crate) fn interim(ctx: &Ctx<'_>, reply: &Reply) -> Vec<Step> {
    let mut bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".to_vec();
    bytes.extend_from_slice(&reply.encode(ctx.date, false, false));
    vec![Step::Bytes(bytes)]
}
