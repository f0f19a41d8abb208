"""The client for asyncio programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self, cast, final, overload

from ._client import ClientBase, OnMissing, Progress, UserLike
from ._listing import AsyncBlockList
from ._logs import wanted
from ._process import importing
from ._progress import Shown
from ._running import end_reading, run
from .results import DoneOutcome, Report, native_report

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable
    from types import TracebackType


__all__ = ["AsyncBlockList", "AsyncClient"]


@final
class AsyncClient(ClientBase):
    """Blocks, unblocks and lists the users of one business number at one provider, for asyncio programs.

    Works from several event loops, threads and repeated `asyncio.run`, and in processes forked from this one. Making it
    starts nothing; connections are opened by the first call and shared by all.

    Args:
        config: `Meta`, `NxCloud`, `Digital99` or `Sinch`.
        timeout: seconds for a whole call with all its attempts and waits. Default: 60 for calls about one user, no
            limit for collections and lists, whose attempts each have one.
        connect_timeout: seconds to open a connection. Default: 5.
        attempt_timeout: seconds for one attempt. Default: 30.
        max_retries: attempts after the first. Default: 2.
        concurrency: requests at once of one call over a collection. Default: 8.
        rate_limit: requests per second, at least one a day. Default: the provider's documented rate, where it has one.
        default_region: ISO 3166 region whose national numbers are meant, such as ``"IL"``. Default: none, so that only
            international numbers are taken.
        max_response_bytes: largest answer read, after decompression, in bytes. Default: 8 MiB.
        list_restarts: how often a list is read anew because it changed. Default: 3.
        proxy: URL of a proxy. Default: those of the environment. This machine is never reached through a proxy.
        ca_certificates: more certificate authorities: PEM as text or bytes, or the path of a file with it; or a list of
            such. The system's (``SSL_CERT_FILE`` too) and the bundled ones are trusted as well.

    Raises:
        ConfigError: a setting is missing, unknown, or has a value that cannot work.

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
            from . import _bridge
        del _bridge

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

        One user (text, a dict, or what wablock returned: see `UserLike`) gives that user's `Outcome`, which is done, or
        raises its error. Any iterable of users gives a `Report` with one outcome per input, in input order; it raises
        only for what is the whole call's fault (configuration, credentials, permission, an unknown business number, no
        connection), with `.report`.

        Args:
            users: one user, or any iterable of users, also an asynchronous one. Text is always one user: a value typed
                ``str | list[str]`` gives an `Outcome` or a `Report`, so give ``[text]`` where you want a `Report`.
            on_missing: what a missing value (None, NaN, pandas' NA) among many users does: ``"raise"`` refuses the call
                before anything is sent, ``"fail"`` gives that row an outcome that failed. Default: ``"raise"``.
            timeout: seconds for this whole call. Default: the client's.
            max_retries: attempts after the first, for this call. Default: the client's.
            progress: called with how many distinct users have an outcome, and how many there are. What it raises ends
                the call and is raised here. True draws a bar with tqdm, where that is installed, in terminals and
                notebooks.

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
        return await self._bulk("block", users, on_missing, timeout, max_retries, progress)

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
        """Unblocks one user or many; takes and returns what `block` does.

        An unblock may not be possible to undo: a user can be blocked only within 24 hours of their last message.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         await wa.block(["+16505551234"])
        ...         return await wa.unblock(["+16505551234"])
        >>> with Sandbox() as sandbox:
        ...     asyncio.run(main(sandbox.meta()))
        Report(meta unblock: 1 done, 0 failed, 0 unknown, 0 not_sent)
        """
        return await self._bulk("unblock", users, on_missing, timeout, max_retries, progress)

    def list(self, *, timeout: float | None = None, max_retries: int | None = None) -> AsyncBlockList:
        """The block list; loop over it with ``async for``. Nothing is sent before.

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
        """Whether one user, in any spelling, is on the block list.

        Reads the list page by page, up to the page that has the user; nothing is kept. For many users read the list
        once, ``blocked = await wa.list().collect()``, and ask ``user in blocked``.

        Args:
            user: one user; see `UserLike`.
            timeout: seconds for all pages together. Default: the client's.
            max_retries: attempts after the first, for each page. Default: the client's.

        Raises:
            UnsupportedError: the list cannot tell, because it has rows without the kind of id that was given.

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
        native = self._native
        blocked = await run(
            lambda bridge, token: native.start_ask(bridge, token, (user,), (timeout, max_retries, wanted()))
        )
        return cast("bool", blocked)

    async def ping(self, *, timeout: float | None = None, max_retries: int | None = None) -> None:
        """Checks connection and credentials by one cheap read, which changes nothing; raises what is wrong.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         await wa.ping()
        >>> with Sandbox() as sandbox:
        ...     asyncio.run(main(sandbox.meta()))
        """
        native = self._native
        await run(lambda bridge, token: native.start_ask(bridge, token, None, (timeout, max_retries, wanted())))

    async def settle(self, report: Report, *, timeout: float | None = None, max_retries: int | None = None) -> Report:
        """Resolves a report's unknown outcomes by listing, after the provider's delay until effective.

        Never sends a block or an unblock again. What the list cannot tell stays unknown.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         return (await wa.settle(await wa.block(["+16505551234"]))).ok
        >>> with Sandbox() as sandbox:
        ...     asyncio.run(main(sandbox.meta()))
        True
        """
        data = native_report(report)
        native = self._native
        settled = await run(
            lambda bridge, token: native.start_settle(bridge, token, data, (timeout, max_retries, wanted()))
        )
        return cast("Report", settled)

    async def aclose(self) -> None:
        """Closes the client: calls in flight end at once, they and later ones raise `ClosedError`.

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

    async def _bulk(
        self,
        operation: str,
        users: UserLike | Iterable[UserLike | None] | AsyncIterable[UserLike | None],
        on_missing: OnMissing,
        timeout: float | None,
        max_retries: int | None,
        progress: Progress | bool | None,
    ) -> DoneOutcome | Report:
        native = self._native
        source = users if hasattr(users, "__aiter__") else None
        inputs = None if isinstance(users, str) else native.gather(users if source is None else (), on_missing)
        given = users if inputs is None else inputs
        with Shown(progress, operation) as tell:
            done = await run(
                lambda bridge, token: native.start(
                    bridge, token, operation, given, (timeout, max_retries, wanted()), tell is not None
                ),
                tell,
                inputs,
                cast("AsyncIterable[object] | None", source),
            )
        return cast("DoneOutcome | Report", done)
