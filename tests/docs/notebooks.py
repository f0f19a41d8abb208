"""Executes the notebooks of the documentation, and keeps what they show the same from run to run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

# nbformat says nothing about its types.
FORMAT: Any = nbformat
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "notebooks"

# A bar rewrites its line, and its timings differ from run to run.
BAR = re.compile(r"(?P<head>[^\r\n]*100%\|[^|]*\| \d+/\d+) \[[^\]]*\]")


def notebooks() -> list[Path]:
    """All of them."""
    return sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> Any:
    """A notebook as stored."""
    return FORMAT.read(path, as_version=4)


def write(path: Path, notebook: Any) -> None:
    """Stores a notebook; what is not needed to show it is left out."""
    FORMAT.validate(notebook)
    FORMAT.write(notebook, path)


def execute(path: Path) -> Any:
    """The notebook with the outputs of a run from its top, in a kernel of its own."""
    notebook = read(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
    NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_steady(output) for output in cell.outputs]
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def _steady(output: Any) -> Any:
    """The output without what differs between two runs or two machines."""
    if output.output_type == "stream" and output.name == "stderr":
        bars = BAR.findall(output.text)
        # What comes with a bar is the advice to install ipywidgets.
        output.text = bars[-1] + "\n" if bars else output.text
    if output.output_type in ("display_data", "execute_result"):
        output.metadata = {}
    return output


def shown(notebook: Any) -> list[Any]:
    """What each code cell shows. Of a picture only that it is there: its bytes differ with the fonts of the machine."""
    return [[_plain(output) for output in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]


def _plain(output: Any) -> Any:
    if output.output_type == "stream":
        return output.name, output.text
    if output.output_type == "error":
        return output.ename, output.evalue
    return {kind: "a picture" if kind.startswith("image/") else data for kind, data in output.data.items()}
