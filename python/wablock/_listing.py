"""The block list in asyncio programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, final

from ._bridge import run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ._native import NativeClient, Pager
    from .reports import BlockedUsers
    from .results import BlockedUser

__all__ = ["AsyncBlockList"]


@final
class AsyncBlockList:
    """A block list, read page by page while you loop over it. Each loop re-reads it.

    The second page is requested after you have read the first; from then on one page is read ahead, while you read the
    users of the previous one. Leaving a loop early stops the paging.

    No user is yielded twice, even if the list is re-read because it changed.

    >>> import asyncio
    >>> from wablock import AsyncClient
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
        """The full list, which data frame libraries read directly.

        >>> import asyncio
        >>> from wablock import AsyncClient
        >>> from wablock.testing import Sandbox
        >>> async def main(config):
        ...     async with AsyncClient(config) as wa:
        ...         return await wa.list().collect()
        >>> with Sandbox() as sandbox:
        ...     _ = sandbox.seed("meta", blocked=["+16505551234"])
        ...     asyncio.run(main(sandbox.meta()))
        BlockedUsers(1 user)
        """
        users: BlockedUsers = await run(self._pager().rest())
        return users

    def _pager(self) -> Pager:
        return self._native.list(self._timeout, self._max_retries)

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
        page: list[BlockedUser] | None = await run(self._pager.page())
        if page is None:
            raise StopAsyncIteration
        return page


class _Users:
    __slots__ = ("_page", "_pages")

    def __init__(self, pages: AsyncIterator[list[BlockedUser]]) -> None:
        self._pages = pages
        self._page: Iterator[BlockedUser] = iter(())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BlockedUser:
        while True:
            for user in self._page:
                return user
            self._page = iter(await anext(self._pages))
