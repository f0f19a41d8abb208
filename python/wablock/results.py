"""What a call returns: plain data, frozen and picklable, without a client inside."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, final

from ._native import NativeReport, check_user, mask
from ._rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import dataclass, field
    from dataclasses import dataclass as described
    from datetime import datetime

    from ._view import View
    from .errors import WablockError

    _Held: TypeAlias = object
else:
    from ._frozen import dataclass, described, field
    from ._native import BlockedUser as _Held

__all__ = [
    "BaseOutcome",
    "BlockedUser",
    "DoneOutcome",
    "FailedOutcome",
    "NotSentOutcome",
    "Operation",
    "Outcome",
    "Report",
    "State",
    "UnknownOutcome",
    "User",
    "UserKind",
]

State: TypeAlias = Literal["done", "failed"] | Literal["unknown", "not_sent"]  # noqa: PYI030  # stubtest knows only unions
"""The state of an input after a call.

Confirmed by the provider; rejected by the provider, or invalid input; sent, but no reliable answer came back; never
left this machine.
"""

Operation: TypeAlias = Literal["block", "unblock"] | Literal["list", "check"]  # noqa: PYI030  # as above
"""The operation of a call."""

UserKind: TypeAlias = Literal["phone", "wa_id"] | Literal["bsuid"]  # noqa: PYI030  # as above
"""The kind of id of a `User`: a phone number, a wa_id, or a business-scoped id."""


def without_none(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def dump(value: dict[str, Any]) -> str:
    """JSON as the core writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class User:
    """A WhatsApp user, as sent to a provider. A number and a wa_id with the same digits are equal.

    Attributes:
        kind: the kind of id.
        id: the digits of a phone number or wa_id without ``+``, or the business-scoped id.

    Raises:
        InvalidUserError: `id` is not a valid id of that kind.

    >>> user = User("phone", "+16505551234")
    >>> user.id, user == User("wa_id", "16505551234"), user
    ('16505551234', True, User('phone', '165******34'))
    """

    kind: UserKind
    id: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", check_user(self.kind, self.id))

    def to_dict(self) -> dict[str, str]:
        """Kind and id as plain data.

        >>> User("phone", "16505551234").to_dict()
        {'kind': 'phone', 'id': '16505551234'}
        """
        return {"kind": self.kind, "id": self.id}

    def __eq__(self, other: object) -> bool:
        return self.id == other.id if isinstance(other, User) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"User({self.kind!r}, {mask(self.id)!r})"


@final
@dataclass(frozen=True, slots=True, repr=False)
class BlockedUser(_Held):
    """A user on a block list.

    Attributes:
        wa_id: digits without ``+``, or None if the provider did not return them.
        user_id: the business-scoped id, or None if the provider did not return one.
        extra: unknown fields of the provider's answer about this user, or None.

    >>> BlockedUser(wa_id="16505551234").id
    '16505551234'
    """

    wa_id: str | None = None
    user_id: str | None = None
    extra: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def id(self) -> str:
        """The user's id: the wa_id, else the business-scoped id."""
        return self.wa_id or self.user_id or ""

    def to_dict(self) -> dict[str, Any]:
        """The user as plain data, without fields that are None.

        >>> BlockedUser(wa_id="16505551234").to_dict()
        {'wa_id': '16505551234'}
        """
        return without_none({"wa_id": self.wa_id, "user_id": self.user_id, "extra": self.extra})

    def to_json(self) -> str:
        """The user as JSON, the same in every language.

        >>> BlockedUser(wa_id="16505551234").to_json()
        '{"wa_id":"16505551234"}'
        """
        return dump(self.to_dict())

    def __repr__(self) -> str:
        return f"BlockedUser({mask(self.id)})"


@described(frozen=True, init=False, eq=False, repr=False)
class BaseOutcome:
    """The fields that all outcomes have.

    Attributes:
        input: the caller's input, unchanged.
        state: ``"done"``, ``"failed"``, ``"unknown"`` or ``"not_sent"``.
        user: how the input was read; None if it is not a valid user.
        wa_id: the user's wa_id as the provider resolved it, or None; it may differ from the number.
        user_id: the user's business-scoped id, if the provider returned one.
        error: why the user is not done; always set if failed or unknown, None if done.
        extra: unknown fields of the provider's answer about this user, or None.

    >>> outcome = DoneOutcome(input="+1 650-555-1234", wa_id="16505551234")
    >>> outcome.ok, outcome.to_dict()
    (True, {'input': '+1 650-555-1234', 'state': 'done', 'wa_id': '16505551234'})
    """

    __slots__ = ()

    input: str
    state: State
    user: User | None
    wa_id: str | None
    user_id: str | None
    error: WablockError | None
    extra: Mapping[str, Any] | None

    @property
    def ok(self) -> bool:
        """True if it is done: the provider confirmed it."""
        return self.state == "done"

    def to_dict(self) -> dict[str, Any]:
        """The outcome as plain data, without fields that are None; the same keys in every language.

        >>> DoneOutcome(input="+16505551234").to_dict()
        {'input': '+16505551234', 'state': 'done'}
        """
        return without_none(
            {
                "input": self.input,
                "state": self.state,
                "user": self.user and self.user.to_dict(),
                "wa_id": self.wa_id,
                "user_id": self.user_id,
                "error": self.error and self.error.to_dict(),
                "extra": self.extra,
            }
        )

    def to_json(self) -> str:
        """The outcome as JSON, the same in every language.

        >>> DoneOutcome(input="+16505551234").to_json()
        '{"input":"+16505551234","state":"done"}'
        """
        return dump(self.to_dict())

    def __repr__(self) -> str:
        why = f" ({self.error.code})" if self.error is not None else ""
        return f"Outcome({mask(self.input)!r} {self.state}{why})"


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class DoneOutcome(BaseOutcome):
    """The outcome of an input that is done: the provider confirmed this very user.

    >>> DoneOutcome(input="+16505551234", wa_id="16505551234").error is None
    True
    """

    input: str
    state: Literal["done"] = "done"
    user: User | None = None
    wa_id: str | None = None
    user_id: str | None = None
    error: None = None
    extra: Mapping[str, Any] | None = field(default=None, hash=False)


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class FailedOutcome(BaseOutcome):
    """The outcome of an input that the provider rejected, or that is not a valid user; `error` says why.

    >>> from wablock import NotEligibleError
    >>> FailedOutcome(input="+16505551234", error=NotEligibleError("not in 24 hours")).error.code
    'not_eligible'
    """

    input: str
    state: Literal["failed"] = "failed"
    user: User | None = None
    wa_id: str | None = None
    user_id: str | None = None
    error: WablockError
    extra: Mapping[str, Any] | None = field(default=None, hash=False)


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class UnknownOutcome(BaseOutcome):
    """The outcome of an input that was sent, but got no reliable answer; `settle` resolves it.

    >>> from wablock import APITimeoutError
    >>> UnknownOutcome(input="+16505551234", error=APITimeoutError("no answer")).error.code
    'timeout'
    """

    input: str
    state: Literal["unknown"] = "unknown"
    user: User | None = None
    wa_id: str | None = None
    user_id: str | None = None
    error: WablockError
    extra: Mapping[str, Any] | None = field(default=None, hash=False)


@final
@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class NotSentOutcome(BaseOutcome):
    """The outcome of an input that never left this machine; pass it to the next call.

    `error` says why it was not sent. It is None after `check`, which sends nothing.

    >>> NotSentOutcome(input="+16505551234").ok
    False
    """

    input: str
    state: Literal["not_sent"] = "not_sent"
    user: User | None = None
    wa_id: str | None = None
    user_id: str | None = None
    error: WablockError | None = None
    extra: Mapping[str, Any] | None = field(default=None, hash=False)


Outcome: TypeAlias = DoneOutcome | FailedOutcome | UnknownOutcome | NotSentOutcome
"""The result of one input. Type checkers narrow it by `state`, and `isinstance` works too."""


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

    __slots__ = ()
    _data: NativeReport

    def __init__(self, data: NativeReport, /) -> None:
        object.__setattr__(self, "_data", data)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Reads a report that `to_json` wrote, here or in another language.

        Raises:
            ConfigError: the text is not a report.

        >>> Report.from_json("{}")
        Traceback (most recent call last):
        ...
        wablock.errors.ConfigError: ...
        """
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"from_json needs text, not {type(text).__name__}; from_dict takes what to_dict gave")
        return cls(NativeReport.from_json(text))

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Report:
        """Reads a report that `to_dict` wrote.

        Raises:
            ConfigError: the value is not a report.

        >>> empty = {"provider": "meta", "operation": "block", "outcomes": [], "requests": 0, "finished_at_ms": 0}
        >>> Report.from_dict(empty)
        Report(meta block: 0 done, 0 failed, 0 unknown, 0 not_sent)
        """
        return cls.from_json(json.dumps(value))

    @property
    def provider(self) -> str:
        """Id of the provider that was called."""
        return self._data.provider

    @property
    def operation(self) -> Operation:
        """The operation: ``"block"``, ``"unblock"`` or ``"check"``."""
        return self._data.operation

    @property
    def account(self) -> str | None:
        """A fingerprint of the business number: ``settle`` accepts only reports of its own number.

        ``None`` in a report that an older version wrote.
        """
        return self._data.account

    @property
    def requests(self) -> int:
        """HTTP requests sent, every attempt counted."""
        return self._data.requests

    @property
    def finished_at(self) -> datetime:
        """When the call ended, in UTC."""
        from datetime import datetime, timedelta

        # Reports may be read from anywhere; a datetime ends with the year 9999.
        ms = min(self._data.finished_at_ms, 253_402_300_799_999)
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)

    @property
    def ok(self) -> bool:
        """True when every input is done."""
        return self._data.ok

    @property
    def counts(self) -> dict[State, int]:
        """How many outcomes are in each state, all four states included."""
        done, failed, unknown, not_sent = self._data.counts()
        return {"done": done, "failed": failed, "unknown": unknown, "not_sent": not_sent}

    @property
    def failures(self) -> dict[str, int]:
        """Why inputs are not done: how many there are with each error code, the most frequent first."""
        return self._data.failures()

    @property
    def done(self) -> list[DoneOutcome]:
        """The outcomes that the provider confirmed, in input order."""
        return self._data.in_state("done")

    @property
    def failed(self) -> list[FailedOutcome]:
        """The outcomes that the provider rejected, or whose input names no user, in input order; each has an error."""
        return self._data.in_state("failed")

    @property
    def unknown(self) -> list[UnknownOutcome]:
        """The outcomes without a trustworthy answer, in input order; `settle` resolves them."""
        return self._data.in_state("unknown")

    @property
    def not_sent(self) -> list[NotSentOutcome]:
        """The outcomes of inputs that never left this machine, in input order; pass them to the next call."""
        return self._data.in_state("not_sent")

    def raise_for_failures(self) -> None:
        """Raises the error that explains most of what did not work, with this report as `report`; not when all is done.

        >>> Report.from_json(
        ...     '{"provider":"meta","operation":"block","requests":0,"finished_at_ms":0,"outcomes":[]}'
        ... ).raise_for_failures()
        """
        error = self._data.cause()
        if error is not None:
            raise error

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, the same keys in every language.

        >>> Report.from_json(
        ...     '{"provider":"meta","operation":"block","requests":0,"finished_at_ms":0,"outcomes":[]}'
        ... ).to_dict()
        {'v': 1, 'provider': 'meta', 'operation': 'block', 'outcomes': [], 'requests': 0, 'finished_at_ms': 0}
        """
        value: dict[str, Any] = json.loads(self.to_json())
        return value

    def __hash__(self) -> int:
        return hash((self.provider, self.operation, self.requests, self._data.finished_at_ms, len(self)))

    def __repr__(self) -> str:
        return repr(self._data)

    def __reduce__(self) -> tuple[Any, ...]:
        return Report.from_json, (self.to_json(),)

    def _view(self, *, masked: bool, rows: int) -> View:
        from ._view import report_view

        return report_view(self, masked=masked, rows=rows)


def native_report(report: Report) -> NativeReport:
    """The data of a report, for the native module.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(report, Report):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"settle needs a Report, not {type(report).__name__}; Report.from_json reads a stored one")
    return report._data  # pyright: ignore[reportPrivateUsage]  # this function is part of the class
