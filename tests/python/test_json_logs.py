"""A report never travels into structured logs by itself: the numbers of thousands of people would go along."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import orjson
import pytest
import sentry_sdk
import structlog
from pythonjsonlogger.json import JsonFormatter
from sentry_sdk.transport import Transport

from wablock import AuthError, Client, Report, WablockError
from wablock.testing import Sandbox

NUMBERS = [f"1650555{n:04}" for n in range(50)]


@pytest.fixture
def error(wablock_sandbox: Sandbox) -> WablockError:
    """An error whose report holds fifty numbers."""
    wablock_sandbox.fault("status", status=401)
    with Client(wablock_sandbox.meta(), max_retries=0) as wa, pytest.raises(AuthError) as caught:
        wa.block(NUMBERS)
    assert isinstance(caught.value.report, Report)
    assert len(caught.value.report) == 50
    return caught.value


def check(text: str) -> None:
    assert "auth" in text
    assert not [number for number in NUMBERS if number in text]


def test_logging_with_a_json_formatter(error: WablockError) -> None:
    handler = logging.StreamHandler(screen := io.StringIO())
    handler.setFormatter(JsonFormatter("%(message)s"))
    logger = logging.Logger("bot")  # one of this test's own
    logger.addHandler(handler)
    logger.error("not blocked", exc_info=error, extra={"error": error, "report": error.report, "data": vars(error)})
    check(screen.getvalue())
    json.loads(screen.getvalue())


@pytest.mark.parametrize("dumps", [json.dumps, orjson.dumps])
def test_structlog(error: WablockError, dumps: Any) -> None:
    details = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    render = structlog.processors.JSONRenderer(serializer=dumps)
    event: dict[str, Any] = {"event": "not blocked", "error": error, "report": error.report, "exc_info": error}
    told = structlog.processors.ExceptionRenderer(details)(None, "error", event)
    text = render(None, "error", told)
    check(text if isinstance(text, str) else text.decode())


class Kept(Transport):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.sent += [item.get_bytes().decode() for item in envelope.items]


def test_sentry(error: WablockError) -> None:
    kept = Kept()
    client = sentry_sdk.Client(
        dsn="http://key@127.0.0.1:9/1", transport=kept, default_integrations=False, include_local_variables=False
    )
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.set_extra("error", error)
        scope.set_extra("report", error.report)
        scope.set_extra("fields", vars(error))
        scope.capture_exception(error)
    assert kept.sent
    check("".join(kept.sent))
