# Written by `cargo xtask faces`. Do not edit.
"""Faults and settings of the sandbox."""
# ruff: noqa: E501, PYI030, TC001, UP013  # stubtest knows only unions
# fmt: off

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

from ._simulated import ProviderName

__all__ = ["FaultKeys", "FaultName", "FaultRule", "OperationName", "Settings"]

OperationName: TypeAlias = Literal["block", "unblock"] | Literal["list"]

FaultName: TypeAlias = (
    Literal[
        "port_closed",
        "refused",
        "reset_before_read",
        "reset_after_read",
        "lost_answer",
        "hang_up",
        "silence",
        "early_close",
        "delay",
        "drip",
        "cut_headers",
        "cut_body",
        "cut_chunks",
        "bad_chunks",
        "stall_headers",
        "stall_body",
        "long_content_length",
        "short_content_length",
        "two_content_lengths",
        "no_content_length",
        "extra_bytes",
        "interim",
        "wrong_encoding",
        "gzip_bomb",
        "endless_body",
        "endless_headers",
        "huge_headers",
        "many_headers",
        "bad_header",
        "bad_status_line",
        "truncated_json",
        "wrong_json",
        "not_json",
        "empty_200",
        "status_204",
        "wrong_content_type",
        "bom",
        "invalid_utf8",
        "deep_json",
        "html_200",
        "redirect",
        "status",
        "status_plain",
        "failing_status",
        "error_code",
        "error_code_inner",
        "throttle",
        "regain_minutes",
        "list_changed",
        "hostile_text",
        "echo_secret",
        "error_form",
        "code_as_text",
        "huge_text",
        "per_user_error",
        "too_many_numbers",
        "clock_skew",
        "missing_item",
        "duplicate_item",
        "foreign_item",
        "contradictory_item",
        "input_rewritten",
        "wrong_list_name",
        "no_ids",
        "numeric_ids",
        "bad_ids",
        "hidden_numbers",
        "extra_field",
        "added_with_errors",
        "error_beside",
        "user_error_shape",
        "nameless_failures",
        "success_true",
        "status_word",
        "nested_rows",
        "meta_list",
        "repeated_cursor",
        "looping_cursors",
        "empty_page_with_cursor",
        "small_pages",
        "endless_list",
        "stale_list",
        "evil_next_link",
        "next_without_cursor",
        "wrong_paging",
        "numeric_cursor",
        "clamped_pages",
        "page_refused",
        "endless_empty_pages",
    ]
    | Literal["shifting_pages"]
)
"""Name of a fault; `Sandbox.control("faults")` says what each does."""

FaultKeys = TypedDict(
    "FaultKeys",
    {
        "above": int,
        "age_s": int,
        "all": bool,
        "code": int,
        "count": int,
        "depth": int,
        "details": str,
        "encoding": Literal["plain", "percent", "percent_lower", "percent_path", "percent_all", "percent_twice", "html", "html_numbers", "json", "json_all", "base64", "base64_url"] | Literal["base64_twice"],
        "for_ms": int,
        "form": Literal["user_texts", "title", "data_text", "list", "code_text", "code_in_text", "text_only", "null_texts"] | Literal["detail"],
        "holds": Literal["text", "secret", "control"] | Literal["huge"],
        "index": int,
        "is_transient": bool,
        "kib": int,
        "line": str,
        "location": str,
        "max": int,
        "message": str,
        "mib": int,
        "ms": int,
        "nth": int,
        "page_rows": int,
        "place": Literal["text", "page", "trace"] | Literal["header"],
        "regain_minutes": int,
        "replace": bool,
        "reset": bool,
        "retry_after": int,
        "retry_after_date_s": int,
        "retry_after_ms": int,
        "retry_after_text": str,
        "rows": int,
        "shape": Literal["types", "array", "string", "number", "null", "empty", "plus", "long", "control", "words", "secret", "object", "text", "texts", "missing", "flag", "cursors_array"] | Literal["cursors_text"],
        "skew_ms": int,
        "status": int,
        "subcode": int,
        "url": str,
        "user": str,
        "word": str,
    },
    total=False,
)
"""The own keys of all faults."""


class FaultRule(FaultKeys, total=False):
    """When a fault applies, and its own keys."""

    after: int
    """Leave the first so many matching requests alone."""
    applied: bool
    """Whether a write still changes the list."""
    every: int
    """Strike each k-th matching request only."""
    operation: OperationName
    """Only for block, unblock or list."""
    probability: float
    """Strike by chance (0 to 1), decided by `seed`."""
    provider: ProviderName
    """Only for this provider."""
    seed: int
    """Where the chance starts (1)."""
    times: int
    """Strike so many times at most."""


Settings = TypedDict(
    "Settings",
    {
        "1msg_rate_per_s": int | None,
        "360dialog_rate_per_s": int | None,
        "99digital_rate_per_s": int | None,
        "99digital_unblock_missing": Literal["ok"] | Literal["fail"],
        "cloud_api_rate_per_s": int | None,
        "date_skew_ms": int,
        "everyone_wrote": bool,
        "gupshup_rate_per_s": int | None,
        "kaleyra_rate_per_s": int | None,
        "kapso_rate_per_s": int | None,
        "list_cap": int,
        "meta_next_links": Literal["when_more_rows"] | Literal["omit"],
        "meta_page_default": int,
        "meta_page_max": int,
        "meta_page_refuse_above": int | None,
        "meta_partial_status": int,
        "meta_rate_per_s": int | None,
        "meta_regain_minutes": int,
        "meta_usage_percent": int,
        "nxcloud_algorithms": list[Literal["md5"] | Literal["sha256"]],
        "nxcloud_all_failed": Literal["code0"] | Literal["9099"],
        "nxcloud_clock_window_ms": int,
        "nxcloud_rate_per_s": int | None,
        "record": bool,
        "require_appsecret_proof": bool,
        "response_delay_ms": int,
        "retry_after_s": int | None,
        "sinch_error_field": Literal["details"] | Literal["reason"],
        "sinch_overload_status": int,
        "sinch_propagation_delay_s": int,
        "sinch_rate_per_s": int | None,
        "splashify_rate_per_s": int | None,
        "ycloud_rate_per_s": int | None,
        "zernio_rate_per_s": int | None,
    },
    total=False,
)
"""What can be changed about the sandbox."""
