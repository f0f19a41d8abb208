"""No credential in anything that can be printed, and no whole number in a repr."""

from __future__ import annotations

import base64
import dataclasses
import html
import io
import json
import logging
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest

from conftest import config_of, shown
from wablock import AsyncClient, Client, Meta, WablockError
from wablock.testing import ProviderName, Sandbox

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")

CANARY = "canary-credential-7f3a"
SECRETS = ("access_token", "app_secret", "access_secret", "app_key", "api_key", "token")


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_no_credential_anywhere(
    wablock_sandbox: Sandbox, provider: ProviderName, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1, logger=None)
    stream = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(stream))
    config = config_of(wablock_sandbox, provider)
    changes: dict[str, Any] = {name: CANARY for name in SECRETS if getattr(config, name, None)}
    canaried = dataclasses.replace(config, **changes)
    # A server that hands back what it was sent.
    wablock_sandbox.script(*[{"status": status, "body": {"error": {"message": CANARY, "code": CANARY}}}] * 3)
    with Client(canaried, max_retries=0, proxy=f"http://user:{CANARY}@127.0.0.1:9") as wa:
        with pytest.raises(WablockError) as caught:
            wa.block("16505551234")
        texts = [shown(caught.value), repr(wa), json.dumps(caught.value.to_dict()), caplog.text, stream.getvalue()]
        assert caught.value.report is not None
        texts += [repr(caught.value.report), caught.value.report.to_json()]
    assert not [text for text in texts if CANARY in text]


def test_no_credential_in_tracebacks_of_wrong_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Meta(access_token=CANARY, phone_number_id="106540352242922")
    proxy = f"http://user:{CANARY}@127.0.0.1:9"
    attempts: list[Callable[[], object]] = [
        lambda: Client(Meta(access_token=CANARY, phone_number_id="../")),
        lambda: Client(Meta(access_token=CANARY + "\n", phone_number_id="1")),
        lambda: Client(Meta(access_token=CANARY.encode(), phone_number_id="1")),  # type: ignore[arg-type]
        lambda: Client(good, proxy=proxy, concurrency=0),
        lambda: Client(good, proxy=proxy).with_options(timeout=-1),
        lambda: AsyncClient(good, proxy=proxy, ca_certificates="nonsense"),
        lambda: Client.from_env(proxy=proxy),
    ]
    monkeypatch.setenv("WABLOCK_PROVIDER", "meta")
    monkeypatch.setenv("WABLOCK_META_ACCESS_TOKEN", CANARY)
    for attempt in attempts:
        with pytest.raises((WablockError, TypeError)) as caught:
            attempt()
        assert CANARY not in shown(caught.value)
    monkeypatch.delenv("WABLOCK_PROVIDER")
    with pytest.raises(WablockError) as caught:
        Client.from_env(proxy=proxy)
    assert CANARY not in shown(caught.value)


SECRET = "EAAB-canary_tok.en/9d1e+Zz="
BODY = json.dumps({"access_token": SECRET})
ENCODINGS: dict[str, str] = {
    "quote": urllib.parse.quote(SECRET),
    "quote without safe characters": urllib.parse.quote(SECRET, safe=""),
    "quote_plus": urllib.parse.quote_plus(SECRET),
    "quote twice": urllib.parse.quote(urllib.parse.quote(SECRET, safe=""), safe=""),
    "lower-case percent": urllib.parse.quote(SECRET, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "urlencode": urllib.parse.urlencode({"access_token": SECRET}),
    "html.escape": html.escape(SECRET),
    "decimal entities": "".join(f"&#{ord(letter)};" for letter in SECRET),
    "hexadecimal entities": "".join(f"&#x{ord(letter):x};" for letter in SECRET),
    "json with slashes escaped": SECRET.replace("/", "\\/"),
    "json escapes": "".join(f"\\u{ord(letter):04x}" for letter in SECRET),
    "b64encode": base64.b64encode(SECRET.encode()).decode(),
    "urlsafe_b64encode": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "encodebytes": base64.encodebytes(f"Authorization: Bearer {SECRET}".encode()).decode(),
    "b64encode of the header": base64.b64encode(f"Bearer {SECRET}".encode()).decode(),
    "b64encode of a body": base64.b64encode(BODY.encode()).decode(),
    "b64encode twice": base64.b64encode(base64.b64encode(SECRET.encode())).decode(),
    "quoted base64": urllib.parse.quote(base64.b64encode(SECRET.encode()), safe=""),
    "hex": SECRET.encode().hex(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_no_encoding_of_a_credential_comes_back(wablock_sandbox: Sandbox, name: str) -> None:
    encoded = ENCODINGS[name]
    number = "16505551234"
    error = {"code": 100, "message": f"bad {encoded} here", "error_data": {"details": encoded}}
    added = {"input": number, "wa_id": encoded, "echo": {encoded: encoded}}
    config = dataclasses.replace(wablock_sandbox.meta(), access_token=SECRET)
    wablock_sandbox.script(
        {"status": 400, "body": {"error": error}},
        {"status": 400, "body": f"<html>{encoded}</html>"},
        {"status": 200, "body": {"block_users": {"added_users": [added]}}},
        {"status": 200, "body": {"data": [{"wa_id": number, "echo": encoded}]}},
    )
    with Client(config, max_retries=0) as wa:
        texts = []
        for _ in range(2):
            with pytest.raises(WablockError) as caught:
                wa.block(number)
            texts += [shown(caught.value), json.dumps(caught.value.to_dict())]
        outcome = wa.block([number])[0]
        users = wa.list().collect()
        texts += [repr(outcome), str(outcome.extra), str(outcome.wa_id), json.dumps(outcome.to_dict())]
        texts += [repr(users[0]), str(users[0].extra)]
    pieces = [encoded[at : at + 16] for at in range(0, len(encoded) - 16, 8)]
    # What Python's own code shows of this test, in the traceback's lines, is not wablock's.
    assert not [text for text in texts for piece in pieces if piece in text and "test_secrets.py" not in text], texts
