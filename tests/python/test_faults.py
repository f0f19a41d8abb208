"""Cells of the fault matrix through both clients: what the core comes to (`tests/data/faults`,
shown in docs/contributing/faults.md) is what Python programs see, as outcomes, exceptions and lists.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

from conftest import PROVIDERS, config_of
from wablock import AsyncClient, BlockedUser, Client, Config, Outcome, Report, WablockError
from wablock.testing import ProviderName, Sandbox

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | None"

pytestmark = pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")

OPERATIONS = ("block", "unblock", "list")
# Two users, and the first one again in another spelling.
INPUTS = ["+1 (650) 555-0001", "16505550002", "0016505550001"]
IDS = ["16505550001", "16505550002"]
LISTED = [f"9725{n:08}" for n in range(250)]

ROWS = [
    "port_closed", "reset_before_read", "lost_answer", "hang_up after the write", "silence", "cut_body", "bad_chunks",
    "stall_body", "wrong_json, null", "not_json", "status_204", "html_200 after the write", "status 401", "status 500",
    "redirect 302", "status_plain 404", "wrong credentials", "the server failed after the write", "throttle",
    "hostile_text", "per_user_error, one user", "too_many_numbers", "missing_item", "duplicate_item",
    "foreign_item, in place of ours", "repeated_cursor", "list_changed", "small_pages", "numeric_ids",
    "error_beside", "failing_status 401", "added_with_errors", "user_error_shape, text",
    "an unknown code with status 500", "lost_answer, then users are refused",
    "503 and a wait of nothing", "code_as_text", "error_form, list", "error_form, user_texts", "error_form, title",
    "echo_secret, percent", "echo_secret, base64", "echo_secret in a page, html_numbers",
    "extra_field with a credential, plain", "bad_ids, a credential", "huge_text", "per_user_error with a huge text",
    "extra_field, huge", "extra_field with control characters",
    "bad_ids, control", "bad_ids, empty", "hidden_numbers",
    "next_without_cursor, null", "wrong_paging, array", "numeric_cursor", "clamped_pages", "page_refused",
    "endless_empty_pages", "shifting_pages",
]  # fmt: skip


_PORTS = itertools.islice(itertools.cycle(range(20_000, 30_000)), os.getpid() % 10_000, 100_000)


class Cell(NamedTuple):
    row: dict[str, Any]
    provider: ProviderName
    operation: str
    expected: str

    @property
    def account(self) -> str:
        name: str = self.row.get("account", "default")
        return name


SHAPES: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data/shapes.json").read_text())
OWN: list[str] = SHAPES["own"]
"""Providers that do not relay Meta's API."""


def of(table: dict[str, Any], provider: str) -> Any:
    """What a table holds for a provider: what is under its name, else what it shares with others."""
    shared = [] if provider in OWN else ["meta"] if provider == "meta" else ["relays", "meta"]
    like = SHAPES["like"].get(provider)
    return next((table[name] for name in (provider, *shared, like, "all") if name in table), None)


def cells() -> list[Cell]:
    folder = Path(__file__).parents[1] / "data/faults"
    groups = [
        group for name in ("matrix", "hostile") for group in json.loads((folder / f"{name}.json").read_text())["groups"]
    ]
    rows = {row["id"]: row for group in groups for row in group["rows"]}
    with Sandbox() as sandbox:
        places = {fault["name"]: fault["cells"] for fault in sandbox.control("faults")["faults"]}
    found: list[Cell] = []
    relays = [provider for provider in PROVIDERS if provider not in (*OWN, "meta")]
    for at, name in enumerate(ROWS):
        row = rows[name]
        # Those that relay Meta's API take turns.
        turn = relays[at % len(relays)] if relays else None
        for provider in PROVIDERS:
            if provider in relays and provider != turn:
                continue
            expected = of(row["cells"], provider)
            for operation, words in zip(OPERATIONS, expected, strict=True):
                # What counts users depends on the length of the list that is read, which is another one there.
                fault = row.get("fault") or of(row["faults"], provider)
                # Not every provider's answers can have every fault, such as those of links to the next page.
                lacks = provider not in row["cells"] and operation not in places[fault["name"]][provider]
                if (
                    words not in ("n/a", "-")
                    and not words.startswith("reported")
                    and (fault["name"] == "port_closed" or not lacks)
                ):
                    found.append(Cell(row, provider, operation, words))
    return found


CELLS = cells()

Bulk: TypeAlias = Callable[[list[str]], Awaitable[Report]]


class Sync:
    """The sync client with the shape of the async one."""

    def __init__(self, config: Config, **options: Any) -> None:
        self.wa = Client(config, **options)

    async def bulk(self, operation: str, users: list[str]) -> Report:
        call = self.wa.block if operation == "block" else self.wa.unblock
        return await asyncio.to_thread(call, users)

    async def settle(self, report: Report) -> Report:
        return await asyncio.to_thread(self.wa.settle, report, max_retries=3)

    async def pages(self, max_retries: int | None = None) -> tuple[list[BlockedUser], WablockError | None]:
        users: list[BlockedUser] = []

        def read() -> WablockError | None:
            try:
                for page in self.wa.list(max_retries=max_retries).pages():
                    users.extend(page)
            except WablockError as error:
                return error
            return None

        return users, await asyncio.to_thread(read)


class Async:
    def __init__(self, config: Config, **options: Any) -> None:
        self.wa = AsyncClient(config, **options)

    async def bulk(self, operation: str, users: list[str]) -> Report:
        return await (self.wa.block(users) if operation == "block" else self.wa.unblock(users))

    async def settle(self, report: Report) -> Report:
        return await self.wa.settle(report, max_retries=3)

    async def pages(self, max_retries: int | None = None) -> tuple[list[BlockedUser], WablockError | None]:
        users: list[BlockedUser] = []
        try:
            async for page in self.wa.list(max_retries=max_retries).pages():
                users.extend(page)
        except WablockError as error:
            return users, error
        return users, None


def words(outcomes: Iterable[Outcome]) -> str:
    """Outcomes of the distinct users in the words of the matrix."""
    said = [f"{outcome.state} {outcome.error.code}" if outcome.error else outcome.state for outcome in outcomes]
    assert said[0] == said[2], "one user, one outcome"
    return said[0] if said[0] == said[1] else f"{said[0]}, {said[1]}"


async def strike(sandbox: Sandbox, cell: Cell) -> None:
    fault: dict[str, Any] = cell.row.get("fault") or of(cell.row["faults"], cell.provider)
    then: dict[str, Any] | None = of(cell.row.get("thens", {}), cell.provider)
    closes = fault["name"] == "port_closed"
    where = {} if closes else {"provider": cell.provider, "operation": cell.operation}
    for rule in (fault, then):
        if rule is not None:
            sandbox.control("fault", **rule, **where)
    await port(sandbox, is_open=not closes)


async def port(sandbox: Sandbox, *, is_open: bool) -> None:
    """Comes back when the sandbox's port is open, or closed: its thread does that a moment after the command."""
    host, number = sandbox.url.removeprefix("http://").split(":")
    while True:
        try:
            _, writer = await asyncio.open_connection(host, int(number))
        except OSError:
            now_open = False
        else:
            now_open = True
            writer.close()
        if now_open == is_open:
            return


def write_is_true(sandbox: Sandbox, cell: Cell, report: Report) -> None:
    """Every outcome held against the sandbox."""
    blocked = sandbox.blocked(cell.provider, account=cell.account)
    operation: Any = cell.operation
    bodies = [request["body"] for request in sandbox.requests(cell.provider, operation=operation)]
    check_said(sandbox, cell, *strings(report.to_dict()), repr(report), getattr(report, "_repr_html_")())  # noqa: B009  # what notebooks do
    for outcome, user in zip(report, [*IDS, IDS[0]], strict=True):
        if outcome.error:
            check_said(sandbox, cell, str(outcome.error), repr(outcome.error))
        effect = (user in blocked) == (cell.operation == "block")
        sent = any(user in body for body in bodies)
        truth = {"done": effect and sent, "failed": not effect, "not_sent": not effect and not sent, "unknown": True}
        assert truth[outcome.state], f"{outcome.state}, but: in effect {effect}, sent {sent}"
        assert (outcome.error is None) == outcome.ok


def check_said(sandbox: Sandbox, cell: Cell, *texts: str) -> None:
    """No credential comes out in any encoding, and no character that a terminal or a log obeys."""
    secrets = sandbox.control("secrets", provider=cell.provider, account=cell.account)["secrets"]
    for text in texts:
        assert not [secret for secret in secrets if secret in text], text[:1000]
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), ascii(text[:1000])


def strings(value: Json) -> list[str]:
    """Every text in plain data, names included."""
    if isinstance(value, dict):
        return [text for name, inner in value.items() for text in [name, *strings(inner)]]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [value] if isinstance(value, str) else []


def raised_with(error: WablockError) -> Report:
    assert error.report is not None, "a call about users tells what is known of them"
    assert not error.report.done
    return error.report


async def play_write(sandbox: Sandbox, client: Sync | Async, cell: Cell) -> str:
    sandbox.seed(
        cell.provider, account=cell.account, blocked=[*LISTED[:1], *(IDS if cell.operation == "unblock" else [])]
    )
    await strike(sandbox, cell)
    try:
        report = await client.bulk(cell.operation, INPUTS)
    except WablockError as error:
        report = raised_with(error)
    assert [outcome.input for outcome in report] == INPUTS
    write_is_true(sandbox, cell, report)
    came_to = words(report)
    sandbox.clear_faults()
    await port(sandbox, is_open=True)
    # As if the provider's delay until effective were over.
    settled = await client.settle(Report.from_dict(report.to_dict() | {"finished_at_ms": 0}))
    assert not settled.unknown
    assert (await client.bulk(cell.operation, INPUTS)).ok, "the client stays usable"
    return came_to


async def play_list(sandbox: Sandbox, client: Sync | Async, cell: Cell) -> str:
    sandbox.seed(cell.provider, account=cell.account, blocked=LISTED)
    await strike(sandbox, cell)
    users, error = await client.pages()
    ids = [user.id for user in users]
    check_said(sandbox, cell, *strings([user.to_dict() for user in users[:2]]), repr(users[:2]))
    if error is not None:
        check_said(sandbox, cell, str(error), repr(error))
    assert len(set(ids)) == len(ids), "nobody is yielded twice"
    assert cell.row.get("invents") or set(ids) <= set(LISTED)
    sandbox.clear_faults()
    await port(sandbox, is_open=True)
    again, problem = await client.pages(max_retries=3)
    assert problem is None
    assert {user.id for user in again} == set(LISTED), "the client stays usable"
    if error is not None:
        return f"raises {error.code}"
    return "all" if set(ids) == set(LISTED) else f"reported {len(ids)}"


def sandbox_for(cell: Cell) -> Sandbox:
    """Where the port is closed, it is none of those that the system hands out: such a port, once closed, may be another
    sandbox's the next moment."""
    if cell.row["id"] != "port_closed":
        return Sandbox()
    for port in _PORTS:
        with contextlib.suppress(OSError):
            return Sandbox(port=port)
    raise OSError("no port is free between 20,000 and 30,000")


async def play(cell: Cell, kind: type[Sync | Async]) -> str:
    options: dict[str, Any] = {"concurrency": 1, "max_retries": 0}
    if cell.provider in ("sinch", "zernio"):
        options["rate_limit"] = 10_000
    given: dict[str, Any] = cell.row.get("options", {})
    for name, value in given.items():
        options[name.removesuffix("_ms")] = value / 1000 if name.endswith("_ms") else value
    with sandbox_for(cell) as sandbox:
        client = kind(config_of(sandbox, cell.provider, cell.account), **options)
        try:
            return await (play_list if cell.operation == "list" else play_write)(sandbox, client, cell)
        finally:
            client.wa.close() if isinstance(client, Sync) else await client.wa.aclose()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", [Async, Sync])
def test_cells_come_to_what_is_written_down(kind: type[Sync | Async]) -> None:
    """All cells of one client in one test: most of them wait, so they are played side by side."""

    async def side_by_side() -> list[tuple[Cell, str | BaseException]]:
        places = asyncio.Semaphore(40)

        async def one(cell: Cell) -> tuple[Cell, str | BaseException]:
            async with places:
                try:
                    return cell, await play(cell, kind)
                except (AssertionError, WablockError) as problem:
                    return cell, problem

        return await asyncio.gather(*(one(cell) for cell in CELLS))

    played = asyncio.run(side_by_side())
    wrong = [
        f"{cell.row['id']}, {cell.provider} {cell.operation}: expected {cell.expected}, got {came_to!r}"
        for cell, came_to in played
        if came_to != cell.expected
    ]
    assert not wrong, f"{len(wrong)} of {len(played)} cells are wrong:\n" + "\n".join(wrong)


def test_there_are_enough_cells() -> None:
    assert len(CELLS) >= 60
    assert {(cell.provider, cell.operation) for cell in CELLS} == {(p, o) for p in PROVIDERS for o in OPERATIONS}
    assert {cell.row["id"] for cell in CELLS} == set(ROWS)
