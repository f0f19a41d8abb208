"""Takes the code out of the pages of the documentation, and runs it."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import dataclasses
import inspect
import io
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).parents[2]
# Where the site takes files from that it shows whole.
INCLUDED = ROOT / "examples" / "python-bot"
INCLUDE = "--8<-- "
DOCS = ROOT / "docs"
# These pages are written or tested elsewhere.
ELSEWHERE = {"contributing", "node"}

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[a-z]+)(?: +title=\"(?P<title>[^\"]+)\")? *\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block of Python, the line it starts at, and what it must print where the page shows that."""

    code: str
    line: int
    title: str | None = None
    prints: str | None = None
    span: tuple[int, int] = (0, 0)
    """Where in the page that stands which it must print."""


def pages() -> list[Path]:
    """The pages with Python of ours."""
    found = [path for path in sorted(DOCS.rglob("*.md")) if path.relative_to(DOCS).parts[0] not in ELSEWHERE]
    return [path for path in found if snippets(path)]


def snippets(page: Path) -> list[Snippet]:
    """The blocks of Python of a page. A block of `text` right after one is what it prints."""
    text = page.read_text(encoding="utf-8")
    found: list[Snippet] = []
    end_of_last = -1
    for fence in FENCE.finditer(text):
        indent = fence["indent"]
        code = "".join(line.removeprefix(indent) for line in fence["code"].splitlines(keepends=True))
        if code.startswith(INCLUDE):
            code = (INCLUDED / code.removeprefix(INCLUDE).strip().strip('"')).read_text(encoding="utf-8")
        if fence["language"] == "python":
            found.append(Snippet(code, text.count("\n", 0, fence.start("code")), fence["title"]))
            end_of_last = fence.end()
        elif fence["language"] == "text" and not text[end_of_last : fence.start()].strip() and end_of_last >= 0:
            found[-1] = dataclasses.replace(found[-1], prints=code, span=fence.span("code"))
    return found


def run(page: Path, code: list[Snippet]) -> list[str]:
    """Runs the blocks of a page one after the other, as one program, and gives what each printed.

    `await` is allowed at the top, as in a notebook.
    """
    space: dict[str, Any] = {"__name__": "__main__"}
    output: list[str] = []
    with asyncio.Runner() as runner:
        for snippet in code:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                program = _compile(page, snippet)
                # The documentation is the program here.
                result = eval(program, space)
                if inspect.iscoroutine(result):
                    runner.run(result)
            output.append(printed.getvalue())
    return output


def update(page: Path, code: list[Snippet], printed: list[str]) -> None:
    """Writes into the page what its blocks print."""
    text = page.read_text(encoding="utf-8")
    for snippet, output in reversed(list(zip(code, printed, strict=True))):
        if snippet.prints is not None:
            start, end = snippet.span
            indent = " " * (text.index("```", end) - end)
            text = text[:start] + textwrap.indent(output, indent) + text[end:]
    page.write_text(text, encoding="utf-8")


def _compile(page: Path, snippet: Snippet) -> CodeType:
    # Line numbers of the page, for tracebacks.
    source = "\n" * snippet.line + snippet.code
    code: CodeType = compile(source, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return code
