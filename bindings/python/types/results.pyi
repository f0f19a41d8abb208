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
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def __getnewargs_ex__(self, /) -> tuple[tuple[()], dict[str, Any]]: ...
    def __replace__(self, /, **changes: Any) -> Self: ...

@final
@dataclass(frozen=True, eq=False)
class User(Record):
    kind: UserKind
    id: str
    def to_dict(self) -> dict[str, str]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...

@final
@dataclass(frozen=True)
class BlockedUser(Record):
    wa_id: str | None = None
    user_id: str | None = None
    extra: Mapping[str, Any] | None = None
    @property
    def id(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_json(self) -> str: ...

@disjoint_base
@dataclass(frozen=True, init=False, kw_only=True)
class BaseOutcome(Record):
    input: str
    state: State
    user: User | None = None
    wa_id: str | None = None
    user_id: str | None = None
    error: WablockError | None
    extra: Mapping[str, Any] | None = None
    @property
    def ok(self) -> bool: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_json(self) -> str: ...

@final
@dataclass(frozen=True, kw_only=True)
class DoneOutcome(BaseOutcome):
    state: Literal["done"] = "done"
    error: None = None

@final
@dataclass(frozen=True, kw_only=True)
class FailedOutcome(BaseOutcome):
    state: Literal["failed"] = "failed"
    error: WablockError

@final
@dataclass(frozen=True, kw_only=True)
class UnknownOutcome(BaseOutcome):
    state: Literal["unknown"] = "unknown"
    error: WablockError

@final
@dataclass(frozen=True, kw_only=True)
class NotSentOutcome(BaseOutcome):
    state: Literal["not_sent"] = "not_sent"
    error: WablockError | None = None

Outcome: TypeAlias = DoneOutcome | FailedOutcome | UnknownOutcome | NotSentOutcome
"""The result of one input. Type checkers narrow it by `state`, and `isinstance` works too."""
