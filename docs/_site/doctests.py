"""Shows the examples of docstrings as code: without a fence, Markdown would take `>>>` for a quotation."""

from __future__ import annotations

from typing import Any

import griffe

__all__ = ["Doctests"]


class Doctests(griffe.Extension):
    """Puts a fence around every example of a docstring."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for everything that was read."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(text: str) -> str:
    """The text with a fence around every paragraph that starts with a prompt."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        f"```pycon\n{paragraph.strip(chr(10))}\n```" if paragraph.lstrip().startswith(">>> ") else paragraph
        for paragraph in paragraphs
    )
