"""The bars as one page of Markdown."""

import statistics
import subprocess
from pathlib import Path

from .cases import BARS, Bar
from .measure import Results

UNITS = {
    "ms": "ms",
    "us_each": "µs",
    "p99_ms": "ms",
    "stall_ms": "ms",
    "import_ms": "ms",
    "process_ms": "ms",
    "peak_mb": "MB",
}
CLOSE = 0.10
"""Of before: less than this is the same."""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _numbers(results: Results, bar: Bar, client: str) -> list[float]:
    """What the runs of a client measured, in order."""
    runs = results.get(bar.case, {}).get(client, [])
    idle = results.get("idle", {}).get(bar.above, []) if bar.above else [{bar.metric: 0.0}]
    if not runs or not idle:
        return []
    nothing = statistics.median(run[bar.metric] for run in idle)
    return sorted(run[bar.metric] - nothing for run in runs)


def rows(results: Results) -> list[tuple[str, ...]]:
    """What, measured, the bar, whether it is met, before, the change."""
    found = []
    for bar in BARS:
        unit = UNITS[bar.metric]
        ours, script, before = (
            _numbers(results, bar, client) for client in (bar.client, bar.against, f"{bar.client}-before")
        )
        if not ours or (bar.against and not script):
            continue
        middle = statistics.median(ours)
        limit = bar.most * statistics.median(script) if bar.against else bar.most
        then = change = ""
        if before:
            then = f"{statistics.median(before):.1f} {unit}"
            ratio = middle / statistics.median(before) - 1
            change = f"{ratio:+.0%}" if abs(ratio) <= CLOSE else f"**{ratio:+.0%}**"
        found.append(
            (
                bar.what,
                f"{middle:.1f} {unit} ({ours[0]:.1f} to {ours[-1]:.1f})",
                f"{limit:.1f} {unit}" + (f" ({bar.most:g}x the script)" if bar.against else ""),
                "met" if middle <= limit else "**not met**",
                then,
                change,
            )
        )
    return found


def machine(python: Path) -> list[str]:
    """What the numbers were measured on."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(": ", 1)[1] for line in info if line.startswith("model name")]
    version = [
        subprocess.run(
            [program, "-V" if program is python else "-v"], check=True, capture_output=True, text=True
        ).stdout.strip()
        for program in (python, "node")
    ]
    load = Path("/proc/loadavg").read_text().split()[0]
    return [f"- machine: {names[0]}, {len(names)} cores; {version[0]}, Node {version[1]}; load before the run {load}"]


def markdown(about: list[str], found: list[tuple[str, ...]]) -> str:
    """The page; `found` are the rows of the bars."""
    met = sum(row[3] == "met" for row in found)
    lines = [
        "# Benchmark",
        "",
        *about,
        "",
        "Medians, with the least and the most. Every run was checked by what the server saw.",
    ]
    lines += ["", f"{met} of {len(found)} bars are met.", ""]
    heads = ("", "measured", "at most", "", "before", "change")
    lines += [_row(*heads), _row("---", *["---:"] * (len(heads) - 1)), *(_row(*row) for row in found)]
    return "\n".join(lines) + "\n"
