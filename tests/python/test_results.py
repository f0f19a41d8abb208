"""Reports, outcomes and users: frozen, comparable, picklable, masked."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import pickle
import subprocess
import sys
from collections.abc import Collection, Reversible
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import numpy as np
import pytest

from wablock import (
    BlockedUser,
    Capabilities,
    Client,
    Config,
    ConfigError,
    DoneOutcome,
    FailedOutcome,
    InvalidUserError,
    InvalidUserTypeError,
    Meta,
    NotEligibleError,
    NotSentOutcome,
    Outcome,
    ProviderStatus,
    Report,
    UnknownOutcome,
    User,
    mask,
    nxcloud_signature,
    parse_user,
    same_user,
)
from wablock.results import BaseOutcome
from wablock.testing import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")


@pytest.fixture
def report(wablock_sandbox: Sandbox) -> Report:
    with Client(wablock_sandbox.meta()) as wa:
        return wa.block(["+1 650 555 1234", "nonsense", "15550131047", "16505551235"])


def test_report_is_a_sequence(report: Report) -> None:
    assert isinstance(report, Collection)
    assert isinstance(report, Reversible)
    assert len(report) == 4
    assert report[0] == report[-4] == next(iter(report))
    assert report[1:3] == list(report)[1:3]
    assert report[::-1] == list(reversed(report))
    assert report[3:1] == []
    assert all(outcome in report for outcome in report)
    assert report.index(report[2]) == 2
    assert "+1 650 555 1234" in report
    assert "+1 650 555 9999" not in report
    with pytest.raises(InvalidUserError):
        assert "nobody" in report
    with pytest.raises(ValueError, match="no such row"):
        report.index("nobody")
    for index in (4, -5):
        with pytest.raises(IndexError):
            report[index]
    assert report[np.int64(1)] == report[1]
    for key in ("+16505551234", 1.0, None):
        with pytest.raises(TypeError, match=f"a row index must be an int or a slice, not {type(key).__name__}"):
            report[unchecked(key)]


def test_report_tells_states_apart(report: Report) -> None:
    assert report.counts == {"done": 2, "failed": 2, "unknown": 0, "not_sent": 0}
    assert [outcome.input for outcome in report.done] == ["+1 650 555 1234", "16505551235"]
    assert [outcome.input for outcome in report.failed] == ["nonsense", "15550131047"]
    assert (report.unknown, report.not_sent) == ([], [])
    assert (report.provider, report.operation, report.requests, report.ok) == ("meta", "block", 1, False)
    assert report.finished_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - report.finished_at) < timedelta(minutes=5)
    assert report.finished_at.timestamp() * 1000 == pytest.approx(report.to_dict()["finished_at_ms"], abs=1)
    endless = Report.from_dict({**report.to_dict(), "finished_at_ms": 2**64 - 1})
    assert endless.finished_at.year == 9999


def test_outcomes_of_a_state_are_of_one_class(wablock_sandbox: Sandbox, report: Report) -> None:
    classes = {"done": DoneOutcome, "failed": FailedOutcome, "unknown": UnknownOutcome, "not_sent": NotSentOutcome}
    wablock_sandbox.fault("lost_answer", times=1)
    with Client(wablock_sandbox.meta(), max_retries=0, concurrency=1) as wa:
        lost = wa.block([f"1650555{n:04}" for n in range(1001)])
    wablock_sandbox.fault("silence")
    with Client(wablock_sandbox.meta(), max_retries=0, concurrency=1) as wa:
        late = wa.block([f"1650555{n:04}" for n in range(2001)], timeout=0.2)
    seen: set[str] = set()
    for given in (report, lost, late):
        for outcome in given:
            seen.add(outcome.state)
            assert type(outcome) is classes[outcome.state]
            assert isinstance(outcome, Outcome)
            assert isinstance(outcome, BaseOutcome)
            assert outcome.ok == (outcome.state == "done") == (outcome.error is None)
            assert pickle.loads(pickle.dumps(outcome)) == outcome
            assert type(pickle.loads(pickle.dumps(outcome))) is type(outcome)
            assert dataclasses.asdict(outcome)["state"] == outcome.state
        assert given.done == [outcome for outcome in given if isinstance(outcome, DoneOutcome)]
        assert given.failed == [outcome for outcome in given if isinstance(outcome, FailedOutcome)]
        assert given.unknown == [outcome for outcome in given if isinstance(outcome, UnknownOutcome)]
        assert given.not_sent == [outcome for outcome in given if isinstance(outcome, NotSentOutcome)]
    assert seen == set(classes)
    match report.failed[0]:
        case FailedOutcome(error=InvalidUserError(code="invalid_user")):
            pass
        case _:
            pytest.fail("not matched")
    with pytest.raises(TypeError, match="error"):
        FailedOutcome(input="x")  # type: ignore[call-arg]


ERROR = {"code": "timeout", "message": "no answer", "hint": "", "retryable": True}


@pytest.mark.parametrize(
    "outcome",
    [
        {"input": "x", "state": "done", "error": ERROR},
        {"input": "x", "state": "failed"},
        {"input": "x", "state": "unknown"},
    ],
)
def test_a_report_that_contradicts_itself_is_refused(report: Report, outcome: dict[str, Any]) -> None:
    """So that `report.failed` always has errors, wherever a report comes from."""
    written = report.to_dict()
    written["outcomes"].insert(1, outcome)
    with pytest.raises(ConfigError, match="outcome 1 is"):
        Report.from_dict(written)


@pytest.mark.parametrize("wrong", [None, "{}", b"{}", {}, 5])
def test_what_is_not_a_report_is_named(report: Report, wablock_sandbox: Sandbox, wrong: Any) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        both: list[Any] = [wrong, report[0]]
        for given in both:
            with pytest.raises(TypeError, match=f"settle needs a Report, not {type(given).__name__}"):
                wa.settle(given)
    if not isinstance(wrong, str):
        with pytest.raises(TypeError, match=f"from_json needs text, not {type(wrong).__name__}"):
            Report.from_json(wrong)
    else:
        with pytest.raises(ConfigError, match="not a report") as caught:
            Report.from_json(wrong)
        assert caught.value.hint == "Give the JSON of a report, as wablock wrote it."


def test_reasons_are_counted(wablock_sandbox: Sandbox, report: Report) -> None:
    assert repr(report) == str(report)
    assert repr(report) == (
        "Report(meta block: 2 done, 2 failed (invalid_user 1, not_eligible 1), 0 unknown, 0 not_sent)"
    )
    assert report.failures == {"invalid_user": 1, "not_eligible": 1}
    with Client(wablock_sandbox.meta()) as wa:
        several = wa.block(["15550131047", "x", "y", "z", "+16505551234"])
        assert list(several.failures.items()) == [("invalid_user", 3), ("not_eligible", 1)]
        assert "4 failed (invalid_user 3, not_eligible 1)" in repr(several)
        assert wa.block(["16505551234"]).failures == {}


def test_raise_for_failures(report: Report, wablock_sandbox: Sandbox) -> None:
    with pytest.raises(InvalidUserError) as caught:
        report.raise_for_failures()
    assert caught.value.report == report
    with Client(wablock_sandbox.meta()) as wa:
        wa.block(["16505551234"]).raise_for_failures()


def test_json_and_pickle_round_trip(report: Report) -> None:
    for again in (
        Report.from_json(report.to_json()),
        Report.from_dict(report.to_dict()),
        pickle.loads(pickle.dumps(report)),
        copy.copy(report),
        copy.deepcopy(report),
    ):
        assert again == report
        assert hash(again) == hash(report)
        assert list(again) == list(report)
    assert json.loads(report.to_json()) == report.to_dict()
    assert [outcome.to_dict() for outcome in report] == report.to_dict()["outcomes"]
    with pytest.raises(ConfigError):
        Report.from_json("[]")


def test_outcomes_round_trip(report: Report) -> None:
    for outcome in report:
        again = pickle.loads(pickle.dumps(outcome))
        assert again == outcome
        assert hash(again) == hash(outcome)
        assert json.loads(outcome.to_json()) == outcome.to_dict()
    assert isinstance(report[2].error, NotEligibleError)


def test_everything_is_frozen(report: Report) -> None:
    with pytest.raises(AttributeError):
        setattr(report, "ok", True)  # noqa: B010  # so that type checkers do not stop it first
    with pytest.raises(AttributeError):
        setattr(report, "anything", True)  # noqa: B010
    with pytest.raises(AttributeError):
        delattr(report, "ok")
    for value in (report[0], User("phone", "16505551234"), BlockedUser()):
        assert not hasattr(value, "__dict__")
        name = dataclasses.fields(value)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, "x")


def test_reprs_are_masked(report: Report) -> None:
    texts = [
        repr(report),
        str(report),
        repr(list(report)),
        repr(report[0].user),
        repr(BlockedUser(wa_id="16505551234")),
    ]
    assert not any("6505551234" in text for text in texts)


def test_users() -> None:
    user = parse_user("+1 (650) 555-1234")
    assert user == User("phone", "+16505551234") == User("wa_id", "16505551234") != User("phone", "16505551235")
    assert len({user, User("wa_id", "16505551234")}) == 1
    assert pickle.loads(pickle.dumps(user)) == user
    assert parse_user("US.13491208655302741918").kind == "bsuid"
    assert parse_user("050-123 4567", "IL").id == "972501234567"
    for wrong in ("", "123", "nonsense", "050-123 4567"):
        with pytest.raises(InvalidUserError):
            parse_user(wrong)
    with pytest.raises(InvalidUserError):
        User("wa_id", "12")
    with pytest.raises(InvalidUserError):
        User("person", "16505551234")  # type: ignore[arg-type]
    with pytest.raises(InvalidUserError, match="it is not a business-scoped id") as caught:
        User("bsuid", "16505551234")
    assert "US.13491208655302741918" in caught.value.hint


def test_unknown_fields_of_the_provider_survive(wablock_sandbox: Sandbox) -> None:
    users = [{"messaging_product": "whatsapp", "wa_id": "16505551234", "nickname": "Ana", "rank": 2}]
    wablock_sandbox.script({"body": {"data": users}})
    with Client(wablock_sandbox.meta()) as wa:
        (user,) = wa.list()
    assert user.extra is not None
    assert user.extra["nickname"] == "Ana"
    assert user.extra["rank"] == 2
    assert pickle.loads(pickle.dumps(user)) == user
    assert hash(user) == hash(BlockedUser(wa_id="16505551234"))


def test_capabilities(config: Config) -> None:
    with Client(config) as wa:
        capabilities = wa.capabilities
    assert isinstance(capabilities, Capabilities)
    assert capabilities.provider == config.provider
    assert json.loads(capabilities.to_json()) == capabilities.to_dict()
    assert pickle.loads(pickle.dumps(capabilities)) == capabilities
    assert hash(capabilities) == hash(copy.deepcopy(capabilities))
    assert (capabilities.status.state == "retired") == (config.provider == "sinch")


def unchecked(value: Any) -> Any:
    """A value that type checkers would refuse."""
    return value


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError


def test_small_tools() -> None:
    assert mask("user +16505551234 of 20") == "user +165******34 of 20"
    assert mask(16505551234) == mask("16505551234") == "165******34"
    assert mask(b"+16505551234") == "b'+165******34'"
    assert mask("\ud83d +16505551234") == "? +165******34"
    assert mask(None) == "None"
    assert mask(Unprintable()) == "<Unprintable without text>"
    assert same_user("+5531987654321", "553187654321")
    assert not same_user("16505551234", "16505551235")
    for wrong in (16505551234, None, b"+16505551234", parse_user("+16505551234")):
        for call in (lambda: parse_user(unchecked(wrong)), lambda: same_user("16505551234", unchecked(wrong))):  # noqa: B023
            with pytest.raises(InvalidUserTypeError, match=f"must be text here, not {type(wrong).__name__}"):
                call()
    with pytest.raises(TypeError, match=r"not str\. To read environment variables, use from_env\(\)"):
        Client(unchecked("meta"))
    given: dict[str, Any] = {"access_key": "fme2na3kdi3ki", "access_secret": "abciiiko2k3", "ts": "1655710885431"}
    text = '{"name":"牛小信","id":10001}'
    for body in (text, text.encode()):
        sign = nxcloud_signature(**given, body=body, biz_type="1", action="send")
        assert sign == "87c3560d3331ae23f1021e2025722354"
    assert len(nxcloud_signature(**given, body="", algorithm="sha256")) == 64
    with pytest.raises(ConfigError):
        nxcloud_signature(**given, body="", algorithm=unchecked("sha1"))
    with pytest.raises(TypeError):
        nxcloud_signature(**given, body=unchecked(1))


def test_they_are_dataclasses_to_those_who_ask() -> None:
    meta = Meta(access_token="EAAB-token", phone_number_id="106540352242922")
    status = ProviderStatus("active")
    user = BlockedUser("16505551234", extra={"a": 1})
    with pytest.raises(TypeError, match=r"^BlockedUser\.__new__\(\) got an unexpected keyword argument 'name'"):
        cast("Any", BlockedUser)(name="Ana")
    for value in (meta, status, user, DoneOutcome(input="+16505551234"), User("phone", "16505551234")):
        assert dataclasses.is_dataclass(value)
        names = [field.name for field in dataclasses.fields(value)]
        assert dataclasses.asdict(value) == {name: getattr(value, name) for name in names}
        assert dataclasses.replace(value) == value
        assert hash(dataclasses.replace(value)) == hash(value)
        keywords_only = isinstance(value, (Meta, BaseOutcome))
        assert getattr(type(value), "__match_args__", None) == (() if keywords_only else tuple(names))
    assert dataclasses.replace(meta, version="v27.0").version == "v27.0"
    assert repr(status) == "ProviderStatus(state='active', since=None, notice=None)"
    assert hash(user) == hash(BlockedUser("16505551234"))
    assert user != BlockedUser("16505551234")
    assert user != User("wa_id", "16505551234")
    match user:
        case BlockedUser(wa_id, None, extra):
            assert (wa_id, extra) == ("16505551234", {"a": 1})
        case _:
            pytest.fail("not matched")
    signature = inspect.signature(DoneOutcome)
    assert list(signature.parameters)[:3] == ["input", "state", "user"]
    assert signature.parameters["user"].default is None
    with pytest.raises(ConfigError, match="`access_tokn` is not an option of meta; did you mean `access_token`"):
        Meta(access_tokn="x", phone_number_id="106540352242922")  # type: ignore[call-arg]
    with pytest.raises(ConfigError, match="`phone_number_id` is missing"):
        Meta(access_token="x")  # type: ignore[call-arg]
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(user, "wa_id")


def test_importing_asks_for_nothing_heavy() -> None:
    heavy = ("asyncio", "dataclasses", "inspect", "logging", "ssl", "threading")
    script = f"import sys; import wablock; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert told.strip() == "[]"
