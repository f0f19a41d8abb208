"""Configurations: checked early, exact, and silent about their credentials."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
import warnings
from typing import Any, Literal

import pytest

from conftest import CLASSES, PROVIDERS, SAMPLES, SECRETS, sample
from wablock import AsyncClient, Client, Config, ConfigError, Digital99, Meta, NxCloud, RetiredProviderWarning, Sinch
from wablock.testing import ProviderName, Sandbox

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")

META: dict[str, Any] = {"access_token": "canary-token", "phone_number_id": "106540352242922"}


def with_canaries(provider: ProviderName) -> Config:
    """A configuration with every option, whose credentials can be recognized."""
    options = sample(provider, "full")
    secrets = {name: f"canary-{value}" for name, value in options.items() if SECRETS.search(name)}
    return CLASSES[provider](**options | secrets)


CONFIGS = [with_canaries(provider) for provider in PROVIDERS]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.provider)
def test_credentials_are_never_shown_or_pickled(config: Config) -> None:
    client = Client(config, proxy="http://user:canary-password@127.0.0.1:9")
    other = client.with_options(timeout=1)
    for shown in (config, client, other, AsyncClient(config)):
        assert "canary" not in f"{shown!r} {shown!s}"
    for value in (config, client, client.list()):
        with pytest.raises(TypeError) as caught:
            pickle.dumps(value)
        assert "canary" not in str(caught.value)
    with pytest.raises(TypeError, match="from_env"):
        config.__getstate__()
    assert copy.copy(config) is copy.deepcopy(config) is config
    assert hash(config) == hash(config)


def test_there_is_a_sample_of_every_provider() -> None:
    assert sorted(SAMPLES) == sorted(PROVIDERS)


@pytest.mark.parametrize("size", ["minimal", "full"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_sample_makes_a_client(provider: ProviderName, size: Literal["minimal", "full"]) -> None:
    kind, options = CLASSES[provider], sample(provider, size)
    config = kind(**options)
    assert Client(config).capabilities.provider == provider
    assert config == kind(**options)
    assert hash(config) == hash(kind(**options))
    # The full sample has every option but those that are given instead of another one.
    fields = {field.name for field in dataclasses.fields(config)}
    assert fields - set(sample(provider, "full")) == ({"partner_token"} if provider == "gupshup" else set())
    assert all(getattr(config, name) is not None for name in options)


def test_configs_compare_by_value() -> None:
    assert Meta(**META) == Meta(**META)
    assert Meta(**META) != Meta(**META, version="v25.0")
    with pytest.raises(AttributeError):
        Meta(**META).version = "v1.0"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ({"access_token": ""}, "access_token"),
        ({"access_token": "a\r\nb"}, "access_token"),
        ({"phone_number_id": "../me"}, "phone_number_id"),
        ({"version": "26"}, "version"),
        ({"base_url": "http://example.com"}, "base_url"),
        ({"batch_size": 1001}, "batch_size"),
        ({"page_size": 0}, "page_size"),
    ],
)
def test_wrong_options_are_named_at_once(change: dict[str, Any], option: str) -> None:
    with pytest.raises(ConfigError, match=f"`{option}`") as caught:
        Client(Meta(**(META | change)))
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"timeout": 0}, ConfigError, "`timeout`"),
        ({"connect_timeout": -1}, ConfigError, "`connect_timeout`"),
        ({"attempt_timeout": float("nan")}, ConfigError, "`attempt_timeout`"),
        ({"timeout": "5"}, ConfigError, "`timeout`"),
        ({"concurrency": 0}, ConfigError, "`concurrency`"),
        ({"rate_limit": -2}, ConfigError, "`rate_limit`"),
        ({"max_retries": "many"}, ConfigError, "`max_retries` must be a whole number from 0 to 100"),
        ({"max_retries": 10**30}, ConfigError, "`max_retries` must be a whole number from 0 to 100"),
        ({"proxy": object()}, ConfigError, "`proxy` must be a string, not object"),
        ({"proxy": {"https": "http://127.0.0.1:1"}}, ConfigError, "`proxy` must be a string, not dict"),
        ({"colour": "red"}, ConfigError, "`colour` is not an option of the client"),
        ({"retries": 3}, ConfigError, "did you mean `max_retries`"),
        ({"timeoutMs": 3}, ConfigError, "did you mean `timeout`"),
    ],
)
def test_wrong_client_options(options: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        Client(Meta(**META), **options)
    with pytest.raises(error, match=says):
        Client(Meta(**META)).with_options(**options)


def test_wrong_types_are_told_without_the_value() -> None:
    with pytest.raises(ConfigError, match=r"`access_token` must be a string, not bytes") as caught:
        Client(Meta(access_token=b"canary", phone_number_id="1"))  # type: ignore[arg-type]
    assert "canary" not in str(caught.value)
    with pytest.raises(TypeError, match="must be a Meta"):
        Client({"provider": "meta"})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^Client.*'config'"):
        Client(access_token="canary")  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", [Meta, NxCloud, Digital99, Sinch])
def test_options_given_by_place_are_refused_with_their_names(kind: Any) -> None:
    with pytest.raises(
        TypeError, match=rf"^{kind.__name__} takes its options by name, such as {kind.__name__}\(\w+="
    ) as caught:
        kind("canary", "1")
    assert "canary" not in str(caught.value)


def test_from_env(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="WABLOCK_PROVIDER"):
        AsyncClient.from_env()
    monkeypatch.setenv("WABLOCK_PROVIDER", "nxcloud")
    missing = "ACCESS_KEY, WABLOCK_NXCLOUD_ACCESS_SECRET, WABLOCK_NXCLOUD_APP_KEY and WABLOCK_NXCLOUD_BUSINESS_PHONE"
    with pytest.raises(ConfigError, match=f"WABLOCK_NXCLOUD_{missing} are not set"):
        Client.from_env()
    for name in ("ACCESS_KEY", "ACCESS_SECRET", "APP_KEY"):
        monkeypatch.setenv(f"WABLOCK_NXCLOUD_{name}", "canary")
    monkeypatch.setenv("WABLOCK_NXCLOUD_BUSINESS_PHONE", "85255500001")
    monkeypatch.setenv("WABLOCK_NXCLOUD_BATCH_SIZE", "7")
    client = Client.from_env(timeout=3)
    assert client.capabilities.max_users_per_request == 7
    assert "canary" not in repr(client)
    assert client.with_options(timeout=4).capabilities.provider == "nxcloud"


def test_retired_provider_warns_once_and_points_here(wablock_sandbox: Sandbox) -> None:
    code = f"""
import warnings
from wablock import *
config = Sinch(token="t", bot_id="b", base_url={wablock_sandbox.url!r})
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    for _ in range(3):
        Client(config); AsyncClient(config)
print(len(seen), seen[0].category.__name__, seen[0].filename, "30 September 2023" in str(seen[0].message))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "1 RetiredProviderWarning <string> True\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error", RetiredProviderWarning)
        Client(Meta(**META))


def test_the_signature_shows_the_options() -> None:
    parameters = inspect.signature(Meta).parameters
    assert list(parameters) == [field.name for field in dataclasses.fields(Meta)]
    assert parameters["access_token"].default is inspect.Parameter.empty
    assert parameters["version"].default is None
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
