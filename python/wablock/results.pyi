# Written by `cargo xtask faces`. Do not edit.
"""Types of the native classes of results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeAlias, final

from typing_extensions import disjoint_base

from .errors import WablockError

__all__ = [
    "BaseOutcome",
    "BlockedUser",
    "DoneOutcome",
    "FailedOutcome",
    "NotSentOutcome",
    "Operation",
    "Outcome",
    "Record",
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

class Record:
    """The base of all results. `_fields` of a class names its values, which its constructor takes by name."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def __getnewargs_ex__(self, /) -> tuple[tuple[()], dict[str, Any]]: ...
    def __replace__(self, /, **changes: Any) -> Self: ...

@final
@dataclass(frozen=True, eq=False)
class User(Record):
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
    def to_dict(self) -> dict[str, str]:
        """Kind and id as plain data.

        >>> User("phone", "16505551234").to_dict()
        {'kind': 'phone', 'id': '16505551234'}
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
@dataclass(frozen=True)
class BlockedUser(Record):
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
    extra: Mapping[str, Any] | None = None
    @property
    def id(self) -> str:
        """The user's id: the wa_id, else the business-scoped id."""
    def to_dict(self) -> dict[str, Any]:
        """The user as plain data, without fields that are None.

        >>> BlockedUser(wa_id="16505551234").to_dict()
        {'wa_id': '16505551234'}
        """
    def to_json(self) -> str:
        """The user as JSON, the same in every language.

        >>> BlockedUser(wa_id="16505551234").to_json()
        '{"wa_id":"16505551234"}'
        """

@disjoint_base
@dataclass(frozen=True, init=False, kw_only=True)
class BaseOutcome(Record):
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

    input: str
    state: State
    user: User | None = None
    wa_id: str | None = None
    user_id: str | None = None
    error: WablockError | None
    extra: Mapping[str, Any] | None = None
    @property
    def ok(self) -> bool:
        """True if it is done: the provider confirmed it."""
    def to_dict(self) -> dict[str, Any]:
        """The outcome as plain data, without fields that are None; the same keys in every language.

        >>> DoneOutcome(input="+16505551234").to_dict()
        {'input': '+16505551234', 'state': 'done'}
        """
    def to_json(self) -> str:
        """The outcome as JSON, the same in every language.

        >>> DoneOutcome(input="+16505551234").to_json()
        '{"input":"+16505551234","state":"done"}'
        """

@final
@dataclass(frozen=True, kw_only=True)
class DoneOutcome(BaseOutcome):
    """The outcome of an input that is done: the provider confirmed this very user.

    >>> DoneOutcome(input="+16505551234", wa_id="16505551234").error is None
    True
    """

    state: Literal["done"] = "done"
    error: None = None

@final
@dataclass(frozen=True, kw_only=True)
class FailedOutcome(BaseOutcome):
    """The outcome of an input that the provider rejected, or that is not a valid user; `error` says why.

    >>> from wablock import NotEligibleError
    >>> FailedOutcome(input="+16505551234", error=NotEligibleError("not in 24 hours")).error.code
    'not_eligible'
    """

    state: Literal["failed"] = "failed"
    error: WablockError

@final
@dataclass(frozen=True, kw_only=True)
class UnknownOutcome(BaseOutcome):
    """The outcome of an input that was sent, but got no reliable answer; `settle` resolves it.

    >>> from wablock import APITimeoutError
    >>> UnknownOutcome(input="+16505551234", error=APITimeoutError("no answer")).error.code
    'timeout'
    """

    state: Literal["unknown"] = "unknown"
    error: WablockError

@final
@dataclass(frozen=True, kw_only=True)
class NotSentOutcome(BaseOutcome):
    """The outcome of an input that never left this machine; pass it to the next call.

    `error` says why it was not sent. It is None after `check`, which sends nothing.

    >>> NotSentOutcome(input="+16505551234").ok
    False
    """

    state: Literal["not_sent"] = "not_sent"
    error: WablockError | None = None

Outcome: TypeAlias = DoneOutcome | FailedOutcome | UnknownOutcome | NotSentOutcome
"""The result of one input. Type checkers narrow it by `state`, and `isinstance` works too."""
