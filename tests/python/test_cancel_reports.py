"""Whoever ends a call, and however often: the report is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable

import anyio
import pytest

from conftest import Run
from wablock import AsyncClient, Client, NotEligibleError, Report, report_of
from wablock.testing import Sandbox

USERS = [f"1650555{n:04}" for n in range(2500)]  # three requests at Meta


async def until_requests(sandbox: Sandbox, count: int) -> None:
    while len(sandbox.requests()) < count:  # noqa: ASYNC110  # the sandbox has no events
        await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def half_done(sandbox: Sandbox) -> AsyncGenerator[AsyncClient]:
    """A client whose call over `USERS` does a thousand, and then waits for an answer that never comes."""
    sandbox.fault("silence", after=1)
    async with AsyncClient(sandbox.meta(), concurrency=1) as wa:
        yield wa


def check(report: object) -> None:
    assert isinstance(report, Report)
    assert report.counts == {"done": 1000, "failed": 0, "unknown": 1000, "not_sent": 500}


@pytest.mark.asyncio
@pytest.mark.parametrize("times", [1, 2, 3, 50])
async def test_cancelled_again_and_again(wablock_sandbox: Sandbox, times: int) -> None:
    """Once at every turn of the loop, as anyio does, or many times in one."""
    async with half_done(wablock_sandbox) as wa:
        for every_turn in (True, False):
            task = asyncio.create_task(wa.block(USERS))
            await until_requests(wablock_sandbox, 2)
            for _ in range(times):
                task.cancel()
                if every_turn:
                    await asyncio.sleep(0)
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            check(report_of(caught.value))
            wablock_sandbox.reset()
            wablock_sandbox.fault("silence", after=1)


SCOPES: dict[str, Callable[[], contextlib.AbstractContextManager[anyio.CancelScope]]] = {
    "move_on_after": lambda: anyio.move_on_after(1000),
    "fail_after": lambda: anyio.fail_after(1000),
    "cancel_scope": anyio.CancelScope,
}


@pytest.mark.asyncio
@pytest.mark.parametrize("how", [*SCOPES, "task_group"])
async def test_scopes_of_anyio(wablock_sandbox: Sandbox, how: str) -> None:
    seen: list[BaseException] = []
    running: list[asyncio.Task[None]] = []

    async def call(wa: AsyncClient) -> None:
        try:
            await wa.block(USERS)
        except asyncio.CancelledError as error:
            seen.append(error)
            raise

    async with half_done(wablock_sandbox) as wa:
        if how == "task_group":
            async with anyio.create_task_group() as group:
                group.start_soon(call, wa)
                await until_requests(wablock_sandbox, 2)
                group.cancel_scope.cancel()
        else:
            with contextlib.suppress(TimeoutError), SCOPES[how]() as scope:
                running.append(asyncio.create_task(cancel_scope(wablock_sandbox, scope)))
                await call(wa)
            await running[0]
    check(report_of(seen[0]))


async def cancel_scope(sandbox: Sandbox, scope: anyio.CancelScope) -> None:
    """What the deadline does, at a moment that does not depend on how fast the machine is."""
    await until_requests(sandbox, 2)
    scope.deadline = anyio.current_time()
    scope.cancel()


@pytest.mark.asyncio
async def test_a_cancel_of_its_own_is_not_lost_in_a_scope(wablock_sandbox: Sandbox) -> None:
    """The scope swallows what it raised itself, and nothing else."""
    async with half_done(wablock_sandbox) as wa:

        async def call() -> None:
            with anyio.CancelScope() as scope:
                scopes.append(scope)
                await wa.block(USERS)
            reached.append("after the scope")

        scopes: list[anyio.CancelScope] = []
        reached: list[str] = []
        task = asyncio.create_task(call())
        await until_requests(wablock_sandbox, 2)
        scopes[0].cancel()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert reached == []
        check(report_of(caught.value))


@pytest.mark.asyncio
async def test_nested_time_limits(wablock_sandbox: Sandbox) -> None:
    async with half_done(wablock_sandbox) as wa:
        task = asyncio.create_task(wa.block(USERS))
        outer, inner = asyncio.timeout(None), asyncio.timeout(None)

        async def limited() -> None:
            async with outer, inner:
                await until_requests(wablock_sandbox, 2)
                inner.reschedule(asyncio.get_running_loop().time())
                await task

        with pytest.raises(TimeoutError) as caught:
            await limited()
        assert inner.expired()
        assert not outer.expired()
        check(report_of(caught.value))


@pytest.mark.asyncio
async def test_a_task_group_whose_other_task_fails(wablock_sandbox: Sandbox) -> None:
    tasks: list[asyncio.Task[Report]] = []

    async def together(wa: AsyncClient) -> None:
        async with asyncio.TaskGroup() as group:
            tasks.append(group.create_task(wa.block(USERS)))
            await until_requests(wablock_sandbox, 2)
            raise LookupError

    async with half_done(wablock_sandbox) as wa:
        with pytest.raises(ExceptionGroup):
            await together(wa)
    with pytest.raises(asyncio.CancelledError) as caught:
        tasks[0].result()
    check(report_of(caught.value))


@pytest.mark.asyncio
async def test_without_a_report(wablock_sandbox: Sandbox) -> None:
    """A call that never began has none; a list has none; the attribute is there where wablock raised it."""
    async with half_done(wablock_sandbox) as wa:
        task = asyncio.create_task(wa.block(USERS))
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert report_of(caught.value) is None
        wablock_sandbox.reset()
        wablock_sandbox.fault("silence")
        listing = asyncio.create_task(wa.list().collect())
        await until_requests(wablock_sandbox, 1)
        listing.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await listing
        assert getattr(caught.value, "report", "missing") is None


def test_report_of_our_own_errors(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa, pytest.raises(NotEligibleError) as caught:
        wa.block("15550131047")
    assert report_of(caught.value) is caught.value.report
    assert report_of(ValueError()) is None
    looped = ValueError()
    looped.__context__ = other = KeyError()
    other.__context__ = looped
    assert report_of(looped) is None


REPORT = "Report(meta block: 1000 done, 0 failed, 1000 unknown (cancelled 1000), 500 not_sent (cancelled 500))"
INTERRUPTED = """
import wablock
from wablock.testing import Sandbox
sandbox = Sandbox(); sandbox.fault("silence", after=1)
USERS = [f"1650555{n:04}" for n in range(2500)]
def interrupt(times):
    while len(sandbox.requests()) < 2:
        time.sleep(0.005)
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
def tell(error, within=None):
    print(type(error).__name__, wablock.report_of(error), within)
"""


def test_ctrl_c_in_the_client_without_asyncio(run_script: Run) -> None:
    done = run_script(
        INTERRUPTED
        + """
threading.Thread(target=interrupt, args=(1,)).start()
wa = Client(sandbox.meta(), concurrency=1)
try:
    wa.block(USERS)
except KeyboardInterrupt as error:
    tell(error, error.report is wablock.report_of(error))
sandbox.clear_faults()
print(wa.block("16505551234").state)
"""
    )
    assert done.stdout == f"KeyboardInterrupt {REPORT} True\ndone\n", done.stderr


def test_ctrl_c_under_asyncio_run(run_script: Run) -> None:
    """It is in the `CancelledError` that the task sees, and `report_of` finds it in what `asyncio.run` raises."""
    done = run_script(
        INTERRUPTED
        + """
async def main():
    threading.Thread(target=interrupt, args=(1,)).start()
    async with AsyncClient(sandbox.meta(), concurrency=1) as wa:
        try:
            await wa.block(USERS)
        except asyncio.CancelledError as error:
            tell(error, error.report is not None)
            raise
try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    tell(error)
"""
    )
    assert done.stdout == f"CancelledError {REPORT} True\nKeyboardInterrupt {REPORT} None\n", done.stderr


def test_ctrl_c_twice_under_asyncio_run(run_script: Run) -> None:
    """The second one leaves the loop at once; the task still gets the report while `asyncio.run` cleans up."""
    done = run_script(
        INTERRUPTED
        + """
def twice(loop):
    while len(sandbox.requests()) < 2:
        time.sleep(0.005)
    # In one turn of the loop, so that the second comes before the task has seen the first.
    loop.call_soon_threadsafe(lambda: (signal.raise_signal(signal.SIGINT), signal.raise_signal(signal.SIGINT)))
async def main():
    threading.Thread(target=twice, args=(asyncio.get_running_loop(),)).start()
    async with AsyncClient(sandbox.meta(), concurrency=1) as wa:
        try:
            await wa.block(USERS)
        except asyncio.CancelledError as error:
            tell(error, error.report is not None)
            raise
try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    print("KeyboardInterrupt")
"""
    )
    assert done.stdout == f"CancelledError {REPORT} True\nKeyboardInterrupt\n", done.stderr


@pytest.mark.asyncio
async def test_cancelled_in_the_moment_of_the_answer(wablock_sandbox: Sandbox) -> None:
    """The event loop stands still until the provider has answered, so that the cancel meets the outcome."""
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        for user in USERS[:100]:
            before = len(wablock_sandbox.requests())
            task = asyncio.create_task(wa.block(user))
            for _ in range(3):
                await asyncio.sleep(0)
            while len(wablock_sandbox.requests()) == before:
                pass
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            report = report_of(caught.value)
            assert report is not None
            assert report[0].state in {"done", "unknown"}
