"""`progress`: a callback, or a bar of tqdm where somebody can see it."""

from __future__ import annotations

import builtins
import io
import sys
import types
from typing import Any

import pytest

from wablock import AsyncClient, Client
from wablock.testing import Sandbox

USERS = [f"1650555{n:04}" for n in range(40)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_in_a_terminal(wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    with Client(wablock_sandbox.digital99()) as wa:
        assert wa.block(USERS, progress=True).ok
    assert "40/40" in screen.getvalue()
    assert "block" in screen.getvalue()


@pytest.mark.asyncio
async def test_silent_where_nobody_sees_it(wablock_sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    async with AsyncClient(wablock_sandbox.digital99()) as wa:
        assert (await wa.block(USERS, progress=True)).ok
        assert (await wa.unblock(USERS, progress=False)).ok
    assert capfd.readouterr() == ("", "")


def test_a_bar_in_a_notebook(wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is a terminal, a kernel still shows its bar."""
    for name in ("IPython", "ipykernel"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setattr(sys, "stderr", screen := io.StringIO())
    with Client(wablock_sandbox.digital99()) as wa:
        assert wa.unblock(USERS, progress=True).ok
    assert "40/40" in screen.getvalue()


def test_the_bar_is_closed_when_the_call_fails(wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    wablock_sandbox.fault("status_plain", status=401, after=3)
    with Client(wablock_sandbox.digital99(), concurrency=1, max_retries=0) as wa:
        assert wa.block(USERS, progress=True).failed
    assert screen.getvalue().endswith("\n")


@pytest.fixture
def without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **others: Any) -> Any:
        if name.startswith("tqdm"):
            raise ModuleNotFoundError(name)
        return real(name, *more, **others)

    monkeypatch.setattr(builtins, "__import__", without)


@pytest.mark.usefixtures("without_tqdm")
def test_without_tqdm_a_line_counts(wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Terminal())
    with Client(wablock_sandbox.digital99()) as wa:
        assert wa.block(USERS, progress=True).ok
        assert screen.getvalue().endswith("\rblock: 40 of 40 users\n")
        wa.unblock(USERS, progress=False)
    assert "unblock" not in screen.getvalue()


@pytest.mark.usefixtures("without_tqdm")
@pytest.mark.parametrize("screen", [io.StringIO(), None])
def test_without_tqdm_and_without_a_terminal(
    wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, screen: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stderr", screen)
    with Client(wablock_sandbox.digital99()) as wa:
        assert wa.block(USERS, progress=True).ok
    assert screen is None or screen.getvalue() == ""


def test_a_callback(wablock_sandbox: Sandbox) -> None:
    told: list[tuple[int, int]] = []
    with Client(wablock_sandbox.digital99()) as wa:
        assert wa.block(USERS, progress=lambda done, total: told.append((done, total))).ok
    assert told[-1] == (40, 40)
    assert told == sorted(told)
