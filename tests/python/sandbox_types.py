"""Writes the types of the sandbox's faults and settings, for Python and for TypeScript, from the sandbox's own list."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from wablock.testing import Sandbox

__all__ = ["written"]

ROOT = Path(__file__).parents[2]

# Where the formatter of TypeScript breaks lines.
_LONGEST = 111

_NUMBER, _TEXT, _FLAG = ("int", "number"), ("str", "string"), ("bool", "boolean")


def _choice(texts: list[str]) -> tuple[str, str]:
    # Tools that compare stubs with the package at run time know only unions.
    head, last = ", ".join(f'"{text}"' for text in texts[:-1]), f'"{texts[-1]}"'
    return f"Literal[{head}] | Literal[{last}]", " | ".join(f"'{text}'" for text in texts)


def _keys(faults: list[dict[str, Any]]) -> dict[str, tuple[tuple[str, str], str]]:
    """The own keys of all faults: the types of each in both languages, and what it means."""
    kinds: dict[str, set[str]] = {}
    choices: dict[str, list[str]] = {}
    about: dict[str, str] = {}
    for fault in faults:
        for param in fault["params"]:
            name = param["name"]
            kinds.setdefault(name, set()).add(param["kind"])
            choices.setdefault(name, []).extend(x for x in param.get("choices", []) if x not in choices.get(name, []))
            about.setdefault(name, param["about"])
    found: dict[str, tuple[tuple[str, str], str]] = {}
    for name in sorted(kinds):
        if "text" in kinds[name]:
            types = _TEXT
        elif kinds[name] == {"choice"}:
            types = _choice(choices[name])
        else:
            types = _FLAG if kinds[name] == {"flag"} else _NUMBER
        found[name] = types, about[name]
    return found


def _setting(row: dict[str, Any]) -> tuple[str, str]:
    default = row["default"]
    if "choices" in row:
        python, node = _choice(row["choices"])
        return (f"list[{python}]", f"readonly ({node})[]") if isinstance(default, list) else (python, node)
    if default is None:
        return "int | None", "number | null"
    return _FLAG if isinstance(default, bool) else _NUMBER


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


def python(faults: list[dict[str, Any]], settings: dict[str, Any]) -> str:
    """The module of Python."""
    names = "".join(f'        "{fault["name"]}",\n' for fault in faults[:-1])
    keys = "".join(f'        "{name}": {types[0]},\n' for name, (types, _) in _keys(faults).items())
    rows = "".join(f'        "{name}": {_setting(row)[0]},\n' for name, row in sorted(settings.items()))
    return f'''"""Faults and settings of the sandbox, written from its own list by a test of this package."""
# ruff: noqa: E501, PYI030, UP013  # stubtest knows only unions
# fmt: off

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

__all__ = ["FaultKeys", "FaultName", "Settings"]

FaultName: TypeAlias = (
    Literal[
{names}    ]
    | Literal["{faults[-1]["name"]}"]
)
"""Name of a fault; `Sandbox.control("faults")` says what each does."""

FaultKeys = TypedDict(
    "FaultKeys",
    {{
{keys}    }},
    total=False,
)
"""The own keys of all faults."""

Settings = TypedDict(
    "Settings",
    {{
{rows}    }},
    total=False,
)
"""What can be changed about the sandbox."""
'''


_COMMON = {"name": "FaultName", "provider": "Provider", "operation": "Operation", "applied": "boolean"}


def node(faults: list[dict[str, Any]], common: dict[str, str], settings: dict[str, Any]) -> str:
    """The module of TypeScript."""
    rule = ""
    for name, about in common.items():
        mark, rest = ("", "") if name == "name" else ("?", " | undefined")
        rule += (
            f"  /** {about[0].upper()}{about[1:]}. */\n  readonly {name}{mark}: {_COMMON.get(name, 'number')}{rest}\n"
        )
    names = "\n".join(f"  | '{fault['name']}'" for fault in faults)
    keys = ""
    for name, (types, about) in _keys(faults).items():
        line = f"  readonly {_camel(name)}?: {types[1]} | undefined\n"
        if len(line) > _LONGEST:
            line = line.replace("?: '", "?: | '").replace(" | ", "\n    | ").replace(":\n    |", ":\n    |")
        keys += f"  /** {about[0].upper()}{about[1:].rstrip('.')}. */\n{line}"
    rows = ""
    for name, row in sorted(settings.items()):
        spelled = _camel(name) if name[0].isalpha() else f"'{_camel(name)}'"
        rows += f"  /** {row['about'][0].upper()}{row['about'][1:]}. */\n  readonly {spelled}?: {_setting(row)[1]}\n"
    return f"""/**
 * Faults and settings of the sandbox, written from its own list by a test of this package.
 *
 * @module
 */
import type {{ Provider }} from './config.js'

/** An operation of a provider. */
export type Operation = 'block' | 'unblock' | 'list'

/** Name of a fault; `control('faults')` says what each does. */
export type FaultName =
{names}

/** The own keys of all faults. */
export interface FaultKeys {{
{keys}}}

/** A fault: what goes wrong, when, and the fault's own keys; `control('faults')` lists them all. */
export interface Fault extends FaultKeys {{
{rule}}}

/** What can be changed about the sandbox. */
export interface SandboxSettings {{
{rows}}}
"""


def written() -> dict[Path, str]:
    """Each file with its text."""
    with Sandbox() as sandbox:
        listed = sandbox.control("faults")
        settings = sandbox.control("help")["settings"]
    return {
        ROOT / "python/wablock/_sandbox.py": python(listed["faults"], settings),
        ROOT / "node/src/sandbox.ts": node(listed["faults"], listed["common"], settings),
    }
