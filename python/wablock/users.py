"""A block list that was read completely."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, final

from ._native import NativeUsers
from ._rows import Rows
from .results import BlockedUser

if TYPE_CHECKING:
    from ._view import View

__all__ = ["BlockedUsers"]


@final
class BlockedUsers(Rows[BlockedUser]):
    """A complete block list: a sequence of `BlockedUser` that data frame libraries read directly.

    Plain data: frozen, comparable, hashable and picklable. As Arrow data it has the columns ``wa_id``, ``user_id``, and
    ``extra`` (JSON text). Returned by `BlockList.collect`, `AsyncBlockList.collect` and `list_blocked`.

    >>> users = BlockedUsers.from_json('[{"wa_id":"16505551234"},{"user_id":"US.13491208655302741918"}]')
    >>> users, users[0].id
    (BlockedUsers(2 users), '16505551234')
    """

    __slots__ = ()
    _data: NativeUsers

    def __init__(self, data: NativeUsers, /) -> None:
        object.__setattr__(self, "_data", data)

    @classmethod
    def from_json(cls, text: str) -> BlockedUsers:
        """Reads a list that `to_json` wrote, here or in another language.

        Raises:
            ConfigError: the text is not a list of blocked users.

        >>> BlockedUsers.from_json("[]")
        BlockedUsers(0 users)
        """
        return cls(NativeUsers.from_json(text))

    def to_dicts(self) -> list[dict[str, Any]]:
        """The users as plain data, without fields that are None.

        >>> BlockedUsers.from_json('[{"wa_id":"16505551234"}]').to_dicts()
        [{'wa_id': '16505551234'}]
        """
        users: list[dict[str, Any]] = json.loads(self.to_json())
        return users

    def __repr__(self) -> str:
        count = len(self)
        return f"BlockedUsers({count} user{'' if count == 1 else 's'})"

    def __reduce__(self) -> tuple[Any, ...]:
        return BlockedUsers.from_json, (self.to_json(),)

    def _view(self, *, masked: bool, rows: int) -> View:
        from ._view import users_view

        return users_view(self, masked=masked, rows=rows)
