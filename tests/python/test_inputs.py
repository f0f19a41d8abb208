"""What counts as a user, and what is refused before anything is sent."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import pandas as pd
import polars as pl
import pytest

from conftest import block
from wablock import (
    BlockedUser,
    Client,
    ConfigError,
    DoneOutcome,
    FailedOutcome,
    InvalidUserError,
    InvalidUserTypeError,
    Report,
    ServerError,
    User,
    UserLike,
)
from wablock.testing import Sandbox

# It has no types.
pa: Any = importlib.import_module("pyarrow")

NUMBERS = ["+16505551234", "+972501234567"]
NESTED: dict[str, Any] = {}
NESTED["user"] = NESTED


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
        [DoneOutcome(input=number, wa_id=number[1:]) for number in NUMBERS],
        [FailedOutcome(input="x", error=ServerError(), user=User("phone", number)) for number in NUMBERS],
        [{"wa_id": number[1:], "profile": {"name": "Ana"}} for number in NUMBERS],
        [{"user": {"user": number}} for number in NUMBERS],
        pa.array(NUMBERS),
        pa.chunked_array([[NUMBERS[0]], [NUMBERS[1]]]),
        pa.array(NUMBERS).dictionary_encode(),
        list(pa.array(NUMBERS)),
        pd.Series(NUMBERS, dtype="category"),
        pd.DataFrame({"user": NUMBERS}).itertuples(),
        pa.table({"user": NUMBERS}).to_pylist(),
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
        DoneOutcome(input="x", user=User("phone", "16505551234")),
        np.str_("+16505551234"),
        pa.scalar("+16505551234"),
        {"wa_id": "16505551234"},
        {"kind": "wa_id", "id": "16505551234"},
        MappingProxyType({"user": "+16505551234"}),
    ],
    ids=lambda user: type(user).__name__,
)
def test_one_user(wa: Client, user: Any) -> None:
    outcome = block(wa, user)
    assert isinstance(outcome, DoneOutcome)
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
        (float("nan"), "the user is missing (NaN)"),
        ({"user": None}, 'the user is missing ("user" is None)'),
        ({"wa_id": None, "user_id": None}, 'the user is missing ("wa_id" is None)'),
        (b"+16505551234", "not bytes"),
        (object(), "not object"),
        (["+16505551234", 16505551234], "item 1 has type int"),
        ([b"+16505551234"], "item 0 has type bytes"),
        ([["+16505551234"]], "item 0 has type list"),
        ([{"number": "+16505551234"}], 'item 0 is a dict without "user", "wa_id" or "user_id"'),
        ([{"wa_id": 16505551234, "user": "+16505551234"}], '"wa_id" of item 0 has type int'),
        ([{"id": "7", "state": "CA", "input": "web"}], 'item 0 is a dict without "user"'),
        ([NESTED], "nested too deeply"),
        ([{"user": 16505551234}], '"user" of item 0 has type int'),
        (np.array([16505551234]), "item 0 has type int64"),
        (pd.Series([16505551234.0]), "item 0 has type float"),
        (pd.DataFrame({"phone": NUMBERS}), 'a DataFrame is not a list of users: pass one column, such as df["phone"]'),
        (pl.DataFrame({"phone": NUMBERS}), "a DataFrame is not a list of users"),
        (pl.LazyFrame({"phone": NUMBERS}), "a LazyFrame is not a list of users"),
        (pa.table({"phone": NUMBERS}), "a Table is not a list of users"),
        (pa.record_batch({"phone": NUMBERS}), "a RecordBatch is not a list of users"),
        (pa.array([16505551234]), "item 0 has type int"),
    ],
)
def test_refused_types(wa: Client, wablock_sandbox: Sandbox, users: Any, says: str) -> None:
    with pytest.raises(InvalidUserTypeError) as caught:
        wa.block(users)
    assert says in str(caught.value)
    assert "16505551234" not in caught.value.message
    assert "text" in caught.value.hint
    if "int" in says or "float" in says:
        assert 'dtype={"phone": "string"}' in caught.value.hint
        assert "`.astype(str)` is too late" in caught.value.hint
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


def test_what_the_api_gave_is_never_read_as_a_national_number(wablock_sandbox: Sandbox) -> None:
    strange: list[UserLike] = [
        BlockedUser(wa_id="0501234567"),
        BlockedUser(user_id="nobody"),
        {"wa_id": "0501234567"},
        BlockedUser(),
    ]
    with Client(wablock_sandbox.meta(), default_region="IL") as wa:
        assert wa.block("050-123 4567").wa_id == "972501234567"
        report = wa.check(strange)
        wa.block(strange)
    assert [outcome.user and outcome.user.to_dict() for outcome in report] == [
        {"kind": "wa_id", "id": "0501234567"},
        {"kind": "bsuid", "id": "nobody"},
        {"kind": "wa_id", "id": "0501234567"},
        None,
    ]
    sent = wablock_sandbox.requests()[-1]["body"]
    assert "0501234567" in sent
    assert "972501234567" not in sent


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        (None, "None"),
        (float("nan"), "NaN"),
        (np.float32("nan"), "nan"),
        (pd.NA, "<NA>"),
        (pd.NaT, "NaT"),
        (np.datetime64("NaT"), "NaT"),
        (pa.scalar(None), "null"),
        (pa.scalar(None, pa.string()), "null"),
        ({"user": None}, '"user" is None'),
        ({"wa_id": None, "user_id": float("nan")}, '"wa_id" is None'),
    ],
    ids=repr,
)
def test_missing_values(wa: Client, wablock_sandbox: Sandbox, missing: Any, shown: str) -> None:
    users = ["+16505551234", missing, "+972501234567"]
    for call in (wa.block, wa.unblock, wa.check):
        with pytest.raises(InvalidUserTypeError, match="item 1 is missing") as caught:
            call(users)
        assert shown in caught.value.message
        assert ".dropna()" in caught.value.hint
        assert 'on_missing="fail"' in caught.value.hint
    assert wablock_sandbox.requests() == []
    report = wa.block(users, on_missing="fail")
    assert [outcome.state for outcome in report] == ["done", "failed", "done"]
    assert report[1].error is not None
    assert report[1].error.code == "invalid_user"
    assert shown in report[1].error.message
    assert report[1].input == ""
    assert [outcome.state for outcome in wa.check(users, on_missing="fail")] == ["not_sent", "failed", "not_sent"]


def test_missing_values_of_columns(wa: Client) -> None:
    values = ["+16505551234", None]
    for column in (
        pd.Series(values),
        pd.Series(values, dtype="string"),
        pl.Series(values),
        pa.array(values),
        pa.chunked_array([values]),
        np.array(values, dtype=object),
    ):
        with pytest.raises(InvalidUserTypeError, match="item 1 is missing"):
            block(wa, column)
        assert wa.check(column, on_missing="fail").counts["failed"] == 1


def test_what_to_do_about_missing_values_is_checked(wa: Client) -> None:
    for call in (wa.block, wa.unblock, wa.check):
        with pytest.raises(ConfigError, match="on_missing"):
            cast("Any", call)(NUMBERS, on_missing="skip")


def test_everything_wablock_gives_goes_back_in(wa: Client) -> None:
    given = wa.block([*NUMBERS, "US.13491208655302741918"])
    listed = wa.list().collect()
    outcomes, users = given.to_dict()["outcomes"], listed.to_dicts()
    for back in (
        given,
        list(given),
        given.done,
        [outcome.to_dict() for outcome in given],
        [json.loads(outcome.to_json()) for outcome in given],
        outcomes,
        [outcome.user for outcome in given],
        [outcome["user"] for outcome in outcomes],
        listed,
        list(listed),
        users,
        [user.to_dict() for user in listed],
        given.to_pandas().to_dict("records"),
        given.to_pandas().itertuples(),
        given.to_polars().to_dicts(),
        pa.table(given).to_pylist(),
        listed.to_pandas().to_dict("records"),
        listed.to_polars().iter_rows(named=True),
        pa.table(listed).to_pylist(),
        pd.read_csv(io.StringIO(listed.to_pandas().to_csv()), dtype=str).to_dict("records"),
        list(csv.DictReader(io.StringIO(listed.to_pandas().to_csv()))),
        wa.list(),
    ):
        report = wa.check(cast("Any", back))
        ids = sorted(outcome.user.id for outcome in report if outcome.user)
        assert ids == ["16505551234", "972501234567", "US.13491208655302741918"], back
        assert not report.failed
    assert wa.unblock(wa.list()).ok
    assert len(wa.list().collect()) == 0


def test_an_outcome_that_names_nobody_fails_again(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        failed = wa.check(["050-123 4567", "+16505551234"])
    with Client(wablock_sandbox.meta(), default_region="IL") as wa:
        for back in (failed, failed.to_pandas().to_dict("records"), failed.to_polars().to_dicts(), list(failed)):
            again = wa.check(cast("Any", back))
            assert [outcome.state for outcome in again] == ["failed", "not_sent"]
            assert again[0].input == "050-123 4567"
            assert again.failed[0].error is not None
            assert "has no user" in again.failed[0].error.message
