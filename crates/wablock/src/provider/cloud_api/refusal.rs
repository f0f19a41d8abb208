//! What an error comes to. Meta's code counts first, then the provider's own words, then the status.

use super::{Reading, codes, graph_error::GraphError};
use crate::{
    model::error::{Error, Refusal, Remedy},
    provider::{
        Call,
        answer::{Context, refusal_of_status},
    },
};

/// The refusal that an error stands for.
pub(in crate::provider) fn refusal(
    reading: &Reading,
    call: &Call<'_>,
    graph: &GraphError,
    context: &Context,
) -> Refusal {
    let named = graph.text().and_then(|text| codes::named_in(&text));
    let own = reading.words_of(graph);
    let of_code =
        |code| codes::refusal_of_code(code, graph.subcode, graph.transient, call, context.retry_after.is_some());
    // Some resellers repeat the status as a code.
    let is_status = |code: i64| code == i64::from(context.status) && !codes::is_known(code, graph.subcode);
    let (kind, remedy) = match (named, graph.code, own) {
        (Some((kind, _)), ..) => (kind, Remedy::None),
        (None, Some(code), None) if !is_status(code) => of_code(code),
        (None, Some(code), Some(_)) if codes::is_known(code, graph.subcode) => of_code(code),
        (None, _, Some(own)) => (own.kind, own.remedy),
        (None, ..) => refusal_of_status(context.status, graph.transient),
    };
    let code = graph.code.map(|code| format!("(#{code}) ")).or(graph.word.as_ref().map(|word| format!("{word}: ")));
    let code = code.unwrap_or_default();
    let text = graph.text().map_or_else(
        || format!("{code}HTTP {}", context.status),
        |text| {
            if text.starts_with(&code) { text } else { format!("{code}{text}") }
        },
    );
    let mut error = Error::new(kind, text)
        .with_provider(&reading.entry.id)
        .with_status(context.status)
        .with_request_id(graph.trace_id.as_deref().or(context.request_id.as_deref()))
        .with_retryable(!matches!(remedy, Remedy::None | Remedy::ShrinkPage));
    if let Some(code) = graph.code {
        error = error.with_provider_code(code);
    } else if let Some(word) = &graph.word {
        error = error.with_provider_code(word);
    }
    // The hints are about Meta's options, which a provider that passes Meta's error on may not have.
    let of_code = || codes::hint(graph.code?, graph.subcode);
    let hint = named.map(|(_, hint)| hint).or_else(of_code).or_else(|| own?.hint);
    if let Some(hint) = hint.filter(|hint| reading.entry.has_options_of(hint)) {
        error = error.with_hint_naming(hint);
    }
    if remedy == Remedy::Throttle {
        error = error.with_retry_after(context.retry_after);
    }
    Refusal { error, remedy }
}
