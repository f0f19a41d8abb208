"""Lists page by page: what is asked for when, and what becomes of it when the loop is left or fails."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from wablock import AsyncClient, BlockedUser, Client, ProtocolError
from wablock.testing import Sandbox

QUIET = 0.3
"""Seconds in which something that should not be sent would have been."""


def seed(sandbox: Sandbox, count: int) -> list[str]:
    numbers = [f"1650{n:07}" for n in range(count)]
    sandbox.seed("meta", blocked=numbers)
    return numbers


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.002)


class Sync:
    """Takes users through `Client`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.wa = Client(sandbox.meta(), max_retries=30)
        self.users: Iterator[BlockedUser] = iter(self.wa.list())

    async def take(self, count: int) -> list[str | None]:
        return [next(self.users).wa_id for _ in range(count)]

    async def leave(self) -> None:
        del self.users


class Async:
    """Takes users through `AsyncClient`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.wa = AsyncClient(sandbox.meta(), max_retries=30)
        self.users: AsyncIterator[BlockedUser] = aiter(self.wa.list())

    async def take(self, count: int) -> list[str | None]:
        return [(await anext(self.users)).wa_id for _ in range(count)]

    async def leave(self) -> None:
        del self.users


Take = Callable[[int], Awaitable[list[Any]]]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [Sync, Async])
async def test_one_page_is_read_ahead_from_the_third_on(kind: type[Sync | Async], wablock_sandbox: Sandbox) -> None:
    numbers = seed(wablock_sandbox, 600)
    reader = kind(wablock_sandbox)

    def sent() -> int:
        return len(wablock_sandbox.requests())

    assert sent() == 0
    taken = await reader.take(100)
    await asyncio.sleep(QUIET)
    assert sent() == 1, "who wants only the first users sends for no others"
    taken += await reader.take(1)
    until(lambda: sent() == 3)
    taken += await reader.take(99)
    await asyncio.sleep(QUIET)
    assert sent() == 3, "one page, and no more"
    taken += await reader.take(1)
    until(lambda: sent() == 4)
    # Leaving ends what is read ahead: it would be sent again many times.
    wablock_sandbox.fault("status", status=503)
    taken += await reader.take(100)
    assert taken == numbers[:301]
    until(lambda: sent() >= 6)
    await reader.leave()
    await asyncio.sleep(QUIET)
    last = sent()
    await asyncio.sleep(QUIET)
    assert sent() == last


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [Sync, Async])
async def test_an_error_comes_after_the_users_before_it(kind: type[Sync | Async], wablock_sandbox: Sandbox) -> None:
    seed(wablock_sandbox, 250)
    wablock_sandbox.fault("repeated_cursor", page_rows=100)
    reader = kind(wablock_sandbox)
    assert len(await reader.take(200)) == 200
    with pytest.raises(ProtocolError):
        await reader.take(1)


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [Sync, Async])
async def test_what_reading_ahead_tells_is_logged(
    kind: type[Sync | Async], wablock_sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    seed(wablock_sandbox, 450)
    reader = kind(wablock_sandbox)
    with caplog.at_level(logging.DEBUG, "wablock"):
        await reader.take(101)
        until(lambda: len(wablock_sandbox.requests()) == 3)
        wablock_sandbox.fault("status_plain", status=503, times=1)
        await reader.take(349)
        with pytest.raises((StopIteration, StopAsyncIteration, RuntimeError)):
            await reader.take(1)
    asked = [record for record in caplog.records if " bytes, " in record.getMessage()]
    assert len(asked) == len(wablock_sandbox.requests()) == 7
    assert sum("sending again" in record.getMessage() for record in caplog.records) == 1
    assert {record.thread for record in caplog.records} == {threading.get_ident()}


def test_an_answer_that_cannot_be_trusted_is_quoted_without_numbers(wablock_sandbox: Sandbox) -> None:
    seed(wablock_sandbox, 3)
    wablock_sandbox.fault("next_without_cursor")
    with Client(wablock_sandbox.meta(), max_retries=0) as wa, pytest.raises(ProtocolError) as caught:
        wa.list().collect()
    assert "165******00" in str(caught.value)
    assert "1650000000" not in str(caught.value)
