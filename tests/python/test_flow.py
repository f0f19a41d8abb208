"""Many calls at once: in line and together, in order, and ended by their client."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from wablock import APITimeoutError, AsyncClient, Client, ClosedError, ConfigError, RateLimitedError, WablockError
from wablock.testing import Sandbox

USERS = [f"1650555{n:04}" for n in range(200)]
MOST_AT_ONCE = 64


def sent(sandbox: Sandbox, operation: Any = "block") -> list[list[str]]:
    """The users of each request, in the order in which the requests came."""
    bodies = [json.loads(request["body"]) for request in sandbox.requests("meta", operation=operation)]
    return [[user["user"].removeprefix("+") for user in body["block_users"]] for body in bodies]


def states(error: WablockError) -> set[str]:
    return set() if error.report is None else {outcome.state for outcome in error.report}


@pytest.mark.asyncio
async def test_a_burst_beyond_the_rate_of_the_provider_loses_nobody(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.settings(meta_rate_per_s=20)
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        outcomes = await asyncio.gather(*(wa.block(user) for user in USERS))
    assert all(outcome.ok for outcome in outcomes)
    assert [outcome.input for outcome in outcomes] == USERS
    assert sorted(wablock_sandbox.inspect("meta")["blocked"]) == USERS


@pytest.mark.asyncio
async def test_calls_of_one_turn_are_sent_in_the_order_in_which_they_were_made(wablock_sandbox: Sandbox) -> None:
    users = [f"1650{n:07}" for n in range(5550000, 5550700)]
    async with AsyncClient(wablock_sandbox.meta(), rate_limit=5) as wa:
        await asyncio.gather(*(wa.block(user) for user in users))
    assert [user for request in sent(wablock_sandbox) for user in request] == users


@pytest.mark.asyncio
async def test_of_block_and_unblock_in_one_turn_the_later_one_stands(wablock_sandbox: Sandbox) -> None:
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        first = [call for user in USERS for call in (wa.block(user), wa.unblock(user))]
        assert all(outcome.ok for outcome in await asyncio.gather(*first))
        assert wablock_sandbox.inspect("meta")["blocked"] == []
        again = [call for user in USERS for call in (wa.unblock(user), wa.block(user))]
        assert all(outcome.ok for outcome in await asyncio.gather(*again))
    assert sorted(wablock_sandbox.inspect("meta")["blocked"]) == USERS


@pytest.mark.asyncio
async def test_cancelling_one_that_waits_cancels_no_other(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("delay", ms=3_600_000, operation="unblock")
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        # All requests that a client may have at once are on their way and not answered: what comes now waits in line.
        ahead = [asyncio.create_task(wa.unblock(user)) for user in USERS[100 : 100 + MOST_AT_ONCE]]
        while len(sent(wablock_sandbox, "unblock")) < MOST_AT_ONCE:  # noqa: ASYNC110  # the sandbox has no events
            await asyncio.sleep(0.005)
        tasks = [asyncio.create_task(wa.block(user)) for user in USERS[:6]]
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.wait([tasks[3]])
        wablock_sandbox.clear_faults()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*ahead)
    assert [isinstance(result, asyncio.CancelledError) for result in results] == [place == 3 for place in range(6)]
    assert sent(wablock_sandbox) == [[USERS[0], USERS[1], USERS[2], USERS[4], USERS[5]]]


@pytest.mark.asyncio
async def test_a_call_whose_time_ends_during_a_pause_says_so(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("throttle", provider="meta", retry_after=60, times=1)
    async with AsyncClient(wablock_sandbox.meta()) as wa:
        with pytest.raises(RateLimitedError):
            await wa.block(USERS[0], max_retries=0)
        with pytest.raises(APITimeoutError, match="the provider throttles") as raised:
            await wa.block(USERS[1], timeout=0.05)
    assert 50 < (raised.value.retry_after or 0) <= 60
    assert states(raised.value) == {"not_sent"}


def endless(begun: Callable[[], object]) -> Iterator[str]:
    while True:
        yield USERS[0]
        begun()


@pytest.mark.asyncio
async def test_closing_ends_a_source_without_an_end(wablock_sandbox: Sandbox) -> None:
    wa, begun = AsyncClient(wablock_sandbox.meta()), asyncio.Event()
    call = asyncio.create_task(wa.block(endless(begun.set)))
    await begun.wait()
    await wa.aclose()
    with pytest.raises(ClosedError) as raised:
        await call
    assert states(raised.value) == {"not_sent"}
    assert wablock_sandbox.requests() == []


def test_closing_from_another_thread_ends_a_source_without_an_end(wablock_sandbox: Sandbox) -> None:
    wa, begun = Client(wablock_sandbox.meta()), threading.Event()

    def close() -> None:
        begun.wait()
        wa.close()

    closing = threading.Thread(target=close)
    closing.start()
    with pytest.raises(ClosedError) as raised:
        wa.block(endless(begun.set))
    closing.join()
    assert states(raised.value) == {"not_sent"}


def close_here(wa: AsyncClient) -> asyncio.Future[None]:
    return asyncio.ensure_future(wa.aclose())


def close_elsewhere(wa: AsyncClient) -> asyncio.Future[None]:
    return asyncio.get_running_loop().run_in_executor(None, asyncio.run, wa.close())


@pytest.mark.asyncio
@pytest.mark.parametrize("close", [close_here, close_elsewhere])
@pytest.mark.parametrize("stubborn", [False, True])
async def test_closing_ends_a_call_whose_source_never_gives_its_next_user(
    wablock_sandbox: Sandbox, close: Callable[[AsyncClient], asyncio.Future[None]], stubborn: bool
) -> None:
    begun, left = asyncio.Event(), asyncio.Event()

    async def stuck() -> AsyncIterator[str]:
        yield USERS[0]
        yield USERS[1]
        try:
            begun.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not stubborn:
                raise
        finally:
            left.set()
        yield USERS[2]

    wa, other = AsyncClient(wablock_sandbox.meta()), AsyncClient(wablock_sandbox.meta())
    call = asyncio.create_task(wa.block(stuck()))
    await begun.wait()
    await other.aclose()
    await asyncio.sleep(0)
    assert not left.is_set(), "closing another client ends nothing here"
    await close(wa)
    with pytest.raises(ClosedError) as raised:
        await call
    assert left.is_set()
    assert [(o.input, o.state) for o in raised.value.report or ()] == [
        (user, "not_sent") for user in USERS[: 3 if stubborn else 2]
    ]
    assert call.cancelling() == 0
    with pytest.raises(ClosedError):
        await wa.block(stuck())
    assert wablock_sandbox.requests() == []


@pytest.mark.asyncio
async def test_a_cancel_at_the_same_time_as_closing_is_not_lost(wablock_sandbox: Sandbox) -> None:
    begun = asyncio.Event()

    async def stuck() -> AsyncIterator[str]:
        yield USERS[0]
        begun.set()
        await asyncio.Event().wait()

    async def close_and_cancel(wa: AsyncClient, call: asyncio.Task[Any]) -> None:
        await wa.aclose()
        call.cancel()

    for first in ("cancel", "close"):
        begun.clear()
        wa = AsyncClient(wablock_sandbox.meta())
        call = asyncio.create_task(wa.block(stuck()))
        await begun.wait()
        if first == "cancel":
            call.cancel()
        closing = asyncio.create_task(close_and_cancel(wa, call))
        with pytest.raises(asyncio.CancelledError):
            await call
        await closing


@pytest.mark.parametrize("value", [1e-300, 2e-19, 1e-6, 1e300, 0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_cannot_be_kept_is_refused(wablock_sandbox: Sandbox, value: float) -> None:
    with pytest.raises((ConfigError, TypeError), match="rate_limit"):
        Client(wablock_sandbox.meta(), rate_limit=value)


@pytest.mark.parametrize("value", [1e3, 1e6])
def test_no_rate_ends_in_a_panic(wablock_sandbox: Sandbox, value: float) -> None:
    wa = Client(wablock_sandbox.meta(), rate_limit=value)
    assert all(wa.block(user).ok for user in USERS[:2])
