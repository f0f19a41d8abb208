"""The pytest plugin, as a user's test suite sees it."""

from __future__ import annotations

import warnings

import pytest

from wablock import AsyncClient, Client, RetiredProviderWarning
from wablock.testing import ProviderName, Sandbox

pytest_plugins = ["pytester"]


def test_fixture_is_found_and_isolated(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from wablock import Client

        @pytest.mark.parametrize("round", [1, 2])
        def test_bot(wablock_sandbox, round):
            assert wablock_sandbox.inspect("meta")["count"] == 0
            with Client(wablock_sandbox.meta()) as wa:
                wa.block("+16505551234")
            assert wablock_sandbox.inspect("meta")["count"] == 1
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_the_environment_makes_the_same_client(
    wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, provider: ProviderName
) -> None:
    for name, value in wablock_sandbox.env(provider).items():
        monkeypatch.setenv(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RetiredProviderWarning)
        with Client.from_env() as wa:
            assert wa.block(["16505551234"]).ok
    assert wablock_sandbox.inspect(provider)["blocked"] == ["16505551234"]


@pytest.mark.asyncio
async def test_clock_and_24_hours(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.settings(everyone_wrote=False)
    wablock_sandbox.seed("meta", messages=["16505551234", {"user": "16505551235", "ago_s": 25 * 3600}])
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        users = ["16505551234", "16505551235"]
        assert [outcome.state for outcome in await wa.block(users)] == ["done", "failed"]
        await wa.unblock("16505551234")
        wablock_sandbox.advance(24 * 3600 + 1)
        assert [outcome.state for outcome in await wa.block(users)] == ["failed", "failed"]


def test_wrong_commands_say_what_was_expected(wablock_sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="unknown command"):
        wablock_sandbox.control("nonsense")
    with pytest.raises(ValueError, match="nonsense"):
        wablock_sandbox.control("fault", name="nonsense")
    wablock_sandbox.close()
    wablock_sandbox.close()
    with pytest.raises(RuntimeError, match="stopped"):
        wablock_sandbox.reset()
