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

SIGNATURE = "X-Hub-Signature-256"
"""Meta's header. Resellers that pass Meta's webhooks on sign them with headers and secrets of their own."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message that somebody sent to the business."""

    sender: str
    """A wa_id such as ``16505551234``, or a business-scoped id such as ``US.1349120865`` when the number is hidden."""
    unsubscribes: bool


def is_signed(body: bytes, header: str | None, secret: str) -> bool:
    """Whether the header signs these very bytes, with or without ``sha256=``; anybody can post to a public URL."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return header is not None and hmac.compare_digest(expected.encode(), header.removeprefix("sha256=").encode())


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
