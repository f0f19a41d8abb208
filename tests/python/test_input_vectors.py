"""What can be given as a user: the shared vectors, which the other languages run too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wablock import Client, Meta

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "inputs.json").read_text(encoding="utf-8")
)["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: json.dumps(vector["given"]))
def test_input(vector: dict[str, Any]) -> None:
    client = Client(Meta(access_token="token", phone_number_id="1"), default_region=vector.get("region"))
    [outcome] = client.check([vector["given"]], on_missing="fail")
    assert outcome.input == vector["input"]
    if outcome.error is None:
        assert outcome.user is not None
        assert outcome.user.to_dict() == vector["user"]
    else:
        assert outcome.error.code == vector["error"]["code"]
        assert vector["error"]["message_contains"] in outcome.error.message
