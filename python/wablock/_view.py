"""How results look in notebooks and terminals. Whatever a user or a provider wrote is escaped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias, final

from ._native import Report, mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .capabilities import Capabilities
    from .reports import BlockedUsers, Rows

__all__ = ["View", "capabilities_view", "client_view", "rows_view"]

_Cells: TypeAlias = tuple[str, ...]

_LONGEST = 300
"""Longest cell, in characters; a provider's text can be very long."""
_ELLIPSIS = "…"

_STATES = {
    "done": "confirmed by the provider",
    "failed": "rejected by the provider, or invalid input",
    "unknown": "sent, but no reliable answer came back: `settle` the report",
    "not_sent": "never left this machine: pass them to the next call",
}


@final
class View:
    """A table to look at: HTML in a notebook, text in a terminal.

    >>> from wablock import BlockedUsers
    >>> BlockedUsers.from_json('[{"wa_id":"16505551234"}]').show()
    BlockedUsers(1 user)
    #  wa_id
    0  16505551234
    """

    __slots__ = ("_tables", "_title")

    def __init__(self, title: str, tables: Sequence[Table]) -> None:
        self._title = title
        self._tables = tuple(tables)

    def html(self) -> str:
        """The table as HTML, everything escaped.

        >>> from wablock import BlockedUsers
        >>> "<td" in BlockedUsers.from_json('[{"wa_id":"16505551234"}]').show().html()
        True
        """
        from html import escape

        tables = "".join(table.html() for table in self._tables)
        return f'<div class="wablock"><p><strong>{escape(self._title)}</strong></p>{tables}</div>'

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return "\n".join([self._title, *(table.text() for table in self._tables)])


@final
class Table:
    """Rows of cells under a head, with an optional note below."""

    __slots__ = ("head", "note", "rows")

    def __init__(self, head: _Cells, rows: Iterable[_Cells], note: str = "") -> None:
        self.head = head
        self.rows = [tuple(_clean(cell) for cell in row) for row in rows]
        self.note = _clean(note)

    def html(self) -> str:
        """The table as HTML, everything escaped."""
        from html import escape

        def line(cells: _Cells, tag: str) -> str:
            style = ' style="text-align:left;white-space:pre-wrap"'
            return "<tr>" + "".join(f"<{tag}{style}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        head = line(self.head, "th")
        body = "".join(line(row, "td") for row in self.rows)
        note = f"<p><small>{escape(self.note)}</small></p>" if self.note else ""
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{note}"

    def text(self) -> str:
        """The table as text, columns aligned."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.head))]
        text = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        ]
        return "\n".join([*text, self.note] if self.note else text)


def _clean(text: str) -> str:
    """Shortens text, and replaces control and bidirectional characters."""
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + _ELLIPSIS
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)


# Example numbers in hints; they belong to no one.
_EXAMPLES = ("+16505551234", "+972501234567", "+442079460958")


def _hider(masked: bool) -> Callable[[str], str]:
    return mask if masked else str


def _hidden_hint(hint: str) -> str:
    """The hint with its numbers masked, unless they are examples."""
    return hint if any(example in hint for example in _EXAMPLES) else mask(hint)


def _some(items: Rows[Any], rows: int, cells: Callable[[int, Any], _Cells], width: int) -> tuple[list[_Cells], str]:
    """The rows that are shown: all, or the head and the tail."""
    count, rows = len(items), max(rows, 0)
    if count <= rows:
        return [cells(at, item) for at, item in enumerate(items)], ""
    head, tail = range(rows - rows // 2), range(count - rows // 2, count)
    shown = [[cells(at, items[at]) for at in part] for part in (head, tail)]
    return [*shown[0], (_ELLIPSIS,) * width, *shown[1]], f"{rows} of {count} shown"


def _without_empty(head: _Cells, rows: list[_Cells]) -> tuple[_Cells, list[_Cells]]:
    """Leaves out empty columns, except the first two."""
    kept = [place for place in range(len(head)) if place < 2 or any(row[place].strip(_ELLIPSIS) for row in rows)]
    return tuple(head[place] for place in kept), [tuple(row[place] for place in kept) for row in rows]


def rows_view(items: Report | BlockedUsers, masked: bool, rows: int) -> View:
    """The rows of a report or a list, and what the report says about them."""
    if isinstance(items, Report):
        return _report_view(items, masked=masked, rows=rows)
    return _users_view(items, masked=masked, rows=rows)


def _report_view(report: Report, *, masked: bool, rows: int) -> View:
    """Counts, the problems explained, and the outcomes."""
    hide = _hider(masked)
    counts = report.counts
    tables = [Table(("state", "users", "meaning"), [(s, f"{n:,}", _STATES[s]) for s, n in counts.items() if n])]
    problems = report._problems()  # pyright: ignore[reportPrivateUsage]  # made for this
    if problems:
        explained = [
            (
                f"{count:,}",
                state,
                code + (f" ({theirs})" if theirs else ""),
                ("" if alike else "for example: ") + hide(message),
                _hidden_hint(hint) if masked else hint,
            )
            for state, code, theirs, message, hint, count, alike in problems[:10]
        ]
        note = f"{len(problems) - 10} more kinds of problems" if len(problems) > 10 else ""
        tables.append(Table(("users", "state", "error", "what happened", "what to do"), explained, note))

    def cells(at: int, outcome: Any) -> _Cells:
        ids = (outcome.wa_id or "", outcome.user_id or "", outcome.error.code if outcome.error else "")
        return (str(at), hide(outcome.input), outcome.state, *(hide(text) for text in ids))

    shown, note = _some(report, rows, cells, 6)
    if shown:
        head, shown = _without_empty(("#", "input", "state", "wa_id", "user_id", "error"), shown)
        tables.append(Table(head, shown, _note(note, masked)))
    return View(repr(report), tables)


def _users_view(users: BlockedUsers, *, masked: bool, rows: int) -> View:
    """The users of a list."""
    hide = _hider(masked)

    def cells(at: int, user: Any) -> _Cells:
        extra = "" if user.extra is None else json.dumps(user.extra, ensure_ascii=False, default=str)
        return (str(at), *(hide(text) for text in (user.wa_id or "", user.user_id or "", extra)))

    shown, note = _some(users, rows, cells, 4)
    head, shown = _without_empty(("#", "wa_id", "user_id", "extra"), shown)
    return View(repr(users), [Table(head, shown, _note(note, masked))] if shown else [])


def _note(note: str, masked: bool) -> str:
    hint = "numbers are masked: .show() shows them" if masked else ""
    return "; ".join(text for text in (note, hint) if text)


def capabilities_view(capabilities: Capabilities) -> View:
    """What a provider can do, in words."""
    return View(f"Capabilities of {capabilities.provider}", [Table(("what", "value"), _capabilities(capabilities))])


def client_view(name: str, config: str, options: str, closed: bool, capabilities: Capabilities) -> View:
    """A client: how it was made, and what its provider can do. `config` hides credentials."""
    state = "closed" if closed else "open"
    about = [("configuration", config), ("options", options or "defaults"), ("state", state)]
    return View(f"{name} for {capabilities.provider}", [Table(("what", "value"), about + _capabilities(capabilities))])


def _capabilities(about: Capabilities) -> list[_Cells]:
    def or_else(value: object, otherwise: str) -> str:
        return otherwise if value is None else f"{value:,}" if isinstance(value, (int, float)) else str(value)

    effects = {
        "both_directions": "neither side can message the other",
        "inbound_callbacks": "their messages no longer reach your callbacks; you can still write",
    }
    window = about.reply_window_s
    rows = [
        ("status", f"{about.status.state}{f' since {about.status.since}' if about.status.since else ''}"),
        ("notice", about.status.notice or ""),
        ("effect of a block", effects.get(about.effect, about.effect)),
        ("who can be blocked", "anyone" if window is None else f"users who wrote within {window / 3600:g} hours"),
        ("users in one request", or_else(about.max_users_per_request, "")),
        ("users on a page of the list", or_else(about.page_size, "one page for the full list")),
        ("list limit", or_else(about.max_list_size, "not stated")),
        ("result for every user", "yes" if about.per_user_results else "no, one result per request"),
        ("business-scoped ids", "yes" if about.bsuid else "no"),
        (
            "takes effect",
            "immediately" if not about.effective_delay_s else f"within {about.effective_delay_s:g} seconds",
        ),
        ("requests per second", or_else(about.rate_limit, "not stated")),
    ]
    return [row for row in rows if row[1]]
