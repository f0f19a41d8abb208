"""The shared vectors and scenarios of `tests/`, through the public face; the other languages run the same files."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from conftest import CLASSES
from vectors import Face, Json, differences, files, load, of_error, run_all, same, same_error, users_of
from wablock import (
    AsyncClient,
    Client,
    ConfigError,
    Report,
    WablockError,
    nxcloud_signature,
    parse_user,
    same_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wablock.testing import Sandbox

FEWEST_VECTORS = 120
NO_ANSWER: Json = {"status": 418}
"""Answers nothing and is not sent again: for vectors that are only about the request."""
TRANSPORT = {"host", "accept", "accept-encoding", "user-agent", "content-length", "connection"}
"""Headers that belong to HTTP and to the client program, not to the provider's API."""
WINDOW_MS = 60_000

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")


@pytest.fixture(params=[Client, AsyncClient], ids=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Callable[..., Face]:
    """Makes a client of one of the two faces, at the sandbox."""

    def make(sandbox: Sandbox, provider: str, config: Json, options: Json) -> Face:
        place = {"base_url": f"{sandbox.url}/{provider}"}
        fields = {name: value for name, value in config.items() if name != "provider"}
        client: Client | AsyncClient = request.param(CLASSES[provider](**{**fields, **place}), **options)
        return Face(client)

    return make


def test_there_are_enough_vectors() -> None:
    folders = ("vectors/requests", "vectors/answers")
    assert sum(len(file.rows("vectors")) for folder in folders for file in files(folder)) >= FEWEST_VECTORS


def seen(record: Json, provider: str, config: Json) -> Json:
    """A recorded request, with placeholders for a timestamp and a signature that are right."""
    headers = {name: value for name, value in record["headers"] if name not in TRANSPORT}
    if "sign" in headers:
        keys = {name: config[name] for name in ("access_key", "access_secret", "algorithm") if name in config}
        ts: str = headers["ts"]
        if headers["sign"] == nxcloud_signature(**keys, ts=ts, body=record["body"]):
            headers["sign"] = "{{sign}}"
        if ts.isdecimal() and len(ts) == 13 and abs(int(ts) - time.time() * 1000) <= WINDOW_MS:
            headers["ts"] = "{{ts}}"
    assert record["path"].startswith(f"/{provider}/"), record["path"]
    return {
        "method": record["method"],
        "path": record["path"].removeprefix(f"/{provider}"),
        "query": [list(pair) for pair in parse_qsl(record["query"], keep_blank_values=True)],
        "headers": headers,
        "body": record["body"] or None,
    }


def test_request_vectors(face: Callable[..., Face], wablock_sandbox: Sandbox) -> None:
    def run(vector: Json, file: Json) -> Iterator[str]:
        provider, config = file["provider"], file["config"] | vector.get("config", {})
        expected: list[Json] = [vector["expect"]] if "method" in vector["expect"] else vector["expect"]
        wablock_sandbox.reset()
        wablock_sandbox.script(*vector.get("responses", [NO_ANSWER] * len(expected)), provider=provider)
        face(wablock_sandbox, provider, config, vector.get("options", {})).call(vector)
        requests = [seen(dict(record), provider, config) for record in wablock_sandbox.requests()]
        yield from same("requests", requests, expected)

    run_all(files("vectors/requests"), "vectors", run)


def test_answer_vectors(face: Callable[..., Face], wablock_sandbox: Sandbox) -> None:
    def run(vector: Json, file: Json) -> Iterator[str]:
        provider, config = file["provider"], file["config"] | vector.get("config", {})
        wablock_sandbox.reset()
        wablock_sandbox.script(*vector["responses"], provider=provider)
        came = face(wablock_sandbox, provider, config, vector.get("options", {})).call(vector)
        yield from differences(came, vector["expect"])
        yield from same("requests", len(wablock_sandbox.requests()), len(vector["responses"]))
        if came.report is not None:
            yield from same("the report's requests", came.report.requests, len(vector["responses"]))

    run_all(files("vectors/answers"), "vectors", run)


def test_scenarios(face: Callable[..., Face], wablock_sandbox: Sandbox) -> None:
    sandbox = wablock_sandbox

    def new_client(scenario: Json, changes: Json) -> Face:
        ready = sandbox.control("config", provider=scenario["provider"])
        config = ready | scenario.get("config", {}) | changes.get("config", {})
        return face(sandbox, scenario["provider"], config, scenario.get("options", {}) | changes.get("options", {}))

    def run(scenario: Json, _: Json) -> Iterator[str]:
        sandbox.reset()
        client, report = new_client(scenario, {}), None
        for number, step in enumerate(scenario["steps"], 1):
            found: list[str] = []
            if "control" in step:
                body = dict(step.get("with", {}))
                if "blocked" in body:
                    body["blocked"] = users_of(body["blocked"])
                answer = sandbox.control(step["control"], **body)
                for key, expected in step.get("expect", {}).items():
                    found.extend(same(key, answer[key], expected))
            elif "client" in step:
                client = new_client(scenario, step)
            else:
                before = len(sandbox.requests())
                came = client.call(step, report)
                report = came.report or report
                found.extend(differences(came, step["expect"]))
                found.extend(same("requests", len(sandbox.requests()) - before, step["expect"]["requests"]))
            yield from (f"step {number}: {difference}" for difference in found)

    run_all(files("scenarios"), "scenarios", run)


def test_user_vectors() -> None:
    def parse(vector: Json, _: Json) -> Iterator[str]:
        try:
            user = parse_user(vector["input"], vector.get("region"))
        except WablockError as error:
            yield from same_error(repr(vector["input"]), of_error(error), vector.get("error"))
        else:
            yield from same(repr(vector["input"]), user.to_dict(), vector.get("user"))

    def compare(pair: Json, _: Json) -> Iterator[str]:
        yield from same(repr(pair), same_user(pair["one"], pair["other"]), pair["same"])

    data = load("vectors/users.json")
    run_all([data], "vectors", parse)
    run_all([data], "same_user", compare)


def test_report_vectors() -> None:
    for vector in load("vectors/reports.json").rows("reports"):
        given = vector["report"] | vector.get("with", {})
        given = {name: value for name, value in given.items() if name not in vector.get("without", [])}
        if "refused" in vector:
            with pytest.raises(ConfigError) as caught:
                Report.from_dict(given)
            assert vector["refused"] in caught.value.message, vector["name"]
            continue
        report = Report.from_dict(given)
        errors = [{"code": outcome.error.code, "message": outcome.error.message} for outcome in report if outcome.error]
        assert errors == vector.get("errors", []), vector["name"]
        assert report.to_dict()["v"] == 1, vector["name"]
        assert Report.from_json(report.to_json()) == report, vector["name"]


def test_signature_vectors_and_must_fail_cases() -> None:
    data = load("vectors/nxcloud_signatures.json")

    def signed(vector: Json, body: str) -> str:
        headers = vector["headers"]
        return nxcloud_signature(
            access_key=headers["accessKey"],
            access_secret=vector["access_secret"],
            ts=headers["ts"],
            body=body,
            biz_type=headers["bizType"],
            action=headers["action"],
            algorithm=vector["algorithm"],
        )

    def holds(vector: Json, _: Json) -> Iterator[str]:
        # Only a JSON body is signed; of anything else nothing is.
        sign = signed(vector, vector["body"] if vector["content_type"] == "application/json" else "")
        yield from same("digest", sign, vector["digest"])
        yield from same("published", sign, vector.get("published_digest", sign))

    def must_fail(case: Json, _: Json) -> Iterator[str]:
        # The case is what it says it is: its digest is that of its string.
        text: str = case["sign_string"]
        yield from same(
            "digest", hashlib.new(case["algorithm"], text.encode(case["encoding"])).hexdigest(), case["digest"]
        )
        for vector in data.rows("vectors"):
            for body in (vector["body"], ""):
                if signed(vector, body) == case["digest"]:
                    yield f"is accepted as {vector['name']}"

    run_all([data], "vectors", holds)
    run_all([data], "must_fail", must_fail)
