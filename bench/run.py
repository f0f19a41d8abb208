"""The benchmark; see README.md. `make bench` runs it with everything built."""

import argparse
import dataclasses
import datetime
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from harness import bars, cases, chart, report, small
from harness.clients import BENCH, PYTHON, Client, all_clients, run
from harness.measure import Results, measure
from harness.server import Server

RESULTS = BENCH / "results"
PARTIAL = BENCH / "partial.json"
QUIET_S = 1.0


def probe(server: Server, raw: Path) -> dict[str, float]:
    """How much the server can do."""
    client = Client("probe", (str(raw), "probe"))
    server.reset(0, 0)
    before = server.cpu_s()
    told = run(client, {"case": "probe", "url": server.url, "count": 200_000, "at_once": 64}).told
    return {"rate": told["done"] / told["seconds"], "server_us": (server.cpu_s() - before) / told["done"] * 1e6}


def quiet(runs: int) -> dict[str, list[float]]:
    """How late timers are when nothing else happens: the machine's own part of a stall."""
    task = {"case": "quiet", "url": "", "at_once": 1, "stall": True, "quiet_s": QUIET_S}
    python = Client("Python", (str(PYTHON), str(BENCH / "clients/python/use_nothing.py")))
    node = Client("Node", ("node", str(BENCH / "clients/node/use_nothing.mjs")))
    return {client.name: [run(client, task).told["worst_lag_ms"] for _ in range(runs)] for client in (python, node)}


def chosen(only: str, clients: str) -> list[cases.Case]:
    wanted = [part for part in clients.split(",") if part]
    found = []
    for case in cases.ALL + cases.STALLS + cases.GROWTH:
        if any(part in case.id for part in only.split(",")):
            takers = tuple(c for c in case.clients if not wanted or any(part in c for part in wanted))
            found.append(dataclasses.replace(case, clients=takers))
    return [case for case in found if case.clients]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="only write the newest results again")
    parser.add_argument("--programs", type=Path, default=Path(), help="where the server and the raw clients are")
    parser.add_argument("--wheel", type=Path, help="the wheel, for its size")
    parser.add_argument("--addon", type=Path, help="the Node addon, for its size")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument(
        "--only", default="", help="parts of the ids of the cases to run, for trying: writes no results"
    )
    parser.add_argument(
        "--clients", default="", help="parts of the names of the clients, for trying: writes no results"
    )
    given = parser.parse_args()
    raw = given.programs / "wablock-bench-raw"
    clients = all_clients(raw)
    if given.again:
        newest = max(RESULTS.glob("*.json"))
        write(json.loads(newest.read_text()), clients, newest.stem)
        return
    trying = bool(given.only or given.clients)
    data: dict[str, Any] = {"machine": small.machine(), "runs": given.runs}
    with Server(given.programs / "wablock-bench-server") as server:
        data["cases"] = measure(chosen(given.only, given.clients), clients, server, given.runs, keep)
        if trying:
            json.dump(data, sys.stdout)
            return
        data["probe"] = probe(server, raw)
    data["quiet"] = quiet(given.runs)
    data["hops"] = small.hops(given.runs)
    data["idle"] = small.idle(clients, given.runs)
    data["imports"] = small.imports(given.runs)
    data["sizes"] = small.sizes(given.wheel, given.addon)
    write(data, clients, datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d-%H%M"))


def keep(cases: Results) -> None:
    """What was measured so far, in case that the rest fails."""
    PARTIAL.write_text(json.dumps(cases, indent=1) + "\n")


def write(data: dict[str, Any], clients: dict[str, Client], name: str) -> None:
    """The table, the chart and the measurements; the newest table is also `latest.md`."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")
    found = bars.all_bars(data)
    names = {key: client.name for key, client in clients.items()}
    (RESULTS / f"{name}.svg").write_text(chart.svg(data, names))
    (RESULTS / f"{name}.md").write_text(report.markdown(data, found, clients, f"{name}.svg"))
    shutil.copy(RESULTS / f"{name}.md", RESULTS / "latest.md")
    for bar in found:
        print(f"{'met    ' if bar.met else 'NOT MET'} {bar.what}: {bar.measured} ({bar.need}, against {bar.against})")


if __name__ == "__main__":
    main()
