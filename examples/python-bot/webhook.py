"""Reads Meta's webhooks: who signed them, who wrote, and who pressed "Unsubscribe"."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

UNSUBSCRIBE = "unsubscribe"
"""The payload or label of the button, in any letter case."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message that somebody sent to the business."""

    sender: str
    """A wa_id such as ``16505551234``, or a business-scoped id such as ``US.1349120865`` when the number is hidden."""
    unsubscribes: bool


def is_signed(body: bytes, header: str | None, app_secret: str) -> bool:
    """Whether ``X-Hub-Signature-256`` is that of these very bytes; anybody can post to a public URL."""
    expected = "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return header is not None and hmac.compare_digest(expected.encode(), header.encode())


def messages(body: bytes) -> list[Message]:
    """The messages of a webhook for the business number; a webhook may hold several, or none (message statuses).

    Raises:
        ValueError: the body is not a webhook of Meta's.
    """
    try:
        return list(_messages(json.loads(body)))
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise ValueError("not a webhook of Meta's") from error


def _messages(payload: Mapping[str, Any]) -> Iterator[Message]:
    for entry in payload["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            for message in value.get("messages", ()):
                yield Message(_sender(value, message), UNSUBSCRIBE in (text.lower() for text in _button(message)))


def _sender(value: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    """The number where WhatsApp gives it; users who chose a name instead have a business-scoped id only."""
    sender = message.get("from") or message.get("from_user_id") or value["contacts"][0]["user_id"]
    if not isinstance(sender, str):
        raise TypeError("a sender is text")
    return sender


def _button(message: Mapping[str, Any]) -> tuple[str, ...]:
    """What the pressed button says, by its two names; nothing when no button was pressed."""
    if message["type"] == "button":  # a quick reply of a template
        button = message["button"]
        return str(button.get("payload", "")), str(button["text"])
    if message["type"] == "interactive" and "button_reply" in message["interactive"]:  # a button of a free message
        reply = message["interactive"]["button_reply"]
        return str(reply["id"]), str(reply["title"])
    return ()
