from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import TypeAlias

import pytest

from wablock import Config
from wablock.testing import ProviderName, Sandbox

PROVIDERS: tuple[ProviderName, ...] = ("meta", "nxcloud", "99digital", "sinch")

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


def config_of(sandbox: Sandbox, provider: ProviderName, account: str | None = None) -> Config:
    if provider == "meta":
        return sandbox.meta(account)
    if provider == "nxcloud":
        return sandbox.nxcloud(account)
    return sandbox.digital99(account) if provider == "99digital" else sandbox.sinch(account)


def shown(error: BaseException) -> str:
    """Everything that a traceback with local variables shows of the frames of the package."""
    story = traceback.TracebackException.from_exception(error, capture_locals=True)
    story.stack = traceback.StackSummary.from_list([frame for frame in story.stack if "/wablock/" in frame.filename])
    return "".join(story.format()) + repr(error)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("WABLOCK_")]:
        monkeypatch.delenv(name)


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> ProviderName:
    name: ProviderName = request.param
    return name


@pytest.fixture
def config(wablock_sandbox: Sandbox, provider: ProviderName) -> Config:
    return config_of(wablock_sandbox, provider)


@pytest.fixture
def run_script(wablock_sandbox: Sandbox) -> Run:
    """Runs a program in a process of its own; `{url}` in it is where the sandbox listens."""

    def run(code: str, *options: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, *options, "-c", PRELUDE.replace("{url}", wablock_sandbox.url) + code]
        return subprocess.run(program, capture_output=True, text=True, timeout=timeout, check=False)

    return run


PRELUDE = """
import asyncio, os, signal, sys, threading, time
from wablock import *
config = Meta(access_token="sandbox-meta-token", phone_number_id="106540352242922", base_url="{url}/meta")
"""
