"""What is measured: every case with its clients, and what a right run of it looks like to the server."""

from dataclasses import dataclass, field
from typing import Any

BATCH = 1000
NX_BATCH = 100
LIST = 64_000
DIGITAL99 = 5_000
NODE_WARM = 20_000
"""Calls that make Node's compiler settle."""


@dataclass(frozen=True)
class Case:
    """One thing to do, by several clients."""

    id: str
    title: str
    clients: tuple[str, ...]
    task: dict[str, Any]
    delay_ms: int = 0
    rate_of: str = "users"
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is otherwise for one language, and for one client."""

    def task_of(self, client: str, url: str) -> dict[str, Any]:
        language = client.split("-")[0]
        return {"url": url, **self.task, **self.changes.get(language, {}), **self.changes.get(client, {})}

    def seed(self) -> int:
        return int(self.task["count"]) if self.task["case"] == "list" else 0

    def floor_s(self) -> float:
        """The server's delays alone, at the concurrency that was asked for."""
        rounds = -(-sum(self.sizes(self.task).values()) // int(self.task["at_once"]))
        return rounds * self.delay_ms / 1000

    def sizes(self, task: dict[str, Any]) -> dict[int, int]:
        """How many requests with how many users a right run has."""
        count = int(task["count"])
        if task["case"] in {"digital99", "single"}:
            return {1: count}
        size = int(task["page"]) if task["case"] == "list" else NX_BATCH if task["case"] == "nxcloud" else BATCH
        whole, rest = divmod(count, size)
        return {size: whole} if whole and not rest else {**({size: whole} if whole else {}), rest: 1}


PY = ("py-wablock", "py-aiohttp", "py-httpx", "py-pywa")
NODE = ("node-wablock", "node-undici", "node-fetch", "node-whatsapp_api_js", "node-great_detail")
RUST = ("rust-core", "rust-reqwest", "rust-reqwest-2")
NO_LIST = {"node-whatsapp_api_js", "py-pywa"}
"""whatsapp-api-js has no call for it; pywa 4.5.0 cannot read the documented rows, it wants a key `input` in each."""
EVERYONE = PY + NODE + RUST
LISTERS = (
    "py-wablock_collect",
    "py-wablock_sync",
    "py-wablock_sync_collect",
    "node-wablock_array",
    *(client for client in EVERYONE if client not in NO_LIST),
)
BULKERS = ("py-wablock_sync", *EVERYONE)
SCRIPTS = ("py-wablock", "py-aiohttp", "node-wablock", "node-undici", "rust-core", "rust-reqwest", "rust-reqwest-2")


SLOW = ("py-httpx", "py-pywa", "node-great_detail", "node-whatsapp_api_js")
"""Fewer calls are enough for these, and all that time allows."""
FEW = {"count": 3000, "warm": 1000}


def single(delay_ms: int, at_once: int, python: int, node: int, warm: int) -> Case:
    how = "one after another" if at_once == 1 else f"{at_once} at once"
    little = {"count": python + min(warm, 500), "warm": min(warm, 500)}
    changes = {"py": little, "rust": little, "node": {"count": node + warm, "warm": warm}}
    if delay_ms == 0:
        changes |= dict.fromkeys(SLOW, FEW)
    return Case(
        f"single-{at_once}-{delay_ms}ms",
        f"single blocks, {how}, {delay_ms} ms",
        EVERYONE if delay_ms == 0 else SCRIPTS,
        {"case": "single", "at_once": at_once},
        delay_ms,
        "calls",
        changes,
    )


def bulk(kind: str, title: str, count: int, delay_ms: int, at_once: int, clients: tuple[str, ...]) -> Case:
    task = {"case": kind, "count": count, "at_once": at_once}
    return Case(f"{kind}-{delay_ms}ms", f"{title}, {at_once} at once, {delay_ms} ms", clients, task, delay_ms)


def listing(page: int, delay_ms: int, clients: tuple[str, ...] = LISTERS, count: int = LIST) -> Case:
    task = {"case": "list", "count": count, "page": page, "at_once": 1}
    title = f"list {count:,}, pages of {page:,}, {delay_ms} ms"
    return Case(f"list-{page}-{delay_ms}ms", title, clients, task, delay_ms)


ALL = (
    bulk("block", "block 64,000", LIST, 0, 8, BULKERS),
    listing(1000, 0),
    listing(100, 0),
    single(0, 1, 5000, 10_000, NODE_WARM),
    single(0, 64, 20_000, 20_000, NODE_WARM),
    bulk("digital99", "99digital, 5,000 numbers", DIGITAL99, 0, 64, SCRIPTS),
    bulk("nxcloud", "NxCloud, 64,000 in signed batches of 100", LIST, 0, 64, SCRIPTS),
    bulk("block", "block 64,000", LIST, 50, 8, SCRIPTS),
    listing(1000, 50, SCRIPTS),
    # The delay is all of it: a quarter of the list shows the same in a quarter of half an hour.
    listing(100, 50, ("py-wablock", "py-aiohttp", "node-wablock", "node-undici"), LIST // 4),
    single(50, 1, 40, 40, 0),
    single(50, 64, 1280, 1280, 0),
    bulk("digital99", "99digital, 5,000 numbers", DIGITAL99, 50, 64, SCRIPTS),
    bulk("nxcloud", "NxCloud, 64,000 in signed batches of 100", LIST, 50, 64, SCRIPTS),
)

STALL_CLIENTS = ("py-wablock", "py-aiohttp", "node-wablock", "node-undici")
STALLS = tuple(
    Case(f"stall-{kind}", f"event-loop stall, {title}", STALL_CLIENTS, {**task, "count": LIST, "stall": True})
    for kind, title, task in (
        ("block", "block 64,000", {"case": "block", "at_once": 8}),
        ("list", "list 64,000", {"case": "list", "page": 1000, "at_once": 1}),
    )
)

GROWTH_CLIENTS = ("py-wablock", "node-wablock", "rust-core")
GROWTH = tuple(
    Case(f"growth-{kind}-{count}", f"{kind} {count:,}", GROWTH_CLIENTS, {**task, "case": kind, "count": count})
    for kind, task, most in (
        ("block", {"at_once": 8}, 512_000),
        # Twice the documented size of Meta's list: more than that is taken for a list without an end.
        ("list", {"page": 1000, "at_once": 1}, 128_000),
    )
    for count in (1_000, 8_000, 64_000, most)
)
