# Written by `cargo xtask faces`. Do not edit.
"""Types of reports and lists."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Generic, SupportsIndex, TypeVar, final, overload

import pandas
import polars
from typing_extensions import disjoint_base

from ._view import View
from .results import (
    BlockedUser,
    DoneOutcome,
    FailedOutcome,
    NotSentOutcome,
    Operation,
    Outcome,
    Record,
    State,
    UnknownOutcome,
)

__all__ = ["BlockedUsers", "Report", "Rows"]

_Row = TypeVar("_Row", covariant=True)

@disjoint_base
class Rows(Record, Generic[_Row]):
    """A frozen sequence over Rust data. Rows become Python objects when they are looked at."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas data frame, with nullable types. Numbers are not masked.

        Raises:
            ImportError: pandas is not installed.
        """
    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars data frame. Numbers are not masked.

        Raises:
            ImportError: polars is not installed.
        """
    def to_json(self) -> str:
        """The rows as JSON, the same in every language. Numbers are not masked."""
    def show(self, *, masked: bool = False, rows: int = 20) -> View:
        """A table for notebooks and terminals, with full numbers.

        Args:
            masked: hide the middle of phone numbers, as a notebook does without `show`.
            rows: most rows shown, from the head and the tail.
        """
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> _Row: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[_Row]: ...
    def __iter__(self) -> Iterator[_Row]: ...
    def __reversed__(self) -> Iterator[_Row]: ...
    def __contains__(self, user: object, /) -> bool: ...
    def index(self, row: object) -> int:
        """The index of the first row that equals `row`.

        Raises:
            ValueError: there is none.
        """

@final
class Report(Rows[Outcome]):
    """The outcomes of one call of `block`, `unblock` or `check`: exactly one per input, in input order.

    A sequence of `Outcome`: it has a length, can be looped over, indexed and sliced. Plain data: frozen, comparable,
    hashable and picklable.

    Data frame libraries read it directly (``polars.DataFrame(report)``), with the columns ``input``, ``state``,
    ``user`` (its id), ``wa_id``, ``user_id``, ``error`` (its code), ``message``, ``hint``, ``provider_code``,
    ``status``, ``request_id``, ``retryable``, ``retry_after`` (seconds) and ``extra`` (JSON text).

    >>> report = Report.from_json(
    ...     '{"provider":"meta","operation":"block","requests":1,"finished_at_ms":0,'
    ...     '"outcomes":[{"input":"+16505551234","state":"done"}]}'
    ... )
    >>> report
    Report(meta block: 1 done, 0 failed, 0 unknown, 0 not_sent)
    >>> report.ok, report[0].state
    (True, 'done')
    """

    @staticmethod
    def from_json(text: str) -> Report:
        """Reads a report that `to_json` wrote, here or in another language.

        Raises:
            ConfigError: the text is not a report.

        >>> Report.from_json("{}")
        Traceback (most recent call last):
        ...
        wablock.errors.ConfigError: ...
        """
    @staticmethod
    def from_dict(value: Mapping[str, Any]) -> Report:
        """Reads a report that `to_dict` wrote.

        Raises:
            ConfigError: the value is not a report.

        >>> empty = {"provider": "meta", "operation": "block", "outcomes": [], "requests": 0, "finished_at_ms": 0}
        >>> Report.from_dict(empty)
        Report(meta block: 0 done, 0 failed, 0 unknown, 0 not_sent)
        """
    @property
    def provider(self) -> str:
        """Id of the provider that was called."""
    @property
    def operation(self) -> Operation:
        """The operation: ``"block"``, ``"unblock"`` or ``"check"``."""
    @property
    def account(self) -> str | None:
        """A fingerprint of the business number: ``settle`` accepts only reports of its own number.

        ``None`` in a report that an older version wrote.
        """
    @property
    def requests(self) -> int:
        """HTTP requests sent, every attempt counted."""
    @property
    def finished_at(self) -> datetime:
        """When the call ended, in UTC."""
    @property
    def ok(self) -> bool:
        """True when every input is done."""
    @property
    def counts(self) -> dict[State, int]:
        """How many outcomes are in each state, all four states included."""
    @property
    def failures(self) -> dict[str, int]:
        """Why inputs are not done: how many there are with each error code, the most frequent first."""
    @property
    def done(self) -> list[DoneOutcome]:
        """The outcomes that the provider confirmed, in input order."""
    @property
    def failed(self) -> list[FailedOutcome]:
        """The outcomes that the provider rejected, or whose input names no user, in input order; each has an error."""
    @property
    def unknown(self) -> list[UnknownOutcome]:
        """The outcomes without a trustworthy answer, in input order; `settle` resolves them."""
    @property
    def not_sent(self) -> list[NotSentOutcome]:
        """The outcomes of inputs that never left this machine, in input order; pass them to the next call."""
    def raise_for_failures(self) -> None:
        """Raises the error that explains most of what did not work, with this report as `report`; not when all is done.

        >>> Report.from_json(
        ...     '{"provider":"meta","operation":"block","requests":0,"finished_at_ms":0,"outcomes":[]}'
        ... ).raise_for_failures()
        """
    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, the same keys in every language.

        >>> Report.from_json(
        ...     '{"provider":"meta","operation":"block","requests":0,"finished_at_ms":0,"outcomes":[]}'
        ... ).to_dict()
        {'v': 1, 'provider': 'meta', 'operation': 'block', 'outcomes': [], 'requests': 0, 'finished_at_ms': 0}
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def _problems(self) -> list[tuple[State, str, str | None, str, str, int, bool]]: ...

@final
class BlockedUsers(Rows[BlockedUser]):
    """A complete block list: a sequence of `BlockedUser` that data frame libraries read directly.

    Plain data: frozen, comparable, hashable and picklable. As Arrow data it has the columns ``wa_id``, ``user_id``, and
    ``extra`` (JSON text). Returned by `BlockList.collect`, `AsyncBlockList.collect` and `list_blocked`.

    >>> users = BlockedUsers.from_json('[{"wa_id":"16505551234"},{"user_id":"US.13491208655302741918"}]')
    >>> users, users[0].id
    (BlockedUsers(2 users), '16505551234')
    """

    @staticmethod
    def from_json(text: str) -> BlockedUsers:
        """Reads a list that `to_json` wrote, here or in another language.

        Raises:
            ConfigError: the text is not a list of blocked users.

        >>> BlockedUsers.from_json("[]")
        BlockedUsers(0 users)
        """
    def to_dicts(self) -> list[dict[str, Any]]:
        """The users as plain data, without fields that are None.

        >>> BlockedUsers.from_json('[{"wa_id":"16505551234"}]').to_dicts()
        [{'wa_id': '16505551234'}]
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
