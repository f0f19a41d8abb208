"""Event loops: several, one after another, closed ones, and one that cannot watch sockets."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from wablock import AsyncClient, Client, Outcome
from wablock.testing import Sandbox

USERS = [f"1650555{n:04}" for n in range(20)]


class NoReaders(asyncio.SelectorEventLoop):
    """Like Windows' default loop, it cannot watch file descriptors for others."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> NoReturn:  # type: ignore[override]  # it never returns
        raise NotImplementedError


def note(problems: list[dict[str, Any]], _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    problems.append(context)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_one_client_in_many_loops(wablock_sandbox: Sandbox) -> None:
    wa = AsyncClient(wablock_sandbox.meta())
    for user in USERS:
        assert asyncio.run(wa.block(user)).ok
    asyncio.run(wa.aclose())


def test_one_client_in_several_threads_at_once(wablock_sandbox: Sandbox) -> None:
    wa, sync = AsyncClient(wablock_sandbox.meta()), Client(wablock_sandbox.meta("other"))

    def one_in_a_loop(user: str) -> Outcome:
        return asyncio.run(wa.block(user))

    def one(user: str) -> Outcome:
        return sync.block(user)

    with ThreadPoolExecutor(8) as pool:
        for outcome in pool.map(one_in_a_loop, USERS):
            assert outcome.ok
        for outcome in pool.map(one, USERS):
            assert outcome.ok


@pytest.mark.asyncio
async def test_sync_client_inside_a_running_loop(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        assert wa.block(USERS).ok
        assert len(list(wa.list())) == 20


def test_loop_that_cannot_watch_sockets(wablock_sandbox: Sandbox) -> None:
    async def journey() -> None:
        async with AsyncClient(wablock_sandbox.meta()) as wa:
            reports = await asyncio.gather(*(wa.block([user]) for user in USERS))
            assert all(report.ok for report in reports)
            wablock_sandbox.fault("silence")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(wa.block("16505551234"), 0.2)
            wablock_sandbox.clear_faults()

    for _ in range(3):
        with asyncio.Runner(loop_factory=NoReaders) as runner:
            runner.run(journey())
        gc.collect()
    # The next loop that is used lets go of those that were closed.
    asyncio.run(AsyncClient(wablock_sandbox.meta()).block(USERS))
    gc.collect()
    for thread in threading.enumerate():
        if thread.name == "wablock-bridge":
            thread.join(10)
    assert not [thread for thread in threading.enumerate() if thread.name == "wablock-bridge"]


def test_loop_closed_under_a_call(wablock_sandbox: Sandbox) -> None:
    """The call ends after its loop was closed: nobody hears of it, and nothing is printed."""
    wablock_sandbox.fault("delay", ms=200, times=1)
    wa = AsyncClient(wablock_sandbox.meta())
    for make in (asyncio.new_event_loop, NoReaders):
        loop = make()
        problems: list[dict[str, Any]] = []
        loop.set_exception_handler(partial(note, problems))
        call = wa.block("16505551234")
        task = loop.create_task(call)
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()
        call.close()
        del task, call
        gc.collect()
        assert [problem["message"] for problem in problems] in ([], ["Task was destroyed but it is pending!"])
    assert asyncio.run(wa.block("16505551235")).ok


def test_loops_and_clients_leave_no_files_open(wablock_sandbox: Sandbox) -> None:
    async def journey() -> None:
        async with AsyncClient(wablock_sandbox.meta()) as wa:
            assert (await wa.block("16505551234")).ok

    def rounds(count: int) -> int:
        for _ in range(count):
            asyncio.run(journey())
        gc.collect()
        return open_files()

    before = rounds(5)
    # Connections are closed a moment after their client.
    assert rounds(30) <= before + 8
