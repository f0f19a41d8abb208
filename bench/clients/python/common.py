"""What every Python client of the benchmark does in the same way: read its task, do it between two readings of the
clock, and print one line of JSON. Imports only what costs nothing, because the process as a whole is timed too.
"""

import json
import sys
import time
from pathlib import Path

TOKEN = "EAABbench"
PHONE_NUMBER_ID = "106540352242922"
PATH = f"/v26.0/{PHONE_NUMBER_ID}/block_users"
BATCH = 1000
FIRST_NUMBER = 16_500_000_000


def numbers(count):
    return [f"+{FIRST_NUMBER + place}" for place in range(count)]


async def at_once(how_many, items, work):
    """The usual way: a fixed number of workers over one iterator."""
    import asyncio

    waiting = iter(items)

    async def worker():
        for item in waiting:
            await work(item)

    await asyncio.gather(*(worker() for _ in range(how_many)))


async def tick(lags):
    """How late a timer of one millisecond is, again and again."""
    import asyncio

    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        lags.append(time.perf_counter() - begun - 0.001)


async def perform(make, task):
    """Does the task and returns what is to be reported."""
    import asyncio

    case, report, lags = task["case"], {}, []
    users = [] if case == "list" else numbers(task["count"])
    if task.get("stall"):
        ticking = asyncio.ensure_future(tick(lags))
        await asyncio.sleep(0.05)
        lags.clear()
    begun = time.perf_counter()
    if case == "many":
        await many(make, task, users)
    else:
        async with make(task) as client:
            if case == "block":
                assert await client.bulk(users) == len(users)
            elif case == "list":
                assert len(await client.list()) == task["count"]
            else:
                await singles(client, users, task, report)
    report.setdefault("seconds", time.perf_counter() - begun)
    if lags:
        # What was due before the end and did not come is late too.
        await asyncio.sleep(0.003)
        ticking.cancel()
        report["stall_ms"] = max(lags) * 1000
    return report


async def singles(client, users, task, report):
    """Calls about one user each; the first ones are not counted."""
    times = []

    async def one(user):
        begun = time.perf_counter()
        await client.one(user)
        times.append(time.perf_counter() - begun)

    warm = task.get("warm", 0)
    await at_once(task["at_once"], users[:warm], one)
    times.clear()
    begun = time.perf_counter()
    await at_once(task["at_once"], users[warm:], one)
    report["seconds"] = time.perf_counter() - begun
    report["p99_ms"] = sorted(times)[len(times) * 99 // 100] * 1000


async def many(make, task, users):
    """A client for every user, all open at once."""
    import asyncio

    clients = [await make(task).__aenter__() for _ in users]
    await asyncio.gather(*(client.one(user) for client, user in zip(clients, users, strict=True)))
    for client in clients:
        await client.__aexit__(None, None, None)


def perform_without_asyncio(make, task):
    users = [] if task["case"] == "list" else numbers(task["count"])
    begun = time.perf_counter()
    with make(task) as client:
        if task["case"] == "list":
            assert len(client.list()) == task["count"]
        elif task["case"] == "block":
            assert client.bulk(users) == len(users)
        else:
            client.one(users[0])
        return {"seconds": time.perf_counter() - begun}


def main(make, imported_s=0.0, blocking=False):
    task = json.loads(sys.argv[1])
    if task["case"] == "idle":
        report = {}
    elif blocking:
        report = perform_without_asyncio(make, task)
    else:
        import asyncio

        report = asyncio.run(perform(make, task))
    peak = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]
    print(json.dumps({**report, "import_ms": imported_s * 1000, "peak_kb": int(peak)}))
