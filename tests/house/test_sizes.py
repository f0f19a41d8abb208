"""No file is longer than a reader can keep in mind. Files that are written from the tables are read by nobody."""

from __future__ import annotations

from files import name, written

LONGEST = 400
NOTICE = "Written by `cargo xtask faces`"


def test_no_file_is_longer_than_400_lines() -> None:
    texts = {
        name(path): path.read_text() for path in written(".rs", ".py", ".pyi", ".ts", ".mts", ".js", ".mjs", ".css")
    }
    lines = {path: text.count("\n") for path, text in texts.items() if NOTICE not in text.split("\n", 1)[0]}
    assert len(lines) > 250, "the folders are not where they were"
    long = {path: count for path, count in lines.items() if count > LONGEST}
    assert not long, f"longer than {LONGEST} lines, split by job: {long}"
