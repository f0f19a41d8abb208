"""One user or many, through both clients, on every provider."""

from __future__ import annotations

import asyncio

import pytest

import wablock
from conftest import config_of
from wablock import (
    AsyncClient,
    AuthError,
    BlockedUser,
    Client,
    ClosedError,
    Config,
    ConfigError,
    InvalidUserError,
    NotEligibleError,
    Outcome,
    RateLimitedError,
    Report,
    ServerError,
)
from wablock.testing import ProviderName, Sandbox

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")

MESSY = ["+1 (650) 555-1234", "00972 50-123-4567", "nonsense", "16505551234"]


def check_messy(report: Report) -> None:
    assert [outcome.input for outcome in report] == MESSY
    assert [outcome.state for outcome in report] == ["done", "done", "failed", "done"]
    assert report.counts == {"done": 3, "failed": 1, "unknown": 0, "not_sent": 0}
    (failed,) = report.failed
    assert isinstance(failed.error, InvalidUserError)
    assert not report.ok


@pytest.mark.asyncio
async def test_async_journey(config: Config, provider: ProviderName, wablock_sandbox: Sandbox) -> None:
    async with AsyncClient(config) as wa:
        assert wa.capabilities.provider == provider
        one = await wa.block("+1 (650) 555-0000")
        assert isinstance(one, Outcome)
        assert one.ok
        check_messy(await wa.block(MESSY))
        ids = {user.wa_id async for user in wa.list()}
        assert ids == {"16505550000", "16505551234", "972501234567"}
        assert len([page async for page in wa.list().pages()]) == 1
        assert (await wa.unblock(["16505551234", "+972501234567"])).ok
        assert (await wa.unblock("16505550000")).ok
    assert wablock_sandbox.inspect(provider)["blocked"] == []


def test_sync_journey(config: Config, provider: ProviderName, wablock_sandbox: Sandbox) -> None:
    with Client(config) as wa:
        assert wa.block("+1 (650) 555-0000").ok
        check_messy(wa.block(MESSY))
        assert {user.wa_id for user in wa.list()} == {"16505550000", "16505551234", "972501234567"}
        assert [len(page) for page in wa.list().pages()] == [3]
        assert wa.unblock(["16505551234", "+972501234567", "16505550000"]).ok
    assert wablock_sandbox.inspect(provider)["blocked"] == []


def test_one_user_raises_and_carries_the_report(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa, pytest.raises(NotEligibleError) as caught:
        wa.block("15550131047")
    error = caught.value
    assert (error.code, error.provider, error.provider_code) == ("not_eligible", "meta", "131047")
    assert error.hint
    assert error.report is not None
    assert [outcome.state for outcome in error.report] == ["failed"]


def test_collection_raises_only_for_what_is_the_whole_calls_fault(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta(), max_retries=0) as wa:
        assert [outcome.state for outcome in wa.block(["15550131047"])] == ["failed"]
        wablock_sandbox.fault("status", status=503)
        report = wa.block(["16505551234", "16505551235"])
        assert [type(outcome.error) for outcome in report.unknown] == [ServerError, ServerError]
        wablock_sandbox.clear_faults()
        settled = wa.settle(report)
        assert [outcome.state for outcome in settled] == ["failed", "failed"]
        assert [outcome.state for outcome in wa.block(["nonsense", ""])] == ["failed", "failed"]
        wablock_sandbox.script({"status": 401, "body": {"error": {"code": 190, "message": "expired"}}})
        with pytest.raises(AuthError) as caught:
            wa.block(["16505551234", "nonsense"])
        assert caught.value.report is not None
        assert [outcome.state for outcome in caught.value.report] == ["failed", "failed"]


def test_nobody_is_no_request(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        report = wa.block([])
    assert (len(report), report.ok, report.requests) == (0, True, 0)
    assert wablock_sandbox.requests() == []


def test_pages_and_empty_list(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        assert list(wa.list()) == []
        wablock_sandbox.seed("meta", blocked=[f"1650555{n:04}" for n in range(250)])
        users = wa.list()
        assert [len(page) for page in users.pages()] == [100, 100, 50]
        assert len(list(users)) == 250
        assert isinstance(next(iter(users)), BlockedUser)


def test_options_per_call_reach_the_core(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("status", status=503, provider="meta")
    with Client(wablock_sandbox.meta()) as wa:
        with pytest.raises(ServerError):
            wa.block("16505551234", max_retries=0)
        assert len(wablock_sandbox.requests(clear=True)) == 1
        with pytest.raises(ServerError):
            wa.block("16505551234", max_retries=1)
        assert len(wablock_sandbox.requests()) == 2
        for wrong in (0, -1.0, float("nan"), float("inf"), 1e12):
            with pytest.raises(ConfigError, match="`timeout`"):
                wa.block("16505551234", timeout=wrong)
        with pytest.raises(ConfigError, match="`max_retries`"):
            wa.block("16505551234", max_retries=-1)


def test_timeout_is_a_builtin_timeout_too(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("silence", for_ms=20_000)
    with Client(wablock_sandbox.meta(), max_retries=0) as wa, pytest.raises(TimeoutError) as caught:
        wa.block("16505551234", timeout=0.2)
    assert isinstance(caught.value, wablock.APITimeoutError)
    assert caught.value.report is not None
    assert [outcome.state for outcome in caught.value.report] == ["unknown"]


def test_refused_connection_is_a_builtin_connection_error_too(wablock_sandbox: Sandbox) -> None:
    config = wablock_sandbox.meta()
    wablock_sandbox.close()
    with Client(config, max_retries=0) as wa, pytest.raises(ConnectionError) as caught:
        wa.block("16505551234")
    assert isinstance(caught.value, wablock.APIConnectionError)


def test_with_options_keeps_and_changes(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("status", status=429)
    one = Client(wablock_sandbox.meta(), max_retries=0, timeout=7)
    other = one.with_options(concurrency=1)
    with pytest.raises(RateLimitedError):
        other.block("16505551234")
    assert len(wablock_sandbox.requests()) == 1, "max_retries=0 was kept"
    one.close()
    assert one.is_closed
    assert not other.is_closed


def test_closed_client_refuses(wablock_sandbox: Sandbox) -> None:
    wa = Client(wablock_sandbox.meta())
    wa.close()
    wa.close()
    with pytest.raises(ClosedError):
        wa.block("16505551234")
    with pytest.raises(ClosedError):
        list(wa.list())


def test_progress_counts_to_the_end(wablock_sandbox: Sandbox) -> None:
    users = [f"1650555{n:04}" for n in range(60)]
    for seen in (progress_sync(wablock_sandbox, users), asyncio.run(progress_async(wablock_sandbox, users))):
        assert seen[-1] == (60, 60)
        assert seen == sorted(seen)


def progress_sync(sandbox: Sandbox, users: list[str]) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    with Client(sandbox.digital99()) as wa:
        assert wa.block(users, progress=lambda done, total: seen.append((done, total))).ok
    return seen


async def progress_async(sandbox: Sandbox, users: list[str]) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    async with AsyncClient(sandbox.digital99()) as wa:
        assert (await wa.block(users, progress=lambda done, total: seen.append((done, total)))).ok
    return seen


def test_exception_of_progress_ends_the_call(wablock_sandbox: Sandbox) -> None:
    def refuse(done: int, total: int) -> None:
        raise LookupError(f"{done} of {total}")

    users = [f"1650555{n:04}" for n in range(200)]
    wablock_sandbox.settings(response_delay_ms=5)
    with Client(wablock_sandbox.digital99(), concurrency=1) as wa:
        with pytest.raises(LookupError) as caught:
            wa.block(users, progress=refuse)
        check_partial(caught.value)

        async def call() -> None:
            async with AsyncClient(wablock_sandbox.digital99("b"), concurrency=1) as aio:
                await aio.block(users, progress=refuse)

        with pytest.raises(LookupError) as caught:
            asyncio.run(call())
        check_partial(caught.value)
        assert wa.block("16505559999").ok


def check_partial(error: BaseException) -> None:
    report = getattr(error, "report", None)
    assert isinstance(report, Report)
    assert len(report) == 200
    assert report.not_sent


@pytest.mark.asyncio
async def test_module_level_calls(wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    config = wablock_sandbox.meta()
    assert (await wablock.block("16505551234", config)).ok
    for name, value in wablock_sandbox.env("meta").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WABLOCK_META_PAGE_SIZE", "50")
    assert (await wablock.block(["16505551235"], timeout=10)).ok
    assert [user.wa_id for user in await wablock.list_blocked()] == ["16505551234", "16505551235"]
    assert "limit=50" in wablock_sandbox.requests()[-1]["query"]
    assert (await wablock.unblock(["16505551234"])).ok


def test_accounts_are_apart(wablock_sandbox: Sandbox, provider: ProviderName) -> None:
    with Client(config_of(wablock_sandbox, provider, "second")) as wa:
        wa.block("16505551234")
    assert wablock_sandbox.inspect(provider)["count"] == 0
    assert wablock_sandbox.inspect(provider, account="second")["count"] == 1
