"""`progress` and log records run in the context of their own call, and no context is kept for longer."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import weakref
from typing import Any

import pytest

from conftest import Run
from wablock import AsyncClient, Client, Report, report_of
from wablock.testing import Sandbox

USERS = [f"1650555{n:04}" for n in range(3000)]
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="none")


class Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.add(request_id.get())


@pytest.mark.asyncio
@pytest.mark.parametrize("together", [True, False])
async def test_each_call_has_its_own(wablock_sandbox: Sandbox, together: bool) -> None:
    seen: dict[str, set[str]] = {}
    records = Records()
    logger = logging.getLogger("wablock")
    logger.addHandler(records)
    try:
        async with AsyncClient(wablock_sandbox.meta()) as wa:

            async def handle(name: str) -> None:
                request_id.set(name)
                mine = seen.setdefault(name, set())
                await wa.block(USERS, progress=lambda done, total: mine.add(request_id.get()))

            names = ["first", "second", "third"]
            if together:
                await asyncio.gather(*map(handle, names))
            else:
                for name in names:
                    await asyncio.create_task(handle(name))
        assert seen == {name: {name} for name in names}
        assert records.seen == set(names)
    finally:
        logger.removeHandler(records)


class Request:
    pass


current: contextvars.ContextVar[Request] = contextvars.ContextVar("current")


@pytest.mark.asyncio
async def test_no_context_outlives_its_call(wablock_sandbox: Sandbox) -> None:
    requests: list[weakref.ref[Request]] = []
    async with AsyncClient(wablock_sandbox.meta()) as wa:

        async def handle() -> None:
            current.set(request := Request())
            requests.append(weakref.ref(request))
            await wa.block("16505551234")
            async for _ in wa.list():
                pass

        for _ in range(3):
            await asyncio.create_task(handle())
        await asyncio.sleep(0)  # the loop itself holds what it runs now
        gc.collect()
        assert [request() for request in requests] == [None, None, None]


RAISED: list[BaseException] = [
    ValueError("x"),
    asyncio.CancelledError(),
    GeneratorExit(),
    KeyboardInterrupt(),
    SystemExit(3),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("face", ["sync", "async"])
def test_what_progress_raises_ends_the_call(wablock_sandbox: Sandbox, error: BaseException, face: str) -> None:
    """Whatever it is, in both clients: the call ends, the error is raised, and it has the report."""

    def progress(done: int, total: int) -> None:
        if done >= 1000:
            # Nothing more is answered, so that a call that went on would never end.
            wablock_sandbox.fault("silence")
            raise error

    problems: list[dict[str, Any]] = []

    async def call() -> object:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))
        async with AsyncClient(wablock_sandbox.meta(), concurrency=1) as wa:
            return await wa.block(USERS, progress=progress)

    def run() -> object:
        if face == "async":
            return asyncio.run(call())
        with Client(wablock_sandbox.meta(), concurrency=1) as wa:
            return wa.block(USERS, progress=progress)

    with pytest.raises(type(error)) as caught:
        run()
    report = report_of(caught.value)
    assert isinstance(report, Report)
    assert len(report) == 3000
    assert report.done
    assert report.not_sent
    assert not problems


def test_a_subinterpreter_is_refused(run_script: Run) -> None:
    """Before this process's own import, after it, and when it ends: the main interpreter goes on."""
    done = run_script("""
try:
    import _interpreters as interpreters
    run = interpreters.exec
except ImportError:
    import _xxsubinterpreters as interpreters
    run = interpreters.run_string
def attempt():
    which = interpreters.create()
    run(which, '''
import sys
try:
    import wablock
except ImportError as error:
    print("refused:", error, flush=True)
else:
    print("not refused", flush=True)
''')
    interpreters.destroy(which)
attempt()
with Client(config) as wa:
    print(wa.block("16505551234").state, flush=True)
    attempt()
    print(wa.block("16505551234").state, flush=True)
async def main():
    async with AsyncClient(config) as wa:
        print((await wa.block("16505551234")).state, flush=True)
asyncio.run(main())
""")
    # From 3.12 on, Python itself may refuse, before wablock is asked.
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["refused", "done", "refused", "done", "done"], done
    assert "subinterpreter" in lines[0]
    assert "subinterpreter" in lines[2]
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_subinterpreter_that_comes_first(run_script: Run) -> None:
    done = run_script("", "-c", FIRST_IN_A_SUBINTERPRETER)
    assert done.stdout == "refused\nfine\n", done.stderr


FIRST_IN_A_SUBINTERPRETER = """
try:
    import _interpreters as interpreters
    run = interpreters.exec
except ImportError:
    import _xxsubinterpreters as interpreters
    run = interpreters.run_string
which = interpreters.create()
run(which, '''
try:
    import wablock
except ImportError:
    print("refused", flush=True)
''')
interpreters.destroy(which)
import wablock
from wablock.testing import Sandbox
with Sandbox() as sandbox, wablock.Client(sandbox.meta()) as wa:
    assert wa.block(["16505551234"]).ok
try:
    wablock.Client(wablock.Meta(access_token="", phone_number_id="1"))
except wablock.ConfigError:
    print("fine", flush=True)
"""
