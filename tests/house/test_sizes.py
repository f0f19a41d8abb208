"""No file is longer than a reader can keep in mind."""

from __future__ import annotations

from files import name, written

LONGEST = 400


def test_no_file_is_longer_than_400_lines() -> None:
    lines = {
        name(path): path.read_text().count("\n")
        for path in written(".rs", ".py", ".pyi", ".ts", ".mts", ".js", ".mjs", ".css")
    }
    assert len(lines) > 250, "the folders are not where they were"
    long = {path: count for path, count in lines.items() if count > LONGEST}
    assert not long, f"longer than {LONGEST} lines, split by job: {long}"
