# Written by `cargo xtask faces`. Do not edit.
"""The client for programs without asyncio, and for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, final, overload

from ._blocking import run
from ._client import ClientBase, OnMissing, Progress, UserLike
from ._progress import shown
from ._sync_listing import BlockList

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from .reports import Report
    from .results import DoneOutcome


__all__ = ["BlockList", "Client"]


@final
class Client(ClientBase):
    """Blocks, unblocks and lists the users of one business number at one provider; `AsyncClient` without ``await``.

    Safe to share between threads, and works in forked processes. Inside a running event loop it works too, but blocks
    the loop during a call: a `RuntimeWarning` says so, except in notebooks. Ctrl-C ends a call immediately: the
    `KeyboardInterrupt` has `.report`, and the client stays usable.

    The first argument is the configuration of a provider, such as `Meta`. The others are the options in
    `ClientOptions`; each has a default.

    Raises:
        ConfigError: an option is missing, unknown or invalid.

    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
    ...     outcome = wa.block("+1 (650) 555-1234")
    ...     outcome.state, outcome.wa_id
    ('done', '16505551234')
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
        return self._change("block", users, on_missing, timeout, max_retries, progress)

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
        return self._change("unblock", users, on_missing, timeout, max_retries, progress)

    def list(self, *, timeout: float | None = None, max_retries: int | None = None) -> BlockList:
        """The block list. Loop over it; nothing is sent before.

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
        """Whether one user, in any number format, is on the block list.

        Reads the list page by page until it finds the user; nothing is cached. For many users, read the list once,
        ``blocked = wa.list().collect()``, and test ``user in blocked``.

        Args:
            user: one user; see `UserLike`.
            timeout: seconds for all pages together. Default: the client's.
            max_retries: attempts after the first, for each page. Default: the client's.

        Raises:
            UnsupportedError: the list cannot answer, because some of its rows lack the kind of id that you passed.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     _ = sandbox.seed("meta", blocked=["553187654321"])
        ...     wa.is_blocked("+55 (31) 98765-4321")
        True
        """
        blocked: bool = run(self._native.is_blocked(user, timeout, max_retries))
        return blocked

    def ping(self, *, timeout: float | None = None, max_retries: int | None = None) -> None:
        """Checks the connection and the credentials with one cheap read; raises an error if something is wrong.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     wa.ping()
        """
        run(self._native.ping(timeout, max_retries))

    def settle(self, report: Report, *, timeout: float | None = None, max_retries: int | None = None) -> Report:
        """Resolves a report's unknown outcomes from the block list, once changes have taken effect.

        Never resends a block or unblock. Anything the list cannot confirm stays unknown.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        ...     report = wa.block(["+16505551234"])
        ...     settled = wa.settle(report)
        ...     settled.ok
        True
        """
        settled: Report = run(self._native.settle(report, timeout, max_retries))
        return settled

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

    def _change(
        self,
        operation: str,
        users: Any,
        on_missing: OnMissing,
        timeout: float | None,
        max_retries: int | None,
        progress: Progress | bool | None,
    ) -> DoneOutcome | Report:
        call = self._native.change(operation, users, on_missing, timeout, max_retries)
        with shown(progress, operation) as listener:
            done: DoneOutcome | Report = run(call, listener)
        return done
