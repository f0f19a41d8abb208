//! The providers' own errors on demand: any code, throttling, clocks, hostile texts.

use super::act::Ctx;
use super::params::Params;
use super::texts::{self, HOSTILE};
use crate::clock::http_date;
use crate::graph::{self, GraphError, usage_headers};
use crate::http::{Reply, wire_status};
use crate::simulator::Failure;
use crate::tweaks::Tweaks;

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

/// Any code in the provider's envelope. Where there are no codes, the code is the HTTP status.
pub(crate) fn error_code(ctx: &Ctx<'_>) -> Reply {
    let params = ctx.params;
    let code = params.signed("code");
    let graph = graph_error(params, code);
    let (message, details) = (params.text("message"), params.text("details"));
    with_status(params, ctx.fail(Failure::Code { code, message, details, graph: &graph }))
}

/// The status that the parameters give, where they do.
fn with_status(params: &Params, mut reply: Reply) -> Reply {
    if let Some(status) = params.optional("status") {
        reply.status = wire_status(status.max(0).unsigned_abs());
    }
    reply
}

/// An error of Graph's inside the provider's envelope.
pub(crate) fn error_code_inner(ctx: &Ctx<'_>) -> Reply {
    let error = graph_error(ctx.params, ctx.params.signed("code"));
    ctx.fail(Failure::Graph(&error, graph::status(error.code)))
}

/// Too many requests, the way the provider says it, with the waiting time in one of four forms.
pub(crate) fn throttle(ctx: &Ctx<'_>) -> Reply {
    let params = ctx.params;
    let error = GraphError::new(params.signed("code"), "Too many requests, please try again later.");
    let mut reply = with_status(params, ctx.fail(Failure::Throttled(&error)));
    if let Some(minutes) = params.optional("regain_minutes") {
        usage_headers(&mut reply, 100, minutes.max(0).unsigned_abs());
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
    ctx.fail(Failure::Graph(&GraphError::list_changed(), 400))
}

/// An error whose texts try to reorder, colour or split what a terminal or log shows.
pub(crate) fn hostile_text(ctx: &Ctx<'_>) -> Reply {
    ctx.fail(Failure::Text(HOSTILE))
}

/// Every k-th user of a call fails.
pub(crate) fn per_user_error(params: &Params, tweaks: &mut Tweaks) {
    let code = params.signed("code");
    let or_title = |name: &str| {
        let text = params.text(name);
        if text.is_empty() { graph::title(code).to_owned() } else { text.to_owned() }
    };
    let message = if params.int("kib") > 0 { texts::huge(params) } else { or_title("message") };
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

/// Fewer users per call than documented.
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
