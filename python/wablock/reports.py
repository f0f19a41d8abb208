"""Frozen sequences over Rust data: the report of a call, and a complete block list."""

from ._native import BlockedUsers, Report, Rows

__all__ = ["BlockedUsers", "Report", "Rows"]
