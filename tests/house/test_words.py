"""Bindings and faces convert, and nothing else: no provider's word, no default of an option, no rule of the core."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import source
from files import ROOT, name, written

FOLDERS = ("bindings/python/src", "bindings/node/src", "bindings/shared/src", "python/wablock", "node/src")
GENERATED = "Written by `cargo xtask faces`"
# The core's tables of options: names and defaults.
TABLES: dict[str, Any] = json.loads((ROOT / "tests/data/options.json").read_text())
PROVIDERS: dict[str, dict[str, Any]] = TABLES["providers"]

# What stands in requests and answers.
WIRE = re.compile(
    "block_users|createBlockUsers|deleteBlockUsers|getBlockUsers|graph.facebook|provision/blacklist|messaging_product"
    "|reqwest"
)

# Where the name of a provider stands in code, and why.
NAMES_PROVIDERS = {
    "python/wablock/__init__.py": "exports the configurations",
    "python/wablock/testing.py": "the sandbox's configuration of Meta has an option",
    "python/wablock/_sandbox.py": "the sandbox's settings",
    "node/src/testing.ts": "the sandbox's configuration of Meta has an option",
    "node/src/sandbox.ts": "the sandbox's settings",
}
# Files with defaults of options that the core does not have: `on_missing` of Python, whose signatures say what happens,
# and `logLevel` of Node.
HOLD_DEFAULTS = {
    "bindings/python/src/results/rows.rs",
    "python/wablock/_client.py",
    "python/wablock/aio.py",
    "node/src/log.ts",
}
# The one public function that is about a provider; and a word of JavaScript.
NO_PROVIDER = re.compile(r"nxcloud_?signature(input)?|import\.meta", re.IGNORECASE)

# What only a binding can see: a wrong type, the end of the process, a call that ended without a result.
OWN_ERRORS = {"Closed", "Config", "InvalidUser", "Protocol"}
# Defaults that say nothing. The sandbox's own methods have `app_secret=False`.
NOTHING = ("None", "False", "...")


def files() -> list[Path]:
    """The files that people write."""
    found = [
        path for folder in FOLDERS if (ROOT / folder).is_dir() for path in written(".rs", ".py", ".ts", below=folder)
    ]
    return [path for path in found if GENERATED not in path.read_text()[:500]]


def snake(text: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()


@cache
def option_names() -> frozenset[str]:
    """Every option of a client, a call and a provider, in `snake_case`."""
    names = json.loads((ROOT / "tests/parity/names.json").read_text())["types"]
    groups = [names[kind]["members"] for kind in ("client options", "call options")]
    of_faces = {option for group in groups for option, row in group.items() if row[0] or row[1]}
    of_core = {
        option for table in (TABLES["client"], TABLES["call"], TABLES["check"], *PROVIDERS.values()) for option in table
    }
    # `users` is what a call is about.
    return frozenset((of_faces | of_core) - {"users"})


def test_the_files_are_found() -> None:
    endings = [path.suffix for path in files()]
    assert all(endings.count(ending) >= 20 for ending in (".rs", ".py", ".ts")), "the folders are not where they were"
    assert {"timeout", "access_token", "max_retries", "region"} <= option_names()


def test_no_word_of_a_request_or_an_answer() -> None:
    assert not [name(path) for path in files() if WIRE.search(path.read_text())]


def test_no_name_of_a_provider() -> None:
    forms = [form for provider in PROVIDERS for form in (provider, re.sub(r"^(\d+)(.*)", r"\2\1", provider))]
    named = re.compile(rf"(?<![a-z0-9])(?:{'|'.join('_?'.join(form) for form in forms)})(?![a-z0-9])")
    files_without = [path for path in files() if name(path) not in NAMES_PROVIDERS]
    assert not _wrong(files_without, lambda text: bool(named.search(snake(NO_PROVIDER.sub("", text)))))


def test_no_default_of_an_option() -> None:
    """An option that is not given is not passed on, so that the core's default holds."""
    scripts = [path for path in files() if path.suffix != ".py" and name(path) not in HOLD_DEFAULTS]
    wrong = _wrong(scripts, has_default)
    for path in files():
        if path.suffix == ".py" and name(path) not in HOLD_DEFAULTS:
            wrong += [f"{name(path)}: {default}" for default in python_defaults(path.read_text())]
    assert not wrong


def test_no_default_of_the_tables() -> None:
    """A text that is the default of an option stands in no file that people write."""
    defaults = {default for table in PROVIDERS.values() for default in table.values() if isinstance(default, str)}
    assert len(defaults) > 5
    quoted = re.compile("|".join(rf"[\"'`]{re.escape(default)}[\"'`]" for default in sorted(defaults)))
    # The choices of an option stand in its type.
    choices = re.compile(r"Literal\[.*\]|'md5' \| 'sha256'")
    assert not _wrong(files(), lambda text: bool(quoted.search(choices.sub("", text))))


def test_no_rule_of_the_core() -> None:
    """Codes, states and remedies come from the core; a binding only passes them on."""
    codes = json.loads((ROOT / "tests/parity/names.json").read_text())["codes"]
    words = {*codes, "done", "failed", "unknown", "not_sent"} - option_names()
    decided = re.compile(rf"Remedy|\"(?:{'|'.join(sorted(words))})\"")

    def rules(text: str) -> bool:
        kinds = set(re.findall(r"ErrorKind::([A-Z][a-z]\w+)", text))
        return bool(decided.search(text) or kinds - OWN_ERRORS)

    assert not _wrong([path for path in files() if path.suffix == ".rs"], rules)


def test_one_door_out_of_pythons_lock() -> None:
    """Only there does a thread give the lock back, so only there must Ctrl-C and Python's exit be thought of."""
    binding = [path for path in files() if name(path).startswith("bindings/python/")]
    assert [name(path) for path in binding if ".detach(" in path.read_text()] == ["bindings/python/src/wait.rs"]


def test_the_binding_asks_the_package_for_nothing_by_name() -> None:
    """The package gives it what is written in Python, so that it does not import the package that imports it."""
    named = re.compile(r'(?<!module = )"wablock\.\w+"')
    assert not _wrong(
        [path for path in files() if name(path).startswith("bindings/python/")], lambda text: bool(named.search(text))
    )


@pytest.mark.parametrize(
    "text",
    [
        "const { body = '', maxRetries = 5 } = options",
        "const timeout = options.timeout ?? 30",
        "rateLimit: number = 5,",
        "#[pyo3(signature = (text, timeout = 30))]",
        '#[pyo3(signature = (*, region = "IL"))]',
        "let timeout = given.unwrap_or(30);",
        'let region = given.unwrap_or_else(|| "IL".to_owned());',
    ],
)
def test_a_default_is_found(text: str) -> None:
    assert has_default(text)


def test_what_is_not_a_default_is_not_found() -> None:
    for text in (
        "const given = options.caCertificates ?? []",
        "export type LogLevel = 'debug' | 'info'",
        "#[pyo3(signature = (text, region = None))]",
        "let count = given.unwrap_or(0);",
        "const place = index ?? 5",
    ):
        assert not has_default(text), text
    python = (
        "def f(region=None, *, timeout: int = 30, place=3): ...\nclass A:\n    algorithm: str = 'md5'\n    url: str\n"
    )
    assert python_defaults(python) == ["algorithm = 'md5'", "timeout = 30"]


def has_default(text: str) -> bool:
    """Whether a line of TypeScript or Rust has a default of an option."""
    signature = re.search(r"signature = \((.*)\)\)\]", text)
    if signature:
        return any(default not in ("None", "false") for default in re.findall(r"\w+ = ([^,)]+)", signature[1]))
    if re.search(r'\.unwrap_or(_else)?\((\|\| )?("|[1-9]|true\b)', text):
        return True
    given = re.findall(r"\b(\w+)(?:: \w+)? (?:=|\?\?|\|\|) (?:['\"`\d]|\[(?!\])|true\b)", text)
    return not re.match("(export )?type ", text) and any(snake(option) in option_names() for option in given)


def python_defaults(text: str) -> list[str]:
    """Every default of an option in a Python module."""
    given: list[tuple[str, ast.expr | None]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.arguments):
            names = [*node.posonlyargs, *node.args]
            last = names[len(names) - len(node.defaults) :]
            pairs = [*zip(last, node.defaults, strict=True), *zip(node.kwonlyargs, node.kw_defaults, strict=True)]
            given += [(argument.arg, default) for argument, default in pairs]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            given.append((node.target.id, node.value))
    shown = [(option, ast.unparse(default)) for option, default in given if default is not None]
    return sorted(f"{option} = {text}" for option, text in shown if option in option_names() and text not in NOTHING)


def _wrong(paths: list[Path], is_wrong: Callable[[str], bool]) -> list[str]:
    """The lines of code for which something holds, with their places."""
    return [
        f"{name(path)}:{line}: {text.strip()}" for path in paths for line, text in source.lines(path) if is_wrong(text)
    ]
