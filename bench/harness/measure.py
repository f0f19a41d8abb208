"""Runs clients, each in a fresh process, and checks that every run did the right thing."""

import json
import os
import subprocess
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .cases import Case

CLIENTS = Path(__file__).parent.parent / "clients"

Results = dict[str, dict[str, list[dict[str, float]]]]
"""Measurements by case and client, one dict a run."""


@dataclass(frozen=True)
class Client:
    """A program that does tasks."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


class Server:
    """The running server."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.at: dict[str, str] = json.loads(self._process.stdout.readline())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()

    def ask(self, path: str) -> dict[str, Any]:
        with self._opener.open(f"{self.at['http']}/_bench/{path}", timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
        return answer


def clients(python: Path, folder: Path, before: Path | None) -> dict[str, Client]:
    """Every client; `folder` holds wablock as it is installed, `before` an older one, which then runs as well."""

    def one(name: str, file: str, installed: Path = folder) -> Client:
        language, command = ("node", "node") if file.endswith("mjs") else ("python", str(python))
        environment = {"PYTHONPATH": str(installed / "python"), "WABLOCK": str(installed / "node")}
        return Client(name, (command, str(CLIENTS / language / file)), environment)

    found = {
        "py": one("AsyncClient", "use_wablock.py"),
        "py-sync": one("Client", "use_wablock_sync.py"),
        "py-script": one("aiohttp script", "use_aiohttp.py"),
        "py-nothing": one("Python alone", "use_nothing.py"),
        "node": one("Node", "use_wablock.mjs"),
        "node-script": one("undici script", "use_undici.mjs"),
        "node-nothing": one("Node alone", "use_nothing.mjs"),
    }
    if before and (before / "python").exists():
        found["py-before"] = one("AsyncClient before", "use_wablock.py", before)
        found["py-sync-before"] = one("Client before", "use_wablock_sync.py", before)
    if before and (before / "node").exists():
        found["node-before"] = one("Node before", "use_wablock.mjs", before)
    return found


def once(case: Case, key: str, client: Client, server: Server, quick: bool) -> dict[str, float]:
    """One checked run."""
    task = case.task_of(key, quick)
    server.ask(f"reset?seed={task['count'] if task['case'] == 'list' else 0}")
    where = {"url": server.at["https"], "ca": server.at["ca"]} if case.tls else {"url": server.at["http"]}
    # Nothing of the caller's environment may make one client slower than another.
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    begun = time.perf_counter()
    command = [*client.command, json.dumps(task | where)]
    done = subprocess.run(
        command, env=environment | client.environment, check=False, capture_output=True, text=True, timeout=120
    )
    process_s = time.perf_counter() - begun
    if done.returncode != 0:
        raise RuntimeError(f"{client.name}, {case.title}: {done.stderr[-2000:]}")
    seen = server.ask("stats")
    requests = case.requests(task)
    # A full last page without a link to the next one: asking once more is careful, not wrong.
    most = requests + (task["case"] == "list")
    if seen["refused"] or seen["blocked"] != task["count"] or not requests <= seen["requests"] <= most:
        raise RuntimeError(f"{client.name}, {case.title}: expected {requests} requests, the server saw {seen}")
    report = json.loads(done.stdout)
    counted = max(task["count"] - task.get("warm", 0), 1)
    return {
        **{name: float(value) for name, value in report.items()},
        "ms": report.get("seconds", 0) * 1000,
        "us_each": report.get("seconds", 0) * 1e6 / counted,
        "peak_mb": report["peak_kb"] / 1024,
        "process_ms": process_s * 1000,
    }


def measure(cases: Iterable[Case], known: dict[str, Client], server: Server, runs: int, quick: bool) -> Results:
    """Every case `runs` times, the clients taking turns and each turn beginning with another one."""
    results: Results = defaultdict(lambda: defaultdict(list))
    for case in cases:
        keys = [key for name in case.clients for key in (name, f"{name}-before") if key in known]
        for turn in range(-1, runs):
            for key in keys[turn % len(keys) :] + keys[: turn % len(keys)]:
                run = once(case, key, known[key], server, quick)
                # The first turn fills caches.
                if turn >= 0:
                    results[case.id][key].append(run)
        print(f"{case.id}: done", flush=True)
    return results
