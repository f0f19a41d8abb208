//! The table of faults: name, what happens, whether a write still counts, where it has a meaning, parameters.

use serde_json::{Map, Value, json};

use super::params::{Kind, Param};
use super::{Act, body, items, paging, provider, wire};
use crate::accounts::{Operation, Provider};

/// One fault.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Whether a write changes the list unless the rule says otherwise.
    pub(crate) applied: bool,
    pub(crate) cells: Cells,
    pub(crate) params: &'static [Param],
    pub(crate) act: Act,
}

impl std::fmt::Debug for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Pairs of provider and operation, one bit each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells(u16);

impl Cells {
    pub(crate) fn has(self, provider: Provider, operation: Operation) -> bool {
        self.0 >> (provider as u16 * 3 + operation as u16) & 1 == 1
    }

    /// `{"meta":["block","unblock","list"],...}`
    pub(crate) fn to_json(self) -> Value {
        let mut all = Map::new();
        for provider in Provider::ALL {
            let has = |operation: &Operation| self.has(provider, *operation);
            let names: Vec<&str> = Operation::ALL.into_iter().filter(has).map(Operation::id).collect();
            all.insert(provider.id().to_owned(), json!(names));
        }
        Value::Object(all)
    }
}

const ALL: Cells = Cells(0b111_111_111_111);
const LISTS: Cells = Cells(0b100_100_100_100);
const META: Cells = Cells(0b000_000_000_111);
const NXCLOUD: Cells = Cells(0b000_000_111_000);
const BATCHES: Cells = Cells(0b000_000_011_011);
const CURSORS: Cells = Cells(0b000_000_100_100);
const BODIES: Cells = Cells(0b100_111_111_111);
const ECHOES: Cells = Cells(0b000_011_011_011);
const PAGES: Cells = Cells(0b100_000_100_100);
const ROWS: Cells = Cells(0b100_100_111_111);
const USERS: Cells = Cells(0b000_011_011_011);

const fn p(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, about }
}

const FOR_MS: Param = p("for_ms", Kind::Int(30_000), "how long, in milliseconds");
const INDEX: Param = p("index", Kind::Int(0), "which entry, from 0");
const RESET: Param = p("reset", Kind::Flag(false), "end with a reset (RST), not with a close (FIN)");
const PAGE_ROWS: Param = p("page_rows", Kind::Int(1), "most rows of a page while this fault strikes");
const STATUS: Param = p("status", Kind::OptionalInt, "HTTP status, where not the usual one");
const MESSAGE: Param = p("message", Kind::Text(""), "text, where not the usual one");
const DETAILS: Param = p("details", Kind::Text(""), "longer text, where not the usual one");

const GRAPH: &[Param] = &[
    p("code", Kind::NeededInt, "the code"),
    STATUS,
    p("subcode", Kind::OptionalInt, "error_subcode (Meta's envelope)"),
    MESSAGE,
    DETAILS,
    p("is_transient", Kind::Flag(false), "is_transient (Meta's envelope)"),
];

const fn f(
    name: &'static str,
    about: &'static str,
    applied: bool,
    cells: Cells,
    params: &'static [Param],
    act: Act,
) -> Spec {
    Spec { name, about, applied, cells, params, act }
}

/// All faults.
#[rustfmt::skip]
pub(crate) static FAULTS: &[Spec] = &[
    // The connection.
    f("port_closed", "The listener and all connections close; new ones are refused by the system until for_ms is over or the faults are cleared.", false, ALL, &[FOR_MS], Act::ClosePort),
    f("refused", "The connection is reset (RST) as if there were no server: the request is not even recorded. (port_closed is the system's own refusal.)", false, ALL, &[], Act::Reset(false)),
    f("reset_before_read", "The request's head is read, its body is not; then the connection is reset.", false, ALL, &[], Act::Reset(true)),
    f("reset_after_read", "The whole request is read; then the connection is reset.", false, ALL, &[], Act::Silence(wire::reset)),
    f("lost_answer", "The write happens, then the connection is reset before any answer.", true, ALL, &[], Act::Silence(wire::reset)),
    f("hang_up", "The request is read, then the connection is closed in good order (FIN) without an answer.", false, ALL, &[], Act::Silence(wire::hang_up)),
    f("silence", "The request is read and never answered; the connection closes after for_ms.", false, ALL, &[FOR_MS], Act::Silence(wire::silence)),
    f("early_close", "A true answer that promises to keep the connection, which then closes.", true, ALL, &[], Act::Wire(wire::early_close)),
    // Delivery of the true answer.
    f("delay", "The true answer, later.", true, ALL, &[p("ms", Kind::Int(1000), "how much later, in milliseconds")], Act::Wire(wire::delay)),
    f("drip", "The true answer, one byte at a time.", true, ALL, &[p("ms", Kind::Int(10), "pause before each byte, in milliseconds")], Act::Wire(wire::drip)),
    f("cut_headers", "The connection ends in the middle of the headers.", true, ALL, &[RESET], Act::Wire(wire::cut_headers)),
    f("cut_body", "The connection ends in the middle of the body.", true, ALL, &[RESET], Act::Wire(wire::cut_body)),
    f("cut_chunks", "A chunked answer ends without its last chunk.", true, ALL, &[], Act::Wire(wire::cut_chunks)),
    f("bad_chunks", "A chunked answer with a chunk size that is no number.", true, ALL, &[], Act::Wire(wire::bad_chunks)),
    f("stall_headers", "The answer stops inside the headers for for_ms.", true, ALL, &[FOR_MS], Act::Wire(wire::stall_headers)),
    f("stall_body", "The answer stops inside the body for for_ms.", true, ALL, &[FOR_MS], Act::Wire(wire::stall_body)),
    f("long_content_length", "Content-Length promises 100 bytes more than come.", true, ALL, &[], Act::Wire(wire::long_content_length)),
    f("short_content_length", "Content-Length promises half of the bytes that come.", true, BODIES, &[], Act::Wire(wire::short_content_length)),
    f("two_content_lengths", "Two Content-Length headers that disagree.", true, ALL, &[], Act::Wire(wire::two_content_lengths)),
    f("no_content_length", "A legal answer that ends with the connection.", true, ALL, &[], Act::Wire(wire::no_content_length)),
    f("extra_bytes", "A second answer that nobody asked for follows the true one.", true, ALL, &[p("for_ms", Kind::Int(1000), "how long the connection stays, in milliseconds")], Act::Wire(wire::extra_bytes)),
    f("interim", "Legal 100 and 103 answers come before the true one.", true, ALL, &[], Act::Wire(wire::interim)),
    f("wrong_encoding", "Content-Encoding says gzip; the body is not.", true, ALL, &[], Act::Wire(wire::wrong_encoding)),
    f("gzip_bomb", "A true gzip body: very many spaces, then the true JSON.", true, ALL, &[p("mib", Kind::Int(256), "size after decompression, in MiB")], Act::Wire(wire::gzip_bomb)),
    f("endless_body", "A chunked body of spaces that goes on and on.", true, ALL, &[p("mib", Kind::Int(1024), "where it ends after all, in MiB")], Act::Wire(wire::endless_body)),
    f("endless_headers", "Headers that go on and on.", true, ALL, &[p("mib", Kind::Int(256), "where they end after all, in MiB")], Act::Wire(wire::endless_headers)),
    f("huge_headers", "One header of many KiB beside the true answer.", true, ALL, &[p("kib", Kind::Int(1024), "its size")], Act::Wire(wire::huge_headers)),
    f("many_headers", "Very many headers beside the true answer.", true, ALL, &[p("count", Kind::Int(10_000), "how many")], Act::Wire(wire::many_headers)),
    f("bad_header", "A header line that is none.", true, ALL, &[], Act::Wire(wire::bad_header)),
    f("bad_status_line", "A first line that is no HTTP.", true, ALL, &[p("line", Kind::Text("ICY OKAY 200"), "the line")], Act::Wire(wire::bad_status_line)),
    // Bodies.
    f("truncated_json", "The first two thirds of the JSON, with a matching length.", true, ALL, &[], Act::Rewrite(body::truncated_json)),
    f("wrong_json", "Valid JSON of the wrong shape.", true, ALL, &[p("shape", Kind::Text("types"), "types, array, string, number, null or empty")], Act::Rewrite(body::wrong_json)),
    f("not_json", "A sentence that says it is JSON.", true, ALL, &[], Act::Rewrite(body::not_json)),
    f("empty_200", "Status 200 and no body. For a Sinch write this is the true answer.", true, ALL, &[], Act::Rewrite(body::empty_200)),
    f("status_204", "Status 204, no body.", true, ALL, &[], Act::Rewrite(body::status_204)),
    f("wrong_content_type", "The true body as text/plain.", true, ALL, &[], Act::Rewrite(body::wrong_content_type)),
    f("bom", "The true body behind a byte order mark.", true, ALL, &[], Act::Rewrite(body::bom)),
    f("invalid_utf8", "Bytes that are no UTF-8 inside the JSON.", true, ALL, &[], Act::Rewrite(body::invalid_utf8)),
    f("deep_json", "Arrays in arrays in arrays.", true, ALL, &[p("depth", Kind::Int(100_000), "how deep")], Act::Rewrite(body::deep_json)),
    f("html_200", "A proxy's page with status 200; the provider never saw the request.", false, ALL, &[], Act::Answer(body::html_200)),
    // Statuses.
    f("redirect", "A redirect to another place.", false, ALL, &[p("status", Kind::Int(302), "301, 302, 303, 307 or 308"), p("location", Kind::Text("http://127.0.0.1:9/"), "where to")], Act::Answer(body::redirect)),
    f("status", "Any HTTP status with the provider's own kind of error body.", false, ALL, &[p("status", Kind::NeededInt, "100 to 999")], Act::Answer(body::status)),
    f("status_plain", "Any HTTP status with plain text.", false, ALL, &[p("status", Kind::NeededInt, "100 to 999")], Act::Answer(body::status_plain)),
    // The providers' errors.
    f("error_code", "Any code in the provider's envelope: Meta's code, NxCloud's code, 99digital's reason, Sinch's HTTP status.", false, ALL, GRAPH, Act::Answer(provider::error_code)),
    f("error_code_inner", "NxCloud's code 9099 around any code of Meta's.", false, NXCLOUD, GRAPH, Act::Answer(provider::error_code_inner)),
    f("throttle", "Too many requests, with a waiting time if given.", false, ALL, &[
        p("code", Kind::Int(130_429), "Meta's code: 130429, 80007, 4, ..."), STATUS,
        p("retry_after", Kind::OptionalInt, "Retry-After in seconds"),
        p("retry_after_ms", Kind::OptionalInt, "retry-after-ms in milliseconds"),
        p("retry_after_date_s", Kind::OptionalInt, "Retry-After as a date so many seconds from now"),
        p("retry_after_text", Kind::Text(""), "Retry-After with any text"),
        p("regain_minutes", Kind::OptionalInt, "estimated_time_to_regain_access of the usage header"),
    ], Act::Answer(provider::throttle)),
    f("regain_minutes", "Meta's 80007 with the minutes until access is regained in the usage header.", false, META, &[
        p("code", Kind::Int(80_007), "Meta's code"), STATUS,
        p("regain_minutes", Kind::Int(1), "estimated_time_to_regain_access"),
    ], Act::Answer(provider::throttle)),
    f("list_changed", "139102: the list changed while it was read (NxCloud: inside 9099). With after: 1 it meets the second page.", false, CURSORS, &[], Act::Answer(provider::list_changed)),
    f("hostile_text", "An error text with direction overrides, terminal colours, line breaks and a NUL.", false, ALL, &[], Act::Answer(provider::hostile_text)),
    f("echo_secret", "An error text that repeats the credential and the body it was sent.", false, ALL, &[], Act::Answer(provider::echo_secret)),
    f("per_user_error", "Every nth user of a call fails with this code; the others are handled. 99digital: the code becomes a reason, and every says which calls, not nth.", true, USERS, &[
        p("code", Kind::Int(139_103), "Meta's code"), p("nth", Kind::Int(1), "1 is every user"), MESSAGE, DETAILS,
    ], Act::Tweak(provider::per_user_error)),
    f("too_many_numbers", "A call with more than max users is refused (130429 for size), a smaller one is handled.", true, BATCHES, &[p("max", Kind::Int(100), "most users of a call")], Act::Tweak(provider::too_many_numbers)),
    f("clock_skew", "The server's clock is off: in Date and in NxCloud's window of timestamps.", true, ALL, &[p("ms", Kind::Int(600_000), "how far, in milliseconds, either sign")], Act::Tweak(provider::clock_skew)),
    // Entries.
    f("missing_item", "An entry is missing (99digital block, unblock: the echoed number).", true, ROWS_AND_ECHOES, &[INDEX, p("all", Kind::Flag(false), "all entries")], Act::Edit(items::missing_item)),
    f("duplicate_item", "An entry comes twice.", true, ROWS, &[INDEX], Act::Edit(items::duplicate_item)),
    f("foreign_item", "An entry about somebody who was not asked about (99digital block, unblock: in place of the echoed number).", true, ROWS_AND_ECHOES, &[INDEX, p("user", Kind::Text("15559990000"), "who"), p("replace", Kind::Flag(false), "in place of entry index")], Act::Edit(items::foreign_item)),
    f("contradictory_item", "A user is among those who succeeded and among those who failed.", true, BATCHES, &[INDEX], Act::Edit(items::contradictory_item)),
    f("input_rewritten", "The echoed input has a + that was not sent, or lacks one that was.", true, ECHOES, &[], Act::Edit(items::input_rewritten)),
    f("wrong_list_name", "added_users answers an unblock, removed_users a block.", true, BATCHES, &[], Act::Edit(items::wrong_list_name)),
    f("no_ids", "Entries without wa_id and user_id (numbers lists: null).", true, ROWS, &[], Act::Edit(items::no_ids)),
    f("numeric_ids", "Ids as JSON numbers.", true, ROWS, &[], Act::Edit(items::numeric_ids)),
    // Pages.
    f("repeated_cursor", "Every page's after is the cursor that was sent (Sinch: every page is the same full page).", true, PAGES, &[PAGE_ROWS], Act::Edit(paging::repeated_cursor)),
    f("looping_cursors", "The third page's cursor leads back to the second page.", true, CURSORS, &[PAGE_ROWS], Act::Edit(paging::looping_cursors)),
    f("empty_page_with_cursor", "No rows, but a cursor that leads to the rows.", true, CURSORS, &[], Act::Edit(paging::empty_page_with_cursor)),
    f("small_pages", "Pages shorter than asked for; all rows come in the end.", true, CURSORS, &[PAGE_ROWS], Act::Edit(|_, _| {})),
    f("endless_list", "Every page is full of invented numbers and there is always one more.", true, PAGES, &[], Act::Edit(paging::endless_list)),
    f("stale_list", "The list as it was age_s ago; seeded users count as old.", true, LISTS, &[p("age_s", Kind::Int(300), "how old, in seconds")], Act::Tweak(provider::stale_list)),
    f("evil_next_link", "paging.next points at another host.", true, CURSORS, &[p("url", Kind::Text("http://127.0.0.1:9/steal"), "where to, without query")], Act::Edit(paging::evil_next_link)),
];

const ROWS_AND_ECHOES: Cells = Cells(ROWS.0 | ECHOES.0);

/// A fault by name.
pub(crate) fn find(name: &str) -> Option<&'static Spec> {
    FAULTS.iter().find(|spec| spec.name == name)
}

/// The table as `faults` gives it.
pub(crate) fn to_json() -> Value {
    let rows = FAULTS.iter().map(|spec| {
        let params: Vec<Value> = spec.params.iter().map(Param::to_json).collect();
        json!({
            "name": spec.name,
            "about": spec.about,
            "applied": spec.applied,
            "cells": spec.cells.to_json(),
            "params": params,
        })
    });
    rows.collect()
}
