"""Log records of the native module in Python's `logging`, under the name ``wablock``.

Tokio's threads hand records over as plain data, with the results of the call; they are written on the event loop's
thread, or on the thread that waits.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

__all__ = ["wanted", "write"]

_LEVELS = (10, 20, 30)  # debug, info, warning

_known: logging.Logger | None = None


def _logger() -> logging.Logger:
    global _known
    if _known is None:
        import logging

        _known = logging.getLogger("wablock")
        # Without handlers of the program's own, nothing is printed.
        _known.addHandler(logging.NullHandler())
    return _known


def wanted() -> int:
    """The least level that somebody wants now, 0 for none. A program that never imported `logging` wants none."""
    if _known is None and "logging" not in sys.modules:
        return 0
    logger = _logger()
    for level in _LEVELS:  # asked before every call, and a generator would take longer than the question
        if logger.isEnabledFor(level):
            return level
    return 0


def write(level: int, message: str) -> None:
    """Writes a record."""
    _logger().log(level, message)
