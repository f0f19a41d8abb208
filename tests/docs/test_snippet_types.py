"""Every block of Python in the README and the documentation passes mypy and pyright, both strict."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from snippets import DOCS, ROOT, pages, snippets

# Two type checkers start over all pages.
pytestmark = pytest.mark.timeout(240)

# What readers have already when they come to a block.
GIVEN = {
    "README.md": "import pandas\nimport polars\ndf = pandas.DataFrame({'phone': ['+16505551234']})\n",
}
MYPY = ["--strict", "--python-version=3.11", "--allow-redefinition", "--no-error-summary", "--no-incremental"]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One program per page, and in a folder of its own every file that a page shows by its name."""
    folder = tmp_path_factory.mktemp("pages")
    for page in [ROOT / "README.md", *pages()]:
        name = page.relative_to(ROOT if page.name == "README.md" else DOCS).with_suffix("").as_posix()
        name = name.replace("/", "_").replace("-", "_")
        found = snippets(page)
        for snippet in found:
            if snippet.title:
                file = folder / f"{name}_files" / snippet.title
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(snippet.code, encoding="utf-8")
        body = GIVEN.get(page.name, "") + "\n".join(snippet.code for snippet in found if not snippet.title)
        program = "async def page() -> None:\n" + textwrap.indent(body or "pass", "    ")
        (folder / f"page_{name}.py").write_text(program, encoding="utf-8")
    return folder


def test_there_are_programs(programs: Path) -> None:
    assert len(list(programs.glob("page_*.py"))) > 12


def test_mypy_is_content(programs: Path) -> None:
    pages = sorted(programs.glob("page_*.py"))
    command: list[str | Path] = [sys.executable, "-m", "mypy", *MYPY, *pages]
    done = subprocess.run(command, cwd=programs, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_is_content(programs: Path) -> None:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "venvPath": str(ROOT),
        "venv": ".venv",
        "extraPaths": [str(ROOT / "python")],
        "reportUnusedExpression": False,
        "reportUnusedVariable": False,
        "reportUnusedFunction": False,
        "reportUnusedImport": False,
        "reportMissingTypeStubs": False,
        "reportUntypedFunctionDecorator": False,
        "reportUnknownMemberType": False,
        "reportUnknownVariableType": False,
        "reportUnknownArgumentType": False,
        "executionEnvironments": [{"root": place.name} for place in sorted(programs.glob("*_files"))],
    }
    (programs / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command: list[str | Path] = [Path(sys.executable).with_name("pyright"), "--outputjson", "--project", programs]
    done = subprocess.run(command, cwd=programs, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["generalDiagnostics"]
    assert json.loads(done.stdout)["summary"]["filesAnalyzed"] > 12
    wrong = [
        f"{Path(row['file']).relative_to(programs)}:{row['range']['start']['line'] + 1}: {row['message']}"
        for row in found
        if row["severity"] == "error"
    ]
    assert not wrong, "\n".join(wrong)
