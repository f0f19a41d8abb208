"""Tells the native module when the process forks or exits."""

from __future__ import annotations

import atexit
import os
from _thread import allocate_lock
from typing import TYPE_CHECKING

from ._native import after_fork, shutdown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["also", "importing"]

importing = allocate_lock()
"""Held while a client imports a module, and during a fork: a child would wait forever for an import that was running in
a thread that it does not have. For the same reason, clients and calls import nothing else."""

_forked: list[Callable[[], None]] = []
_exiting: list[Callable[[], None]] = []


def also(*, forked: Callable[[], None], exiting: Callable[[], None]) -> None:
    """What else to do in a child after a fork, and when Python exits."""
    _forked.append(forked)
    _exiting.append(exiting)


def _after_fork() -> None:
    importing.release()
    after_fork()
    for forked in _forked:
        forked()


def _at_exit() -> None:
    for exiting in _exiting:
        exiting()
    shutdown()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=importing.acquire, after_in_parent=importing.release, after_in_child=_after_fork)
atexit.register(_at_exit)
