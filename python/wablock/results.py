"""What a call returns: plain data, frozen and picklable, without a client inside."""

from typing import Literal, TypeAlias

from ._native import (
    BaseOutcome,
    BlockedUser,
    DoneOutcome,
    FailedOutcome,
    NotSentOutcome,
    Record,
    UnknownOutcome,
    User,
)

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
Operation: TypeAlias = Literal["block", "unblock"] | Literal["list", "check"]  # noqa: PYI030  # as above
UserKind: TypeAlias = Literal["phone", "wa_id"] | Literal["bsuid"]  # noqa: PYI030  # as above
Outcome: TypeAlias = DoneOutcome | FailedOutcome | UnknownOutcome | NotSentOutcome
