"""Writes the docstrings of native classes into their stub, which editors and the site read.

The Rust sources hold them. Run it after `make python`: `.venv/bin/python scripts/stub_docs.py`; with `--check` it fails
where the stub is out of date.
"""

from __future__ import annotations

import ast
import importlib
import sys
import textwrap
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent.parent / "python/wablock"
STUBS = ["results", "reports", "_native"]


def document(module: str) -> str:
    """The stub of a module, with the docstrings that its classes have at run time."""
    path = PACKAGE / f"{module}.pyi"
    lines = path.read_text(encoding="utf-8").splitlines()
    runtime = importlib.import_module(f"wablock.{module}")
    nodes: list[tuple[ast.ClassDef | ast.FunctionDef, Any]] = []
    for kind in ast.parse("\n".join(lines)).body:
        native = getattr(runtime, kind.name, None) if isinstance(kind, ast.ClassDef) else None
        if not isinstance(kind, ast.ClassDef) or native is None or "._" in native.__module__:
            continue
        nodes.append((kind, native))
        members = [node for node in kind.body if isinstance(node, ast.FunctionDef) and not overloaded(node)]
        nodes += [(node, getattr(native, node.name)) for node in members]
    for node, thing in reversed(nodes):
        write(lines, node, thing.__doc__)
    return "\n".join(lines) + "\n"


def overloaded(node: ast.FunctionDef) -> bool:
    """Whether it is one signature of several."""
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)


def write(lines: list[str], node: ast.ClassDef | ast.FunctionDef, text: str | None) -> None:
    """Puts a docstring in the place of the one that is there."""
    first, had = node.body[0], ast.get_docstring(node) is not None
    if node.name.startswith("_") or text is None:
        return
    indent = " " * (node.col_offset + 4)
    quoted = text.strip() if "\n" not in text.strip() else f"{text.strip()}\n"
    new = textwrap.indent(f'"""{quoted}"""', indent).splitlines()
    if had and first.end_lineno is not None:
        lines[first.lineno - 1 : first.end_lineno] = new
    elif first.lineno == node.lineno or isinstance(node, ast.FunctionDef):
        lines[first.lineno - 1] = lines[first.lineno - 1].removesuffix(" ...")
        lines[first.lineno : first.lineno] = new
    else:
        at = min(node.lineno for node in [first, *getattr(first, "decorator_list", [])]) - 1
        lines[at:at] = [*new, ""]


def main() -> None:
    """Writes or checks the stubs."""
    for module in STUBS:
        path, text = PACKAGE / f"{module}.pyi", document(module)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path.name} is out of date: run `python scripts/stub_docs.py`")


if __name__ == "__main__":
    main()
