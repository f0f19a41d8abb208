"""Runs calls that block their thread, and warns where that stops other work in the thread."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._client import Progress
    from ._native import Call

__all__ = ["run"]


def run(call: Call, progress: Progress | None = None) -> Any:
    """Starts a call and waits for its end.

    Warns inside a running asyncio loop and inside a green thread, and says what to do instead. Notebooks run a loop as
    well, but nothing else waits for it there.
    """
    cure = _cure()
    if cure is not None:
        frame, level = sys._getframe(1), 2  # pyright: ignore[reportPrivateUsage]  # documented, and without imports
        while frame.f_back is not None and frame.f_globals["__name__"].startswith("wablock."):
            frame, level = frame.f_back, level + 1
        warnings.warn(f"a call of `Client` blocks {cure}", RuntimeWarning, stacklevel=level)
    return call.run(progress)


def _cure() -> str | None:
    modules: dict[str, Any] = sys.modules  # looked up, never imported
    asyncio = modules.get("asyncio")
    if asyncio is not None and asyncio._get_running_loop() is not None and "IPython" not in modules:
        return "the event loop until it ends; use `AsyncClient`, or `await asyncio.to_thread(client.block, users)`"
    gevent = modules.get("gevent")
    if gevent is not None and isinstance(gevent.getcurrent(), gevent.Greenlet):
        return "every greenlet until it ends; use `gevent.get_hub().threadpool.apply(client.block, (users,))`"
    eventlet = modules.get("eventlet.greenthread")
    if eventlet is not None and isinstance(eventlet.getcurrent(), eventlet.GreenThread):
        return "every green thread until it ends; use `eventlet.tpool.execute(client.block, users)`"
    return None
