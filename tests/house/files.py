"""The files of the project that people write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FOLDERS = ("bench", "bindings", "crates", "docs", "examples", "fuzz", "node", "python", "scripts", "tests")
_NOT_OURS = {"node_modules", "target", "dist", "native", "corpus", "apidoc"}


def written(*endings: str, below: str = "") -> Iterator[Path]:
    """Every file with one of these endings, in the whole project or in one folder of it."""
    for folder in [below] if below else _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            inner = path.relative_to(ROOT).parts
            if path.suffix in endings and not _NOT_OURS & set(inner) and not any(part[0] == "." for part in inner):
                yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
