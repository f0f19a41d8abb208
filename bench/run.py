"""Measures wablock against scripts written by hand; see README.md. `make bench` runs it with everything built."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from harness.cases import CASES
from harness.measure import Server, clients, measure
from harness.summary import machine, markdown, rows

BENCH = Path(__file__).parent
PYTHON = BENCH / ".venv" / "bin" / "python"


def older(wheel: Path | None, package: Path | None, folder: Path) -> Path | None:
    """A folder with the older version, to be measured in the same run."""
    shutil.rmtree(folder, ignore_errors=True)
    if wheel:
        install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"]
        subprocess.run([*install, folder / "python", wheel], check=True)
    if package:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "node").symlink_to(package.resolve())
    return folder if wheel or package else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", type=Path, required=True, help="the program of the server")
    parser.add_argument(
        "--installed", type=Path, required=True, help="a folder with python/ and node/: wablock as users get it"
    )
    parser.add_argument("--wheel", type=Path, help="an older wheel, to be measured as well")
    parser.add_argument(
        "--addon", type=Path, help="the folder of an older Node package with its addon, to be measured as well"
    )
    parser.add_argument("--runs", type=int, help="how often each client does each case (7; with --quick 2)")
    parser.add_argument("--quick", action="store_true", help="an eighth of the work: shows that it works, not how fast")
    parser.add_argument("--only", help="ids of the cases, with commas between them")
    parser.add_argument("--out", type=Path, help="where to write the summary (default: only print the bars)")
    given = parser.parse_args()
    ids = given.only.split(",") if given.only else [case.id for case in CASES]
    cases = tuple(case for case in CASES if case.id in ids)
    about = machine(PYTHON)
    installed = given.installed.resolve()
    known = clients(PYTHON, installed, older(given.wheel, given.addon, installed.parent / "before"))
    runs = given.runs or (2 if given.quick else 7)
    with Server(given.server) as server:
        results = measure(cases, known, server, runs, given.quick)
    about.append(f"- runs of each case: {runs}, each in a fresh process, the clients taking turns")
    found = rows(results)
    if given.out:
        given.out.write_text(markdown(about, found))
    for row in found:
        sys.stdout.write("  ".join(cell for cell in row if cell) + "\n")


if __name__ == "__main__":
    main()
