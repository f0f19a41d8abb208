//! Rows of options that several providers have.

use crate::{
    config::CLOUD_LIST_SIZE,
    options::{OptionKind, OptionRow},
};

pub(super) const ALLOW_HTTP: OptionRow =
    OptionRow::optional("allow_http", OptionKind::Flag, "no", "Allow plain http to a host other than this machine.")
        .also(&["allow_insecure", "insecure", "http"]);

pub(super) const ALLOW_BSUID: OptionRow = OptionRow::optional(
    "allow_bsuid",
    OptionKind::Flag,
    "no",
    "Send business-scoped ids; the provider does not document whether it accepts them.",
);

pub(super) const fn base_url(default: &'static str) -> OptionRow {
    OptionRow::optional(
        "base_url",
        OptionKind::Text,
        default,
        "Host to call instead of the provider's: a proxy, or the sandbox.",
    )
    .also(&["url", "host", "endpoint", "api_url", "base_uri", "api_base", "server"])
}

pub(super) const fn page_size(default: &'static str) -> OptionRow {
    let kind = OptionKind::Whole { least: 1, most: CLOUD_LIST_SIZE as u64 };
    OptionRow::optional("page_size", kind, default, "Users to ask for in one page of the list.").also(&[
        "limit",
        "per_page",
        "list_page_size",
    ])
}

pub(super) const fn batch_size(most: usize, default: &'static str) -> OptionRow {
    let kind = OptionKind::Whole { least: 1, most: most as u64 };
    OptionRow::optional("batch_size", kind, default, "Most users in one request.").also(&[
        "max_batch_size",
        "chunk_size",
        "batch",
    ])
}
