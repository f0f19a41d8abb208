"""``progress=True``: a bar of tqdm, or a plain line where tqdm is not installed; where somebody can see it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from ._client import Progress

__all__ = ["Shown"]

_Make: TypeAlias = Callable[..., Any]


class Shown:
    """Gives the callback to report to, None without one; a bar is closed at the end."""

    __slots__ = ("_bar", "_listener")

    def __init__(self, progress: Progress | bool | None, operation: str) -> None:
        self._bar: _Bar | _Line | None = None
        self._listener = progress
        if isinstance(progress, bool):
            make = _tqdm() if progress else None
            self._bar = None if not progress else _Line(operation) if make is None else _Bar(make, operation)
            self._listener = self._bar

    def __enter__(self) -> Progress | None:
        return cast("Progress | None", self._listener)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _tqdm() -> _Make | None:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm


def _in_notebook() -> bool:
    # Asked without importing anything: who runs in a kernel has it loaded.
    return "ipykernel" in sys.modules and "IPython" in sys.modules


class _Bar:
    """Drawn when the first count comes, so that the total is known."""

    __slots__ = ("_bar", "_make", "_operation")

    def __init__(self, make: _Make, operation: str) -> None:
        self._make = make
        self._operation = operation
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            # None: only when the output is a terminal.
            hidden = False if _in_notebook() else None
            self._bar = self._make(total=total, desc=self._operation, unit=" users", disable=hidden)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Line:
    """One line of text that counts, as a bar does in a terminal or a notebook."""

    __slots__ = ("_begun", "_operation")

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._begun = False

    def __call__(self, done: int, total: int) -> None:
        screen = sys.stderr
        # A program without a console has none.
        if screen is not None and (_in_notebook() or screen.isatty()):  # pyright: ignore[reportUnnecessaryComparison]
            self._begun = True
            screen.write(f"\r{self._operation}: {done:,} of {total:,} users")
            screen.flush()

    def close(self) -> None:
        if self._begun:
            sys.stderr.write("\n")
