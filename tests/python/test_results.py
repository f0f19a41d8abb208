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
from typing import Any, cast

import pytest

from wablock import (
    BlockedUser,
    Capabilities,
    Client,
    Config,
    ConfigError,
    InvalidUserError,
    Meta,
    NotEligibleError,
    Outcome,
    ProviderStatus,
    Report,
    User,
    mask,
    nxcloud_signature,
    parse_user,
    same_user,
)
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
    assert report[0] in report
    assert report.index(report[2]) == 2
    assert report.count(report[2]) == 1
    assert "nobody" not in report
    with pytest.raises(ValueError, match="no such row"):
        report.index("nobody")
    for index in (4, -5):
        with pytest.raises(IndexError):
            report[index]


def test_report_tells_states_apart(report: Report) -> None:
    assert report.counts == {"done": 2, "failed": 2, "unknown": 0, "not_sent": 0}
    assert [outcome.input for outcome in report.done] == ["+1 650 555 1234", "16505551235"]
    assert [outcome.input for outcome in report.failed] == ["nonsense", "15550131047"]
    assert report.unknown == report.not_sent == []
    assert (report.provider, report.operation, report.requests, report.ok) == ("meta", "block", 1, False)
    assert report.finished_at_ms > 1_700_000_000_000


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


def test_small_tools() -> None:
    assert mask("user +16505551234 of 20") == "user +165******34 of 20"
    assert same_user("+5531987654321", "553187654321")
    assert not same_user("16505551234", "16505551235")
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
    for value in (meta, status, user, Outcome("+16505551234", "done"), User("phone", "16505551234")):
        assert dataclasses.is_dataclass(value)
        names = [field.name for field in dataclasses.fields(value)]
        assert dataclasses.asdict(value) == {name: getattr(value, name) for name in names}
        assert dataclasses.replace(value) == value
        assert hash(dataclasses.replace(value)) == hash(value)
        assert type(value).__match_args__ == (() if value is meta else tuple(names))
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
    signature = inspect.signature(Outcome)
    assert list(signature.parameters)[:3] == ["input", "state", "user"]
    assert signature.parameters["user"].default is None
    with pytest.raises(TypeError, match="access_tokn"):
        Meta(access_tokn="x", phone_number_id="106540352242922")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required"):
        Meta(access_token="x")  # type: ignore[call-arg]
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(user, "wa_id")


def test_importing_asks_for_nothing_heavy() -> None:
    heavy = ("asyncio", "dataclasses", "inspect", "logging", "ssl", "threading")
    script = f"import sys; import wablock; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert told.strip() == "[]"
