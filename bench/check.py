"""Counts instructions with callgrind and compares them with `counts/baseline.json`. No clocks, so it can guard every
change.

A count may be above its baseline by the tolerance; a count that is far below it is told, so that the baseline follows.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.clients import BENCH
from harness.server import Server

BASELINE = BENCH / "counts" / "baseline.json"
TOLERANCE = 0.05
"""Of the baseline. The same build gives the same count, but inside a call, where tables have random seeds (up to 3 %).
"""

PRIVATE = {
    "bulk-read-inputs-1000": "*change::inputs::Inputs::add*",
    "bulk-match-answers-1000": "*change::matching::match_items*",
    "bulk-settle-1000": "*change::ledger::Ledger::record*",
    "bulk-outcomes-1000": "*change::ledger::Ledger::outcomes*",
}
"""Functions of the library that are counted inside a call."""


def count(program: Path, arguments: list[str], function: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "valgrind",
            "--tool=callgrind",
            f"--callgrind-out-file={folder}/out",
            f"--toggle-collect={function}",
            "--collect-atstart=no",
            str(program),
            *arguments,
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or collected is None:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}{done.stdout}")
    if int(collected[1]) == 0:
        raise RuntimeError(f"{function} was never called: was it renamed or inlined?")
    return int(collected[1])


def counts(programs: Path) -> dict[str, int]:
    program = programs / "wablock-bench-counts"
    names = subprocess.run([program, "list"], check=True, capture_output=True, text=True).stdout.split()
    found = {name: count(program, [name], "*wablock_bench_counts::measured*") for name in names}
    with Server(programs / "wablock-bench-server") as server:
        for name, function in PRIVATE.items():
            server.reset(0, 0)
            found[name] = count(program, ["bulk", server.url], function)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True, help="where the programs are")
    parser.add_argument("--update", action="store_true", help="make what is counted now the baseline")
    given = parser.parse_args()
    compiler = subprocess.run(["rustc", "-V"], check=True, capture_output=True, text=True, cwd=BENCH).stdout.strip()
    found = counts(given.programs)
    if given.update:
        BASELINE.write_text(json.dumps({"compiler": compiler, "instructions": found}, indent=2) + "\n")
        print(f"wrote {BASELINE.name}: {len(found)} counts")
        return
    baseline = json.loads(BASELINE.read_text())
    if baseline["compiler"] != compiler:
        print(f"The baseline is of {baseline['compiler']}, this is {compiler}: other code, so other counts.")
    known: dict[str, int] = baseline["instructions"]
    bad = 0
    for name in sorted(found.keys() | known.keys()):
        if name not in found or name not in known:
            print(f"{name}: only in the {'baseline' if name in known else 'programs'}")
            bad += 1
            continue
        change = found[name] / known[name] - 1
        word = (
            "more than the tolerance"
            if change > TOLERANCE
            else "fewer: update the baseline"
            if change < -TOLERANCE
            else ""
        )
        bad += change > TOLERANCE
        print(f"{name:28} {found[name]:>12,} {change:+8.2%} {word}")
    if bad:
        sys.exit(f"{bad} counts are wrong. `make bench-baseline` accepts them.")
    print(f"All {len(found)} counts are within {TOLERANCE:.0%} of the baseline.")


if __name__ == "__main__":
    main()
