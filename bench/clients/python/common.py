"""What every Python client of the benchmark does in the same way: read its task, do it between two readings of the
clock, and print one line of JSON. Imports only what costs nothing, because the whole process is timed too; asyncio is
imported where it is used.
"""

import json
import sys
import time
from pathlib import Path

TOKEN = "EAABbench"
PHONE_NUMBER_ID = "106540352242922"
META_PATH = f"/v26.0/{PHONE_NUMBER_ID}/block_users"
DIGITAL99 = {"apiKey": "bench-key", "from": "972555000001"}
NXCLOUD = {
    "access_key": "bench-access",
    "access_secret": "bench-secret",
    "app_key": "bench-app",
    "phone": "85255500001",
}
BATCH = 1000
NX_BATCH = 100
FIRST_NUMBER = 16_500_000_000


def numbers(count, offset=0):
    return [f"+{FIRST_NUMBER + place}" for place in range(offset, offset + count)]


def batches(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


async def at_once(how_many, items, work):
    """The usual way: a fixed number of workers over one iterator."""
    import asyncio

    waiting = iter(items)

    async def worker():
        for item in waiting:
            await work(item)

    await asyncio.gather(*(worker() for _ in range(how_many)))


def memory_kb():
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return {key: int(status.split(key + ":")[1].split()[0]) for key in ("VmHWM", "VmRSS")}


async def tick(lags):
    """Worst lateness of a timer of one millisecond."""
    import asyncio

    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        lags.append(time.perf_counter() - begun - 0.001)


async def perform(make, task):
    """Does the task and returns what is to be reported."""
    import asyncio

    case, count = task["case"], task.get("count", 0)
    if case == "idle":
        return {"seconds": 0.0, "done": 0}
    users = [] if case == "list" else numbers(count)
    told = {}
    lags = []
    if task.get("stall"):
        ticking = asyncio.ensure_future(tick(lags))
        await asyncio.sleep(0.05)
        lags.clear()
    if case == "quiet":
        await asyncio.sleep(task["quiet_s"])
        return {"seconds": task["quiet_s"], "done": 0, "worst_lag_ms": max(lags) * 1000}
    begun = time.perf_counter()
    async with make(task) as client:
        if case in {"block", "digital99", "nxcloud"}:
            done = await client.bulk(users)
        elif case == "list":
            ids = await client.list()
            told["seconds"] = time.perf_counter() - begun
            done = len(ids)
            if task.get("verify"):
                told["distinct"] = len(set(ids))
        elif case == "single":
            done = await singles(client, users, task, told)
        else:
            raise ValueError(case)
        told.setdefault("seconds", time.perf_counter() - begun)
    if lags:
        # What was due before the end and did not come is late too.
        await asyncio.sleep(0.003)
        ticking.cancel()
        told["worst_lag_ms"] = max(lags) * 1000
        told["ticks"] = len(lags)
    return {"done": done, **told}


async def singles(client, users, task, told):
    warm = task.get("warm", 0)
    times = []
    clock = time.perf_counter

    async def one(user):
        begun = clock()
        await client.one(user)
        times.append(clock() - begun)

    await at_once(task["at_once"], users[:warm], one)
    times.clear()
    begun = clock()
    await at_once(task["at_once"], users[warm:], one)
    told["seconds"] = clock() - begun
    times.sort()
    told["p50_ms"] = times[len(times) // 2] * 1000
    told["p99_ms"] = times[len(times) * 99 // 100] * 1000
    return len(times)


def perform_without_asyncio(make, task):
    """The same for clients that block, which have bulk calls and lists only."""
    if task["case"] == "idle":
        return {"seconds": 0.0, "done": 0}
    users = [] if task["case"] == "list" else numbers(task["count"])
    begun = time.perf_counter()
    with make(task) as client:
        if task["case"] == "list":
            found = client.list()
            told = {"seconds": time.perf_counter() - begun, "done": len(found)}
            return {**told, "distinct": len(set(found))} if task.get("verify") else told
        done = client.bulk(users)
        return {"seconds": time.perf_counter() - begun, "done": done}


def main(make, blocking=False):
    task = json.loads(sys.argv[1])
    if blocking:
        report = perform_without_asyncio(make, task)
    else:
        import asyncio

        report = asyncio.run(perform(make, task))
    print(json.dumps({**report, **memory_kb()}))
