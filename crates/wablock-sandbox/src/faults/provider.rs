//! The providers' own errors on demand: any code, throttling, clocks, hostile texts.

use super::Ctx;
use super::body::wire_status;
use super::entries::{HOSTILE, huge_text};
use super::params::Params;
use crate::accounts::{Operation, Provider};
use crate::clock::http_date;
use crate::http::{Reply, reason};
use crate::providers::graph::{self, GraphError};
use crate::providers::{digital99, meta, nxcloud, sinch};
use crate::settings::SinchErrorField;
use crate::world::Tweaks;

/// A Graph error from the parameters `code`, `subcode`, `message`, `details` and `is_transient`.
fn graph_error(params: &Params, code: i64) -> GraphError {
    let mut error = GraphError::new(code, graph::title(code));
    error.subcode = params.optional("subcode");
    error.is_transient = params.flag("is_transient").then_some(true);
    if !params.text("message").is_empty() {
        error.message = params.text("message").to_owned();
    }
    if !params.text("details").is_empty() {
        error.details = Some(params.text("details").to_owned());
    }
    error
}

/// Any code in the provider's envelope. For Sinch, which has no codes, the code is the HTTP status.
pub(crate) fn error_code(ctx: &Ctx<'_>) -> Reply {
    let params = ctx.params;
    let code = params.signed("code");
    let text = |default: &str| {
        let given = params.text("message");
        if given.is_empty() { default.to_owned() } else { given.to_owned() }
    };
    let mut reply = match ctx.provider {
        Provider::Meta => meta::error_reply(&graph_error(params, code), graph::status(code), ctx.trace),
        Provider::NxCloud => nxcloud::code_reply(code, &text("failed")),
        Provider::Digital99 => digital99_fail(ctx, code),
        Provider::Sinch => {
            let status = wire_status(code.max(0).unsigned_abs());
            let details = params.text("details");
            let details = if details.is_empty() { reason(status) } else { details };
            sinch::error_reply(status, &text(&status.to_string()), details, SinchErrorField::Details)
        }
    };
    if let Some(status) = params.optional("status") {
        reply.status = wire_status(status.max(0).unsigned_abs());
    }
    reply
}

/// 99digital's FAIL with the echo of the request.
fn digital99_fail(ctx: &Ctx<'_>, code: i64) -> Reply {
    let body: serde_json::Value = serde_json::from_slice(&ctx.request.body).unwrap_or_default();
    digital99::answer_body(code, body["from"].as_str(), body["whatsapp"].as_str(), None)
}

/// NxCloud's 9099 around Meta's error.
pub(crate) fn error_code_inner(ctx: &Ctx<'_>) -> Reply {
    let error = graph_error(ctx.params, ctx.params.signed("code"));
    nxcloud::Refusal::wrapping(&error, ctx.trace).reply()
}

/// Too many requests, the way the provider says it, with the waiting time in one of four forms.
pub(crate) fn throttle(ctx: &Ctx<'_>) -> Reply {
    let params = ctx.params;
    let code = params.signed("code");
    let error = GraphError::new(code, "Too many requests, please try again later.");
    let mut reply = match ctx.provider {
        Provider::Meta => meta::error_reply(&error, 429, ctx.trace),
        Provider::NxCloud => nxcloud::Refusal::wrapping(&error, ctx.trace).reply(),
        Provider::Digital99 => Reply::typed(429, "text/plain; charset=UTF-8", "Too Many Requests"),
        Provider::Sinch => sinch::error_reply(429, "429", "Too many requests", SinchErrorField::Details),
    };
    if let Some(status) = params.optional("status") {
        reply.status = wire_status(status.max(0).unsigned_abs());
    }
    if let Some(minutes) = params.optional("regain_minutes") {
        meta::usage_headers(&mut reply, 100, minutes.max(0).unsigned_abs());
    }
    if let Some(seconds) = params.optional("retry_after") {
        reply.set("retry-after", seconds.to_string());
    }
    if let Some(ms) = params.optional("retry_after_ms") {
        reply.set("retry-after-ms", ms.to_string());
    }
    if let Some(seconds) = params.optional("retry_after_date_s") {
        reply.set("retry-after", http_date(ctx.now_ms.saturating_add(seconds.saturating_mul(1000))));
    }
    if !params.text("retry_after_text").is_empty() {
        reply.set("retry-after", params.text("retry_after_text"));
    }
    reply
}

/// The list changed while it was read.
pub(crate) fn list_changed(ctx: &Ctx<'_>) -> Reply {
    let error = meta::page_error(crate::providers::cloud_api::PageError::Changed);
    match ctx.provider {
        Provider::NxCloud => nxcloud::Refusal::wrapping(&error, ctx.trace).reply(),
        _ => meta::error_reply(&error, 400, ctx.trace),
    }
}

/// An error whose texts try to reorder, colour or split what a terminal or log shows.
pub(crate) fn hostile_text(ctx: &Ctx<'_>) -> Reply {
    text_error(ctx, HOSTILE)
}

/// A refusal with this text wherever the provider has one.
pub(crate) fn text_error(ctx: &Ctx<'_>, text: &str) -> Reply {
    match ctx.provider {
        Provider::Meta => {
            let error = GraphError { message: text.to_owned(), ..GraphError::new(100, text) };
            meta::error_reply(&error, 400, ctx.trace)
        }
        Provider::NxCloud => nxcloud::code_reply(9000, text),
        Provider::Digital99 => {
            let body = serde_json::json!({"status": "FAIL", "reason": 4, "from": text, "whatsapp": text});
            Reply::json(200, &body)
        }
        Provider::Sinch => sinch::error_reply(400, text, text, SinchErrorField::Details),
    }
}

/// Every k-th user of a call fails.
pub(crate) fn per_user_error(params: &Params, tweaks: &mut Tweaks) {
    let code = params.signed("code");
    let or_title = |name: &str| {
        let text = params.text(name);
        if text.is_empty() { graph::title(code).to_owned() } else { text.to_owned() }
    };
    let message = if params.int("kib") > 0 { huge_text(params) } else { or_title("message") };
    tweaks.user_error = Some((params.int("nth").max(1), code, message, or_title("details")));
}

/// Large pages are refused.
pub(crate) fn page_refused(params: &Params, tweaks: &mut Tweaks) {
    let most = usize::try_from(params.int("above")).unwrap_or(usize::MAX);
    tweaks.most_rows = Some((most, params.signed("code"), params.text("message").to_owned()));
}

/// Cursors are numbers.
pub(crate) fn numeric_cursor(_: &Params, tweaks: &mut Tweaks) {
    tweaks.numeric_cursors = true;
}

/// One row more is missing at every page, as if the list got shorter while it is read.
pub(crate) fn shifting_pages(params: &Params, tweaks: &mut Tweaks) {
    let rows = params.int("rows").saturating_mul(tweaks.struck);
    tweaks.skipped_rows = usize::try_from(rows).unwrap_or(usize::MAX);
}

/// Fewer users a call than documented.
pub(crate) fn too_many_numbers(params: &Params, tweaks: &mut Tweaks) {
    tweaks.max_users = Some(usize::try_from(params.int("max")).unwrap_or(usize::MAX));
}

/// The server's clock is off, in `Date` and in the window of timestamps.
pub(crate) fn clock_skew(params: &Params, tweaks: &mut Tweaks) {
    tweaks.skew_ms = params.signed("ms");
}

/// Lists from the past.
pub(crate) fn stale_list(params: &Params, tweaks: &mut Tweaks) {
    // Relative here; the server turns it into a point in time.
    tweaks.stale_ms = Some(params.signed("age_s").saturating_mul(1000));
}

/// Whether the answer is about users who were named, not a list.
pub(crate) fn is_write(operation: Option<Operation>) -> bool {
    matches!(operation, Some(Operation::Block | Operation::Unblock))
}
