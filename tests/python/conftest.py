from __future__ import annotations

import dataclasses
import json
import logging
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

import pytest

from wablock import Client, Config
from wablock._configuration import reveal
from wablock.testing import ProviderName, Sandbox

CLASSES: dict[str, Callable[..., Config]] = {kind.provider: kind for kind in get_args(Config)}
PROVIDERS: tuple[ProviderName, ...] = tuple(kind.provider for kind in get_args(Config))
SAMPLES: dict[ProviderName, dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "data" / "configs.json").read_text()
)
SECRETS = re.compile("token|secret|key")
"""The names of options that hold credentials."""

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


def config_of(sandbox: Sandbox, provider: ProviderName, account: str | None = None) -> Config:
    """By the sandbox's method for the provider: its id, or its class in lower case where the id cannot be a name."""
    method = provider if provider.isidentifier() else CLASSES[provider].__name__.lower()
    return cast("Config", getattr(sandbox, method)(account))


def block(client: Client, users: Any) -> object:
    """Without the overloads, which cannot choose for users of any type."""
    return cast("Callable[[Any], object]", cast("Any", client).block)(users)


def sample(provider: ProviderName, size: Literal["minimal", "full"]) -> dict[str, Any]:
    """The options of a sample configuration: those that are required, or all of them."""
    return {name: value for name, value in SAMPLES[provider][size].items() if name != "provider"}


def vars_of(config: Config) -> dict[str, str]:
    values = {field.name: reveal(getattr(config, field.name)) for field in dataclasses.fields(config)}
    return {name: value for name, value in values.items() if isinstance(value, str)}


def shown(error: BaseException) -> str:
    """Everything that a traceback with local variables shows of the frames of the package."""
    story = traceback.TracebackException.from_exception(error, capture_locals=True)
    story.stack = traceback.StackSummary.from_list([frame for frame in story.stack if "/wablock/" in frame.filename])
    return "".join(story.format()) + repr(error)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("WABLOCK_")]:
        monkeypatch.delenv(name)


class _Strict(logging.Handler):
    """Keeps the records that hold a whole number or a credential of the sandbox."""

    def __init__(self) -> None:
        super().__init__(1)
        self.wrong: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if _WHOLE_NUMBER.search(line) or any(secret in line for secret in _SECRETS):
            self.wrong.append(line)


_WHOLE_NUMBER = re.compile(r"\d{9}")
with Sandbox() as _sandbox:
    _SECRETS = [
        value
        for name in PROVIDERS
        for field, value in vars_of(config_of(_sandbox, name)).items()
        if SECRETS.search(field)
    ]


@pytest.fixture(autouse=True)
def _as_verbose_as_there_is() -> Iterator[None]:
    """Every test runs with all log records wanted, and none of them may tell a secret."""
    logger = logging.getLogger("wablock")
    handler, level = _Strict(), logger.level
    logger.addHandler(handler)
    logger.setLevel(1)
    yield
    logger.removeHandler(handler)
    logger.setLevel(level)
    assert not handler.wrong


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
# A shell's background job ignores Ctrl-C, and so would what it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
from wablock import *
config = Meta(access_token="sandbox-meta-token", phone_number_id="106540352242922", base_url="{url}/meta")
"""
