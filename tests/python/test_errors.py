"""Error classes: fields, pickles, built-in bases."""

from __future__ import annotations

import copy
import multiprocessing
import pickle

import pytest

import wablock
from wablock import (
    APIConnectionError,
    APITimeoutError,
    Client,
    ConfigError,
    InvalidUserError,
    InvalidUserTypeError,
    Meta,
    RateLimitedError,
    Report,
    WablockError,
    errors,
)
from wablock.testing import Sandbox

CLASSES = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]
KINDS = [kind for kind in CLASSES if kind not in (WablockError, InvalidUserTypeError)]

EMPTY = '{"provider":"meta","operation":"block","outcomes":[],"requests":0,"finished_at_ms":0}'
FULL = {
    "hint": "wait",
    "provider": "meta",
    "provider_code": "80007",
    "status": 429,
    "request_id": "AbC",
    "retryable": True,
    "retry_after": 1.5,
}


def test_every_kind_has_one_class() -> None:
    codes = {kind.code for kind in KINDS}
    assert len(codes) == len(KINDS) == 19
    assert codes == set(errors.CLASSES)


@pytest.mark.parametrize("kind", CLASSES)
def test_pickles_and_copies_with_everything(kind: type[WablockError]) -> None:
    error = kind("message", **FULL, report=Report.from_json(EMPTY))  # type: ignore[arg-type]
    error.add_note("a note")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert again == error
        assert hash(again) == hash(error)
        assert again.to_dict() == {"code": kind.code, "message": "message", **FULL}
        assert again.report == error.report
        assert again.__notes__ == ["a note"]
        assert str(again) == f"message [{kind.code}, meta code 80007] wait"


@pytest.mark.parametrize("kind", CLASSES)
def test_can_be_made_by_hand(kind: type[WablockError]) -> None:
    error = kind("message")
    assert error.to_dict() == {"code": kind.code, "message": "message", "hint": "", "retryable": False}
    assert error == kind("message") != kind("other")
    assert error != ValueError("message")
    assert error.report is None


def test_built_in_bases() -> None:
    assert issubclass(APITimeoutError, TimeoutError)
    assert issubclass(APIConnectionError, ConnectionError)
    assert issubclass(ConfigError, ValueError)
    assert issubclass(InvalidUserError, ValueError)
    assert issubclass(InvalidUserTypeError, (InvalidUserError, TypeError))


def test_fields_come_from_the_provider(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.settings(retry_after_s=600)
    wablock_sandbox.fault("status", status=429)
    with Client(wablock_sandbox.meta()) as wa, pytest.raises(RateLimitedError) as caught:
        wa.block("16505551234")
    error = caught.value
    assert error.status == 429
    assert error.retryable
    assert error.provider == "meta"
    assert error.message in str(error)
    assert error.hint in str(error)
    assert repr(error).startswith("RateLimitedError(")


def fail(config: dict[str, str]) -> None:
    Client(Meta(**config), max_retries=0).block(["16505551234"])  # type: ignore[arg-type]


def test_travels_through_multiprocessing(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("status", status=401)
    base_url = wablock_sandbox.meta().base_url
    assert base_url is not None
    config = {"access_token": "sandbox-meta-token", "phone_number_id": "106540352242922", "base_url": base_url}
    with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(wablock.AuthError) as caught:
        pool.apply(fail, (config,))
    assert caught.value.report is not None
    assert [outcome.state for outcome in caught.value.report] == ["failed"]
