"""What counts as a user, and what is refused before anything is sent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import pandas as pd
import polars as pl
import pytest

from wablock import (
    AsyncClient,
    BlockedUser,
    Client,
    FailedOutcome,
    InvalidUserError,
    InvalidUserTypeError,
    NotSentOutcome,
    Outcome,
    Report,
    ServerError,
    User,
)
from wablock.testing import Sandbox

NUMBERS = ["+16505551234", "+972501234567"]


def block(client: Client, users: Any) -> object:
    """Without the overloads, which cannot choose for users of any type."""
    return cast("Callable[[Any], object]", cast("Any", client).block)(users)


@pytest.fixture
def wa(wablock_sandbox: Sandbox) -> Iterator[Client]:
    with Client(wablock_sandbox.meta()) as client:
        yield client


@pytest.mark.parametrize(
    "users",
    [
        NUMBERS,
        tuple(NUMBERS),
        dict.fromkeys(NUMBERS).keys(),
        (number for number in NUMBERS),
        [{"user": number, "name": "Ana", "age": 3} for number in NUMBERS],
        [User("phone", number) for number in NUMBERS],
        [BlockedUser(wa_id=number[1:]) for number in NUMBERS],
        [NotSentOutcome(input=number) for number in NUMBERS],
        [FailedOutcome(input="x", error=ServerError(), user=User("phone", number)) for number in NUMBERS],
        np.array(NUMBERS),
        pd.Series(NUMBERS),
        pd.Series(NUMBERS, dtype="string"),
        pl.Series(NUMBERS),
        pd.DataFrame({"user": NUMBERS}).to_dict("records"),
        pl.DataFrame({"user": NUMBERS}).iter_rows(named=True),
    ],
    ids=lambda users: type(users).__name__,
)
def test_any_iterable(wa: Client, wablock_sandbox: Sandbox, users: Any) -> None:
    report = block(wa, users)
    assert isinstance(report, Report)
    assert report.ok
    assert [outcome.wa_id for outcome in report] == ["16505551234", "972501234567"]


@pytest.mark.parametrize(
    "user",
    [
        "+16505551234",
        {"user": "+16505551234"},
        {"user": User("wa_id", "16505551234")},
        User("phone", "16505551234"),
        BlockedUser(wa_id="16505551234"),
        NotSentOutcome(input="+16505551234"),
        np.str_("+16505551234"),
    ],
    ids=lambda user: type(user).__name__,
)
def test_one_user(wa: Client, user: Any) -> None:
    outcome = block(wa, user)
    assert isinstance(outcome, Outcome)
    assert outcome.wa_id == "16505551234"


def test_a_report_can_be_given_again(wa: Client) -> None:
    report = wa.block(NUMBERS)
    assert wa.unblock(report).ok
    assert wa.block(report.done).ok


@pytest.mark.parametrize(
    ("users", "says"),
    [
        (16505551234, "not int"),
        (None, "not NoneType"),
        (b"+16505551234", "not bytes"),
        (object(), "not object"),
        (["+16505551234", 16505551234], "item 1 is of type int"),
        ([None], "item 0 is of type NoneType"),
        ([float("nan")], "item 0 is of type float"),
        ([b"+16505551234"], "item 0 is of type bytes"),
        ([["+16505551234"]], "item 0 is of type list"),
        ([{"number": "+16505551234"}], 'item 0 is a dict without "user"'),
        ([{"user": 16505551234}], '"user" of item 0 is of type int'),
        ([{"user": {"user": "+16505551234"}}], 'item 0 is a dict without "user"'),
        (np.array([16505551234]), "item 0 is of type int64"),
        (pd.Series([16505551234.0]), "item 0 is of type float"),
        (pd.Series(["+16505551234", None]), "item 1 is of type"),
    ],
)
def test_refused_types(wa: Client, wablock_sandbox: Sandbox, users: Any, says: str) -> None:
    with pytest.raises(InvalidUserTypeError) as caught:
        wa.block(users)
    assert says in str(caught.value)
    assert "16505551234" not in caught.value.message
    assert "text" in caught.value.hint
    assert isinstance(caught.value, (InvalidUserError, TypeError, ValueError))
    assert wablock_sandbox.requests() == []


def test_exception_of_a_generator_passes_through(wa: Client) -> None:
    def users() -> Iterator[str]:
        yield "+16505551234"
        raise LookupError("row 2")

    with pytest.raises(LookupError, match="row 2"):
        wa.block(users())


def test_text_that_cannot_be_sent_is_an_outcome(wa: Client) -> None:
    report = wa.block(["\ud800", "", "+16505551234\n+16505551235", "x" * 10_000, "+16505551234"])
    assert [outcome.state for outcome in report] == ["failed", "failed", "failed", "failed", "done"]
    assert all(isinstance(outcome.error, InvalidUserError) for outcome in report.failed)


def test_a_strange_wa_id_is_never_read_as_a_national_number(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta(), default_region="IL") as wa:
        assert wa.block("050-123 4567").wa_id == "972501234567"
        report = wa.block(
            [BlockedUser(wa_id="0501234567"), BlockedUser(user_id="nobody"), BlockedUser(), "16505551234"]
        )
    assert [outcome.state for outcome in report] == ["failed", "failed", "failed", "done"]


def test_64_000_at_once(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        report = wa.block([f"1{n:010}" for n in range(2_000_000_000, 2_000_064_000)])
    assert report.ok
    assert len(report) == 64_000
    assert report.requests == 64
    assert report[-1].input == report[63_999].input == "12000063999"


@pytest.mark.parametrize("aio", [False, True])
def test_many_users_are_read_in_pieces_and_refused_before_anything_is_sent(
    wablock_sandbox: Sandbox, *, aio: bool
) -> None:
    numbers = [f"+1650{place:07}" for place in range(5000)]

    def given(users: Any) -> Any:
        if not aio:
            with Client(wablock_sandbox.meta()) as wa:
                return block(wa, users)

        async def main() -> Any:
            async with AsyncClient(wablock_sandbox.meta()) as wa:
                return await cast("Any", wa).block(users)

        return asyncio.run(main())

    def breaks() -> Iterator[str]:
        yield from numbers[:4321]
        raise LookupError("row 4321")

    with pytest.raises(InvalidUserTypeError, match="item 4321 is of type int"):
        given([*numbers[:4321], 16505551234, *numbers[4321:]])
    with pytest.raises(LookupError, match="row 4321"):
        given(breaks())
    assert wablock_sandbox.requests() == []
    report = given(number for number in [*numbers, "nobody", User("phone", numbers[7]), {"user": numbers[4999]}])
    assert [outcome.input for outcome in report] == [*numbers, "nobody", numbers[7].removeprefix("+"), numbers[4999]]
    assert report.counts == {"done": 5002, "failed": 1, "unknown": 0, "not_sent": 0}
    assert report.requests == 5


def test_a_length_that_lies_is_only_a_hint(wa: Client) -> None:
    class Users:
        def __len__(self) -> int:
            return sys.maxsize

        def __iter__(self) -> Iterator[str]:
            yield "+16505551234"

    assert cast("Report", block(wa, Users())).ok
