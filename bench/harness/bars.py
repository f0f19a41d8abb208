"""The bars: each a ratio (or a number) that one run must reach, and what was measured. Medians throughout."""

import math
import statistics
from dataclasses import dataclass
from typing import Any

from .cases import ALL, Case


@dataclass(frozen=True)
class Bar:
    """One line of the table of bars."""

    what: str
    against: str
    need: str
    measured: str
    met: bool | None
    """None when it was not measured."""


class Measured:
    """Medians of a whole benchmark."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def median(self, case: str, client: str, metric: str = "seconds") -> float:
        try:
            value = statistics.median(run[metric] for run in self.data["cases"][case][client])
        except (KeyError, statistics.StatisticsError):
            return math.nan
        if metric == "seconds":
            done = statistics.median(run["done"] for run in self.data["cases"][case][client])
            # The languages do different numbers of calls, so time is for one thing done.
            return value / done
        return value

    def faster(self, case: str, ours: str, theirs: str, metric: str = "seconds") -> float:
        """How many times less we need."""
        return self.median(case, theirs, metric) / self.median(case, ours, metric)


def _bar(what: str, against: str, need: float, found: list[float], unit: str = "x", most: bool = False) -> Bar:
    """Met when every measured value is at least (or, with `most`, at most) what is needed."""
    known = [value for value in found if not math.isnan(value)]
    shown = " / ".join(f"{value:.2f}{unit}" if unit == "x" else f"{value:.1f}{unit}" for value in found)
    met = None if len(known) < len(found) else all(value <= need if most else value >= need for value in known)
    sign = "at most" if most else "at least"
    return Bar(what, against, f"{sign} {need:g}{unit}", shown.replace("nan", "not measured"), met)


def all_bars(data: dict[str, Any]) -> list[Bar]:
    at = Measured(data)
    py, node, aio, undici, fetch = "py-wablock", "node-wablock", "py-aiohttp", "node-undici", "node-fetch"
    lazy, sync = "py-wablock_collect", "py-wablock_sync"
    bulks = ("block-0ms", "digital99-0ms", "nxcloud-0ms")
    floors = {case.id: case for case in ALL}

    def over_floor(case: Case, client: str) -> float:
        done = at.median(case.id, client) * float(case.task["count"])
        return done / case.floor_s()

    def beyond_idle(client: str) -> float:
        return at.median("list-1000-0ms", client, "VmHWM") - data["idle"]["py"]

    stalls = ("stall-block", "stall-list")
    imports = {key: statistics.median(times) for key, times in data["imports"].items()}
    return [
        _bar("Python single blocks, one at a time: rate", "aiohttp script", 2, [at.faster("single-1-0ms", py, aio)]),
        _bar("Python single blocks, 64 at once: rate", "aiohttp script", 4, [at.faster("single-64-0ms", py, aio)]),
        _bar("Python block 64,000, inside the process", "aiohttp script", 1.8, [at.faster("block-0ms", py, aio)]),
        *(
            _bar(
                f"Python block 64,000, whole process, {name}",
                "aiohttp script",
                3,
                [at.faster("block-0ms", key, aio, "whole_s")],
            )
            for name, key in (("AsyncClient", py), ("Client", sync))
        ),
        _bar(
            "Python list 64,000 as a whole (`collect()`), inside the process",
            "aiohttp script",
            2,
            [at.faster("list-1000-0ms", lazy, aio)],
        ),
        _bar(
            "Python list 64,000, every user by `async for`, inside the process",
            "aiohttp script",
            2,
            [at.faster("list-1000-0ms", py, aio)],
        ),
        *(
            _bar(
                f"Python list 64,000, {how}, whole process, {name}",
                "aiohttp script",
                4,
                [at.faster("list-1000-0ms", key, aio, "whole_s")],
            )
            for how, name, key in (
                ("as a whole", "AsyncClient", lazy),
                ("as a whole", "Client", "py-wablock_sync_collect"),
                ("every user", "AsyncClient", py),
                ("every user", "Client", sync),
            )
        ),
        _bar(
            "Node single blocks, one at a time, warm: rate",
            "undici request",
            0.85,
            [at.faster("single-1-0ms", node, undici)],
        ),
        _bar("Node single blocks, one at a time, warm: rate", "fetch", 4, [at.faster("single-1-0ms", node, fetch)]),
        _bar(
            "Node single blocks, 64 at once, warm: rate",
            "undici request",
            1,
            [at.faster("single-64-0ms", node, undici)],
        ),
        _bar(
            "Node single blocks, 64 at once, warm: p99",
            "undici request",
            2,
            [at.faster("single-64-0ms", node, undici, "p99_ms")],
        ),
        _bar(
            "Node bulk in many requests: 99digital / NxCloud",
            "undici, 64 at once",
            1.3,
            [at.faster(case, node, undici) for case in bulks[1:]],
        ),
        _bar(
            "Node block 64,000",
            "fetch / whatsapp-api-js / great-detail",
            3,
            [at.faster("block-0ms", node, key) for key in (fetch, "node-whatsapp_api_js", "node-great_detail")],
        ),
        *(
            _bar(
                f"Node list 64,000, {how}",
                "fetch / great-detail",
                3,
                [at.faster("list-1000-0ms", key, theirs) for theirs in (fetch, "node-great_detail")],
            )
            for how, key in (("`toArray()`", "node-wablock_array"), ("every user by `for await`", node))
        ),
        *(
            _bar(
                f"bulk through {name}: Meta / 99digital / NxCloud, rate",
                against,
                0.85,
                [at.faster(case, key, raw) for case in bulks],
            )
            for name, key in (("Python", py), ("Node", node))
            for against, raw in (
                ("raw reqwest, one worker like ours", "rust-reqwest"),
                ("raw reqwest, two workers", "rust-reqwest-2"),
            )
        ),
        _bar(
            "block 64,000 at 50 ms: Python / Node",
            "floor of its round trips",
            1.3,
            [over_floor(floors["block-50ms"], key) for key in (py, node)],
            most=True,
        ),
        _bar(
            "99digital 5,000 numbers at 50 ms: Python / Node",
            "floor of its round trips",
            1.2,
            [over_floor(floors["digital99-50ms"], key) for key in (py, node)],
            most=True,
        ),
        _bar(
            "worst event-loop stall, block / list of 64,000: Python",
            "-",
            5,
            [at.median(case, py, "worst_lag_ms") for case in stalls],
            " ms",
            most=True,
        ),
        _bar(
            "worst event-loop stall, block / list of 64,000: Node",
            "-",
            5,
            [at.median(case, node, "worst_lag_ms") for case in stalls],
            " ms",
            most=True,
        ),
        _bar("`import wablock`", "-", 30, [imports[py]], " ms", most=True),
        _bar("`require('wablock')`", "-", 15, [imports[node]], " ms", most=True),
        *(
            _bar(
                f"Python peak memory, list 64,000, above an idle process, {name}: `collect()` / every user",
                "aiohttp script",
                0.5,
                [beyond_idle(key) / beyond_idle(aio) for key in keys],
                most=True,
            )
            for name, keys in (("AsyncClient", (lazy, py)), ("Client", ("py-wablock_sync_collect", sync)))
        ),
    ]
