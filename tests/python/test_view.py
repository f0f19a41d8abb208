"""What notebooks show: readable, escaped, masked unless asked."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from wablock import AsyncClient, BlockedUsers, Client, Meta, RejectedError, Report, Sinch
from wablock.testing import Sandbox

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&\x1b[31m\u202e"
TAGS = {"div", "p", "strong", "small", "code", "table", "thead", "tbody", "tr", "th", "td"}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> Reader:
    """The text and the tags of harmless HTML that closes what it opens."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    assert set(reader.tags) <= TAGS
    assert reader.attributes <= {"class", "style"}
    assert not re.search("[\x00-\x08\x1b\u202a-\u202e]", html)
    return reader


def html_of(thing: object) -> Reader:
    face = getattr(thing, "_repr_html_")  # noqa: B009  # what notebooks do
    return read(face())


@pytest.fixture
def report(wablock_sandbox: Sandbox) -> Report:
    with Client(wablock_sandbox.meta()) as wa:
        return wa.block(["+1 650 555 1234", "nonsense", "15550131047", "16505551235"])


def test_no_message_of_one_input_stands_for_all(wablock_sandbox: Sandbox) -> None:
    """A message that names its input is an example where there are others; one that is the same for all is not."""
    with Client(wablock_sandbox.meta()) as wa:
        several = wa.block(["16505551234", "nonsense", "more nonsense", "hello"])
        assert len({outcome.error.message for outcome in several.failed}) > 1
        first = several.failed[0].error.message
        for shown in (repr(several.show()), "|".join(html_of(several.show()).text)):
            assert "for example: " + first in shown
        for alike in (["nonsense"], ["nonsense", "nonsense"], ["15550131047"]):
            assert "for example" not in repr(wa.block(["16505551234", *alike]).show())


def test_both_readings_of_an_ambiguous_number_are_hidden_unless_asked(wablock_sandbox: Sandbox) -> None:
    with Client(wablock_sandbox.meta(), default_region="DE") as wa:
        report = wa.block(["4312345678", "+16505551234"])
    error = report[0].error
    assert error is not None
    assert "+4312345678 or +494312345678" in str(error)
    assert "12345678" not in "|".join(html_of(report).text)
    assert "12345678" not in error.message


def test_report(report: Report) -> None:
    shown = html_of(report)
    text = "|".join(shown.text)
    assert "Report(meta block: 2 done, 2 failed (invalid_user 1, not_eligible 1), 0 unknown, 0 not_sent)" in text
    assert "invalid_user" in text
    assert "not_eligible (131047)" in text
    assert all(outcome.error is None or outcome.error.hint in text for outcome in report), "errors are explained"
    assert "550131047" not in text
    assert "555 1234" not in text
    assert "numbers are masked" in text
    whole = "|".join(html_of(report.show()).text)
    assert "+1 650 555 1234" in whole
    assert "numbers are masked" not in whole
    assert "555 1234" not in repr(report.show(masked=True))
    assert "+1 650 555 1234" in repr(report.show())


def test_long_reports_show_head_and_tail() -> None:
    rows = ",".join(f'{{"input":"+1650{n:07}","state":"done"}}' for n in range(1000))
    report = Report.from_json(
        f'{{"provider":"meta","operation":"block","requests":1,"finished_at_ms":0,"outcomes":[{rows}]}}'
    )
    shown = html_of(report)
    assert shown.tags.count("tr") < 20
    assert "10 of 1000 shown" in "".join(shown.text)
    numbers = [text for text in shown.text if text.isdigit()]
    assert numbers[:2] == ["0", "1"]
    assert numbers[-1] == "999"
    assert html_of(report.show(rows=30)).tags.count("tr") == 1 + 1 + 1 + 31
    for rows_shown in (0, 1, 2, 999, 1000, 5000):
        html_of(report.show(rows=rows_shown))
        assert "1000 done" in repr(report.show(rows=rows_shown))


def test_hostile_texts_of_a_provider(wablock_sandbox: Sandbox) -> None:
    error = {
        "error": {"message": HOSTILE, "code": 139100, "error_data": {"details": HOSTILE * 50}, "fbtrace_id": HOSTILE}
    }
    wablock_sandbox.script({"status": 400, "body": error})
    with Client(wablock_sandbox.meta(), max_retries=0) as wa:
        report = wa.block([HOSTILE, "16505551234"])
    assert isinstance(report.failed[1].error, RejectedError)
    text = "".join(html_of(report).text)
    assert "<script>" in text, "shown as text, not as a tag"
    assert "\x1b" not in repr(report.show())


def test_hostile_rows_of_a_list() -> None:
    import json

    rows = [{"wa_id": HOSTILE, "user_id": HOSTILE, "extra": {HOSTILE: HOSTILE}}, {"wa_id": "16505551234"}]
    users = BlockedUsers.from_json(json.dumps(rows))
    assert "<script>" in "".join(html_of(users).text)
    assert "16505551234" not in "".join(html_of(users).text)
    assert "16505551234" in "".join(html_of(users.show()).text)
    assert "\x1b" not in repr(users.show())
    html_of(BlockedUsers.from_json("[]"))


@pytest.mark.filterwarnings("ignore::wablock.RetiredProviderWarning")
def test_clients_and_capabilities() -> None:
    secret = "canary-credential-7f3a"
    meta = Meta(access_token=secret, phone_number_id="106540352242922", base_url="https://u:p<b>@example.com")
    clients = (
        Client(Sinch(token=secret, bot_id="bot"), proxy=f"http://u:{secret}@127.0.0.1:9"),
        AsyncClient(Meta(access_token=secret, phone_number_id="106540352242922")),
    )
    for client in clients:
        text = "".join(html_of(client).text)
        assert type(client).__name__ in text
        assert secret not in text
        assert "open" in text
        assert client.capabilities.provider in "".join(html_of(client.capabilities).text)
    assert "retired since 2023-09-30" in "".join(html_of(clients[0].capabilities).text)
    assert "24 hours" in "".join(html_of(clients[1].capabilities).text)
    assert secret not in repr(meta)
    for lists in (clients[0].list(), clients[1].list()):
        assert "not read yet" in "".join(html_of(lists).text)
