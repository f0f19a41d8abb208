"""Soak: 200,000 calls through the Python face. Memory may grow by 8 MiB after the warm-up; files and threads may not.

Run by `make soak`, on Linux. The sandbox runs in a process of its own, so that its record of requests is not measured.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wablock import AsyncClient, Client, Meta, WablockError
from wablock._configuration import reveal
from wablock.testing import Sandbox

MOST_GROWTH = 8 * 1024 * 1024
ROUND = 2_000
# Open connections come and go with the calls, so the least of the first half is held against the least of the second.
# What leaks a file per event loop or per round shows as twenty.
SLACK = 4


def serve() -> None:
    with Sandbox() as sandbox:
        config = sandbox.meta()
        print(json.dumps([reveal(config.access_token), config.phone_number_id, config.base_url]), flush=True)
        # Now and then a call fails, so that errors and retries are measured too.
        sandbox.fault("status_plain", status=503, every=50)
        sandbox.fault("hang_up", every=111)
        while sys.stdin.readline():
            sandbox.requests(clear=True)
            print("cleared", flush=True)


def measure() -> tuple[int, int, int]:
    """Resident memory in bytes, open files, threads."""
    gc.collect()
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    files = len(list(Path("/proc/self/fd").iterdir()))
    return int(status["VmRSS"].split()[0]) * 1024, files, int(status["Threads"])


def users(number: int) -> list[str]:
    return [f"1650{number % 10_000_000:07}", "nonsense"]


def many(number: int, *, breaks: bool = False) -> Iterator[str]:
    """So many that they are read in pieces, few of them distinct."""
    for _ in range(2_000):
        yield from users(number)
    if breaks:
        raise LookupError(number)


async def async_calls(wa: AsyncClient, first: int, count: int) -> None:
    async def one(number: int) -> None:
        try:
            if number % 10 == 0:
                await wa.list().collect()
            elif number % 10 == 1:
                await asyncio.wait_for(wa.unblock(users(number - 1)), 0.0005)
            elif number % 200 == 2:
                await wa.block(many(number))
            elif number % 200 == 3:
                await asyncio.wait_for(wa.unblock(many(number - 1)), 0.0005)
            elif number % 200 == 4:
                await wa.block(many(number, breaks=True))
            else:
                await (wa.unblock if number % 2 else wa.block)(users(number - number % 2))
        except (WablockError, TimeoutError, LookupError):
            pass

    for start in range(first, first + count, 50):
        await asyncio.gather(*(one(number) for number in range(start, start + 50)))


def sync_calls(wa: Client, first: int, count: int) -> None:
    def one(number: int) -> None:
        try:
            if number % 10 == 0:
                wa.list().collect()
            elif number % 200 == 2:
                wa.block(many(number))
            elif number % 200 == 4:
                wa.block(many(number, breaks=True))
            else:
                (wa.unblock if number % 2 else wa.block)(users(number - number % 2))
        except (WablockError, LookupError):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(first, first + count)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200_000)
    calls: int = parser.parse_args().calls
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        token, number_id, url = json.loads(server.stdout.readline())
        config = Meta(access_token=token, phone_number_id=number_id, base_url=url)
        aio, wa = AsyncClient(config, max_retries=1), Client(config, max_retries=1)
        made = 0
        measured: list[tuple[int, int, int]] = []
        started = time.monotonic()
        while made < calls:
            # A loop of its own for every round, as repeated asyncio.run makes them.
            asyncio.run(async_calls(aio, made, ROUND))
            sync_calls(wa, made, ROUND)
            made += 2 * ROUND
            server.stdin.write("clear\n")
            server.stdin.flush()
            server.stdout.readline()
            now = measure()
            if made >= calls // 5:
                measured.append(now)
            if made % 20_000 == 0:
                print(f"{made:>7} calls: {now[0] / 2**20:6.1f} MiB, {now[1]} files, {now[2]} threads", flush=True)
        server.stdin.close()
    half = len(measured) // 2
    memory, files, threads = ([row[place] for row in measured] for place in range(3))
    growth = max(memory) - memory[0]
    more_files, more_threads = (min(counts[half:]) - min(counts[:half]) for counts in (files, threads))
    took = time.monotonic() - started
    print(f"{made} calls in {took:.0f} s: memory +{growth / 2**20:.1f} MiB at most")
    print(f"files {min(files)} to {max(files)}, halves {more_files:+}; threads {min(threads)} to {max(threads)}")
    if growth > MOST_GROWTH or more_files > SLACK or more_threads > 0:
        raise SystemExit("the soak failed")


if __name__ == "__main__":
    serve() if "--serve" in sys.argv else main()
