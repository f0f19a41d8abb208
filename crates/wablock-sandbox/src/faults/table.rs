//! The table of faults: name, what happens, whether a write still takes effect, where it applies, parameters.

use serde_json::{Value, json};

use super::act::{Act, Spec};
use super::params::{Kind, Param};
use super::places::{
    self, ACCEPTANCES, ALL, BATCHES, BODIES, BSUIDS, CODES, CURSORS, ECHOES, ENVELOPES, FLAT_LISTS, GRAPH, LINKED,
    LISTS, META_PAGING, NUMBERED, OTHER_LISTS, PAGES, Place, ROWS, ROWS_AND_ECHOES, SINGLES, USAGE, USERS,
};
use super::{body, echo, entries, errors, forms, items, paging, wire};
use crate::encodings::ENCODINGS;

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

const ENCODING: Param = p("encoding", Kind::Choice(ENCODINGS), "how the credential is written");
const KIB: Param = p("kib", Kind::Int(512), "how long, in KiB");

const GRAPH_ERROR: &[Param] = &[
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
    place: Place,
    params: &'static [Param],
    act: Act,
) -> Spec {
    Spec { name, about, applied, place, params, act }
}

/// All faults.
#[rustfmt::skip]
pub(crate) static FAULTS: &[Spec] = &[
    // The connection.
    f("port_closed", "The listener and all connections close; the operating system refuses new ones until for_ms has passed or the faults are cleared.", false, ALL, &[FOR_MS], Act::ClosePort),
    f("refused", "The connection is reset (RST) before the request is read or recorded. (With port_closed, the operating system itself refuses it.)", false, ALL, &[], Act::Reset(false)),
    f("reset_before_read", "The connection is reset after the request's headers are read, before its body is.", false, ALL, &[], Act::Reset(true)),
    f("reset_after_read", "The connection is reset after the complete request is read.", false, ALL, &[], Act::Silence(wire::reset)),
    f("lost_answer", "The write happens, then the connection is reset before any answer.", true, ALL, &[], Act::Silence(wire::reset)),
    f("hang_up", "The request is read; then the connection is closed cleanly (FIN) without an answer.", false, ALL, &[], Act::Silence(wire::hang_up)),
    f("silence", "The request is read and never answered; the connection closes after for_ms.", false, ALL, &[FOR_MS], Act::Silence(wire::silence)),
    f("early_close", "The correct answer says keep-alive, but the connection then closes.", true, ALL, &[], Act::Wire(wire::early_close)),
    // Delivery of the true answer.
    f("delay", "The correct answer, delayed; sent immediately when the faults are cleared.", true, ALL, &[p("ms", Kind::Int(1000), "how much later, in milliseconds")], Act::Wire(wire::delay)),
    f("drip", "The correct answer, one byte at a time.", true, ALL, &[p("ms", Kind::Int(10), "pause before each byte, in milliseconds")], Act::Wire(wire::drip)),
    f("cut_headers", "The connection ends in the middle of the headers.", true, ALL, &[RESET], Act::Wire(wire::cut_headers)),
    f("cut_body", "The connection ends in the middle of the body.", true, ALL, &[RESET], Act::Wire(wire::cut_body)),
    f("cut_chunks", "A chunked answer ends without its last chunk.", true, ALL, &[], Act::Wire(wire::cut_chunks)),
    f("bad_chunks", "A chunked answer with a chunk size that is not a number.", true, ALL, &[], Act::Wire(wire::bad_chunks)),
    f("stall_headers", "The answer stops inside the headers for for_ms.", true, ALL, &[FOR_MS], Act::Wire(wire::stall_headers)),
    f("stall_body", "The answer stops inside the body for for_ms.", true, ALL, &[FOR_MS], Act::Wire(wire::stall_body)),
    f("long_content_length", "Content-Length is 100 bytes more than the body.", true, ALL, &[], Act::Wire(wire::long_content_length)),
    f("short_content_length", "Content-Length is half the length of the body.", true, BODIES, &[], Act::Wire(wire::short_content_length)),
    f("two_content_lengths", "Two Content-Length headers that disagree.", true, ALL, &[], Act::Wire(wire::two_content_lengths)),
    f("no_content_length", "A valid answer without a length, which ends when the connection closes.", true, ALL, &[], Act::Wire(wire::no_content_length)),
    f("extra_bytes", "An unsolicited second answer follows the correct one.", true, ALL, &[p("for_ms", Kind::Int(1000), "how long the connection stays, in milliseconds")], Act::Wire(wire::extra_bytes)),
    f("interim", "Valid 100 and 103 answers come before the final one.", true, ALL, &[], Act::Wire(wire::interim)),
    f("wrong_encoding", "Content-Encoding says gzip; the body is not.", true, ALL, &[], Act::Wire(wire::wrong_encoding)),
    f("gzip_bomb", "A valid gzip body: a huge number of spaces, then the correct JSON.", true, ALL, &[p("mib", Kind::Int(256), "size after decompression, in MiB")], Act::Wire(wire::gzip_bomb)),
    f("endless_body", "An endless chunked body of spaces.", true, ALL, &[p("mib", Kind::Int(1024), "size at which it does end, in MiB")], Act::Wire(wire::endless_body)),
    f("endless_headers", "Endless headers.", true, ALL, &[p("mib", Kind::Int(256), "size at which they do end, in MiB")], Act::Wire(wire::endless_headers)),
    f("huge_headers", "The correct answer with one header of many KiB.", true, ALL, &[p("kib", Kind::Int(1024), "its size")], Act::Wire(wire::huge_headers)),
    f("many_headers", "The correct answer with a huge number of headers.", true, ALL, &[p("count", Kind::Int(10_000), "how many")], Act::Wire(wire::many_headers)),
    f("bad_header", "A malformed header line.", true, ALL, &[], Act::Wire(wire::bad_header)),
    f("bad_status_line", "A first line that is not HTTP.", true, ALL, &[p("line", Kind::Text("ICY OKAY 200"), "the line")], Act::Wire(wire::bad_status_line)),
    // Bodies.
    f("truncated_json", "The first two thirds of the JSON, with a matching length.", true, ALL, &[], Act::Rewrite(body::truncated_json)),
    f("wrong_json", "Valid JSON of the wrong shape.", true, ALL, &[p("shape", Kind::Choice(body::SHAPES), "types, array, string, number, null or empty")], Act::Rewrite(body::wrong_json)),
    f("not_json", "Plain text with a JSON content type.", true, ALL, &[], Act::Rewrite(body::not_json)),
    f("empty_200", "Status 200 and no body. For a Sinch write this is the correct answer.", true, ALL, &[], Act::Rewrite(body::empty_200)),
    f("status_204", "Status 204, no body.", true, ALL, &[], Act::Rewrite(body::status_204)),
    f("wrong_content_type", "The correct body as text/plain.", true, ALL, &[], Act::Rewrite(body::wrong_content_type)),
    f("bom", "The correct body after a byte order mark.", true, ALL, &[], Act::Rewrite(body::bom)),
    f("invalid_utf8", "Bytes that are not valid UTF-8 inside the JSON.", true, ALL, &[], Act::Rewrite(body::invalid_utf8)),
    f("deep_json", "Arrays in arrays in arrays.", true, ALL, &[p("depth", Kind::Int(100_000), "how deep")], Act::Rewrite(body::deep_json)),
    f("html_200", "A proxy's page with status 200; the provider never saw the request.", false, ALL, &[], Act::Answer(body::html_200)),
    // Statuses.
    f("redirect", "A redirect to another URL.", false, ALL, &[p("status", Kind::Int(302), "301, 302, 303, 307 or 308"), p("location", Kind::Text("http://127.0.0.1:9/"), "where to")], Act::Answer(body::redirect)),
    f("status", "Any HTTP status with the provider's own kind of error body.", false, ALL, &[p("status", Kind::NeededInt, "100 to 999")], Act::Answer(body::status)),
    f("status_plain", "Any HTTP status with plain text.", false, ALL, &[p("status", Kind::NeededInt, "100 to 999")], Act::Answer(body::status_plain)),
    f("failing_status", "The body of a success with an error status.", true, BODIES, &[p("status", Kind::Int(500), "100 to 999")], Act::Rewrite(body::failing_status)),
    // The providers' errors.
    f("error_code", "Any code in the provider's envelope: Meta's code, NxCloud's code, 99digital's reason, Sinch's HTTP status.", false, ALL, GRAPH_ERROR, Act::Answer(errors::error_code)),
    f("error_code_inner", "NxCloud's code 9099 around any code of Meta's.", false, ENVELOPES, GRAPH_ERROR, Act::Answer(errors::error_code_inner)),
    f("throttle", "Too many requests, with a wait if one is given.", false, ALL, &[
        p("code", Kind::Int(130_429), "Meta's code: 130429, 80007, 4, ..."), STATUS,
        p("retry_after", Kind::OptionalInt, "Retry-After in seconds"),
        p("retry_after_ms", Kind::OptionalInt, "retry-after-ms in milliseconds"),
        p("retry_after_date_s", Kind::OptionalInt, "Retry-After as a date so many seconds after the server's time"),
        p("skew_ms", Kind::Int(0), "how far the server's clock is off, in milliseconds, either sign"),
        p("retry_after_text", Kind::Text(""), "Retry-After with any text"),
        p("regain_minutes", Kind::OptionalInt, "estimated_time_to_regain_access of the usage header"),
    ], Act::Answer(errors::throttle)),
    f("regain_minutes", "Meta's 80007 with the minutes until access is regained in the usage header.", false, USAGE, &[
        p("code", Kind::Int(80_007), "Meta's code"), STATUS,
        p("regain_minutes", Kind::Int(1), "estimated_time_to_regain_access"),
    ], Act::Answer(errors::throttle)),
    f("list_changed", "139102: the list changed while it was read (NxCloud: inside 9099). With after: 1 it meets the second page.", false, CURSORS, &[], Act::Answer(errors::list_changed)),
    f("hostile_text", "An error text with direction overrides, terminal colours, line breaks and a NUL.", false, ALL, &[], Act::Answer(errors::hostile_text)),
    f("echo_secret", "An error that repeats the credential and the request, in any encoding: in its text, in a page that is not JSON, in its trace id, or in headers.", false, ALL, &[p("place", Kind::Choice(echo::PLACES), "text, page, trace or header"), ENCODING], Act::Answer(echo::echo_secret)),
    f("error_form", "An error in an undocumented form: texts for people, a title, data as text, a list, the code as text, the code in a text, only a text, null, or inside detail.", false, GRAPH, &[p("form", Kind::Choice(forms::FORMS), "which form"), p("code", Kind::Int(190), "the code")], Act::Answer(forms::error_form)),
    f("code_as_text", "Wrong credentials, with the code as a JSON text.", false, CODES, &[], Act::Answer(forms::code_as_text)),
    f("huge_text", "An error with a text of many KiB, full of long runs of digits.", false, ALL, &[KIB], Act::Answer(forms::huge_text)),
    f("per_user_error", "Every nth user of a call fails with this code; the others are handled. 99digital: the code becomes a reason. 99digital, 1msg: every says which calls, not nth.", true, USERS, &[
        p("code", Kind::Int(139_103), "Meta's code"), p("nth", Kind::Int(1), "1 is every user"), MESSAGE, DETAILS,
        p("kib", Kind::Int(0), "a text of so many KiB for each of them"),
    ], Act::Tweak(errors::per_user_error)),
    f("too_many_numbers", "A request with more than max users is rejected (130429 for its size); a smaller one is handled.", true, BATCHES, &[p("max", Kind::Int(100), "most users of a call")], Act::Tweak(errors::too_many_numbers)),
    f("clock_skew", "The server's clock is off: in Date and in NxCloud's window of timestamps.", true, ALL, &[p("ms", Kind::Int(600_000), "how far, in milliseconds, either sign")], Act::Tweak(errors::clock_skew)),
    // Entries.
    f("missing_item", "An entry is missing (99digital block, unblock: the echoed number).", true, ROWS_AND_ECHOES, &[INDEX, p("all", Kind::Flag(false), "all entries")], Act::Edit(items::missing_item)),
    f("duplicate_item", "An entry occurs twice.", true, ROWS, &[INDEX], Act::Edit(items::duplicate_item)),
    f("foreign_item", "An entry about a user who was not in the request (99digital block, unblock: in place of the echoed number).", true, ROWS_AND_ECHOES, &[INDEX, p("user", Kind::Text("15559990000"), "who"), p("replace", Kind::Flag(false), "in place of entry index")], Act::Edit(items::foreign_item)),
    f("contradictory_item", "A user is in both the list of successes and the list of failures.", true, BATCHES, &[INDEX], Act::Edit(items::contradictory_item)),
    f("input_rewritten", "The echoed input has a + that was not sent, or lacks one that was.", true, ECHOES, &[], Act::Edit(items::input_rewritten)),
    f("wrong_list_name", "added_users answers an unblock, removed_users a block.", true, BATCHES, &[], Act::Edit(items::wrong_list_name)),
    f("no_ids", "Entries without wa_id and user_id (numbers lists: null).", true, ROWS, &[], Act::Edit(items::no_ids)),
    f("numeric_ids", "Ids as JSON numbers.", true, ROWS, &[], Act::Edit(items::numeric_ids)),
    f("bad_ids", "An id that cannot be one: empty, a + alone, 1,000 digits, control characters, null, words, or a credential.", true, ROWS, &[p("shape", Kind::Choice(entries::BAD_IDS), "what is in its place"), INDEX, p("all", Kind::Flag(false), "all entries"), ENCODING], Act::Edit(entries::bad_ids)),
    f("hidden_numbers", "Users who hide their number: an empty wa_id and a business-scoped id.", true, BSUIDS, &[], Act::Edit(entries::hidden_numbers)),
    f("extra_field", "An undocumented field with any text: in every entry, or in the answer itself if entries are plain numbers.", true, BODIES, &[p("holds", Kind::Choice(entries::EXTRAS), "text, secret, control or huge"), ENCODING, KIB], Act::Edit(entries::extra_field)),
    f("added_with_errors", "A user who succeeded, but has an error.", true, BATCHES, &[INDEX], Act::Edit(entries::added_with_errors)),
    f("error_beside", "A success that also contains an error: Meta's error, 99digital's reason, Sinch's texts.", true, BODIES, &[p("code", Kind::Int(1), "the code of Meta's error")], Act::Edit(entries::error_beside)),
    f("user_error_shape", "Every user failed, with errors in an undocumented form.", false, BATCHES, &[p("shape", Kind::Choice(entries::ERROR_SHAPES), "which form")], Act::Edit(entries::user_error_shape)),
    f("nameless_failures", "Every user failed, and the errors do not say whose they are.", false, BATCHES, &[], Act::Edit(entries::nameless_failures)),
    f("success_true", "A write is accepted with {\"success\": true} and no word about its users.", true, ACCEPTANCES, &[], Act::Edit(entries::success_true)),
    f("status_word", "99digital's status or 1msg's result is an undocumented word.", true, SINGLES, &[p("word", Kind::Text("PENDING"), "which")], Act::Edit(entries::status_word)),
    // Pages.
    f("nested_rows", "Rows one level deeper, as an old description of Meta's list has them: data[].block_users[].", true, FLAT_LISTS, &[], Act::Edit(paging::nested_rows)),
    f("meta_list", "The list as Meta writes it, where the provider's documentation describes another.", true, OTHER_LISTS, &[], Act::Edit(paging::meta_list)),
    f("repeated_cursor", "Every page's after is the cursor that was sent (Sinch: every page is the same full page).", true, PAGES, &[PAGE_ROWS], Act::Edit(paging::repeated_cursor)),
    f("looping_cursors", "The third page's cursor leads back to the second page.", true, CURSORS, &[PAGE_ROWS], Act::Edit(paging::looping_cursors)),
    f("empty_page_with_cursor", "No rows, but a cursor that leads to the rows.", true, CURSORS, &[], Act::Edit(paging::empty_page_with_cursor)),
    f("small_pages", "Pages are shorter than requested, but all rows are returned in the end.", true, CURSORS, &[PAGE_ROWS], Act::Edit(|_, _| {})),
    f("endless_list", "Every page is full of invented numbers, and there is always another page.", true, PAGES, &[], Act::Edit(paging::endless_list)),
    f("stale_list", "The list as it was age_s ago, including seeded users.", true, LISTS, &[p("age_s", Kind::Int(300), "how old, in seconds")], Act::Tweak(errors::stale_list)),
    f("evil_next_link", "paging.next points at another host.", true, LINKED, &[p("url", Kind::Text("http://127.0.0.1:9/steal"), "where to, without query")], Act::Edit(paging::evil_next_link)),
    f("next_without_cursor", "A link to a next page, but no cursor for it.", true, LINKED, &[p("shape", Kind::Choice(paging::CURSORS), "what is in place of the cursor")], Act::Edit(paging::next_without_cursor)),
    f("wrong_paging", "paging has the wrong type.", true, META_PAGING, &[p("shape", Kind::Choice(paging::PAGINGS), "what it is")], Act::Edit(paging::wrong_paging)),
    f("numeric_cursor", "Cursors are JSON numbers.", true, CURSORS, &[], Act::Tweak(errors::numeric_cursor)),
    f("clamped_pages", "Pages are shorter than requested, with a cursor but no link; all rows are returned in the end.", true, CURSORS, &[p("page_rows", Kind::Int(50), "most rows of a page")], Act::Edit(paging::clamped_pages)),
    f("page_refused", "Requests for larger pages than this are rejected.", true, CURSORS, &[p("above", Kind::Int(100), "most rows that may be requested"), p("code", Kind::Int(100), "Meta's code"), p("message", Kind::Text("Param limit must be an integer in the allowed range."), "Meta's text")], Act::Tweak(errors::page_refused)),
    f("endless_empty_pages", "Endless empty pages, each with a new cursor.", true, CURSORS, &[], Act::Answer(paging::endless_empty_pages)),
    f("shifting_pages", "The list gets shorter while it is read: every page starts some rows after the previous page ended.", true, NUMBERED, &[p("rows", Kind::Int(1), "how many rows more at each page")], Act::Tweak(errors::shifting_pages)),
];

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
            "cells": places::to_json(spec.place),
            "params": params,
        })
    });
    rows.collect()
}
