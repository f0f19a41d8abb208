"""The results as Markdown."""

from typing import Any

from .bars import Bar
from .cases import ALL, GROWTH, STALLS, Case
from .clients import Client
from .measure import Spread

WORDS = {True: "met", False: "**not met**", None: "not measured"}


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [_row(*heads), _row(*["---"] + ["---:"] * (len(heads) - 1)), *(_row(*row) for row in rows), ""]


def _spread(values: list[float], digits: int = 1) -> str:
    spread = Spread.of(values)
    return f"{spread.median:,.{digits}f} ({spread.least:,.{digits}f} to {spread.most:,.{digits}f})"


def _all(runs: list[dict[str, float]], name: str, scale: float = 1.0) -> list[float]:
    return [run[name] * scale for run in runs]


def _case(case: Case, results: dict[str, Any], clients: dict[str, Client], idle: dict[str, float]) -> list[str]:
    rows = []
    single = case.task["case"] == "single"
    for key in case.clients:
        runs = results[key]
        rate = [run["done"] / run["seconds"] for run in runs]
        base = idle[key.split("-")[0]]
        rows.append(
            (
                clients[key].name,
                _spread(rate, 0),
                *(
                    (_spread(_all(runs, "p50_ms"), 3), _spread(_all(runs, "p99_ms"), 3))
                    if single
                    else (_spread(_all(runs, "seconds", 1000)),)
                ),
                _spread(_all(runs, "whole_s", 1000), 0),
                _spread(_all(runs, "cpu_s", 1000), 0),
                _spread([(value - base) / 1024 for value in _all(runs, "VmHWM")]),
            )
        )
    times = ("p50 ms", "p99 ms") if single else ("inside ms",)
    heads = (case.title, f"{case.rate_of}/s", *times, "whole process ms", "CPU ms", "peak MB above idle")
    floor = [f"Floor of its round trips: {case.floor_s() * 1000:,.0f} ms.", ""] if case.delay_ms and not single else []
    return [*_table(heads, rows), *floor]


def _server(data: dict[str, Any]) -> list[str]:
    costs = []
    for case, by_client in data["cases"].items():
        runs = [run for runs in by_client.values() for run in runs]
        requests = sum(run["requests"] for run in runs)
        costs.append((case, f"{sum(run['server_cpu_s'] for run in runs) / requests * 1e6:.1f}"))
    probe = data["probe"]
    fastest = max(
        # Warm-up calls are requests, but their time is not counted.
        ((run["done"] if case.startswith("single") else run["requests"]) / run["seconds"], key)
        for case, by_client in data["cases"].items()
        if case.endswith("-0ms")
        for key, runs in by_client.items()
        for run in runs
    )
    return [
        "## The server's own cost",
        "",
        f"One thread. Plain sockets with ready-made requests get {probe['rate']:,.0f} single blocks a second out of it "
        f"(64 connections, {probe['server_us']:.1f} µs of its processor a request); the fastest client measured "
        f"({fastest[1]}) asked for {fastest[0]:,.0f} a second.",
        "",
        *_table(("case", "µs of the server's processor a request"), costs),
    ]


def _growth(data: dict[str, Any], clients: dict[str, Client]) -> list[str]:
    rows = []
    for kind in ("block", "list"):
        cases = [case for case in GROWTH if case.task["case"] == kind and case.id in data["cases"]]
        for key in cases[0].clients if cases else ():
            cells = []
            for case in cases:
                runs = data["cases"][case.id][key]
                ms = Spread.of(run["seconds"] for run in runs).median * 1000
                mb = (Spread.of(run["VmHWM"] for run in runs).median - data["idle"][key.split("-")[0]]) / 1024
                cells.append(f"{ms:,.1f} ms, {mb:,.1f} MB ({ms * 1000 / case.task['count']:.2f} µs each)")
            rows.append((f"{clients[key].name}, {kind}", *cells))
    counts = [[case.task["count"] for case in GROWTH if case.task["case"] == kind] for kind in ("block", "list")]
    heads = ("", *(f"{b:,}" if b == li else f"{b:,} (list: {li:,})" for b, li in zip(*counts, strict=True)))
    return [
        "## Costs that grow",
        "",
        "Time inside the process, peak memory above an idle one. A list of more than twice the size Meta documents "
        "is taken for one without an end, so 128,000 is the most that can be read.",
        "",
        *_table(heads, rows),
    ]


def _stalls(data: dict[str, Any], clients: dict[str, Client]) -> list[str]:
    rows = [
        (clients[key].name, *(_spread([run["worst_lag_ms"] for run in data["cases"][case.id][key]]) for case in STALLS))
        for key in STALLS[0].clients
        if all(case.id in data["cases"] for case in STALLS)
    ]
    rows += [(f"{key}: nothing else going on", *[_spread(lags)] * len(STALLS)) for key, lags in data["quiet"].items()]
    text = "How late a timer of 1 ms was at its latest, in ms: the median of the runs (least to most)."
    return ["## Event-loop stalls", "", text, "", *_table(("", *(case.title for case in STALLS)), rows)]


def _hops(data: dict[str, Any]) -> list[str]:
    if "hops" not in data:
        return []
    loop, blocking = zip(*data["hops"], strict=True)
    return [
        "## What a hop costs here",
        "",
        "To another thread and back, in µs, with nothing done there: what a call that is alone pays to a client with a "
        "thread of its own, beside the way to the server and back.",
        "",
        *_table(("", "µs"), [("event loop and thread", _spread(loop)), ("two threads that block", _spread(blocking))]),
    ]


def markdown(data: dict[str, Any], bars: list[Bar], clients: dict[str, Client], chart: str) -> str:
    lines = ["# Benchmark", ""]
    lines += [f"- {name}: {value}" for name, value in data["machine"].items()]
    met = sum(bar.met is True for bar in bars)
    lines += [
        f"- runs of each case: {data['runs']}, each in a fresh process, the clients taking turns",
        "",
        "Numbers are medians (least to most). Every run was checked: the requests the server saw, their sizes, and the "
        "final list.",
        "",
        f"![rates compared]({chart})",
        "",
        f"## Bars: {met} of {len(bars)} met",
        "",
    ]
    table = [(bar.what, bar.against, bar.need, bar.measured, WORDS[bar.met]) for bar in bars]
    lines += _table(("what", "against", "bar", "measured", ""), table)
    lines += ["## Cases", ""]
    for case in ALL:
        if case.id in data["cases"]:
            lines += _case(case, data["cases"][case.id], clients, data["idle"])
    lines += _stalls(data, clients) + _hops(data) + _growth(data, clients)
    lines += ["## Import, size, idle memory", ""]
    lines += _table(("import ms", ""), [(key, _spread(times)) for key, times in data["imports"].items()])
    lines += _table(("file", "MB"), [(name, f"{size / 1e6:.2f}") for name, size in data["sizes"].items()])
    lines += _table(("idle process", "peak MB"), [(key, f"{kb / 1024:.1f}") for key, kb in data["idle"].items()])
    lines += _server(data)
    return "\n".join(lines)
