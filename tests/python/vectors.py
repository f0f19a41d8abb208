"""What runs the shared vectors: the data, calls through either client, exact comparisons."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from wablock import AsyncClient, BlockedUser, Client, Outcome, Report, WablockError

Json: TypeAlias = dict[str, Any]

# ---- the data ----

ROOT = Path(__file__).parent.parent


@dataclass
class File:
    name: str
    content: Json

    def rows(self, key: str) -> list[Json]:
        """The rows under `key`, each laid over the file's defaults; at least one."""
        assert self.content[key], f"{self.name}: no {key}"
        return [{**self.content.get("defaults", {}), **row} for row in self.content[key]]


def load(name: str) -> File:
    return File(name, json.loads((ROOT / name).read_text(encoding="utf-8")))


def files(folder: str) -> list[File]:
    names = sorted(path.name for path in (ROOT / folder).glob("*.json"))
    assert names, f"{folder} has no data"
    return [load(f"{folder}/{name}") for name in names]


def users_of(given: list[Any]) -> list[str]:
    """Texts as they are, and ranges of consecutive numbers written out."""
    users: list[str] = []
    for user in given:
        if isinstance(user, str):
            users.append(user)
        else:
            first = int(user["from"])
            users.extend(str(number) for number in range(first, first + user["count"]))
    return users


# ---- calls ----


@dataclass
class Came:
    """What came of one call."""

    raised: Json | None = None
    outcomes: list[Json] | None = None
    users: list[Json] | None = None
    report: Report | None = None
    blocked: bool | None = None


def known(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def of_error(error: WablockError) -> Json:
    fields = ("code", "message", "provider_code", "status", "request_id", "retry_after")
    return known({name: getattr(error, name) for name in fields} | {"retryable": error.retryable or None})


def of_user(user: BlockedUser | Outcome) -> Json:
    return known({"wa_id": user.wa_id, "user_id": user.user_id, "extra": user.extra and dict(user.extra)})


def of_outcome(outcome: Outcome) -> Json:
    error = None if outcome.error is None else of_error(outcome.error)
    return known({"input": outcome.input, "state": outcome.state, **of_user(outcome), "error": error})


class Face:
    """One of the two clients; both must do the same."""

    def __init__(self, client: Client | AsyncClient) -> None:
        self.client = client

    def call(self, step: Json, unsettled: Report | None = None) -> Came:
        """Runs `operation` (or `call`) of a vector or step."""
        came = Came()
        operation: str = step.get("operation") or step["call"]
        try:
            if operation == "list":
                came.users = []
                self._list(came.users)
            elif operation == "settle":
                assert unsettled is not None
                came.report = self._run("settle", unsettled)
            elif operation in ("is_blocked", "ping"):
                came.blocked = self._run(operation, *(step[key] for key in step if key == "user"))
            elif operation == "check":
                came.report = self.client.check(users_of(step["users"]))
            else:
                result = self._run(operation, step["user"] if "user" in step else users_of(step["users"]))
                if isinstance(result, Outcome):
                    came.outcomes = [of_outcome(result)]
                else:
                    came.report = result
        except WablockError as error:
            came.raised = of_error(error)
            came.report = error.report
        if came.report is not None:
            came.outcomes = [of_outcome(outcome) for outcome in came.report]
        return came

    def _run(self, method: str, *arguments: Any) -> Any:
        call = getattr(self.client, method)
        if isinstance(self.client, Client):
            return call(*arguments)

        async def run() -> Any:
            return await call(*arguments)

        return asyncio.run(run())

    def _list(self, users: list[Json]) -> None:
        if isinstance(self.client, Client):
            for user in self.client.list():
                users.append(of_user(user))  # noqa: PERF401  # what came before an error counts
            return
        client = self.client

        async def run() -> None:
            async for user in client.list():
                users.append(of_user(user))  # noqa: PERF401

        asyncio.run(run())


# ---- comparisons: exact, and missing means absent ----


def same(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what}: {found!r}, expected {expected!r}"


def same_error(what: str, found: Json | None, expected: Json | None) -> Iterator[str]:
    if found is None or expected is None:
        yield from same(what, found, expected)
        return
    found, expected = dict(found), dict(expected)
    message, part = found.pop("message"), expected.pop("message_contains", "")
    if expected.get("request_id") == "*" and "request_id" in found:
        found["request_id"] = "*"
    yield from same(what, found, expected)
    if part not in message:
        yield f"{what}: the message {message!r} does not contain {part!r}"


def same_rows(what: str, found: list[Json] | None, expected: list[Json]) -> Iterator[str]:
    if found is None or len(found) != len(expected):
        yield f"{what}: {found!r}, expected {len(expected)} rows"
        return
    for at, (row, exact) in enumerate(zip(found, expected, strict=True)):
        row, exact = dict(row), dict(exact)
        yield from same_error(f"{what}[{at}].error", row.pop("error", None), exact.pop("error", None))
        yield from same(f"{what}[{at}]", row, exact)


def differences(came: Came, expect: Json) -> Iterator[str]:
    yield from same_error("raises", came.raised, expect.get("raises"))
    for key, expected in expect.items():
        match key:
            case "raises" | "requests":
                pass
            case "outcomes":
                yield from same_rows(key, came.outcomes, expected)
            case "users":
                yield from same_rows(key, came.users, expected)
            case "states":
                outcomes = came.outcomes or []
                yield from same(key, [outcome["state"] for outcome in outcomes], expected)
                for outcome in outcomes:
                    yield from same("the outcome's error", outcome.get("error"), came.raised)
            case "counts":
                yield from same(key, Counter(outcome["state"] for outcome in came.outcomes or []), expected)
            case "ids":
                users = came.users or []
                yield from same(key, sorted(user.get("wa_id") or user["user_id"] for user in users), expected)
            case "blocked":
                yield from same(key, came.blocked, expected)
            case "count":
                yield from same(key, len(came.users or []), expected)
            case _:
                raise AssertionError(f"`expect` has an unknown key {key}")


def run_all(all_files: list[File], key: str, run: Callable[[Json, Json], Iterator[str]]) -> None:
    """Runs every row of every file, and fails with all differences found."""
    ran, wrong = 0, list[str]()
    for file in all_files:
        for row in file.rows(key):
            wrong.extend(f"{file.name}: {row.get('name')}: {difference}" for difference in run(row, file.content))
            ran += 1
    assert not wrong, "\n".join(wrong)
    assert ran == sum(len(file.content[key]) for file in all_files)
