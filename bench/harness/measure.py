"""Runs cases round robin and checks that every run did the right thing."""

import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .cases import Case
from .clients import Client, Run, run
from .server import Server


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        values = sorted(values)
        return cls(statistics.median(values), values[0], values[-1])


class WrongRunError(Exception):
    """A run did not do what it was asked for."""


Results = dict[str, dict[str, list[dict[str, float]]]]
"""Measurements by case and client, one dict a run."""


def check(case: Case, client: Client, task: dict[str, Any], told: dict[str, Any], seen: dict[str, Any]) -> None:
    sizes = {int(size): times for size, times in seen["sizes"].items()}
    expected = case.sizes(task)
    if task["case"] == "list" and sizes == {**expected, 0: 1}:
        # A full last page without a link to the next one: asking once more is careful, not wrong.
        expected = sizes
    problems = []
    if seen["refused"]:
        problems.append(f"{seen['refused']} requests were refused: {seen['first_refusal']}")
    if sizes != expected or seen["requests"] != sum(expected.values()):
        problems.append(f"{seen['requests']} requests with sizes {sizes}, not {expected}")
    if seen["blocked"] != task["count"] or not seen["gapless"]:
        problems.append(f"{seen['blocked']} users are on the list, not {task['count']}")
    if told["done"] != task["count"] - task.get("warm", 0):
        problems.append(f"it says that {told['done']} were done")
    if "verify" in task and case.task["case"] == "list" and told["distinct"] != told["done"]:
        problems.append("its list names somebody twice")
    if problems:
        raise WrongRunError(f"{client.name}, {case.title}: {'; '.join(problems)}")


def once(case: Case, key: str, client: Client, server: Server, verify: bool = False) -> dict[str, float]:
    """One checked run. With `verify` the client also checks what costs time: that its list names nobody twice."""
    task = case.task_of(key, server.url) | ({"verify": True} if verify else {})
    server.reset(case.delay_ms, case.seed())
    server_before = server.cpu_s()
    done: Run = run(client, task)
    server_after = server.cpu_s()
    seen = server.stats()
    check(case, client, task, done.told, seen)
    return {
        **{name: float(value) for name, value in done.told.items()},
        "whole_s": done.whole_s,
        "cpu_s": done.cpu_s,
        "requests": float(seen["requests"]),
        "server_cpu_s": server_after - server_before,
    }


def measure(
    cases: Iterable[Case],
    clients: dict[str, Client],
    server: Server,
    runs: int,
    after: Callable[[Results], None] = lambda _: None,
) -> Results:
    """Every case `runs` times, the clients of a case taking turns and each turn beginning with another one."""
    results: Results = defaultdict(lambda: defaultdict(list))
    for case in cases:
        if case.task["case"] in {"block", "list"}:
            # Not measured: fills caches, and checks what would cost time.
            for key in case.clients:
                once(case, key, clients[key], server, verify=True)
        for turn in range(runs):
            shift = turn % len(case.clients)
            for key in case.clients[shift:] + case.clients[:shift]:
                measured = once(case, key, clients[key], server)
                results[case.id][key].append(measured)
            print(".", end="", file=sys.stderr, flush=True)
        best = {
            key: f"{Spread.of(run['seconds'] for run in runs).median:.3f}" for key, runs in results[case.id].items()
        }
        print(f" {case.title}: {best}", file=sys.stderr)
        after(results)
    return results
