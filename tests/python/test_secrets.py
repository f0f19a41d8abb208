"""No credential in anything that can be printed, and no whole number in a repr."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
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
