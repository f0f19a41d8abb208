"""Wrong and right options and variables: the shared vectors, and what only Python has."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from conftest import CLASSES
from wablock import Client, ClientOptions, Config, ConfigError, Meta, UnsupportedError
from wablock.testing import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")

ROOT = Path(__file__).parents[1]
VECTORS: dict[str, Any] = json.loads((ROOT / "vectors" / "options.json").read_text())
TABLES: dict[str, Any] = json.loads((ROOT / "data" / "options.json").read_text())
DEFAULTS = VECTORS["defaults"]
GOOD: dict[str, Any] = {"access_token": "EAAB-canary", "phone_number_id": "106540352242922"}


def rows(*keys: str) -> list[Any]:
    return [pytest.param(row, id=f"{key}: {row['name']}") for key in keys for row in VECTORS[key]]


def written(template: str) -> str:
    return re.sub(r"\{(\w+)\}", r"`\1`", template)


def check(row: dict[str, Any], error: ConfigError) -> None:
    assert written(row["message"]) in error.message
    assert written(row.get("hint", "")) in error.hint
    if "option" in row:
        assert error.option == row["option"]
        assert error.to_dict()["option"] == row["option"]
    for text in [*DEFAULTS["absent"], *row.get("absent", [])]:
        assert text not in f"{error} {error!r}"


@pytest.mark.parametrize("row", rows("wrong", "missing", "unknown"))
def test_a_wrong_option_is_named_and_its_value_is_not_repeated(row: dict[str, Any]) -> None:
    config = row.get("config", DEFAULTS["config"]) | row.get("set", {})
    options = {name: value for name, value in config.items() if name != "provider"}
    with pytest.raises(ConfigError) as caught:
        Client(CLASSES[config["provider"]](**options), **row.get("options", {}))
    check(row, caught.value)


def environment(row: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    base = {
        "WABLOCK_PROVIDER": "meta",
        "WABLOCK_META_ACCESS_TOKEN": "EAAB-canary",
        "WABLOCK_META_PHONE_NUMBER_ID": "106540352242922",
    }
    for name, value in row.get("vars", base | row.get("over", {})).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("row", rows("environment"))
def test_a_wrong_variable_is_named_as_a_variable(row: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    environment(row, monkeypatch)
    with pytest.raises(ConfigError) as caught:
        Client.from_env(prefix=row.get("prefix"))
    check(row, caught.value)


@pytest.mark.parametrize("row", rows("cannot_block"))
def test_a_provider_that_cannot_block_is_named_with_where_to_look(
    row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment({"vars": {"WABLOCK_PROVIDER": row["provider"]}}, monkeypatch)
    with pytest.raises(UnsupportedError) as caught:
        Client.from_env()
    assert row["message"] in caught.value.message
    assert row.get("hint", "") in caught.value.hint
    assert "wablock blocks through meta, " in caught.value.hint


@pytest.mark.parametrize("row", rows("environment_works"))
def test_variables_give_a_client(row: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    environment(row, monkeypatch)
    with Client.from_env(prefix=row.get("prefix"), max_retries=1) as client:
        if "most_per_request" in row:
            assert client.capabilities.max_users_per_request == row["most_per_request"]
        assert client.with_options(timeout=4).capabilities == client.capabilities
        assert "canary" not in repr(client)


def test_what_is_given_in_code_goes_before_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    environment({"over": {"WABLOCK_TIMEOUT": "wrong"}}, monkeypatch)
    with pytest.raises(ConfigError, match=r"^WABLOCK_TIMEOUT must be"):
        Client.from_env()
    Client.from_env(timeout=3)
    with pytest.raises(ConfigError, match=r"^`timeout` must be a number of seconds"):
        Client.from_env(timeout="x")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**30, -1, 1e300, "5", True, [5], {}])
@pytest.mark.parametrize("option", ["timeout", "max_retries"])
def test_options_of_a_call_are_read_as_those_of_a_client(option: str, value: Any, wablock_sandbox: Sandbox) -> None:
    wrong: dict[str, Any] = {option: value}
    with Client(wablock_sandbox.meta()) as wa:
        with pytest.raises(ConfigError) as of_call:
            wa.block("16505551234", **wrong)
        with pytest.raises(ConfigError) as of_client:
            wa.with_options(**wrong)
    assert of_call.value == of_client.value
    assert of_call.value.option == option


class SecretStr:
    """Like pydantic's."""

    def get_secret_value(self) -> str:
        return "canary"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"canary", "`access_token` must be a string, not bytes"),
        (SecretStr(), "`access_token` must be a string, not a SecretStr (give its .get_secret_value())"),
        ({"canary": 1}, "`access_token` must be a string, not a dict"),
        (object(), "`access_token` must be a string, not object"),
        (10**30, "`access_token` must be a string, not a very large number"),
        (float("nan"), "`access_token` must be a string, not NaN"),
    ],
)
def test_a_value_that_json_cannot_hold_is_named_by_its_kind(value: Any, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Client(Meta(**(GOOD | {"access_token": value})))
    assert caught.value.message == says
    assert "canary" not in str(caught.value)


def test_authorities_are_text_bytes_or_a_path(tmp_path: Path) -> None:
    pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    file = tmp_path / "authority.pem"
    file.write_text(pem)
    values: list[Any] = [pem, pem.encode(), file, str(file), [file, pem]]
    for value in values:
        with pytest.raises(ConfigError, match="`ca_certificates` holds a certificate that cannot be used"):
            Client(Meta(**GOOD), ca_certificates=value)
    with pytest.raises(ConfigError, match="is neither PEM text nor the path of a file that can be read"):
        Client(Meta(**GOOD), ca_certificates=tmp_path / "none.pem")


@pytest.mark.parametrize("kind", CLASSES.values(), ids=lambda kind: kind.provider)
def test_a_configuration_has_the_options_of_the_core(kind: type[Config]) -> None:
    assert [field.name for field in dataclasses.fields(kind)] == list(TABLES["providers"][kind.provider])


def test_a_client_has_the_options_of_the_core() -> None:
    assert list(ClientOptions.__annotations__) == list(TABLES["client"])


def test_no_connection_says_where_and_which_code() -> None:
    from wablock import APIConnectionError

    config = Meta(**GOOD, base_url="http://127.0.0.1:9")
    with pytest.raises(APIConnectionError, match=r"cannot reach 127\.0\.0\.1:9: ") as caught:
        Client(config, max_retries=0).block(["16505551234"])
    assert caught.value.os_code == "ECONNREFUSED"
    assert caught.value.report is not None
