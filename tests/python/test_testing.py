"""The sandbox's Python face: names in errors, units, variables of the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import PROVIDERS, config_of
from wablock import Client, ConfigError
from wablock.testing import Sandbox


@pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_client_from_the_environment(
    provider: Any, wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for account in (None, "second"):
        for name, value in wablock_sandbox.env(provider, account=account).items():
            monkeypatch.setenv(name, value)
        with Client.from_env() as wa:
            wa.block("+16505551234")
        assert wablock_sandbox.blocked(provider, account=account) == ["16505551234"]
    assert "WABLOCK_META_APP_SECRET" in wablock_sandbox.env("meta", app_secret=True)
    assert "WABLOCK_META_APP_SECRET" not in wablock_sandbox.env("meta")


def test_the_clock_moves_in_every_unit(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.freeze()
    wablock_sandbox.set_clock(0)
    assert wablock_sandbox.advance(1.5) == 1500
    assert wablock_sandbox.advance(minutes=1, hours=1, days=1) == 1500 + 60_000 + 3_600_000 + 86_400_000


def test_what_is_wrong_is_named(wablock_sandbox: Sandbox) -> None:
    sandbox: Any = wablock_sandbox
    wrongs: tuple[tuple[Callable[[], Any], str], ...] = (
        (lambda: sandbox.advance(), "expected at least one of `days`, `hours`, `minutes`, `seconds`"),
        (lambda: sandbox.advance("5"), '`seconds` = "5" is not a number'),
        (lambda: sandbox.fault("nonsense"), "unknown fault `nonsense`, expected one of port_closed"),
        (lambda: sandbox.fault("status", statsu=1), "`status` (a whole number) is required"),
        (lambda: sandbox.fault("status", status=503, colour=1), "unknown key `colour`, expected one of `status`"),
        (lambda: sandbox.fault("bad_ids", shape="round"), '`shape` = "round" is not one of empty, plus'),
        (lambda: sandbox.fault("silence", times="one"), '`times` = "one" is not a whole number'),
        (lambda: sandbox.settings(everyonewrote=False), "unknown setting `everyonewrote`, expected one of"),
        (lambda: sandbox.settings(list_cap="x"), '`list_cap` = "x" is not a whole number'),
        (lambda: sandbox.seed("mete"), '`provider` = "mete" is not one of meta'),
        (lambda: sandbox.seed("meta", blocked=[5]), "`blocked` = [5] is not a list of numbers"),
        (lambda: sandbox.requests(operation="delete"), '`operation` = "delete" is not block, unblock or list'),
    )
    for wrong, text in wrongs:
        with pytest.raises(ValueError, match=r".") as caught:
            wrong()
        assert text in str(caught.value)
    assert wablock_sandbox.control("faults")["active"] == []


@pytest.mark.parametrize("port", ["4010", 65_536, -1, 1.0, True, None])
def test_a_wrong_port(port: Any) -> None:
    with pytest.raises(ConfigError, match="`port` must be a number from 0 to 65535, not"):
        Sandbox(port=port)


def test_requests_have_their_headers(wablock_sandbox: Sandbox) -> None:
    with Client(config_of(wablock_sandbox, "meta")) as wa:
        wa.block("+16505551234")
    (request,) = wablock_sandbox.requests("meta")
    assert ["authorization", "Bearer sandbox-meta-token"] in request["headers"]
    assert (request["operation"], request["status"]) == ("block", 200)
