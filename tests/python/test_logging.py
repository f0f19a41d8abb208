"""What the client tells of its work goes to Python's `logging`, on threads of Python, and never holds a credential."""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import logging
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from conftest import Run, config_of, shown
from wablock import AsyncClient, Client, WablockError
from wablock._configuration import reveal
from wablock.testing import ProviderName, Sandbox

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")

LOGGER = logging.getLogger("wablock")
caller: contextvars.ContextVar[str] = contextvars.ContextVar("caller", default="nobody")


class Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(0)
        self.records: list[logging.LogRecord] = []
        self.callers: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.callers.append(caller.get())

    @property
    def levels(self) -> set[str]:
        return {record.levelname for record in self.records}

    @property
    def text(self) -> str:
        return "\n".join(record.getMessage() for record in self.records)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    LOGGER.addHandler(keeper)
    LOGGER.setLevel(logging.DEBUG)
    yield keeper
    LOGGER.removeHandler(keeper)
    LOGGER.setLevel(logging.NOTSET)


def test_sync_calls_log_on_the_calling_thread(wablock_sandbox: Sandbox, keeper: Keeper) -> None:
    wablock_sandbox.fault("status_plain", status=503, times=1, operation="block")
    with Client(wablock_sandbox.meta()) as wa:
        wa.block("16505551234")
        list(wa.list())
        wa.list().collect()
    assert keeper.levels == {"DEBUG", "WARNING"}
    assert "/block_users: sending again after" in keeper.text
    assert keeper.text.count("GET ") == 4, "twice: a page, and the empty one that is the end"
    assert {record.thread for record in keeper.records} == {threading.get_ident()}
    assert {record.name for record in keeper.records} == {"wablock"}


@pytest.mark.asyncio
async def test_async_calls_log_on_the_thread_of_the_loop(wablock_sandbox: Sandbox, keeper: Keeper) -> None:
    wablock_sandbox.fault("status_plain", status=503, times=1, operation="block")

    async def call(name: str) -> None:
        caller.set(name)
        await wa.block("16505551234")

    async with AsyncClient(wablock_sandbox.meta()) as wa:
        await asyncio.gather(call("Ana"), call("Ben"))
        assert len([user async for user in wa.list()]) == len(await wa.list().collect()) == 1
    assert keeper.levels == {"DEBUG", "WARNING"}
    assert {record.thread for record in keeper.records} == {threading.get_ident()}
    assert set(keeper.callers) == {"Ana", "Ben", "nobody"}, "records see the context variables of their call"


def test_the_level_is_asked_for_at_every_call(wablock_sandbox: Sandbox, keeper: Keeper) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        for level, expected in ((logging.INFO, set[str]()), (logging.DEBUG, {"DEBUG"}), (logging.CRITICAL, set[str]())):
            LOGGER.setLevel(level)
            keeper.records.clear()
            wa.block("16505551234")
            assert keeper.levels == expected


def test_nothing_is_printed_without_handlers(run_script: Run, wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("status_plain", status=503, times=1)
    done = run_script("""
import logging
Client(config).block("+16505551234")
asyncio.run(AsyncClient(config).block("+16505551234"))
print("fine")
""")
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


def test_too_many_records_are_dropped_and_counted(wablock_sandbox: Sandbox, keeper: Keeper) -> None:
    count = 10_200  # a few more than may wait

    class Busy(logging.Handler):
        """The loop's thread stays in its first record until the call has ended."""

        def emit(self, record: logging.LogRecord) -> None:
            LOGGER.removeHandler(self)
            while wablock_sandbox.inspect("meta")["count"] < count:
                threading.Event().wait(0.1)

    async def call() -> None:
        LOGGER.addHandler(Busy())
        wablock_sandbox.settings(record=False)
        async with AsyncClient(dataclasses.replace(wablock_sandbox.meta(), batch_size=1), concurrency=64) as wa:
            assert (await wa.block([f"1650{n:07}" for n in range(count)])).ok

    asyncio.run(call())
    dropped = [record.getMessage() for record in keeper.records if "dropped" in record.getMessage()]
    told = len(keeper.records) - len(dropped)
    assert told + sum(int(text.split()[0]) for text in dropped) == count
    assert told < count
    assert dropped


def test_a_failing_handler_harms_no_call(wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    problems: list[object] = []

    def note(problem: Any) -> None:
        problems.append(problem.exc_value)

    monkeypatch.setattr(sys, "unraisablehook", note)

    def refuse(record: logging.LogRecord) -> bool:
        raise LookupError(record.levelname)

    async def call() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context["exception"]))
        async with AsyncClient(wablock_sandbox.meta()) as wa:
            assert (await wa.block("16505551234")).ok

    LOGGER.addFilter(refuse)
    LOGGER.setLevel(logging.DEBUG)
    try:
        with Client(wablock_sandbox.meta()) as wa:
            assert wa.block("16505551234").ok
        asyncio.run(call())
    finally:
        LOGGER.removeFilter(refuse)
        LOGGER.setLevel(logging.NOTSET)
    assert [str(problem) for problem in problems] == ["DEBUG", "DEBUG"]


def test_ctrl_c_in_a_handler_ends_the_call(wablock_sandbox: Sandbox) -> None:
    class Interrupted(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            LOGGER.removeHandler(self)
            raise KeyboardInterrupt

    LOGGER.addHandler(Interrupted())
    LOGGER.setLevel(logging.DEBUG)
    try:
        with Client(wablock_sandbox.meta()) as wa, pytest.raises(KeyboardInterrupt) as caught:
            wa.block(["16505551234"])
        assert getattr(caught.value, "report", None) is not None
    finally:
        LOGGER.setLevel(logging.NOTSET)


CANARY = "canary-credential-7f3a"
SECRETS = ("access_token", "app_secret", "access_key", "access_secret", "app_key", "api_key", "token")
USERS = ["+1 (650) 555-7391", "16505557392", "0016505557393"]
DIGITS = ["6505557391", "6505557392", "6505557393", "650) 555-7391"]


@pytest.mark.parametrize("fault", ["none", "echo_secret", "hostile_text", "status_plain", "lost_answer", "not_json"])
def test_no_credential_and_no_number_at_the_most_verbose_level(
    wablock_sandbox: Sandbox, provider: ProviderName, fault: str, keeper: Keeper
) -> None:
    config = config_of(wablock_sandbox, provider)
    given: dict[str, Any] = {name: CANARY for name in SECRETS if getattr(config, name, None)}
    canaried = dataclasses.replace(config, **given)
    stories: list[str] = []
    texts: list[str] = []
    # The sandbox refuses the canary, and goes further with its own credential.
    for used in (config, canaried):
        if fault != "none":
            wablock_sandbox.control("fault", name=fault, **({"status": 500} if fault == "status_plain" else {}))
        with Client(used, max_retries=1) as wa:
            for call in (partial(wa.block, USERS), partial(wa.unblock, USERS), wa.list().collect):
                try:
                    call()
                except WablockError as error:
                    stories.append(shown(error))
                    texts += [str(error), repr(error.report)]
        wablock_sandbox.clear_faults()
    assert {"DEBUG"} <= keeper.levels
    secrets = {str(reveal(getattr(used, name))) for used in (config, canaried) for name in given}
    assert not [secret for secret in secrets for text in [keeper.text, *stories, *texts] if secret in text]
    # Local variables hold the numbers that the program gave; texts and log records never do.
    assert not [number for number in DIGITS for text in [keeper.text, *texts] if number in text]
