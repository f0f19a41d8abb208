"""Many users: read in pieces, from any source, also while they arrive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest

from conftest import block
from wablock import AsyncClient, Client, InvalidUserTypeError, Report, User
from wablock.testing import Sandbox

NUMBERS = ["+16505551234", "+972501234567"]


def test_64_000_at_once(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        report = wa.block([f"1{n:010}" for n in range(2_000_000_000, 2_000_064_000)])
    assert report.ok
    assert len(report) == 64_000
    assert report.requests == 64
    assert report[-1].input == report[63_999].input == "12000063999"


@pytest.mark.parametrize("aio", [False, True])
def test_many_users_are_read_in_pieces_and_refused_before_anything_is_sent(
    wablock_sandbox: Sandbox, *, aio: bool
) -> None:
    numbers = [f"+1650{place:07}" for place in range(5000)]

    def given(users: Any) -> Any:
        if not aio:
            with Client(wablock_sandbox.meta()) as wa:
                return block(wa, users)

        async def main() -> Any:
            async with AsyncClient(wablock_sandbox.meta()) as wa:
                return await cast("Any", wa).block(users)

        return asyncio.run(main())

    def breaks() -> Iterator[str]:
        yield from numbers[:4321]
        raise LookupError("row 4321")

    with pytest.raises(InvalidUserTypeError, match="item 4321 has type int"):
        given([*numbers[:4321], 16505551234, *numbers[4321:]])
    with pytest.raises(LookupError, match="row 4321"):
        given(breaks())
    assert wablock_sandbox.requests() == []
    report = given(number for number in [*numbers, "nobody", User("phone", numbers[7]), {"user": numbers[4999]}])
    assert [outcome.input for outcome in report] == [*numbers, "nobody", numbers[7].removeprefix("+"), numbers[4999]]
    assert report.counts == {"done": 5002, "failed": 1, "unknown": 0, "not_sent": 0}
    assert report.requests == 5


def test_a_length_that_lies_is_only_a_hint(wablock_sandbox: Sandbox) -> None:
    class Users:
        def __len__(self) -> int:
            return sys.maxsize

        def __iter__(self) -> Iterator[str]:
            yield "+16505551234"

    with Client(wablock_sandbox.meta()) as wa:
        assert cast("Report", block(wa, Users())).ok


@pytest.mark.asyncio
async def test_users_that_arrive_over_time(wablock_sandbox: Sandbox) -> None:
    async def later() -> AsyncIterator[str]:
        for number in NUMBERS:
            await asyncio.sleep(0)
            yield number

    async def wrong() -> AsyncIterator[Any]:
        try:
            for number in range(5000):
                yield f"+1650{number:07}" if number < 4000 else number
        finally:
            ended.append(True)

    ended: list[bool] = []
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        assert (await wa.block(later())).ok
        assert [outcome.state for outcome in await wa.block(wa.list())] == ["done", "done"]
        assert (await wa.unblock(wa.list())).ok
        requests = len(wablock_sandbox.requests())
        with pytest.raises(InvalidUserTypeError, match="item 4000 has type int"):
            await wa.block(wrong())
        assert ended == [True]
        assert len(wablock_sandbox.requests()) == requests
        with pytest.raises(InvalidUserTypeError, match="async iterable"):
            cast("Any", wa).check(later())
    with Client(wablock_sandbox.meta()) as client, pytest.raises(InvalidUserTypeError, match="AsyncClient"):
        block(client, later())


@pytest.mark.asyncio
async def test_a_call_cancelled_while_users_arrive_reports_them(wablock_sandbox: Sandbox) -> None:
    arrived = asyncio.Event()

    async def stuck() -> AsyncIterator[str]:
        yield NUMBERS[0]
        arrived.set()
        await asyncio.Event().wait()

    async with AsyncClient(wablock_sandbox.meta()) as wa:
        task = asyncio.create_task(wa.block(stuck()))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    report = cast("Any", caught.value).report
    assert [(outcome.input, outcome.state) for outcome in report] == [(NUMBERS[0], "not_sent")]
    assert wablock_sandbox.requests() == []
