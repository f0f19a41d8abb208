"""What type checkers must see. Never run: mypy and pyright read it; an unneeded ignore in it is an error to mypy."""

from __future__ import annotations

from typing import assert_type

from wablock import (
    AsyncClient,
    BlockedUser,
    Client,
    DoneOutcome,
    FailedOutcome,
    Meta,
    NotSentOutcome,
    Outcome,
    Report,
    State,
    UnknownOutcome,
    WablockError,
)


def sync(wa: Client, users: list[str], rows: list[dict[str, str]]) -> None:
    assert_type(wa.block("+16505551234"), DoneOutcome)
    assert_type(wa.block("+16505551234").wa_id, str | None)
    assert_type(wa.block({"user": "+16505551234"}), DoneOutcome)
    assert_type(wa.block(users), Report)
    assert_type(wa.block(rows), Report)
    assert_type(wa.unblock(wa.block(users)), Report)
    assert_type([user for user in wa.list()], list[BlockedUser])  # noqa: C416  # the loop is what is checked
    assert_type(wa.block(users)[0].error, WablockError | None)
    assert_type(wa.block(users)[0].state, State)
    assert_type(wa.with_options(timeout=1), Client)


def outcomes(report: Report) -> None:
    """The state of an outcome tells its class, and the class whether there is an error."""
    assert_type(report[0], Outcome)
    assert_type(report.done, list[DoneOutcome])
    assert_type(report.failed[0].error, WablockError)
    assert_type(report.unknown[0].error, WablockError)
    assert_type(report.not_sent[0].error, WablockError | None)
    assert_type([outcome.error.code for outcome in report.failed], list[str])
    for outcome in report:
        if outcome.state == "failed":
            assert_type(outcome, FailedOutcome)
            assert_type(outcome.error.hint, str)
        elif outcome.state == "done":
            assert_type(outcome.error, None)
        elif outcome.state == "not_sent":
            assert_type(outcome, NotSentOutcome)
        else:
            assert_type(outcome, UnknownOutcome)
        if isinstance(outcome, FailedOutcome):
            assert_type(outcome.error, WablockError)
        match outcome:
            case FailedOutcome(error=error) | UnknownOutcome(error=error):
                assert_type(error, WablockError)
            case DoneOutcome():
                assert_type(outcome.ok, bool)
            case NotSentOutcome():
                pass


def anything(value: object) -> None:
    if isinstance(value, Outcome):
        assert_type(value.state, State)


async def aio(wa: AsyncClient, users: set[str]) -> None:
    assert_type(await wa.block("+16505551234"), DoneOutcome)
    assert_type(await wa.block(users), Report)
    assert_type([user async for user in wa.list()], list[BlockedUser])
    assert_type(AsyncClient.from_env(), AsyncClient)


def refused(wa: Client, report: Report) -> None:
    wa.block(16505551234)  # type: ignore[call-overload]
    wa.block([16505551234])  # type: ignore[list-item]
    wa.block(None)  # type: ignore[call-overload]
    wa.block("+16505551234", timeout="5")  # type: ignore[call-overload]
    wa.with_options(colour="red")  # type: ignore[call-arg]
    Meta("token", "id")  # type: ignore[call-arg]
    Meta(access_token="token")  # type: ignore[call-arg]
    report.ok = True  # type: ignore[misc]
    report[0].state = "done"  # type: ignore[misc]
    print(report[0].error.code)  # type: ignore[union-attr]
    report.failed[0].error = None  # type: ignore[assignment, misc]
    FailedOutcome(input="+16505551234")  # type: ignore[call-arg]
    if report[0].state == "finished":  # type: ignore[comparison-overlap]
        pass
