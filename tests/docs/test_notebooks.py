"""The notebooks run from top to bottom, and show what is stored in them.

With `WABLOCK_UPDATE=1` they are written anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from notebooks import execute, notebooks, read, shown, write

UPDATE = os.environ.get("WABLOCK_UPDATE") == "1"


def test_the_notebooks_are_found() -> None:
    assert [path.name for path in notebooks()] == ["audit.ipynb", "first-steps.ipynb"]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
@pytest.mark.timeout(120)
def test_notebooks_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [variable for variable in os.environ if variable.startswith("WABLOCK_")]:
        monkeypatch.delenv(variable)
    executed = execute(path)
    if UPDATE:
        write(path, executed)
    assert shown(executed) == shown(read(path))


def test_the_audit_has_its_charts_and_its_bar() -> None:
    outputs = [output for cell in shown(read(notebooks()[0])) for output in cell]
    assert sum(isinstance(output, dict) and "image/png" in output for output in outputs) == 2
    assert any(isinstance(output, tuple) and "100%" in output[1] for output in outputs)
