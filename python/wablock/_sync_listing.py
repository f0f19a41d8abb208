# Written by `cargo xtask faces`. Do not edit.
"""The block list in programs without asyncio."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Self, final

from ._blocking import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._native import NativeClient, Pager
    from .reports import BlockedUsers
    from .results import BlockedUser

__all__ = ["BlockList"]


@final
class BlockList:
    """A block list, read page by page while you loop over it. Each loop re-reads it.

    The second page is requested after you have read the first; from then on one page is read ahead, while you read the
    users of the previous one. Leaving a loop early stops the paging.

    No user is yielded twice, even if the list is re-read because it changed.

    >>> from wablock import Client
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
    ...     _ = sandbox.seed("meta", blocked=[f"1650555{n:04}" for n in range(150)])
    ...     [len(page) for page in wa.list().pages()]
    [100, 50]
    """

    __slots__ = ("_max_retries", "_native", "_timeout")

    def __init__(self, native: NativeClient, timeout: float | None, max_retries: int | None) -> None:
        self._native = native
        self._timeout = timeout
        self._max_retries = max_retries

    def pages(self) -> Iterator[list[BlockedUser]]:
        """The list page by page, for progress and for writing page by page; no page is empty."""
        return _Pages(self._pager())

    def collect(self) -> BlockedUsers:
        """The full list, which data frame libraries read directly.

        >>> from wablock import Client
        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     _ = sandbox.seed("meta", blocked=["+16505551234"])
        ...     wa.list().collect()
        BlockedUsers(1 user)
        """
        users: BlockedUsers = run(self._pager().rest())
        return users

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The full list, read now, as an Arrow stream; see `BlockedUsers`."""
        return self.collect().__arrow_c_stream__(requested_schema)

    def __contains__(self, user: object) -> bool:
        """Whether a user is on the list, which is read now; for many users, call `collect` first."""
        return run(self._native.is_blocked(user, self._timeout, self._max_retries)) is True

    def _pager(self) -> Pager:
        return self._native.list(self._timeout, self._max_retries)

    def _repr_html_(self) -> str:
        return "<p><code>BlockList</code>: not read yet. Loop over it, or <code>.collect()</code> it.</p>"

    def __iter__(self) -> Iterator[BlockedUser]:
        return chain.from_iterable(self.pages())

    def __repr__(self) -> str:
        return "<BlockList: loop over it with `for`, or `collect()` it>"


class _Pages:
    __slots__ = ("_pager",)

    def __init__(self, pager: Pager) -> None:
        self._pager = pager

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> list[BlockedUser]:
        page: list[BlockedUser] | None = run(self._pager.page())
        if page is None:
            raise StopIteration
        return page
