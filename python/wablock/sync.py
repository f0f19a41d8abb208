"""The client for programs without asyncio, and for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self, final, overload

from ._blocking import warn_where_others_wait
from ._client import ClientBase, OnMissing, Progress, UserLike
from ._logs import wanted
from ._progress import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from ._native import NativeClient, Pager
    from .reports import BlockedUsers, Report
    from .results import BlockedUser, DoneOutcome

__all__ = ["BlockList", "Client"]


@final
class Client(ClientBase):
    """Blocks, unblocks and lists the users of one business number at one provider; `AsyncClient` without ``await``.

    Has the same arguments as `AsyncClient`. Safe to share between threads, and works in forked processes. Inside a
    running event loop it works too, but blocks the loop during a call: a `RuntimeWarning` says so, except in notebooks.
    Ctrl-C ends a call immediately: the `KeyboardInterrupt` has `.report`, and the client stays usable.

    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
    ...     wa.block("+1 (650) 555-1234").state
    'done'
    """

    __slots__ = ()

    @overload
    def block(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
        self,
        users: UserLike,
        *,
        on_missing: OnMissing = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome: ...
    @overload
    def block(
        self,
        users: Iterable[UserLike],
        *,
        on_missing: Literal["raise"] = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    @overload
    def block(
        self,
        users: Iterable[UserLike | None],
        *,
        on_missing: Literal["fail"],
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    def block(
        self,
        users: UserLike | Iterable[UserLike | None],
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
            users: one user, or an iterable of users. A string is always one user; pass ``[text]`` if you want a
                `Report`.
            on_missing: how to treat a missing value (None, NaN, pandas' NA) among many users: ``"raise"`` raises before
                anything is sent, ``"fail"`` lets only that row fail. Default: ``"raise"``.
            timeout: seconds for this call. Default: the client's.
            max_retries: attempts after the first, for this call. Default: the client's.
            progress: called with the number of distinct users that have an outcome, and the total. An exception in it
                aborts the call and is raised here. True draws a progress bar in terminals and notebooks, with tqdm if
                it is installed.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     wa.block(["+16505551234", "nonsense"])
        Report(meta block: 1 done, 1 failed (invalid_user 1), 0 unknown, 0 not_sent)
        """
        return self._bulk("block", users, on_missing, timeout, max_retries, progress)

    @overload
    def unblock(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
        self,
        users: UserLike,
        *,
        on_missing: OnMissing = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome: ...
    @overload
    def unblock(
        self,
        users: Iterable[UserLike],
        *,
        on_missing: Literal["raise"] = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    @overload
    def unblock(
        self,
        users: Iterable[UserLike | None],
        *,
        on_missing: Literal["fail"],
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> Report: ...
    def unblock(
        self,
        users: UserLike | Iterable[UserLike | None],
        *,
        on_missing: OnMissing = "raise",
        timeout: float | None = None,
        max_retries: int | None = None,
        progress: Progress | bool | None = None,
    ) -> DoneOutcome | Report:
        """Unblocks one user or many, with the same arguments and results as `block`.

        You may not be able to undo an unblock: a user can be blocked only within 24 hours of their last message.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     wa.unblock(["+16505551234"])
        Report(meta unblock: 1 done, 0 failed, 0 unknown, 0 not_sent)
        """
        return self._bulk("unblock", users, on_missing, timeout, max_retries, progress)

    def list(self, *, timeout: float | None = None, max_retries: int | None = None) -> BlockList:
        """The block list; loop over it. Nothing is sent before.

        Args:
            timeout: seconds for all pages together. Default: the client's.
            max_retries: attempts after the first, for each page. Default: the client's.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     _ = sandbox.seed("meta", blocked=["+16505551234"])
        ...     [user.wa_id for user in wa.list()]
        ['16505551234']
        """
        return BlockList(self._native, timeout, max_retries)

    def is_blocked(self, user: UserLike, *, timeout: float | None = None, max_retries: int | None = None) -> bool:
        """Whether one user, in any number format, is on the block list; see `AsyncClient.is_blocked`.

        For many users, read the list once, ``blocked = wa.list().collect()``, and test ``user in blocked``.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     _ = sandbox.seed("meta", blocked=["553187654321"])
        ...     wa.is_blocked("+55 (31) 98765-4321"), wa.is_blocked("+1 650 555 1234")
        (True, False)
        """
        return self._native.run_ask((user,), _limits(timeout, max_retries)) is True

    def ping(self, *, timeout: float | None = None, max_retries: int | None = None) -> None:
        """Checks the connection and the credentials with one cheap read; raises an error if something is wrong.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     wa.ping()
        """
        self._native.run_ask(None, _limits(timeout, max_retries))

    def settle(self, report: Report, *, timeout: float | None = None, max_retries: int | None = None) -> Report:
        """Resolves a report's unknown outcomes from the block list, once changes have taken effect.

        Never resends a block or unblock. Anything the list cannot confirm stays unknown.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     wa.settle(wa.block(["+16505551234"])).ok
        True
        """
        return self._native.run_settle(report, _limits(timeout, max_retries))

    def close(self) -> None:
        """Closes the client. Calls in flight end immediately; they and later calls raise `ClosedError`.

        >>> from wablock import Meta
        >>> wa = Client(Meta(access_token="EAAB...", phone_number_id="106540352242922"))
        >>> wa.close()
        >>> wa.is_closed
        True
        """
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _bulk(
        self,
        operation: str,
        users: UserLike | Iterable[UserLike | None],
        on_missing: OnMissing,
        timeout: float | None,
        max_retries: int | None,
        progress: Progress | bool | None,
    ) -> DoneOutcome | Report:
        with Shown(progress, operation) as tell:
            return self._native.run(operation, users, on_missing, _limits(timeout, max_retries), tell)


@final
class BlockList:
    """A block list, read page by page while you loop over it. Each loop re-reads it.

    The second page is requested after you have read the first; from then on one page is read ahead, while you read the
    users of the previous one. Leaving a loop early stops the paging.

    No user is yielded twice, even if the list is re-read because it changed.

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
        """The list page by page, for example to show progress; no page is empty."""
        pager = self._pager()
        while (page := pager.take_ahead() or pager.run(whole=False)) is not None:
            yield page

    def collect(self) -> BlockedUsers:
        """The full list, which data frame libraries read directly.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     _ = sandbox.seed("meta", blocked=["+16505551234"])
        ...     wa.list().collect()
        BlockedUsers(1 user)
        """
        return self._pager().run(whole=True)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The full list, read now, as an Arrow stream; see `BlockedUsers`."""
        return self.collect().__arrow_c_stream__(requested_schema)

    def _pager(self) -> Pager:
        return self._native.list(_limits(self._timeout, self._max_retries))

    def _repr_html_(self) -> str:
        return "<p><code>BlockList</code>: not read yet. Loop over it, or <code>.collect()</code> it.</p>"

    def __iter__(self) -> Iterator[BlockedUser]:
        for page in self.pages():
            yield from page

    def __contains__(self, user: object) -> bool:
        """Whether a user is on the list, which is read now; for many users, call `collect` first."""
        return self._native.run_ask((user,), _limits(self._timeout, self._max_retries)) is True

    def __repr__(self) -> str:
        return "<BlockList: loop over it with `for`, or `collect()` it>"


def _limits(timeout: float | None, max_retries: int | None) -> tuple[float | None, int | None, int]:
    """What bounds a call that is about to block this thread, and the least level of its log records."""
    warn_where_others_wait()
    return timeout, max_retries, wanted()
