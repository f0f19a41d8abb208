"""Event loops other than asyncio's, as the page on reliability says."""

from __future__ import annotations

import asyncio

import pytest
import trio

from conftest import Run
from wablock import AsyncClient, Client
from wablock.testing import Sandbox


def test_trio(wablock_sandbox: Sandbox) -> None:
    async def wrong() -> None:
        async with AsyncClient(wablock_sandbox.meta()) as wa:
            await wa.block("16505551234")

    with pytest.raises(
        RuntimeError, match=r"AsyncClient needs a running asyncio event loop.*trio\.to_thread\.run_sync"
    ):
        trio.run(wrong)

    async def right() -> None:
        with Client(wablock_sandbox.meta()) as wa:
            assert (await trio.to_thread.run_sync(wa.block, "16505551234")).ok

    trio.run(right)


# No call is answered before all of them were asked for and the green thread beside them ran.
TOGETHER = """
from wablock.testing import Sandbox
sandbox = Sandbox(port=0)
sandbox.fault("delay", ms=3_600_000)
wa = Client(sandbox.meta())
ticks = []
def tick(sleep):
    while len(sandbox.requests()) < 3:
        sleep(0.002)
    ticks.append("tick")
    sandbox.clear_faults()
"""


def test_gevent(run_script: Run) -> None:
    done = run_script(
        "from gevent import monkey; monkey.patch_all()\nimport gevent\n"
        + TOGETHER
        + """
def call(user):
    outcome = gevent.get_hub().threadpool.apply(wa.block, (user,))
    ticks.append("ended")
    return outcome.state
calls = [gevent.spawn(call, "1650555000%d" % n) for n in range(3)]
gevent.spawn(tick, gevent.sleep)
gevent.joinall(calls)
print([each.value for each in calls], ticks)
"""
    )
    assert done.stdout == "['done', 'done', 'done'] ['tick', 'ended', 'ended', 'ended']\n", done.stderr


def test_eventlet(run_script: Run) -> None:
    done = run_script(
        "import warnings; warnings.simplefilter('ignore')\n"
        "import eventlet; eventlet.monkey_patch()\n"
        "from eventlet import tpool\n"
        + TOGETHER
        + """
def call(user):
    outcome = tpool.execute(wa.block, user)
    ticks.append("ended")
    return outcome.state
calls = [eventlet.spawn(call, "1650555000%d" % n) for n in range(3)]
eventlet.spawn(tick, eventlet.sleep)
print([each.wait() for each in calls], ticks)
"""
    )
    assert done.stdout == "['done', 'done', 'done'] ['tick', 'ended', 'ended', 'ended']\n", done.stderr


def test_a_blocking_call_in_an_event_loop_warns(wablock_sandbox: Sandbox) -> None:
    async def handler() -> None:
        with Client(wablock_sandbox.meta()) as wa:
            for call in (wa.ping, lambda: wa.block(["16505551234"]), wa.list().collect):
                with pytest.warns(
                    RuntimeWarning, match=r"blocks the event loop.*AsyncClient.*asyncio\.to_thread"
                ) as seen:
                    call()
                assert len(seen) == 1
            assert (await asyncio.to_thread(wa.block, "16505551235")).ok

    asyncio.run(handler())


GREEN = """
from wablock import Client
from wablock.testing import Sandbox
import warnings
sandbox = Sandbox(port=0)
wa = Client(sandbox.meta())
def call():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        wa.block("16505551234")
    return [str(one.message) for one in seen if issubclass(one.category, RuntimeWarning)]
"""


def test_a_blocking_call_in_a_greenlet_warns(run_script: Run) -> None:
    done = run_script("import gevent\n" + GREEN + "print(gevent.spawn(call).get(), call())")
    assert "gevent.get_hub().threadpool.apply" in done.stdout, done.stderr
    assert done.stdout.endswith("] []\n"), done.stdout


def test_a_blocking_call_in_a_green_thread_warns(run_script: Run) -> None:
    ignore = "import warnings; warnings.simplefilter('ignore')\n"
    done = run_script(ignore + "import eventlet\n" + GREEN + "print(eventlet.spawn(call).wait(), call())")
    assert "eventlet.tpool.execute" in done.stdout, done.stderr
    assert done.stdout.endswith("] []\n"), done.stdout
