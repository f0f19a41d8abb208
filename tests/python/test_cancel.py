"""Cancelling: the request in flight is dropped, the partial report is reachable, the client stays usable."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Coroutine, Iterator
from typing import Any, cast

import pytest

from wablock import AsyncClient, Client, ClosedError, Report
from wablock.testing import Sandbox

USERS = [f"1650555{n:04}" for n in range(40)]


async def until_requests(sandbox: Sandbox, count: int) -> None:
    while len(sandbox.requests()) < count:  # noqa: ASYNC110  # the sandbox has no events
        await asyncio.sleep(0.005)


def check(report: object, count: int) -> None:
    assert isinstance(report, Report)
    assert len(report) == count
    assert report.unknown
    assert not report.failed


@pytest.mark.asyncio
async def test_cancelled_task_carries_the_report(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence", provider="99digital", after=5)
    async with AsyncClient(wablock_sandbox.digital99(), concurrency=2, max_retries=0) as wa:
        task = asyncio.create_task(wa.block(USERS))
        await until_requests(wablock_sandbox, 7)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        report = getattr(caught.value, "report", None)
        check(report, 40)
        assert isinstance(report, Report)
        assert report.done
        assert report.not_sent
        wablock_sandbox.clear_faults()
        assert (await wa.block(report.not_sent)).ok


@pytest.mark.asyncio
async def test_cancelled_while_the_users_are_read(wablock_sandbox: Sandbox) -> None:
    count = 20_000
    seen: list[int] = []

    def users() -> Iterator[str]:
        for n in range(count):
            seen.append(n)
            yield f"1650{n:07}"

    async with AsyncClient(wablock_sandbox.meta()) as wa:
        task = asyncio.create_task(wa.block(users()))
        while not seen:  # noqa: ASYNC110  # only the turns of the loop are wanted
            await asyncio.sleep(0)
        assert len(seen) < count, "reading many users gives the event loop its turns"
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        report = getattr(caught.value, "report", None)
        assert isinstance(report, Report)
        assert len(report.not_sent) == len(report) == count
        assert wablock_sandbox.requests() == []
        # What cannot be read must not hide that the task was cancelled.
        task = asyncio.create_task(wa.block(["16505551234"] * count + [cast("str", 5)]))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await wa.block("16505551234")).ok


@pytest.mark.asyncio
async def test_a_list_that_changes_while_it_is_read(wablock_sandbox: Sandbox) -> None:
    users = [f"1650{n:07}" for n in range(10_000)]
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        task = asyncio.create_task(wa.block(users))
        await asyncio.sleep(0)
        users.clear()
        assert len(await task) == 10_000


@pytest.mark.asyncio
async def test_asyncio_timeout(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence")
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.2):
                await wa.block("16505551234")
        check(getattr(caught.value.__cause__, "report", None), 1)
        with pytest.raises(TimeoutError) as caught:
            await asyncio.wait_for(wa.block(["16505551234"]), 0.2)
        check(getattr(caught.value.__cause__, "report", None), 1)
        wablock_sandbox.clear_faults()
        assert (await wa.block("16505551234")).ok


@pytest.mark.asyncio
async def test_task_group_and_gather(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence", operation="block")
    async with AsyncClient(wablock_sandbox.meta()) as wa:

        async def fail() -> None:
            await until_requests(wablock_sandbox, 3)
            raise LookupError

        async def together() -> None:
            async with asyncio.TaskGroup() as group:
                for user in USERS[:3]:
                    group.create_task(wa.block(user))
                group.create_task(fail())

        with pytest.raises(ExceptionGroup) as caught:
            await together()
        assert caught.group_contains(LookupError)
        assert [user async for user in wa.list()] == []


@pytest.mark.asyncio
async def test_cancel_before_it_starts_and_after_it_ended(wablock_sandbox: Sandbox) -> None:
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        task = asyncio.create_task(wa.block("16505551234"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert wablock_sandbox.requests() == []
        task = asyncio.create_task(wa.block("16505551234"))
        await task
        assert not task.cancel()


@pytest.mark.asyncio
async def test_list_ends_when_cancelled(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.seed("meta", blocked=[f"1650555{n:04}" for n in range(250)])
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        pages = wa.list().pages()
        assert len(await anext(pages)) == 100
        wablock_sandbox.fault("silence")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await anext(pages)
        wablock_sandbox.clear_faults()
        assert len([user async for user in wa.list()]) == 250


@pytest.mark.asyncio
async def test_closing_ends_calls_in_flight(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence")
    wa = AsyncClient(wablock_sandbox.meta())
    task = asyncio.create_task(wa.block(USERS))
    await until_requests(wablock_sandbox, 1)
    await wa.aclose()
    with pytest.raises(ClosedError) as caught:
        await task
    check(caught.value.report, 40)


def test_closing_ends_a_blocking_call(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence")
    wa = Client(wablock_sandbox.meta())
    caught: list[BaseException] = []

    def call() -> None:
        try:
            wa.block(USERS)
        except ClosedError as error:
            caught.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    while not wablock_sandbox.requests():
        time.sleep(0.005)
    wa.close()
    thread.join(10)
    assert not thread.is_alive()
    check(getattr(caught[0], "report", None), 40)


@pytest.mark.asyncio
async def test_many_cancels_leave_nothing(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.settings(response_delay_ms=2)
    problems: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        for round_ in range(20):
            await start_and_cancel(wa, 0.0005 * round_)
        assert (await wa.block(USERS)).ok
    gc.collect()
    await asyncio.sleep(0)
    assert problems == []


async def start_and_cancel(wa: AsyncClient, after: float) -> None:
    tasks = [asyncio.create_task(wa.block(USERS[:3])) for _ in range(25)]
    await asyncio.sleep(after)
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(result, (Report, asyncio.CancelledError))


@pytest.mark.asyncio
async def test_raising_leaves_no_reference_cycle(wablock_sandbox: Sandbox) -> None:
    async with AsyncClient(wablock_sandbox.meta()) as wa:

        async def call(work: Coroutine[Any, Any, object]) -> None:
            with pytest.raises(Exception, match="131047"):
                await work

        await call(wa.block("15550131047"))
        gc.collect()
        gc.disable()
        try:
            before = live_errors()
            await call(wa.block("15550131047"))
            assert live_errors() == before
        finally:
            gc.enable()


def live_errors() -> int:
    return sum(type(thing).__name__ == "NotEligibleError" for thing in gc.get_objects())


@pytest.mark.asyncio
async def test_ten_thousand_cancels(wablock_sandbox: Sandbox) -> None:
    """At every stage: before the call began, while it is sent, while the server is silent, when it has just ended."""
    wablock_sandbox.fault("silence", every=2)
    ended, told = {"cancelled": 0, "done": 0}, 0
    async with AsyncClient(wablock_sandbox.meta(), timeout=30) as wa:
        for wave in range(100):
            tasks = [asyncio.create_task(wa.block(USERS[:1])) for _ in range(100)]
            for _ in range(wave % 5):
                await asyncio.sleep(0)
            if wave % 10 == 9:
                await asyncio.sleep(0.002)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for task in tasks:
                try:
                    ended["done"] += len(await task)
                except asyncio.CancelledError as error:
                    ended["cancelled"] += 1
                    # Without a report, the call had not begun.
                    told += isinstance(getattr(error, "report", None), Report)
        assert sum(ended.values()) == 10_000
        assert told == ended["cancelled"] - 2_000, "the calls of every fifth wave had not begun"
        assert ended["cancelled"] >= 5_000
        wablock_sandbox.clear_faults()
        assert (await wa.block(USERS)).ok, "the client stays usable"
