"""Fixtures for tests of programs that use wablock; pytest finds them by itself where wablock is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .testing import Sandbox

__all__ = ["wablock_sandbox"]


@pytest.fixture
def wablock_sandbox() -> Iterator[Sandbox]:
    """A `wablock.testing.Sandbox` of the test's own.

    Example::

        async def test_unsubscribe(wablock_sandbox):
            async with AsyncClient(wablock_sandbox.meta()) as wa:
                await my_bot.on_unsubscribe(wa, "+16505551234")
            assert wablock_sandbox.inspect("meta")["blocked"] == ["16505551234"]
    """
    # Imported only where it is used: the plugin is loaded by every run of pytest in the environment.
    from .testing import Sandbox

    with Sandbox() as sandbox:
        yield sandbox
