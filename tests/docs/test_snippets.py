"""Every block of Python in the documentation runs, and prints what the page says.

With `WABLOCK_UPDATE=1` the pages are written anew with what the blocks print.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from snippets import DOCS, pages, run, snippets, update

from wablock.testing import Sandbox

# Read before the tests clear the environment.
UPDATE = os.environ.get("WABLOCK_UPDATE") == "1"
PAGES = [str(page.relative_to(DOCS)) for page in pages()]


def test_the_pages_are_found() -> None:
    assert {"first-steps.md", "outcomes.md", "testing.md", "cookbook/django.md", "providers/sinch.md"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_snippets_run(name: str, wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in [variable for variable in os.environ if variable.startswith("WABLOCK_")]:
        monkeypatch.delenv(variable)
    for variable, value in wablock_sandbox.env("meta").items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(tmp_path)

    found = snippets(DOCS / name)
    files = {snippet.title: snippet.code for snippet in found if snippet.title}
    for title, code in files.items():
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(code, encoding="utf-8")

    blocks = [snippet for snippet in found if not snippet.title]
    printed = run(DOCS / name, blocks)
    if UPDATE:
        update(DOCS / name, blocks, printed)
    for block, output in zip(blocks, printed, strict=True):
        assert UPDATE or block.prints is None or output == block.prints, f"{name}:{block.line}"
    if any(Path(title).name.startswith("test_") for title in files):
        _pytest(tmp_path)
    else:
        assert not files, "a page with files needs a test of them, also in a file"


def _pytest(folder: Path) -> None:
    """The files of a page, as a project of their own."""
    program = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:asyncio",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
