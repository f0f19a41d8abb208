"""``progress=True``: a tqdm bar, or a line of text without tqdm, in terminals and notebooks."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._client import Progress

__all__ = ["shown"]


@contextmanager
def shown(progress: Progress | bool | None, operation: str) -> Generator[Progress | None]:
    """Gives the callback to report to, or None; closes the bar at the end."""
    if not isinstance(progress, bool):
        yield progress
    elif not progress:
        yield None
    else:
        bar = _Bar(operation)
        try:
            yield bar
        finally:
            bar.close()


class _Bar:
    """Drawn when the first count comes, so that the total is known."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._bar: Any = None
        self._make: Any = _Line
        with suppress(ImportError):
            from tqdm.auto import tqdm

            self._make = tqdm

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            # Both are loaded in a notebook's kernel.
            notebook = "ipykernel" in sys.modules and "IPython" in sys.modules
            # None: hidden unless the output is a terminal.
            hidden = False if notebook else None
            self._bar = self._make(total=total, desc=self._operation, unit=" users", disable=hidden)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Line:
    """One line of text that counts, as a bar of tqdm does."""

    def __init__(self, total: int, desc: str, unit: str, disable: bool | None) -> None:
        self.n = 0
        self._text = f"\r{desc}: {{:,}} of {total:,}{unit}"
        # A program without a console has no output.
        screen: Any = sys.stderr
        self._screen = screen if screen is not None and (disable is False or screen.isatty()) else None

    def update(self, count: int) -> None:
        self.n += count
        self._write(self._text.format(self.n))

    def close(self) -> None:
        self._write("\n")

    def _write(self, text: str) -> None:
        if self._screen is not None:
            self._screen.write(text)
            self._screen.flush()
