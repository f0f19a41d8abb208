"""Reading the users of an async iterable for a call."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterable

    from ._native import Call

__all__ = ["Reading", "collect"]

_PIECE = 1024
"""Users of an async iterable that are read at a time."""


class _Pending(Protocol):
    """The call whose users are read."""

    call: Call
    reading: Reading | None


class Reading:
    """Waits for users of an async iterable, until the client is closed.

    Closing works like `asyncio.timeout`: the task is cancelled, and the cancel is undone where it arrives.
    """

    __slots__ = ("_before", "_call", "_stopped", "_task")

    def __init__(self, task: asyncio.Task[Any], call: Call) -> None:
        self._task = task
        self._call = call
        self._before = task.cancelling()
        self._stopped = False

    @property
    def closed(self) -> bool:
        return self._call.closed

    def stop(self) -> None:
        if self.closed and not self._stopped:
            self._stopped = True
            self._task.cancel()

    def was_stopped(self) -> bool:
        """Undoes the cancel; false if the task was also cancelled by others. Called once, after reading."""
        return self._stopped and self._task.uncancel() <= self._before


async def collect(source: AsyncIterable[object], pending: _Pending) -> None:
    """Reads the users of an async iterable, and leaves it properly where the call or the client ends before it does."""
    import asyncio

    call = pending.call
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # a coroutine that awaits a future of the loop runs in a task
    users = aiter(source)
    piece: list[object] = []
    reading = pending.reading = Reading(task, call)
    try:
        while not reading.closed:
            try:
                piece.append(await anext(users))
            except StopAsyncIteration:
                break
            if len(piece) == _PIECE:
                full, piece = piece, []
                call.add(full)
    except BaseException as error:
        pending.reading = None
        # Those who came until then are reported as not sent.
        with contextlib.suppress(Exception):
            call.add(piece)
        stopped = reading.was_stopped()
        await _leave(users)
        if stopped and isinstance(error, asyncio.CancelledError):
            return
        raise
    pending.reading = None
    call.add(piece)
    if reading.closed:
        reading.was_stopped()
        await _leave(users)


async def _leave(users: AsyncIterable[object]) -> None:
    if (close := getattr(users, "aclose", None)) is not None:
        await close()
