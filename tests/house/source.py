"""The code of a file without comments and docstrings, line by line."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import rust

_SCRIPT = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""", re.DOTALL
)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that have code, with their numbers."""
    read = {".py": _python, ".rs": rust.without_comments, ".ts": _script}[path.suffix]
    for number, line in enumerate(read(path.read_text()).split("\n"), 1):
        if line.strip():
            yield number, line


def _script(text: str) -> str:
    return _SCRIPT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]) if found["comment"] else found[0], text)


def _python(text: str) -> str:
    rows = text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            rows[row - 1] = rows[row - 1][:column]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for row in range(node.lineno - 1, node.end_lineno or node.lineno):
                rows[row] = ""
    return "\n".join(rows)
