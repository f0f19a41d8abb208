//! Credentials that come back: in every encoding that a server might use, and where a program might print them.

use super::act::Ctx;
use crate::encodings::encode;
use crate::http::Reply;
use crate::simulator::Failure;

/// Where an error repeats what it was sent.
pub(crate) const PLACES: &[&str] = &["text", "page", "trace", "header"];

/// The secrets in a request.
fn sent(ctx: &Ctx<'_>) -> Vec<String> {
    let request = ctx.call.request;
    let mut headers = ctx.simulator.headers();
    headers.dedup();
    let mut all = vec![String::from_utf8_lossy(&request.body).into_owned()];
    all.extend(headers.into_iter().filter_map(|name| request.header(name)).map(str::to_owned));
    all.extend(request.query_pairs().map(|(_, value)| value));
    all.retain(|text| !text.is_empty());
    all
}

/// The credential in the encoding that the parameters ask for.
pub(crate) fn secret(ctx: &Ctx<'_>) -> String {
    encode(&ctx.simulator.credential(ctx.call.request), ctx.params.text("encoding"))
}

/// An error that repeats the credential and the request.
pub(crate) fn echo_secret(ctx: &Ctx<'_>) -> Reply {
    let texts: Vec<String> = sent(ctx).iter().map(|text| encode(text, ctx.params.text("encoding"))).collect();
    let texts = texts.join(" | ");
    match ctx.params.text("place") {
        // A gateway's HTML page instead of JSON.
        "page" => Reply::typed(200, "text/html; charset=UTF-8", format!("<h1>Cannot serve</h1>{texts}")),
        "trace" => ctx.fail(Failure::Trace(&texts)),
        "header" => {
            let line: String = texts.chars().filter(|c| (' '..='~').contains(c)).collect();
            let reply = ctx.fail(Failure::Text("Refused"));
            let reply = reply.with("www-authenticate", line.clone()).with("retry-after", line.clone());
            reply.with("x-request-id", line.clone()).with("x-business-use-case-usage", line)
        }
        _ => ctx.fail(Failure::Text(&format!("Refused: {texts}"))),
    }
}
