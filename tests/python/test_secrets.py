"""No credential in anything that can be printed, and no whole number in a repr."""

from __future__ import annotations

import asyncio
import base64
import copy
import dataclasses
import html
import inspect
import io
import json
import logging
import pickle
import pprint
import urllib.parse
from collections.abc import Callable, Iterator
from functools import partial
from operator import methodcaller
from typing import Any

import msgspec
import orjson
import pydantic
import pydantic_core
import pytest
import rich
import rich.console
import rich.pretty
import rich.traceback

import wablock
from conftest import config_of, shown
from wablock import AsyncClient, Client, Meta, Secret, WablockError
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
        texts: list[str] = []
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


DEFAULTS: dict[str, Any] = {
    "str": str,
    "repr": repr,
    "vars": vars,
    "asdict": dataclasses.asdict,
    "dict": dict,
    "list": list,
    "state": methodcaller("__getstate__"),
}


def everything(config: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """Ways to make text or plain data of an object, as applications and their libraries do."""
    yield "repr", lambda: repr(config)
    yield "format", lambda: f"{config} {config!s}"
    yield "pprint", lambda: pprint.pformat([config], width=1)
    yield "json", lambda: json.dumps(config)
    for name, default in DEFAULTS.items():
        yield f"json by {name}", partial(json.dumps, config, default=default)
        yield f"orjson by {name}", partial(orjson.dumps, config, default=default)
    yield "orjson", lambda: orjson.dumps(config)
    yield "msgspec.json", lambda: msgspec.json.encode(config)
    yield "msgspec.msgpack", lambda: msgspec.msgpack.encode(config)
    yield "msgspec.to_builtins", lambda: msgspec.to_builtins(config)
    yield "pydantic", lambda: pydantic.TypeAdapter(Any).dump_json(config)
    yield "pydantic python", lambda: pydantic.TypeAdapter(Any).dump_python(config)
    yield "pydantic_core", lambda: pydantic_core.to_json(config)
    yield "pydantic_core, unknown as text", lambda: pydantic_core.to_json(config, serialize_unknown=True)
    yield "jsonable", lambda: pydantic_core.to_jsonable_python(config, serialize_unknown=True)
    yield "model", lambda: Holder(value=config).model_dump_json()
    yield "model repr", lambda: repr(Holder(value=config))
    yield "asdict", partial(DEFAULTS["asdict"], config)
    yield "astuple", lambda: dataclasses.astuple(config)
    yield "pickle", lambda: pickle.dumps(config)
    yield "reduce", partial(methodcaller("__reduce_ex__", 4), config)
    yield "vars", partial(DEFAULTS["vars"], config)
    yield "getstate", partial(DEFAULTS["state"], config)
    yield "copy", lambda: repr(copy.deepcopy(config))
    for how in ("print", "pretty", "inspect"):
        yield f"rich {how}", partial(rich_text, config, how)
    yield "attributes", lambda: [getattr(config, name) for name in dir(config) if not name.startswith("__")]
    yield "slots", lambda: [str(getattr(config, name)) for name in getattr(config, "__slots__", ())]


class Holder(pydantic.BaseModel, arbitrary_types_allowed=True):
    value: Any


def rich_text(value: object, how: str) -> str:
    console = rich.console.Console(file=(screen := io.StringIO()), width=200)
    if how == "print":
        console.print({"value": value, "list": [value]})
    elif how == "pretty":
        rich.pretty.pprint(value, console=console, expand_all=True)
    else:
        rich.inspect(value, console=console, private=True, dunder=True)
    return screen.getvalue()


def test_no_serialiser_finds_a_credential(wablock_sandbox: Sandbox, provider: ProviderName) -> None:
    config = config_of(wablock_sandbox, provider)
    changes: dict[str, Any] = {name: CANARY for name in SECRETS if getattr(config, name, None)}
    assert changes
    canaried = dataclasses.replace(config, **changes)
    with Client(canaried, proxy=f"http://user:{CANARY}@127.0.0.1:9") as wa:
        for thing in (canaried, wa):
            shown_by = set[str]()
            for name, way in everything(thing):
                try:
                    text = str(way())
                except Exception as error:  # refusing is what is wanted
                    text = str(error)
                if CANARY in text:
                    shown_by.add(name)
            assert not shown_by
    # The words that a server and a person need are still there.
    for name in changes:
        secret = getattr(canaried, name)
        assert (repr(secret), str(secret), f"{secret}", secret.get_secret_value()) == ("***", "***", "***", CANARY)
    assert dataclasses.replace(canaried) == canaried
    assert hash(dataclasses.replace(canaried)) == hash(canaried)
    assert copy.deepcopy(canaried) == canaried
    assert canaried != config


def test_a_secret() -> None:
    secret = Secret(CANARY)
    assert secret == Secret(CANARY) != Secret("other")
    assert secret != CANARY
    assert len({secret, Secret(CANARY)}) == 1
    assert Meta(access_token=secret, phone_number_id="1") == Meta(access_token=CANARY, phone_number_id="1")
    for way in (lambda: pickle.dumps(secret), lambda: json.dumps(secret), lambda: setattr(secret, "text", "x")):
        with pytest.raises((TypeError, AttributeError)):
            way()


def run_once(call: Any, config: Meta, **options: Any) -> object:
    return asyncio.run(call("+16505551234", config, **options))


def wrong_options(good: Meta) -> Iterator[tuple[str, Callable[[], object]]]:
    proxy = f"http://user:{CANARY}@[:99999"
    unknown: dict[str, Any] = {"bogus": CANARY}
    for wrong in (
        {"proxy": [proxy]},
        {"proxy": {"https": proxy}},
        {"proxies": {"https": proxy}},
        {"auth": (1, CANARY)},
    ):
        options: dict[str, Any] = wrong
        yield f"once {wrong.keys()}", partial(run_once, wablock.block, good, **options)
        yield f"client {wrong.keys()}", partial(Client, good, **options)
        yield f"with options {wrong.keys()}", partial(Client(good).with_options, **options)
        yield f"environment {wrong.keys()}", partial(Client.from_env, **options)
    yield "by place", lambda: Meta(CANARY, "1")  # type: ignore[call-arg]
    for call in (wablock.block, wablock.unblock):
        yield f"{call.__name__} once", partial(run_once, call, good, proxy=proxy)
        yield f"{call.__name__} unknown", partial(run_once, call, good, **unknown)
    yield "list once", lambda: asyncio.run(wablock.list_blocked(good, proxy=proxy))
    yield "client", lambda: Client(good, proxy=proxy)
    yield "async client", lambda: AsyncClient(good, proxy=proxy)
    yield "concurrency", lambda: Client(good, proxy=f"http://user:{CANARY}@127.0.0.1:9", concurrency=0)
    yield "with options", lambda: Client(good).with_options(proxy=proxy)
    yield "environment", lambda: Client.from_env(proxy=proxy)


def test_no_traceback_with_local_variables_shows_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python, rich and cgitb show them, and as error trackers take them."""
    monkeypatch.setenv("WABLOCK_PROVIDER", "meta")
    monkeypatch.setenv("WABLOCK_META_ACCESS_TOKEN", CANARY)
    monkeypatch.setenv("WABLOCK_META_PHONE_NUMBER_ID", "106540352242922")
    for name, attempt in wrong_options(Meta(access_token=CANARY, phone_number_id="106540352242922")):
        with pytest.raises((WablockError, TypeError)) as caught:
            attempt()
        error = caught.value
        assert CANARY not in shown(error), name
        ours = error.__traceback__
        while ours is not None and "/wablock/" not in ours.tb_frame.f_code.co_filename:
            ours = ours.tb_next
        console = rich.console.Console(file=(screen := io.StringIO()), width=300)
        story = rich.traceback.Traceback.from_exception(
            type(error), error, ours, show_locals=True, locals_max_string=10_000, locals_max_length=1000
        )
        console.print(story)
        assert CANARY not in screen.getvalue(), name
        link = ours
        while link is not None:
            # What cgitb does with each frame: arguments must still be there.
            arguments = inspect.getargvalues(link.tb_frame)
            named = [*arguments.args, *filter(None, (arguments.varargs, arguments.keywords))]
            assert set(named) <= set(arguments.locals), (name, link.tb_frame.f_code)
            text = repr({key: arguments.locals[key] for key in named})
            assert CANARY not in text, (name, link.tb_frame.f_code)
            link = link.tb_next
