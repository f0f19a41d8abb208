"""The site builds without a warning, and its pages need nothing from elsewhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from built import site

# What a page loads by itself, as opposed to links that somebody has to follow.
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
LOADED_RELATIONS = {"stylesheet", "preconnect", "preload", "dns-prefetch", "icon", "manifest"}
STYLE_LOADS = re.compile(r"url\(\s*[\"']?(https?:)?//|@import\s+[\"'](https?:)?//")

# The first test builds the site.
pytestmark = pytest.mark.timeout(120)


class Loads(HTMLParser):
    """What a page loads from other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        target = given.get(LOADED.get(tag, "")) or ""
        if tag == "link" and LOADED_RELATIONS & set((given.get("rel") or "").split()):
            target = given.get("href") or ""
        if target.startswith(("http:", "https:", "//")):
            self.found.append(f"<{tag}> {target}")


def loads(page: str) -> list[str]:
    reader = Loads()
    reader.feed(page)
    return reader.found


@pytest.mark.parametrize(
    "page", ["index", "outcomes/index", "notebooks/audit/index", "reference/clients/index", "node/first-steps/index"]
)
def test_the_pages_are_there(page: str) -> None:
    assert (site() / f"{page}.html").stat().st_size > 10_000


def test_pages_load_nothing_from_elsewhere() -> None:
    for page in site().rglob("*.html"):
        assert loads(page.read_text(encoding="utf-8")) == [], page
    for style in site().rglob("*.css"):
        assert not STYLE_LOADS.search(style.read_text(encoding="utf-8")), style


def test_pages_for_contributors_are_linked_and_out_of_navigation_and_search() -> None:
    reliability, home = ((site() / f"{page}index.html").read_text(encoding="utf-8") for page in ("reliability/", ""))
    for page in ("faults", "fuzzing", "mutants"):
        assert (site() / f"contributing/{page}/index.html").exists()
        assert f'href="../contributing/{page}/"' in reliability
        assert f"contributing/{page}/" not in home
    index = json.loads((site() / "search/search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"].split("/")[0] for entry in index["docs"]}
    assert {"outcomes", "node"} < found
    assert "contributing" not in found


def test_included_files_are_shown() -> None:
    for page in site().rglob("*.html"):
        assert "--8&lt;--" not in page.read_text(encoding="utf-8"), page
    assert "X-Hub-Signature-256" in (site() / "testing/index.html").read_text(encoding="utf-8")


def test_what_a_page_would_load_is_found() -> None:
    page = '<link rel="stylesheet" href="//cdn.example/a.css"><script src="https://cdn.example/a.js"></script>'
    assert len(loads(page)) == 2
    assert loads('<a href="https://example.com">a link</a><link rel="canonical" href="https://example.com">') == []
    assert STYLE_LOADS.search('@import "https://fonts.example/a.css"')


def test_examples_of_docstrings_are_code() -> None:
    page = (site() / "reference/clients/index.html").read_text(encoding="utf-8")
    assert "<blockquote>" not in page
    assert '<span class="gp">&gt;&gt;&gt; </span>' in page
