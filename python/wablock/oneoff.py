"""Functions for a single call, without a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack, overload

from ._client import ClientOptions, UserLike, hide
from .aio import AsyncClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from .config import Config
    from .reports import BlockedUsers, Report
    from .results import DoneOutcome

__all__ = ["block", "is_blocked", "list_blocked", "ping", "unblock"]


@overload
async def block(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
    users: UserLike, config: Config | None = None, **options: Unpack[ClientOptions]
) -> DoneOutcome: ...
@overload
async def block(
    users: Iterable[UserLike] | AsyncIterable[UserLike], config: Config | None = None, **options: Unpack[ClientOptions]
) -> Report: ...
async def block(
    users: UserLike | Iterable[UserLike] | AsyncIterable[UserLike],
    config: Config | None = None,
    **options: Unpack[ClientOptions],
) -> DoneOutcome | Report:
    """Blocks with a temporary client; see `AsyncClient.block`. Without `config`, reads the environment.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.block("+16505551234", sandbox.meta())).state
    'done'
    """
    async with _client(config, options) as client:
        return await client.block(users)


@overload
async def unblock(  # type: ignore[overload-overlap]  # text is one user, never an iterable of letters
    users: UserLike, config: Config | None = None, **options: Unpack[ClientOptions]
) -> DoneOutcome: ...
@overload
async def unblock(
    users: Iterable[UserLike] | AsyncIterable[UserLike], config: Config | None = None, **options: Unpack[ClientOptions]
) -> Report: ...
async def unblock(
    users: UserLike | Iterable[UserLike] | AsyncIterable[UserLike],
    config: Config | None = None,
    **options: Unpack[ClientOptions],
) -> DoneOutcome | Report:
    """Unblocks with a temporary client; see `AsyncClient.unblock`.

    Without `config`, reads the environment.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.unblock(["+16505551234"], sandbox.meta())).ok
    True
    """
    async with _client(config, options) as client:
        return await client.unblock(users)


async def list_blocked(config: Config | None = None, **options: Unpack[ClientOptions]) -> BlockedUsers:
    """The full block list, with a temporary client. Without `config`, reads the environment.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.list_blocked(sandbox.meta()))
    BlockedUsers(0 users)
    """
    async with _client(config, options) as client:
        return await client.list().collect()


async def is_blocked(user: UserLike, config: Config | None = None, **options: Unpack[ClientOptions]) -> bool:
    """Whether one user is blocked, with a temporary client; see `AsyncClient.is_blocked`.

    Without `config`, reads the environment.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.is_blocked("+16505551234", sandbox.meta()))
    False
    """
    async with _client(config, options) as client:
        return await client.is_blocked(user)


async def ping(config: Config | None = None, **options: Unpack[ClientOptions]) -> None:
    """Checks the connection and the credentials with a temporary client; see `AsyncClient.ping`.

    Without `config`, reads the environment.

    >>> import asyncio, wablock
    >>> from wablock.testing import Sandbox
    >>> with Sandbox() as sandbox:
    ...     asyncio.run(wablock.ping(sandbox.meta()))
    """
    async with _client(config, options) as client:
        await client.ping()


def _client(config: Config | None, options: ClientOptions) -> AsyncClient:
    hide(options)
    return AsyncClient.from_env(**options) if config is None else AsyncClient(config, **options)
