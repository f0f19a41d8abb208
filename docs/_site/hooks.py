"""Three things that mkdocs.yml cannot say.

Its nav may name a folder: `node/*` stands for its pages, the first steps first. Pages may link to the reference of the
Node package, which typedoc writes into the built site. And the search leaves out the pages for contributors.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

__all__ = ["on_config", "on_files", "on_page_markdown"]

FIRST = ("index", "first-steps")
NODE_REFERENCE = "node-api/index.html"


def on_config(config: Any) -> Any:
    """Called by MkDocs once the configuration was read."""
    config.nav = _expanded(config.nav, Path(config.docs_dir))
    return config


def on_files(files: Files, config: Any) -> Files:
    """Called once the files are known. Typedoc runs later, and writes over this page."""
    text = "<!doctype html><title>wablock for Node</title><p>This reference is written by <code>make docs</code>."
    files.append(File.generated(config, NODE_REFERENCE, content=text))
    return files


def on_page_markdown(_markdown: str, page: Page, **_others: Any) -> None:
    """Called with each page and its text."""
    if page.file.src_uri.startswith("contributing/"):
        page.meta["search"] = {"exclude": True}


def _expanded(nav: list[Any], docs: Path) -> list[Any]:
    found: list[Any] = []
    for item in nav:
        if isinstance(item, str) and item.endswith("/*"):
            pages = sorted(
                docs.glob(f"{item}.md"), key=lambda page: (*(page.stem != first for first in FIRST), page.name)
            )
            # A folder without pages stays as it is: MkDocs then says that it is missing.
            found += [page.relative_to(docs).as_posix() for page in pages] or [item]
        elif isinstance(item, dict):
            section = cast("dict[str, str | list[Any]]", item)
            found.append({title: _expanded(x, docs) if isinstance(x, list) else x for title, x in section.items()})
        else:
            found.append(item)
    return found
