"""The client for asyncio programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, final, overload

from ._bridge import end_reading, run
from ._client import ClientBase, OnMissing, Progress, UserLike
from ._listing import AsyncBlockList
from ._process import importing
from ._progress import shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable
    from types import TracebackType

    from .reports import Report
    from .results import DoneOutcome


__all__ = ["AsyncBlockList", "AsyncClient"]


@final
class AsyncClient(ClientBase):
    """Blocks, unblocks and lists the users of one business number at one provider, for asyncio programs.

    Works from several event loops and threads, with repeated `asyncio.run`, and in forked processes. Creating a client
    starts nothing; the first call opens connections, which all calls share.

    The first argument is the configuration of a provider, such as `Meta`. The others are the options in
    `ClientOptions`; each has a default.

    Raises:
        ConfigError: an option is missing, unknown or invalid.

    >>> import asyncio
    >>> from wablock.testing import Sandbox
    >>> async def main(config):
    ...     async with AsyncClient(config) as wa:
    ...         outcome = await wa.block("+1 (650) 555-1234")
    ...         return outcome.state, outcome.wa_id
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(main(sandbox.meta()))
    ('done', '16505551234')
    """

    __slots__ = ()

    def _prepare(self) -> None:
        # Imported by the first client: programs without asyncio need not wait for it, and no call does.
        with importing:
            import asyncio
        del asyncio

    @overload
    async def block(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
        self,
        users: UserLike,
        *,
        on_missing: OnMissing = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome: ...
    @overload
    async def block(
        self,
        users: Iterable[UserLike] | AsyncIterable[UserLike],
        *,
        on_missing: Literal["raise"] = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    @overload
    async def block(
        self,
        users: Iterable[UserLike | None] | AsyncIterable[UserLike | None],
        *,
        on_missing: Literal["fail"],
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    async def block(
        self,
        users: UserLike | Iterable[UserLike | None] | AsyncIterable[UserLike | None],
        *,
        on_missing: OnMissing = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome | Report:
        """Blocks one user or many.

        One user (a string, a dict, or a value from wablock: see `UserLike`) gives a `DoneOutcome`, or raises its error.
        An iterable of users gives a `Report` with one outcome per input, in input order. A call over a
        collection raises only when the whole call failed: configuration, credentials, permission, unknown business
        number, no connection, cancelled or closed. The exception then has `.report`.

        Args:
            users: one user, or an iterable or async iterable of users. A string is always one user; pass ``[text]``
                if you want a `Report`.
            on_missing: how to treat a missing value (None, NaN, pandas' NA) among many users: ``"raise"`` raises before
                anything is sent, ``"fail"`` lets only that row fail. Default: ``"raise"``.
            timeout: seconds for this call. Default: the client's.
            max_retries: attempts after the first, for this call. Default: the client's.
            progress: called with the number of distinct users that have an outcome, and the total. An exception in it
                aborts the call and is raised here. True draws a progress bar in terminals and notebooks, with tqdm if
                it is installed.

        Cancelling drops the requests in flight. The `CancelledError` carries `.report`; `report_of` also finds it in
        the `TimeoutError` of `asyncio.timeout`, and in the `KeyboardInterrupt` of `asyncio.run`.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         return await wa.block(["+16505551234", "nonsense"])
        >>> with Sandbox() as sandbox:
        ...     asyncio.run(main(sandbox.meta()))
        Report(meta block: 1 done, 1 failed (invalid_user 1), 0 unknown, 0 not_sent)
        """
        return await self._change("block", users, on_missing, timeout, max_retries, progress)

    @overload
    async def unblock(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
        self,
        users: UserLike,
        *,
        on_missing: OnMissing = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome: ...
    @overload
    async def unblock(
        self,
        users: Iterable[UserLike] | AsyncIterable[UserLike],
        *,
        on_missing: Literal["raise"] = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    @overload
    async def unblock(
        self,
        users: Iterable[UserLike | None] | AsyncIterable[UserLike | None],
        *,
        on_missing: Literal["fail"],
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    async def unblock(
        self,
        users: UserLike | Iterable[UserLike | None] | AsyncIterable[UserLike | None],
        *,
        on_missing: OnMissing = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome | Report:
        """Unblocks one user or many, with the same arguments and results as `block`.

        You may not be able to undo an unblock: a user can be blocked only within 24 hours of their last message.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         return await wa.unblock(["+16505551234"])
        >>> with Sandbox() as sandbox:
        ...     asyncio.run(main(sandbox.meta()))
        Report(meta unblock: 1 done, 0 failed, 0 unknown, 0 not_sent)
        """
        return await self._change("unblock", users, on_missing, timeout, max_retries, progress)

    def list(self, *, timeout: float | None = None, max_retries: int | None = None) -> AsyncBlockList:
        """The block list. Loop over it with ``async for``; nothing is sent before.

        Args:
            timeout: seconds for all pages together. Default: the client's.
            max_retries: attempts after the first, for each page. Default: the client's.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         return [user.wa_id async for user in wa.list()]
        >>> with Sandbox() as sandbox:
        ...     _ = sandbox.seed("meta", blocked=["+16505551234"])
        ...     asyncio.run(main(sandbox.meta()))
        ['16505551234']
        """
        return AsyncBlockList(self._native, timeout, max_retries)

    async def is_blocked(self, user: UserLike, *, timeout: float | None = None, max_retries: int | None = None) -> bool:
        """Whether one user, in any number format, is on the block list.

        Reads the list page by page until it finds the user; nothing is cached. For many users, read the list once,
        ``blocked = await wa.list().collect()``, and test ``user in blocked``.

        Args:
            user: one user; see `UserLike`.
            timeout: seconds for all pages together. Default: the client's.
            max_retries: attempts after the first, for each page. Default: the client's.

        Raises:
            UnsupportedError: the list cannot answer, because some of its rows lack the kind of id that you passed.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         return await wa.is_blocked("+55 (31) 98765-4321")
        >>> with Sandbox() as sandbox:
        ...     _ = sandbox.seed("meta", blocked=["553187654321"])
        ...     asyncio.run(main(sandbox.meta()))
        True
        """
        blocked: bool = await run(self._native.is_blocked(user, timeout, max_retries))
        return blocked

    async def ping(self, *, timeout: float | None = None, max_retries: int | None = None) -> None:
        """Checks the connection and the credentials with one cheap read; raises an error if something is wrong.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         await wa.ping()
        >>> with Sandbox() as sandbox:
        ...     asyncio.run(main(sandbox.meta()))
        """
        await run(self._native.ping(timeout, max_retries))

    async def settle(self, report: Report, *, timeout: float | None = None, max_retries: int | None = None) -> Report:
        """Resolves a report's unknown outcomes from the block list, once changes have taken effect.

        Never resends a block or unblock. Anything the list cannot confirm stays unknown.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         report = await wa.block(["+16505551234"])
        ...         settled = await wa.settle(report)
        ...         return settled.ok
        >>> with Sandbox() as sandbox:
        ...     asyncio.run(main(sandbox.meta()))
        True
        """
        settled: Report = await run(self._native.settle(report, timeout, max_retries))
        return settled

    async def aclose(self) -> None:
        """Closes the client. Calls in flight end immediately; they and later calls raise `ClosedError`.

        A call that still waits for users of an async iterable ends too: what waits there is cancelled.

        >>> import asyncio
        >>> from wablock import Meta
        >>> wa = AsyncClient(Meta(access_token="EAAB...", phone_number_id="106540352242922"))
        >>> asyncio.run(wa.aclose())
        >>> wa.is_closed
        True
        """
        self._native.close()
        end_reading()

    async def close(self) -> None:
        """The same as `aclose`."""
        await self.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _change(
        self,
        operation: str,
        users: Any,
        on_missing: OnMissing,
        timeout: float | None,
        max_retries: int | None,
        progress: Progress | bool | None,
    ) -> DoneOutcome | Report:
        # The users of an async iterable are read later, when the call is awaited.
        source = users if hasattr(users, "__aiter__") else None
        given = users if source is None else ()
        call = self._native.change(operation, given, on_missing, timeout, max_retries)
        with shown(progress, operation) as listener:
            done: DoneOutcome | Report = await run(call, listener, source)
        return done
