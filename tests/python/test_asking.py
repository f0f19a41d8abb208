"""`check`, `is_blocked`, `ping`, and `in`: asking before acting."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

import wablock
from wablock import (
    AsyncClient,
    AuthError,
    BlockedUser,
    BlockedUsers,
    Client,
    ClosedError,
    DoneOutcome,
    InvalidUserError,
    InvalidUserTypeError,
    Meta,
    Report,
    UnsupportedError,
    User,
    UserLike,
)
from wablock.testing import Sandbox

SPELLINGS: list[Any] = [
    "+55 (31) 98765-4321",
    "553187654321",
    "0055 31 98765 4321",
    "whatsapp:+5531987654321",
    User("phone", "5531987654321"),
    User("wa_id", "553187654321"),
    BlockedUser(wa_id="553187654321"),
    DoneOutcome(input="x", user=User("phone", "5531987654321")),
    {"user": "+55 31 98765-4321"},
    {"wa_id": "553187654321"},
]
OTHERS: list[Any] = ["+1 650 555 1234", User("wa_id", "16505551234"), {"wa_id": "16505551234"}]
NO_USERS: list[Any] = [None, 16505551234, float("nan"), b"+16505551234", object(), ["+16505551234"]]


@pytest.fixture
def sandbox(wablock_sandbox: Sandbox) -> Sandbox:
    wablock_sandbox.seed("meta", blocked=["972501234567", "553187654321"])
    return wablock_sandbox


def test_check_sends_nothing(sandbox: Sandbox) -> None:
    users: list[UserLike] = ["+1 (650) 555-1234", "my neighbour", {"wa_id": "553187654321"}]
    for client in (Client(sandbox.meta()), AsyncClient(sandbox.meta())):
        report = client.check(users)
        assert isinstance(report, Report)
        assert (report.operation, report.requests, report.ok) == ("check", 0, False)
        assert [outcome.state for outcome in report] == ["not_sent", "failed", "not_sent"]
        assert [outcome.error and outcome.error.code for outcome in report] == [None, "invalid_user", None]
        assert Report.from_json(report.to_json()) == report
        assert client.check("+16505551234").counts["not_sent"] == 1
        assert len(client.check([])) == 0
        with pytest.raises(InvalidUserError):
            report.raise_for_failures()
        client.check(["+16505551234"]).raise_for_failures()
    assert sandbox.requests() == []


@pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")
def test_check_reads_with_the_region_of_the_client_and_knows_the_provider(sandbox: Sandbox) -> None:
    user = Client(sandbox.meta(), default_region="IL").check("050-123 4567")[0].user
    assert user is not None
    assert user.id == "972501234567"
    sinch = Client(sandbox.sinch())
    [outcome] = sinch.check("US.1349")
    assert outcome.error is not None
    assert (outcome.error.code, outcome.user and outcome.user.id) == ("unsupported", "US.1349")


def test_is_blocked_for_every_spelling(sandbox: Sandbox) -> None:
    with Client(sandbox.meta()) as wa:
        blocked = wa.list().collect()
        for user in SPELLINGS:
            assert wa.is_blocked(user) is True
            assert user in blocked
            assert user in wa.list()
        for user in OTHERS:
            assert wa.is_blocked(user) is False
            assert user not in blocked
            assert user not in wa.list()


def test_in_a_report(sandbox: Sandbox) -> None:
    with Client(sandbox.meta()) as wa:
        report = wa.check(["+55 (31) 98765-4321", "nonsense"])
    assert all(user in report for user in SPELLINGS)
    assert report[0] in report
    assert not any(user in report for user in OTHERS)


def test_what_is_no_user_raises(sandbox: Sandbox) -> None:
    with Client(sandbox.meta()) as wa:
        blocked, report = wa.list().collect(), wa.check(["+16505551234"])
        before = len(sandbox.requests())
        for user in NO_USERS:
            for ask in (wa.is_blocked, blocked.__contains__, report.__contains__, wa.list().__contains__):
                with pytest.raises(InvalidUserTypeError):
                    ask(user)
        for ask in (wa.is_blocked, blocked.__contains__, report.__contains__, wa.list().__contains__):
            with pytest.raises(InvalidUserError, match="is not a user"):
                ask("my neighbour")
        assert len(sandbox.requests()) == before


def test_where_the_list_cannot_tell(sandbox: Sandbox) -> None:
    listed = BlockedUsers.from_json('[{"wa_id":"16505551234","user_id":"US.1"},{"user_id":"US.2"}]')
    assert "+1 650 555 1234" in listed
    assert "US.2" in listed
    assert "US.3" not in listed
    with pytest.raises(UnsupportedError, match="cannot tell"):
        assert "+1 650 555 1235" in listed
    sandbox.script({"status": 200, "body": {"data": [{"user_id": "US.2"}]}}, provider="meta")
    with Client(sandbox.meta()) as wa, pytest.raises(UnsupportedError, match="cannot tell"):
        wa.is_blocked("+1 650 555 1235")


def test_ping(sandbox: Sandbox) -> None:
    for config in (sandbox.meta(), sandbox.nxcloud(), sandbox.digital99()):
        before = len(sandbox.requests())
        with Client(config) as wa:
            assert wa.ping() is None  # type: ignore[func-returns-value]
        assert len(sandbox.requests()) == before + 1
    good = sandbox.meta()
    wrong = Meta(access_token="wrong", phone_number_id=good.phone_number_id, base_url=good.base_url)
    with Client(wrong) as wa, pytest.raises(AuthError):
        wa.ping()
    with pytest.raises(ClosedError):
        wa.ping()
    with pytest.raises(ClosedError):
        wa.is_blocked("+16505551234")


def test_asynchronous(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with AsyncClient(sandbox.meta()) as wa:
            assert await wa.is_blocked("+55 (31) 98765-4321") is True
            assert await wa.is_blocked("+1 650 555 1234", timeout=20, max_retries=0) is False
            await wa.ping(timeout=20)
            assert "+55 (31) 98765-4321" in await wa.list().collect()
            with pytest.raises(InvalidUserTypeError):
                await cast("Any", wa).is_blocked(["+16505551234"])
        assert await wablock.is_blocked("553187654321", sandbox.meta()) is True
        await wablock.ping(sandbox.meta())

    asyncio.run(main())


def test_many_questions_about_a_long_list(sandbox: Sandbox) -> None:
    numbers = [f"1650{n:07}" for n in range(20_000)]
    listed = BlockedUsers.from_json("[" + ",".join(f'{{"wa_id":"{number}"}}' for number in numbers) + "]")
    assert sum(f"+{number}" in listed for number in numbers) == len(numbers)
    assert not any(f"+1651{n:07}" in listed for n in range(20_000))
