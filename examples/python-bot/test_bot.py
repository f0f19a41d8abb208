"""The bot against the sandbox: real HTTP, no account."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from bot import Unsubscriber, create_app, from_env
from fastapi import FastAPI
from fastapi.testclient import TestClient

from wablock import AsyncClient
from wablock.testing import ProviderName, Sandbox

ADA = "16505551234"
BEA = "US.13491208655302741918"
APP_SECRET = "app-secret"
VERIFY_TOKEN = "verify-token"

PRESSED_TEMPLATE = {"type": "button", "button": {"payload": "UNSUBSCRIBE", "text": "No more messages"}}
PRESSED_LABEL = {"type": "button", "button": {"payload": "b-2", "text": "Unsubscribe"}}
PRESSED_REPLY = {
    "type": "interactive",
    "interactive": {"type": "button_reply", "button_reply": {"id": "unsubscribe", "title": "Leave me alone"}},
}
PRESSED_ANOTHER = {"type": "button", "button": {"payload": "MORE", "text": "Tell me more"}}
CHOSE_FROM_LIST = {
    "type": "interactive",
    "interactive": {"type": "list_reply", "list_reply": {"id": "unsubscribe", "title": "Unsubscribe"}},
}
WROTE = {"type": "text", "text": {"body": "Are you open on Sunday?"}}


def webhook(*messages: dict[str, Any], **value: Any) -> bytes:
    """A webhook as Meta sends it."""
    number = {"display_phone_number": "15550100001", "phone_number_id": "106540352242922"}
    value = {"messaging_product": "whatsapp", "metadata": number, "messages": list(messages), **value}
    changes = [{"field": "messages", "value": value}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


def sign(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


@pytest.fixture
def app(wablock_sandbox: Sandbox) -> FastAPI:
    return create_app(AsyncClient(wablock_sandbox.meta()), secret=APP_SECRET, verify_token=VERIFY_TOKEN)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def unsubscriber(app: FastAPI) -> Unsubscriber:
    found: Unsubscriber = app.state.unsubscriber
    return found


def post(client: TestClient, *messages: dict[str, Any], **value: Any) -> None:
    body = webhook(*messages, **value)
    answer = client.post("/webhook", content=body, headers=sign(body))
    assert answer.status_code == 200, answer.text


def blocked(sandbox: Sandbox, provider: ProviderName = "meta") -> list[str]:
    return sandbox.blocked(provider)


@pytest.mark.parametrize("pressed", [PRESSED_TEMPLATE, PRESSED_LABEL, PRESSED_REPLY])
def test_the_button_blocks(client: TestClient, wablock_sandbox: Sandbox, pressed: dict[str, Any]) -> None:
    post(client, {"from": ADA, **pressed})
    assert blocked(wablock_sandbox) == [ADA]


@pytest.mark.parametrize("other", [PRESSED_ANOTHER, CHOSE_FROM_LIST, WROTE])
def test_nothing_else_blocks(client: TestClient, wablock_sandbox: Sandbox, other: dict[str, Any]) -> None:
    post(client, {"from": ADA, **other})
    post(client, messages=[], statuses=[{"id": "wamid.1", "status": "read", "recipient_id": ADA}])
    assert wablock_sandbox.requests() == []


@pytest.mark.parametrize(
    ("named", "contacts"),
    [({"from_user_id": BEA}, []), ({}, [{"profile": {"username": "bea"}, "user_id": BEA}])],
)
def test_a_user_without_a_number_is_blocked(
    client: TestClient, wablock_sandbox: Sandbox, named: dict[str, str], contacts: list[dict[str, Any]]
) -> None:
    post(client, {**named, **PRESSED_REPLY}, contacts=contacts)
    assert blocked(wablock_sandbox) == [BEA]


def test_one_webhook_may_hold_several_people(client: TestClient, wablock_sandbox: Sandbox) -> None:
    post(client, {"from": ADA, **PRESSED_REPLY}, {"from": "972501234567", **PRESSED_TEMPLATE}, {"from": "1", **WROTE})
    assert blocked(wablock_sandbox) == [ADA, "972501234567"]


def test_a_webhook_sent_again_does_no_harm(client: TestClient, wablock_sandbox: Sandbox) -> None:
    for _ in range(3):
        post(client, {"from": ADA, **PRESSED_REPLY})
    assert blocked(wablock_sandbox) == [ADA]


def test_a_forged_webhook_blocks_nobody(client: TestClient, wablock_sandbox: Sandbox) -> None:
    body = webhook({"from": ADA, **PRESSED_REPLY})
    other = webhook({"from": "972501234567", **PRESSED_REPLY})
    for headers in ({}, sign(body, "another secret"), sign(other), {"X-Hub-Signature-256": "sha256="}):
        assert client.post("/webhook", content=body, headers=headers).status_code == 401
    assert wablock_sandbox.requests() == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"entry":1}', b'{"entry":[{"changes":[{"value":{"messages":[{"type":"text","from":5}]}}]}]}']
)
def test_what_is_no_webhook_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/webhook", content=body, headers=sign(body)).status_code == 400


def test_meta_is_told_that_this_is_the_place(client: TestClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = client.get("/webhook", params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert client.get("/webhook", params={**asked, "hub.verify_token": "guess"}).status_code == 403
    assert client.get("/webhook", params={**asked, "hub.mode": "unsubscribe"}).status_code == 403


def test_the_answer_leaves_before_the_block_is_sent(app: FastAPI, wablock_sandbox: Sandbox) -> None:
    body = webhook({"from": ADA, **PRESSED_REPLY})
    blocked_at_answer: list[list[str]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.body":
            blocked_at_answer.append(blocked(wablock_sandbox))

    headers = [(name.lower().encode(), value.encode()) for name, value in sign(body).items()]
    scope = {"type": "http", "method": "POST", "path": "/webhook", "headers": headers, "query_string": b""}
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # ASGI's types are mappings
    assert blocked_at_answer == [[]]
    assert blocked(wablock_sandbox) == [ADA]


def test_a_late_webhook_blocks_when_the_person_writes_again(
    client: TestClient, wablock_sandbox: Sandbox, unsubscriber: Unsubscriber
) -> None:
    wablock_sandbox.settings(everyone_wrote=False)
    wablock_sandbox.seed("meta", messages=[ADA])
    wablock_sandbox.advance(25 * 3600)  # the webhook was stuck for a day

    post(client, {"from": ADA, **PRESSED_REPLY})
    assert blocked(wablock_sandbox) == []
    assert unsubscriber.until_they_write == {ADA}

    wablock_sandbox.seed("meta", messages=[ADA])
    post(client, {"from": ADA, **WROTE})
    assert blocked(wablock_sandbox) == [ADA]
    assert unsubscriber.until_they_write == set()


def test_a_hiccup_of_the_provider_is_not_noticed(client: TestClient, wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.fault("status", status=503, provider="meta", times=1)
    post(client, {"from": ADA, **PRESSED_REPLY})
    assert blocked(wablock_sandbox) == [ADA]
    assert len(wablock_sandbox.requests("meta", operation="block")) == 2


def test_an_outage_is_made_up_for(
    client: TestClient, wablock_sandbox: Sandbox, unsubscriber: Unsubscriber, caplog: pytest.LogCaptureFixture
) -> None:
    wablock_sandbox.fault("status", status=503, provider="meta")
    with caplog.at_level(logging.WARNING, logger="bot"):
        post(client, {"from": ADA, **PRESSED_REPLY})
    assert unsubscriber.until_it_works == {ADA}
    assert "server" in caplog.text
    assert ADA not in caplog.text

    wablock_sandbox.clear_faults()
    asyncio.run(unsubscriber.retry())
    assert blocked(wablock_sandbox) == [ADA]
    assert unsubscriber.until_it_works == set()


def test_wrong_credentials_are_not_tried_for_ever(
    client: TestClient, wablock_sandbox: Sandbox, unsubscriber: Unsubscriber, caplog: pytest.LogCaptureFixture
) -> None:
    wablock_sandbox.fault("error_code", code=190, provider="meta")
    post(client, {"from": ADA, **PRESSED_REPLY})
    assert unsubscriber.until_it_works == set()
    assert "[auth, meta code 190]" in caplog.text


@pytest.mark.parametrize("provider", ["meta", "360dialog", "cloud_api"])
def test_another_provider_needs_another_configuration_only(
    provider: ProviderName, wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in wablock_sandbox.env(provider).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WEBHOOK_SECRET", "platform-secret")
    monkeypatch.setenv("WEBHOOK_VERIFY_TOKEN", VERIFY_TOKEN)
    monkeypatch.setenv("WEBHOOK_SIGNATURE_HEADER", "x-360dialog-signature")
    body = webhook({"from": ADA, **PRESSED_REPLY}, {"from": "972501234567", **WROTE})
    signature = hmac.new(b"platform-secret", body, hashlib.sha256).hexdigest()
    with TestClient(from_env()) as client:
        assert client.post("/webhook", content=body, headers=sign(body)).status_code == 401
        answer = client.post("/webhook", content=body, headers={"X-360dialog-Signature": signature})
        assert answer.status_code == 200
    assert blocked(wablock_sandbox, provider) == [ADA]
