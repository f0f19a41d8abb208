"""What is measured, and what has to come out of it."""

from dataclasses import dataclass, field
from typing import Any

LIST = 64_000
BATCH = 1000
CLIENTS = ("py", "py-sync", "py-script", "node", "node-script")
ASYNC = ("py", "py-script", "node", "node-script")


@dataclass(frozen=True)
class Case:
    """One thing to do, by several clients."""

    id: str
    title: str
    task: dict[str, Any]
    clients: tuple[str, ...] = ASYNC
    tls: bool = False
    of: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is otherwise for one language: a compiler has to settle."""

    def task_of(self, client: str, quick: bool) -> dict[str, Any]:
        task = {"at_once": 1, **self.task, **self.of.get(client.split("-")[0], {})}
        if quick:
            less = {key: -(-task[key] // 8) for key in ("count", "warm") if key in task}
            task |= less
        return task

    def requests(self, task: dict[str, Any]) -> int:
        """How many requests a right run sends."""
        size = {"block": BATCH, "list": BATCH}.get(task["case"], 1)
        return -(-int(task["count"]) // size)


BULK = {"case": "block", "count": LIST, "at_once": 8}
PAGES = {"case": "list", "count": LIST, "page": BATCH}
NODE = {"node": {"count": 20_000, "warm": 10_000}}

CASES = (
    Case("block", "block 64,000 users, 8 requests at once", BULK, CLIENTS),
    Case("list", "list 64,000 users, pages of 1,000", PAGES, CLIENTS),
    Case("single", "block one user, one call after another", {"case": "single", "count": 4_000, "warm": 500}, of=NODE),
    Case(
        "singles",
        "block one user a call, 64 calls at once",
        {"case": "single", "count": 20_000, "warm": 500, "at_once": 64},
        of={"node": {"count": 40_000, "warm": 20_000}},
    ),
    Case("stall-block", "event loop, block 64,000 users", {**BULK, "stall": True}),
    Case("stall-list", "event loop, list 64,000 users", {**PAGES, "stall": True}),
    Case("cold", "new process, first block over TLS", {"case": "single", "count": 1}, CLIENTS, tls=True),
    Case("many", "200 clients at once, a block each", {"case": "many", "count": 200}),
    Case("idle", "import, and nothing else", {"case": "idle", "count": 0}, (*CLIENTS, "py-nothing", "node-nothing")),
)


@dataclass(frozen=True)
class Bar:
    """A number that one client must reach: at most `most`, or at most that times the other client's number."""

    what: str
    case: str
    client: str
    metric: str
    most: float
    against: str = ""
    above: str = ""
    """The client whose number is taken off first, so that an interpreter's own memory does not count."""


def _bars() -> list[Bar]:
    bars = []
    for language, name in (("py", "Python"), ("node", "Node")):
        script, nothing = f"{language}-script", f"{language}-nothing"
        bars += [
            Bar(f"{name}: block 64,000", "block", language, "ms", 1, script),
            Bar(f"{name}: block 64,000, memory", "block", language, "peak_mb", 1, script, nothing),
            Bar(f"{name}: list 64,000", "list", language, "ms", 1, script),
            Bar(f"{name}: list 64,000, memory", "list", language, "peak_mb", 1, script, nothing),
            Bar(f"{name}: single blocks, one after another", "single", language, "us_each", 1, script),
            Bar(f"{name}: single blocks, 64 at once", "singles", language, "us_each", 1, script),
            Bar(f"{name}: single blocks, 64 at once, p99", "singles", language, "p99_ms", 1.5, script),
            Bar(f"{name}: event-loop stall, block", "stall-block", language, "stall_ms", 5),
            Bar(f"{name}: event-loop stall, list", "stall-list", language, "stall_ms", 5),
            Bar(f"{name}: import", "idle", language, "import_ms", {"py": 30, "node": 15}[language]),
            Bar(f"{name}: new process, first block over TLS", "cold", language, "process_ms", 1, script),
            Bar(f"{name}: 200 clients", "many", language, "ms", 1, script),
            Bar(f"{name}: 200 clients, memory", "many", language, "peak_mb", 1, script, nothing),
        ]
        if language == "py":
            bars += [
                Bar("Python without asyncio: block 64,000", "block", "py-sync", "process_ms", 1, script),
                Bar("Python without asyncio: list 64,000", "list", "py-sync", "process_ms", 1, script),
                Bar("Python without asyncio: first block over TLS", "cold", "py-sync", "process_ms", 1, script),
            ]
    return bars


BARS = _bars()
