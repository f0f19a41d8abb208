"""Awaiting native calls. The bridge to event loops, and asyncio with it, is loaded with the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable

    from ._bridge import Start
    from ._client import Progress
    from ._native import Inputs

__all__ = ["end_reading", "run"]


def end_reading() -> None:
    """Ends the reading of users for calls whose client was closed, in all event loops."""
    if _bridge_run is not None:
        from . import _bridge

        _bridge.end_reading()


_bridge_run: Callable[..., Awaitable[Any]] | None = None


def run(
    start: Start,
    progress: Progress | None = None,
    inputs: Inputs | None = None,
    source: AsyncIterable[object] | None = None,
) -> Awaitable[Any]:
    global _bridge_run
    if _bridge_run is None:  # asyncio is imported by those who use it
        from . import _bridge

        _bridge_run = _bridge.run
    return _bridge_run(start, progress, inputs, source)
