"""The client for asyncio programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, Unpack, cast, final, overload

from ._client import ClientBase, ClientOptions, Hidden, Progress, UserLike
from ._logs import wanted
from ._process import importing
from ._progress import Shown
from .results import BlockedUser, DoneOutcome, Report, native_report

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from types import TracebackType

    from ._bridge import Start
    from ._native import Inputs, NativeClient, Pager
    from .config import Config
    from .users import BlockedUsers

__all__ = ["AsyncBlockList", "AsyncClient", "block", "list_blocked", "unblock"]


_bridge_run: Callable[[Start, Progress | None, Inputs | None], Awaitable[Any]] | None = None


def _run(start: Start, progress: Progress | None = None, inputs: Inputs | None = None) -> Awaitable[Any]:
    global _bridge_run
    if _bridge_run is None:  # asyncio is imported by those who use it
        from . import _bridge

        _bridge_run = _bridge.run
    return _bridge_run(start, progress, inputs)


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
        ca_certificates: certificate authorities in PEM text, trusted beside the system's and the bundled ones.

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
            from ._bridge import run
        del run

    @overload
    async def block(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
        self,
        users: UserLike,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome: ...
    @overload
    async def block(
        self,
        users: Iterable[UserLike],
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    async def block(
        self,
        users: UserLike | Iterable[UserLike],
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome | Report:
        """Blocks one user or many.

        One user (text, a dict with ``"user"``, a `User`) gives that user's `Outcome`, which is done, or raises its
        error. Any iterable of users gives a `Report` with one outcome per input, in input order; it raises only when no
        input was done and the provider said no about none: then the exception is the common cause, with `.report`.

        Args:
            users: one user, or any iterable of users.
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
        return await self._bulk("block", users, timeout, max_retries, progress)

    @overload
    async def unblock(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
        self,
        users: UserLike,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome: ...
    @overload
    async def unblock(
        self,
        users: Iterable[UserLike],
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    async def unblock(
        self,
        users: UserLike | Iterable[UserLike],
        *,
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
        return await self._bulk("unblock", users, timeout, max_retries, progress)

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
        settled = await _run(
            lambda bridge, token: native.start_settle(bridge, token, data, (timeout, max_retries, wanted()))
        )
        return cast("Report", settled)

    async def aclose(self) -> None:
        """Closes the client: calls in flight end at once, they and later ones raise `ClosedError`.

        >>> import asyncio
        >>> from wablock import Meta
        >>> wa = AsyncClient(Meta(access_token="EAAB...", phone_number_id="106540352242922"))
        >>> asyncio.run(wa.aclose())
        >>> wa.is_closed
        True
        """
        self._native.close()

    async def close(self) -> None:
        """The same as `aclose`."""
        self._native.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _bulk(
        self,
        operation: str,
        users: UserLike | Iterable[UserLike],
        timeout: float | None,
        max_retries: int | None,
        progress: Progress | bool | None,
    ) -> DoneOutcome | Report:
        native = self._native
        inputs = None if isinstance(users, str) else native.gather(users)
        given = users if inputs is None else inputs
        with Shown(progress, operation) as tell:
            done = await _run(
                lambda bridge, token: native.start(
                    bridge, token, operation, given, (timeout, max_retries, wanted()), tell is not None
                ),
                tell,
                inputs,
            )
        return cast("DoneOutcome | Report", done)


@final
class AsyncBlockList:
    """A block list, read page by page while it is looped over. Each loop reads it anew.

    The second page is asked for when the first was taken; from then on one page is read ahead, while you look at the
    users of the one before. Leaving a loop early stops the paging.

    Nobody is yielded twice, also when the list is read again because it changed under the reader.

    >>> import asyncio
    >>> from wablock.testing import Sandbox
    >>> async def main(config):
    ...     async with AsyncClient(config) as wa:
    ...         return [len(page) async for page in wa.list().pages()]
    >>> with Sandbox() as sandbox:
    ...     _ = sandbox.seed("meta", blocked=[f"1650555{n:04}" for n in range(150)])
    ...     asyncio.run(main(sandbox.meta()))
    [100, 50]
    """

    __slots__ = ("_max_retries", "_native", "_timeout")

    def __init__(self, native: NativeClient, timeout: float | None, max_retries: int | None) -> None:
        self._native = native
        self._timeout = timeout
        self._max_retries = max_retries

    def pages(self) -> AsyncIterator[list[BlockedUser]]:
        """The list page by page, for progress and for writing page by page; no page is empty."""
        return _Pages(self._pager())

    async def collect(self) -> BlockedUsers:
        """The whole list, which data frame libraries take as it is.

        >>> import asyncio
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         return await wa.list().collect()
        >>> with Sandbox() as sandbox:
        ...     _ = sandbox.seed("meta", blocked=["+16505551234"])
        ...     asyncio.run(main(sandbox.meta()))
        BlockedUsers(1 user)
        """
        pager = self._pager()
        users = await _run(lambda bridge, token: pager.start(bridge, token, whole=True))
        return cast("BlockedUsers", users)

    def _pager(self) -> Pager:
        return self._native.list((self._timeout, self._max_retries, wanted()))

    def _repr_html_(self) -> str:
        return "<p><code>AsyncBlockList</code>: not read yet. <code>await</code> its <code>.collect()</code>.</p>"

    def __aiter__(self) -> AsyncIterator[BlockedUser]:
        return _Users(self.pages())

    def __repr__(self) -> str:
        return "<AsyncBlockList: loop over it with `async for`, or `await` its `collect()`>"


class _Pages:
    __slots__ = ("_pager",)

    def __init__(self, pager: Pager) -> None:
        self._pager = pager

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> list[BlockedUser]:
        import asyncio

        pager = self._pager
        # A page that is there already costs no future, but other work gets its turn.
        await asyncio.sleep(0)
        page = pager.take_ahead()
        if page is None:
            page = await _run(lambda bridge, token: pager.start(bridge, token, whole=False))
        if page is None:
            raise StopAsyncIteration
        return cast("list[BlockedUser]", page)


class _Users:
    __slots__ = ("_page", "_pages")

    def __init__(self, pages: AsyncIterator[list[BlockedUser]]) -> None:
        self._pages = pages
        self._page = iter(cast("list[BlockedUser]", []))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BlockedUser:
        while True:
            for user in self._page:
                return user
            self._page = iter(await anext(self._pages))


@overload
async def block(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
    users: UserLike, config: Config | None = None, **options: Unpack[ClientOptions]
) -> DoneOutcome: ...
@overload
async def block(
    users: Iterable[UserLike], config: Config | None = None, **options: Unpack[ClientOptions]
) -> Report: ...
async def block(
    users: UserLike | Iterable[UserLike], config: Config | None = None, **options: Unpack[ClientOptions]
) -> DoneOutcome | Report:
    """Blocks with a client made for this one call; see `AsyncClient.block`. Without `config` the environment is read.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.block("+16505551234", sandbox.meta())).state
    'done'
    """
    client = _client(config, options)
    del options
    async with client:
        return await client.block(users)


@overload
async def unblock(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
    users: UserLike, config: Config | None = None, **options: Unpack[ClientOptions]
) -> DoneOutcome: ...
@overload
async def unblock(
    users: Iterable[UserLike], config: Config | None = None, **options: Unpack[ClientOptions]
) -> Report: ...
async def unblock(
    users: UserLike | Iterable[UserLike], config: Config | None = None, **options: Unpack[ClientOptions]
) -> DoneOutcome | Report:
    """Unblocks with a client made for this one call; see `AsyncClient.unblock`.

    Without `config` the environment is read.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.unblock(["+16505551234"], sandbox.meta())).ok
    True
    """
    client = _client(config, options)
    del options
    async with client:
        return await client.unblock(users)


async def list_blocked(config: Config | None = None, **options: Unpack[ClientOptions]) -> BlockedUsers:
    """The whole block list, with a client made for this one call. Without `config` the environment is read.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.list_blocked(sandbox.meta()))
    BlockedUsers(0 users)
    """
    client = _client(config, options)
    del options
    async with client:
        return await client.list().collect()


def _client(config: Config | None, options: ClientOptions) -> AsyncClient:
    hidden = Hidden(options)
    del options
    return AsyncClient.from_env(**hidden) if config is None else AsyncClient(config, **hidden)
