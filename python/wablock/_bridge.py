"""Brings finished native calls to the event loops that wait for them.

Tokio's threads never touch Python: they fill a queue and wake the loop once per batch; the loop's own thread fetches.
"""

from __future__ import annotations

import contextlib
import itertools
import weakref
from _thread import allocate_lock
from collections import deque
from collections.abc import AsyncIterable, Callable, Coroutine
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, TypeAlias

from . import _process
from ._native import Bridge, Call
from ._reading import Reading, collect
from .reports import Report

if TYPE_CHECKING:
    # Clients load it: programs without asyncio need not wait for it.
    import asyncio

__all__ = ["end_reading", "run"]

Progress: TypeAlias = Callable[[int, int], object]

_PATIENCE = 5.0
"""Seconds to wait for the end of a cancelled call. It takes milliseconds, but a busy machine may need longer, and the
caller gets the report only at that end."""

_NO_LOOP = (
    "AsyncClient needs a running asyncio event loop. Under trio, use `Client` in a thread: "
    "`await trio.to_thread.run_sync(client.block, users)`. Without an event loop, use `Client` as it is."
)

_tokens = itertools.count(1)


class _Pending:
    """A call in flight: the future that is awaited now, and what has arrived for it."""

    __slots__ = ("again", "call", "context", "failure", "future", "progress", "reading", "result", "started")

    def __init__(self, call: Call, future: asyncio.Future[None], progress: Progress | None) -> None:
        self.call = call
        self.future = future
        self.progress = progress
        self.started = False
        self.result: tuple[str, Any] | None = None
        self.failure: BaseException | None = None
        self.again: BaseException | None = None
        self.reading: Reading | None = None
        # Log records and `progress` see the context variables of the call they are about.
        self.context = copy_context()

    def advance(self, done: int, total: int) -> None:
        if self.progress is None or self.failure is not None or self.future.done():
            return
        try:
            self.context.run(self.progress, done, total)
        except BaseException as error:  # it is raised again where the call is awaited
            self.failure = error
            self.cancel()

    def cancel(self) -> None:
        # A finished call is left alone: the calls of a list end with it.
        if self.result is None:
            self.call.cancel()

    def finish(self, kind: str, value: Any) -> None:
        self.result = (kind, value)
        if not self.future.done():
            self.future.set_result(None)

    def report(self) -> Report | None:
        """What is known of the inputs, once the call has ended."""
        value = None if self.result is None else self.result[1]
        return value if isinstance(value, Report) else getattr(value, "report", None)


class _Bridge:
    """The calls of one event loop. Holds the loop weakly: the loop holds the bridge, through its watched socket."""

    __slots__ = ("__weakref__", "_fetched", "_loop", "_native", "_pending", "_watcher")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._pending: dict[int, _Pending] = {}
        self._fetched: deque[tuple[int, str, Any]] = deque()
        self._watcher: Callable[[], object] | None = None
        try:
            self._native = Bridge(socket=True)
            # In an empty context: that of the first caller would live as long as the loop.
            Context().run(loop.add_reader, self._native.fileno(), self._fetch)
        except NotImplementedError:
            self._native = Bridge(socket=False)
            self._watcher = _watch(self._native, weakref.ref(self))
        weakref.finalize(self, self._native.close).atexit = False

    def usable(self) -> bool:
        loop = self._loop()
        return loop is not None and not loop.is_closed()

    def close(self) -> None:
        self._native.close()
        if self._watcher is not None:
            self._watcher()

    def call_soon(self, function: Callable[[], object]) -> bool:
        """Has the loop's thread call this; false if the loop has ended. Called on any thread."""
        loop = self._loop()
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(function)
        except RuntimeError:  # the loop was closed
            return False
        return True

    def wake(self) -> bool:
        return self.call_soon(self._fetch)

    def end_reading(self) -> None:
        for pending in self._pending.values():
            if pending.reading is not None:
                pending.reading.stop()

    def _fetch(self) -> None:
        self._fetched.extend(self._native.drain())
        try:
            while self._fetched:
                self._deliver(*self._fetched.popleft())
        finally:
            # Ctrl-C interrupted this: the rest must not be lost.
            if self._fetched and self.usable():
                self.wake()

    def _deliver(self, token: int, kind: str, value: Any) -> None:
        pending = self._pending.get(token)
        if kind == "log":
            self._log(pending, *value)
        elif pending is None:
            pass
        elif kind == "progress":
            pending.advance(*value)
        else:
            pending.finish(kind, value)

    def _log(self, pending: _Pending | None, level: int, message: str) -> None:
        from logging import getLogger  # loaded already: a program without it wants no records

        try:
            (copy_context() if pending is None else pending.context).run(getLogger("wablock").log, level, message)
        except Exception as error:
            if (loop := self._loop()) is not None:
                loop.call_exception_handler(
                    {"message": "a log record of wablock could not be written", "exception": error}
                )

    async def run(
        self,
        loop: asyncio.AbstractEventLoop,
        call: Call,
        progress: Progress | None,
        source: AsyncIterable[object] | None,
    ) -> Any:
        import asyncio

        token = next(_tokens)
        pending = self._pending[token] = _Pending(call, loop.create_future(), progress)
        try:
            if source is not None:
                await collect(source, pending)
            while call.read():  # noqa: ASYNC110  # this is work, not waiting
                await asyncio.sleep(0)
            self._start(token, pending)
            await pending.future
            if pending.failure is not None:
                _attach(pending.failure, pending.report())
                raise pending.failure
            assert pending.result is not None  # noqa: S101  # the future is done only with a result
            kind, value = pending.result
            if kind == "error":
                raise value
            return value[0] if kind == "one" else value
        except asyncio.CancelledError as cancelled:
            if not pending.started:
                # While the users were read: a call that is cancelled before it begins reports all of them as not sent.
                with contextlib.suppress(Exception):
                    while call.read():
                        pass
                    self._start(token, pending)
            pending.cancel()
            if pending.started and pending.result is None:
                await _ended(loop, pending)
            _attach(cancelled, pending.report())
            if pending.again is not None:
                _attach(pending.again, pending.report())
                raise pending.again from cancelled
            raise
        finally:
            pending.cancel()
            del self._pending[token]
            # The exceptions raised here hold this frame: it must not hold them.
            pending.result = pending.failure = pending.again = None
            value = None

    def _start(self, token: int, pending: _Pending) -> None:
        pending.call.start(self._native, token, pending.progress is not None)
        pending.started = True


async def _ended(loop: asyncio.AbstractEventLoop, pending: _Pending) -> None:
    """Waits for the end of a cancelled call, even if it is cancelled again meanwhile.

    The scopes of anyio cancel a task again at each turn of the loop, until it ends. The last cancel is kept, to be
    raised.
    """
    from asyncio import CancelledError

    patience = loop.call_later(_PATIENCE, pending.finish, "nothing", None)
    while pending.result is None:
        pending.future = loop.create_future()
        try:
            await pending.future
        except CancelledError as again:
            pending.again = again
    patience.cancel()


def _attach(error: BaseException, report: Report | None) -> None:
    error.report = report  # type: ignore[attr-defined]  # documented: cancelled calls carry their report


def _watch(native: Bridge, bridge: weakref.ref[_Bridge]) -> Callable[[], object]:
    """Waits on a thread where a loop cannot watch a socket (Windows' default loop); returns what waits for its end."""
    with _process.importing:
        from threading import Thread, current_thread

    def watch() -> None:
        while native.wait():
            strong = bridge()
            if strong is None or not strong.wake():
                return
            del strong

    watcher = Thread(target=watch, name="wablock-bridge", daemon=True)
    watcher.start()
    return lambda: None if watcher is current_thread() else watcher.join(_PATIENCE)


class _Bridges:
    """The bridges of this process, by loop."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Bridge] = weakref.WeakKeyDictionary()

    def of(self, loop: asyncio.AbstractEventLoop) -> _Bridge:
        bridge = self._by_loop.get(loop)
        if bridge is None:
            bridge = _Bridge(loop)
            with self._lock:
                for dead in [known for known, old in self._by_loop.items() if not old.usable()]:
                    del self._by_loop[dead]
                self._by_loop[loop] = bridge
        return bridge

    def all(self) -> list[_Bridge]:
        with self._lock:
            return list(self._by_loop.values())


_bridges = _Bridges()
_left_behind: list[_Bridges] = []


def run(
    call: Call, progress: Progress | None = None, source: AsyncIterable[object] | None = None
) -> Coroutine[Any, Any, Any]:
    """Reads the users of a call, starts it and awaits its end.

    Cancelling this cancels the call; the `CancelledError` gets its `.report`.
    """
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError as error:
        raise RuntimeError(_NO_LOOP) from error
    return _bridges.of(loop).run(loop, call, progress, source)


def end_reading() -> None:
    """Ends the reading of users for calls whose client was closed, in all event loops."""
    for bridge in _bridges.all():
        bridge.call_soon(bridge.end_reading)


def _forked() -> None:
    """Leaves the parent's bridges alone in the child, even unclosed: the parent's loops may still watch the sockets."""
    global _bridges
    _left_behind.append(_bridges)
    _bridges = _Bridges()


def _exiting() -> None:
    for bridge in _bridges.all():
        bridge.close()


_process.also(forked=_forked, exiting=_exiting)
