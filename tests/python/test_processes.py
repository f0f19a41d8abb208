"""Forks, signals, threads and exits, each in a process of its own."""

from __future__ import annotations

import sys

import pytest

from conftest import Run
from wablock.testing import Sandbox

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="forks and POSIX signals")

# From 3.12 on, Python warns of every fork of a process that has threads of any kind.
FORKS = ("-W", "ignore::DeprecationWarning")

CALL_AND_TELL = """
def check(where):
    with Client(config) as wa:
        assert wa.block(["+16505551234"]).ok, where
    async def main():
        async with AsyncClient(config) as wa:
            assert (await wa.block("+16505551235")).ok, where
    asyncio.run(main())
"""


def test_import_starts_no_thread(run_script: Run) -> None:
    done = run_script("""
import pathlib
tasks = lambda: len(list(pathlib.Path("/proc/self/task").iterdir()))
assert threading.active_count() == 1 and tasks() == 1
wa, aio = Client(config), AsyncClient(config)
assert tasks() == 1, "making a client started a thread"
print("fine")
""")
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


@posix_only
def test_fork_of_a_warm_parent(run_script: Run) -> None:
    done = run_script(
        CALL_AND_TELL
        + """
old, aio = Client(config), AsyncClient(config)
old.block("+16505551234")
asyncio.run(aio.block("+16505551234"))
pages = old.list().pages(); next(pages)
for number in range(10):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            assert old.block(["+16505551234"]).ok and asyncio.run(aio.block("+16505551234")).ok
            check("child")
            status = 0
        finally:
            os._exit(status) if number % 2 else sys.exit(status)
    assert os.waitpid(child, 0)[1] == 0, "a child failed"
assert old.block(["+16505551234"]).ok
check("parent")
print("fine")
""",
        *FORKS,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


@posix_only
def test_two_hundred_forks_of_a_warm_parent(run_script: Run) -> None:
    done = run_script(
        """
old, aio = Client(config), AsyncClient(config)
old.block("+16505551234")
asyncio.run(aio.block("+16505551234"))
def child(number):
    status = 1
    try:
        if number % 2:
            assert old.block("+16505551234").ok
        else:
            assert asyncio.run(aio.block("+16505551234")).ok
        status = 0
    finally:
        os._exit(status)
for wave in range(20):
    children = []
    for number in range(10):
        children.append(os.fork())
        if children[-1] == 0:
            child(number)
    assert old.block("+16505551234").ok
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0, "a child failed"
asyncio.run(aio.block("+16505551234"))
print("fine")
""",
        *FORKS,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


@posix_only
def test_preloaded_workers(run_script: Run) -> None:
    """As gunicorn --preload and Celery's prefork do: clients are made and used before the workers are forked."""
    done = run_script(
        """
from concurrent.futures import ThreadPoolExecutor
wa, aio = Client(config), AsyncClient(config)
wa.block("+16505551234"); asyncio.run(aio.block("+16505551234"))
async def serve():
    return all(done.ok for done in await asyncio.gather(*(aio.block(f"1650555{n:04}") for n in range(20))))
def worker():
    with ThreadPoolExecutor(4) as pool:
        assert all(done.ok for done in pool.map(wa.block, [f"1650555{n:04}" for n in range(20)]))
    assert asyncio.run(serve()) and asyncio.run(serve())
workers = []
for number in range(4):
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        worker()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)
    workers.append(pid)
assert {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers} == {7}, "ended by their handler"
worker()
print("fine")
""",
        *FORKS,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


@posix_only
def test_fork_while_calls_are_in_flight(run_script: Run, wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.settings(response_delay_ms=1)
    done = run_script(
        CALL_AND_TELL
        + """
stop = threading.Event()
def busy():
    with Client(config) as wa:
        while not stop.is_set():
            assert wa.block([f"1650555{n:04}" for n in range(5)]).ok
threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads: thread.start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            check("child"); status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
for thread in threads: thread.join()
print("fine")
""",
        *FORKS,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


@posix_only
def test_fork_while_clients_are_made(run_script: Run) -> None:
    """What a client imports must not be under way in another thread when a process is forked."""
    done = run_script(
        CALL_AND_TELL
        + """
def make():
    for _ in range(20):
        AsyncClient(config), Client(config)
for _ in range(3): threading.Thread(target=make).start()
children = []
for _ in range(20):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            check("child"); status = 0
        finally:
            os._exit(status)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
print("fine")
""",
        *FORKS,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


@posix_only
def test_multiprocessing_fork(run_script: Run) -> None:
    done = run_script(
        CALL_AND_TELL
        + """
import multiprocessing
check("parent")
with multiprocessing.get_context("fork").Pool(2) as pool:
    pool.map(check, ["a", "b", "c", "d"])
print("fine")
""",
        *FORKS,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("fine\n", "", 0)


# Presses Ctrl-C when the sandbox has the first request.
INTERRUPT = """
import json, urllib.request
requests = config.base_url.removesuffix("/meta") + "/__sandbox/requests"
def interrupt():
    while not json.load(urllib.request.urlopen(requests))["total"]:
        time.sleep(0.01)
    global sent
    sent = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
interrupter = threading.Thread(target=interrupt)
"""


@posix_only
def test_ctrl_c_ends_a_blocking_call(run_script: Run, wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence", operation="block")
    done = run_script(
        INTERRUPT
        + """
wa = Client(config)
interrupter.start()
try:
    wa.block(["+16505551234", "nonsense"])
except KeyboardInterrupt as error:
    took = time.monotonic() - sent
    # It takes a few milliseconds; the call would last a minute.
    print([outcome.state for outcome in error.report], "at once" if took < 5 else took)
print(list(wa.list()))
"""
    )
    assert (done.stdout, done.stderr, done.returncode) == ("['unknown', 'failed'] at once\n[]\n", "", 0)


@posix_only
def test_ctrl_c_in_a_notebook(run_script: Run, wablock_sandbox: Sandbox) -> None:
    """A kernel runs its cells in a running loop and leaves Ctrl-C to Python: sync calls are interrupted there too."""
    wablock_sandbox.fault("silence", operation="block")
    done = run_script(
        INTERRUPT
        + """
import types
sys.modules["IPython"] = types.ModuleType("IPython")
wa = Client(config)
async def cell():
    interrupter.start()
    wa.block(["+16505551234"])
async def next_cell():
    return list(wa.list())
loop = asyncio.new_event_loop()
try:
    loop.run_until_complete(cell())
except KeyboardInterrupt as error:
    print(error.report, "at once" if time.monotonic() - sent < 5 else "late")
print(loop.run_until_complete(next_cell()))
"""
    )
    expected = "Report(meta block: 0 done, 0 failed, 1 unknown (cancelled 1), 0 not_sent) at once\n[]\n"
    assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)


@posix_only
def test_ctrl_c_in_asyncio(run_script: Run, wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence", operation="block")
    done = run_script(
        INTERRUPT
        + """
async def main():
    interrupter.start()
    async with AsyncClient(config) as wa:
        try:
            await wa.block(["+16505551234"])
        except asyncio.CancelledError as error:
            print(error.report)
            raise
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted")
"""
    )
    expected = "Report(meta block: 0 done, 0 failed, 1 unknown (cancelled 1), 0 not_sent)\ninterrupted\n"
    assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)


EXITS = {
    "daemon thread": """
threading.Thread(target=lambda: Client(config).block("+16505551234"), daemon=True).start()
""",
    "many daemon threads": """
wa = Client(config)
for _ in range(20):
    threading.Thread(target=lambda: wa.block("+16505551234"), daemon=True).start()
""",
    "loop in a daemon thread": """
threading.Thread(target=lambda: asyncio.run(AsyncClient(config).block("+16505551234")), daemon=True).start()
""",
    "abandoned loop": """
loop = asyncio.new_event_loop()
task = loop.create_task(AsyncClient(config).block("+16505551234"))
loop.run_until_complete(asyncio.sleep(0.1))
import logging; logging.disable()
""",
    "cancelled by asyncio.run": """
async def main():
    asyncio.create_task(AsyncClient(config).block("+16505551234"))
    await asyncio.sleep(0.1)
asyncio.run(main())
""",
    "loop that cannot watch sockets": """
class NoReaders(asyncio.SelectorEventLoop):
    def add_reader(self, *args): raise NotImplementedError
loop = NoReaders()
task = loop.create_task(AsyncClient(config).block("+16505551234"))
loop.run_until_complete(asyncio.sleep(0.1))
import logging; logging.disable()
""",
    "call at exit": """
import atexit
def late():
    try: Client(config).block("+16505551234", timeout=0.2)
    except APITimeoutError: pass
atexit.register(late)
""",
}


@pytest.mark.parametrize("how", EXITS)
def test_exit_with_calls_in_flight(run_script: Run, wablock_sandbox: Sandbox, how: str) -> None:
    wablock_sandbox.fault("silence")
    for _ in range(3):
        done = run_script(EXITS[how] + "\ntime.sleep(0.1)\nprint('bye')\n", "-X", "faulthandler", timeout=15)
        assert (done.stdout, done.returncode) == ("bye\n", 0), done.stderr
        assert "Fatal" not in done.stderr
        assert "Event loop is closed" not in done.stderr
        assert "panicked" not in done.stderr


def test_calls_after_the_end_are_refused(run_script: Run) -> None:
    done = run_script("""
import atexit
from wablock import _process
class Last:
    def __del__(self):
        try: Client(config).block("+16505551234")
        except ClosedError as error: print(error.code)
atexit.unregister(_process._at_exit)
atexit.register(Last().__del__)
atexit.register(_process._at_exit)
""")
    assert (done.stdout.split("\n")[0], done.stderr, done.returncode) == ("closed", "", 0)
