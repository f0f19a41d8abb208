"""The client for programs without asyncio, and for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self, final, overload

from ._client import ClientBase, OnMissing, Progress, UserLike
from ._logs import wanted
from ._progress import Shown
from .results import BlockedUser, DoneOutcome, Report, native_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from ._native import NativeClient, Pager
    from .users import BlockedUsers

__all__ = ["BlockList", "Client"]


@final
class Client(ClientBase):
    """Blocks, unblocks and lists the users of one business number at one provider; `AsyncClient` without ``await``.

    Takes the arguments of `AsyncClient`. Safe to share between threads; works inside a running event loop (a notebook),
    which it blocks while a call is running; works in processes forked from this one. Ctrl-C ends a call at once: the
    `KeyboardInterrupt` carries `.report`, and the client stays usable.

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

        One user (text, a dict, or what wablock returned: see `UserLike`) gives that user's `Outcome`, which is done, or
        raises its error. Any iterable of users gives a `Report` with one outcome per input, in input order; it raises
        only for what is the whole call's fault (configuration, credentials, permission, an unknown business number, no
        connection), with `.report`.

        Args:
            users: one user, or any iterable of users. Text is always one user: a value typed
                ``str | list[str]`` gives an `Outcome` or a `Report`, so give ``[text]`` where you want a `Report`.
            on_missing: what a missing value (None, NaN, pandas' NA) among many users does: ``"raise"`` refuses the call
                before anything is sent, ``"fail"`` gives that row an outcome that failed. Default: ``"raise"``.
            timeout: seconds for this whole call. Default: the client's.
            max_retries: attempts after the first, for this call. Default: the client's.
            progress: called with how many distinct users have an outcome, and how many there are. What it raises ends
                the call and is raised here. True draws a bar with tqdm, where that is installed, in terminals and
                notebooks.

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
        """Unblocks one user or many; takes and returns what `block` does.

        An unblock may not be possible to undo: a user can be blocked only within 24 hours of their last message.

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
        """Whether one user, in any spelling, is on the block list; see `AsyncClient.is_blocked`.

        For many users read the list once, ``blocked = wa.list().collect()``, and ask ``user in blocked``.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     _ = sandbox.seed("meta", blocked=["553187654321"])
        ...     wa.is_blocked("+55 (31) 98765-4321"), wa.is_blocked("+1 650 555 1234")
        (True, False)
        """
        return self._native.run_ask((user,), (timeout, max_retries, wanted())) is True

    def ping(self, *, timeout: float | None = None, max_retries: int | None = None) -> None:
        """Checks connection and credentials by one cheap read, which changes nothing; raises what is wrong.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     wa.ping()
        """
        self._native.run_ask(None, (timeout, max_retries, wanted()))

    def settle(self, report: Report, *, timeout: float | None = None, max_retries: int | None = None) -> Report:
        """Resolves a report's unknown outcomes by listing, after the provider's delay until effective.

        Never sends a block or an unblock again. What the list cannot tell stays unknown.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     wa.settle(wa.block(["+16505551234"])).ok
        True
        """
        return self._native.run_settle(native_report(report), (timeout, max_retries, wanted()))

    def close(self) -> None:
        """Closes the client: calls in flight end at once, they and later ones raise `ClosedError`.

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
            return self._native.run(operation, users, on_missing, (timeout, max_retries, wanted()), tell)


@final
class BlockList:
    """A block list, read page by page while it is looped over. Each loop reads it anew.

    The second page is asked for when the first was taken; from then on one page is read ahead, while you look at the
    users of the one before. Leaving a loop early stops the paging.

    Nobody is yielded twice, also when the list is read again because it changed under the reader.

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
        pager = self._pager()
        while (page := pager.take_ahead() or pager.run(whole=False)) is not None:
            yield page

    def collect(self) -> BlockedUsers:
        """The whole list, which data frame libraries take as it is.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     _ = sandbox.seed("meta", blocked=["+16505551234"])
        ...     wa.list().collect()
        BlockedUsers(1 user)
        """
        return self._pager().run(whole=True)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The whole list, read now, as an Arrow stream; see `BlockedUsers`."""
        return self.collect().__arrow_c_stream__(requested_schema)

    def _pager(self) -> Pager:
        return self._native.list((self._timeout, self._max_retries, wanted()))

    def _repr_html_(self) -> str:
        return "<p><code>BlockList</code>: not read yet. Loop over it, or <code>.collect()</code> it.</p>"

    def __iter__(self) -> Iterator[BlockedUser]:
        for page in self.pages():
            yield from page

    def __contains__(self, user: object) -> bool:
        """Whether the list, read now, has a user; for many questions ask what `collect` gives."""
        return self._native.run_ask((user,), (self._timeout, self._max_retries, wanted())) is True

    def __repr__(self) -> str:
        return "<BlockList: loop over it with `for`, or `collect()` it>"
