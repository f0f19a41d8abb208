"""The documentation site, built once for all tests that look at it."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from snippets import ROOT

__all__ = ["files", "site"]

FOLDER = ROOT / "target" / "docs-test"


def site() -> Path:
    """The folder of the site, built strictly."""
    code, said = _build()
    assert code == 0, said
    return FOLDER


@cache
def _build() -> tuple[int, str]:
    program = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean", "--site-dir", str(FOLDER)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)
    return done.returncode, done.stdout + done.stderr


def files(folder: Path) -> list[Path]:
    """All files in it."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
