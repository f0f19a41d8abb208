"""Reports and lists as data frames, without a Python object per row."""

from __future__ import annotations

import builtins
import gc
import importlib
import pickle
import threading
from typing import Any

import duckdb
import pandas
import polars
import pytest

import wablock
from wablock import AsyncClient, BlockedUsers, Client, ConfigError, Report
from wablock.testing import Sandbox

# It has no types.
pyarrow: Any = importlib.import_module("pyarrow")
# Newer than its stubs.
from_arrow: Any = getattr(pandas.DataFrame, "from_arrow")  # noqa: B009

COLUMNS = [
    "input", "state", "user", "wa_id", "user_id", "error", "message", "hint", "provider_code", "status", "request_id",
    "retryable", "retry_after", "extra",
]  # fmt: skip


@pytest.fixture
def report(wablock_sandbox: Sandbox) -> Report:
    with Client(wablock_sandbox.meta()) as wa:
        return wa.block(["+1 650 555 1234", "nonsense", "15550131047", "16505551235"])


@pytest.fixture
def users(wablock_sandbox: Sandbox) -> BlockedUsers:
    wablock_sandbox.seed("meta", account="other", blocked=["16505551234", "972501234567"])
    with Client(wablock_sandbox.meta("other")) as wa:
        return wa.list().collect()


def expected(report: Report) -> list[dict[str, Any]]:
    """The rows as Python makes them from outcomes, one by one."""
    rows: list[dict[str, Any]] = []
    for outcome in report:
        error = outcome.error
        rows.append(
            {
                "input": outcome.input,
                "state": outcome.state,
                "user": outcome.user and outcome.user.id,
                "wa_id": outcome.wa_id,
                "user_id": outcome.user_id,
                "error": error and error.code,
                "message": error and error.message,
                "hint": error and error.hint,
                "provider_code": error and error.provider_code,
                "status": error and error.status,
                "request_id": error and error.request_id,
                "retryable": None if error is None else error.retryable,
                "retry_after": error and error.retry_after,
                "extra": None,
            }
        )
    return rows


def test_polars(report: Report, users: BlockedUsers) -> None:
    frame = polars.DataFrame(report)
    assert frame.columns == COLUMNS
    assert frame.to_dicts() == expected(report)
    assert frame.schema["status"] == polars.UInt16
    assert frame.schema["retryable"] == polars.Boolean
    assert report.to_polars().equals(frame)
    assert users.to_polars()["wa_id"].to_list() == ["16505551234", "972501234567"]


def test_pyarrow(report: Report, users: BlockedUsers) -> None:
    table = pyarrow.table(report)
    table.validate(full=True)
    assert table.column_names == COLUMNS
    assert table.to_pylist() == expected(report)
    assert not table.schema.field("state").nullable
    assert pyarrow.table(users).to_pylist() == [
        {"wa_id": "16505551234", "user_id": None, "extra": None},
        {"wa_id": "972501234567", "user_id": None, "extra": None},
    ]
    wished = pyarrow.schema([pyarrow.field("wa_id", pyarrow.string())])
    assert pyarrow.RecordBatchReader.from_stream(users).read_all().num_rows == 2
    assert users.__arrow_c_stream__(wished.__arrow_c_schema__()) is not None


def test_duckdb(report: Report, users: BlockedUsers) -> None:
    with duckdb.connect() as db:
        db.register("report", pyarrow.table(report))
        counted = db.sql("SELECT state, count(*) FROM report GROUP BY ALL ORDER BY ALL").fetchall()
        assert counted == [("done", 2), ("failed", 2)]
        assert db.sql("SELECT count(*) FROM users").fetchall() == [(2,)], "found by its name, as it is"
    assert len(users) == 2


def test_pandas(report: Report, users: BlockedUsers) -> None:
    frame = report.to_pandas()
    assert list(frame.columns) == COLUMNS
    rows = [
        {name: None if pandas.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")
    ]
    assert rows == expected(report)
    assert str(frame["status"].dtype) == "UInt16"
    assert list(users.to_pandas()["wa_id"]) == ["16505551234", "972501234567"]
    assert len(from_arrow(report)) == 4
    # And back: a column of a frame is an iterable of users.
    with Sandbox() as sandbox, Client(sandbox.meta()) as wa:
        assert wa.block(users.to_pandas()["wa_id"]).ok


def test_lists_are_read_by_data_frames(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.seed("meta", blocked=[f"1650555{n:04}" for n in range(250)])
    with Client(wablock_sandbox.meta()) as wa:
        assert polars.DataFrame(wa.list()).height == 250


@pytest.mark.asyncio
async def test_collected_lists(wablock_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    wablock_sandbox.seed("nxcloud", blocked=[f"1650555{n:04}" for n in range(250)])
    async with AsyncClient(wablock_sandbox.nxcloud()) as wa:
        users = await wa.list().collect()
        assert [user async for user in wa.list()] == list(users)
    assert await wablock.list_blocked(wablock_sandbox.nxcloud()) == users
    assert len(users) == 250
    assert users[0] in users
    assert users[-1] == users[249] == users[248:][1]
    assert users[::100] == [users[0], users[100], users[200]]
    for again in (pickle.loads(pickle.dumps(users)), BlockedUsers.from_json(users.to_json())):
        assert again == users
        assert hash(again) == hash(users)
    assert users != BlockedUsers.from_json("[]")
    assert users != list(users)
    assert users.to_dicts()[0] == users[0].to_dict()
    with pytest.raises(AttributeError):
        setattr(users, "x", 1)  # noqa: B010  # so that type checkers do not stop it first
    with pytest.raises(IndexError):
        users[250]
    with pytest.raises(ConfigError):
        BlockedUsers.from_json("{}")


@pytest.mark.asyncio
async def test_a_list_that_cannot_be_read_to_its_end_raises(wablock_sandbox: Sandbox) -> None:
    wablock_sandbox.seed("meta", blocked=[f"1650555{n:04}" for n in range(250)])
    wablock_sandbox.fault("status_plain", status=500, after=1)
    async with AsyncClient(wablock_sandbox.meta(), max_retries=0) as wa:
        with pytest.raises(wablock.ServerError):
            await wa.list().collect()
    with Client(wablock_sandbox.meta(), max_retries=0) as wa_sync, pytest.raises(wablock.ServerError):
        polars.DataFrame(wa_sync.list())


def test_unknown_fields_become_json(wablock_sandbox: Sandbox) -> None:
    row = {"messaging_product": "whatsapp", "wa_id": "16505551234", "nickname": "Ána <b>"}
    wablock_sandbox.script({"body": {"data": [row]}})
    with Client(wablock_sandbox.meta()) as wa:
        users = wa.list().collect()
    assert polars.DataFrame(users)["extra"].str.json_path_match("$.nickname").to_list() == ["Ána <b>"]


def test_empty(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta()) as wa:
        assert polars.DataFrame(wa.block([])).shape == (0, len(COLUMNS))
        assert wa.list().collect().to_pandas().shape == (0, 3)
        assert pyarrow.table(wa.list().collect()).num_rows == 0


def large(count: int) -> Report:
    outcome = '{"input":"+16505551234","state":"done","wa_id":"16505551234"}'
    outcomes = ",".join([outcome] * count)
    head = '{"provider":"meta","operation":"block","requests":1,"finished_at_ms":0,"outcomes":['
    return Report.from_json(head + outcomes + "]}")


def test_large_reports_come_in_batches_and_outlive_their_report() -> None:
    report = large(70_000)
    stream = pyarrow.RecordBatchReader.from_stream(report)
    unread = report.__arrow_c_stream__()
    del report
    gc.collect()
    read: list[int] = []
    # The data is Rust's: any thread may read it.
    thread = threading.Thread(target=lambda: read.extend(batch.num_rows for batch in stream))
    thread.start()
    thread.join()
    assert read == [65_536, 4_464]
    del unread


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_told_with_what_to_do(
    report: Report, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **others: Any) -> Any:
        if name.split(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *more, **others)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=f"pip install {library}") as caught:
        getattr(report, f"to_{library}")()
    assert caught.value.name == library
