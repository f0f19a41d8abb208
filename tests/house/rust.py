"""Who imports whom in a Rust crate, file by file.

A path is followed to the file that defines its last name, also through the `pub use` of a module on the way: whoever
writes `crate::Error` imports the file of `Error`, not `lib.rs`. A module that only hands out names of the modules below
it does not import them. Unit tests are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from graph import Graph

Names = tuple[str, ...]

_NOT_CODE = re.compile(
    r"""//[^\n]* | /\*.*?\*/ |
    b?r(?P<hashes>\#*)".*?"(?P=hashes) | b?"(?:\\.|[^"\\])*" |
    b?'(?:\\(?:u\{[^}]*\}|.)|[^'\\\n])'(?!')""",
    re.DOTALL | re.VERBOSE,
)
_TOKEN = re.compile(r"::|[A-Za-z_][A-Za-z0-9_]*|[^\s\w]|\d\w*")
_DEFINING = {"fn", "struct", "enum", "union", "trait", "type", "const", "static", "macro_rules"}


class Token(NamedTuple):
    text: str
    line: int


class Import(NamedTuple):
    """One path in the code: the module where it begins, its names, and what a `use` makes of it."""

    base: Names
    names: Names
    line: int
    bound: str = ""
    public: bool = False


@dataclass
class Module:
    path: Names
    file: Path
    children: set[str] = field(default_factory=set[str])
    defined: set[str] = field(default_factory=set[str])
    imports: list[Import] = field(default_factory=list[Import])
    bound: dict[str, Names] = field(default_factory=dict[str, Names])
    globs: list[Names] = field(default_factory=list[Names])


def without_comments(text: str) -> str:
    """The code with its texts, and as many lines as before."""
    return _NOT_CODE.sub(lambda found: _blank(found[0]) if found[0][0] == "/" else found[0], text)


def tokens(text: str) -> list[Token]:
    """The code without comments, texts and unit tests."""
    code = _NOT_CODE.sub(lambda found: _blank(found[0]), text)
    found = [Token(match[0], line) for line, row in enumerate(code.split("\n"), 1) for match in _TOKEN.finditer(row)]
    kept: list[Token] = []
    at = 0
    while at < len(found):
        if [token.text for token in found[at : at + 7]] == ["#", "[", "cfg", "(", "test", ")", "]"]:
            at = _end_of_item(found, at + 7)
        else:
            kept.append(found[at])
            at += 1
    return kept


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _without_inline(found: list[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """The code outside of `mod name { ... }`, and the code of each such module."""
    kept: list[Token] = []
    inline: dict[str, list[Token]] = {}
    at = 0
    while at < len(found):
        if found[at].text == "mod" and at + 2 < len(found) and found[at + 2].text == "{":
            end = _end_of_item(found, at)
            inline[found[at + 1].text] = found[at + 3 : end - 1]
            at = end
        else:
            kept.append(found[at])
            at += 1
    return kept, inline


def _end_of_item(found: list[Token], at: int) -> int:
    depth = 0
    while at < len(found):
        text = found[at].text
        depth += (text in "{([") - (text in "})]")
        at += 1
        if depth == 0 and text in ";}":
            break
    return at


class Crate:
    """The modules of one crate, read from its source."""

    def __init__(self, source: Path) -> None:
        self.modules: dict[Names, Module] = {}
        self._source = source
        for name in ("lib.rs", "main.rs"):
            if (source / name).exists():
                self._read((name,) if name == "main.rs" else (), source / name, source)

    def graph(self) -> Graph:
        graph = Graph()
        for module in self.modules.values():
            user = self._name(module)
            graph.add(user)
            for item in module.imports:
                target = self._file_of(item.base, item.names, set())
                if target is None or (item.public and target[: len(module.path)] == module.path):
                    continue
                path = "::".join(item.names)
                graph.link(user, self._name(self.modules[target]), f"`{path}`, line {item.line}")
        return graph

    def _name(self, module: Module) -> str:
        return module.file.relative_to(self._source).as_posix()

    def _read(self, path: Names, file: Path, folder: Path) -> None:
        self._read_module(path, file, folder, tokens(file.read_text()))

    def _read_module(self, path: Names, file: Path, folder: Path, code: list[Token]) -> None:
        module = self.modules[path] = Module(path, file)
        code, inline = _without_inline(code)
        module.children |= inline.keys()
        for child, body in inline.items():
            self._read_module((*path, child), file, folder / child, body)
        below = _read_items(module, code)
        for child in sorted(below):
            module.children.add(child)
            beside, within = folder / f"{child}.rs", folder / child / "mod.rs"
            self._read((*path, child), beside if beside.exists() else within, folder / child)

    def _file_of(self, base: Names, names: Names, seen: set[tuple[Names, Names]]) -> Names | None:
        """The module that defines what a path names; nothing for a path out of the crate."""
        if (base, names) in seen:
            return None
        seen.add((base, names))
        module = self.modules[base]
        if not names:
            return base
        first, rest = names[0], names[1:]
        if first in module.children:
            return self._file_of((*base, first), rest, seen)
        if first in module.bound:
            return self._file_of_path(base, (*module.bound[first], *rest), seen)
        if first in module.defined:
            return base
        for target in module.globs:
            found = self._file_of_path(base, target, seen)
            if found is not None and first in self.modules[found].defined:
                return found
        return base

    def _file_of_path(self, base: Names, path: Names, seen: set[tuple[Names, Names]]) -> Names | None:
        start = _start(base, path)
        if start is None and path and path[0] in self.modules[base].children:
            start = (base, path)
        return None if start is None else self._file_of(*start, seen)


def _start(base: Names, path: Names) -> tuple[Names, Names] | None:
    """Where a path begins, and the names from there on; nothing for a path of another crate."""
    if path[0] == "crate":
        return base[:1] if base[:1] == ("main.rs",) else (), path[1:]
    if path[0] not in ("self", "super"):
        return None
    while path and path[0] in ("self", "super"):
        base, path = (base if path[0] == "self" else base[:-1]), path[1:]
    return base, path


def _read_items(module: Module, found: list[Token]) -> set[str]:
    """Fills a module with what its file says; returns the modules that have files of their own."""
    below: set[str] = set()
    for at, token in enumerate(found):
        after = found[at + 1] if at + 1 < len(found) else Token("", 0)
        if token.text == "mod" and at + 2 < len(found) and found[at + 2].text == ";":
            below.add(after.text)
        elif token.text in _DEFINING and after.text.isidentifier():
            module.defined.add(after.text)
        elif token.text == "macro_rules" and at + 2 < len(found):
            module.defined.add(found[at + 2].text)
    module.children |= below
    at = 0
    while at < len(found):
        if found[at].text == "use":
            public = at > 0 and found[at - 1].text in ("pub", ")")
            at = _read_use(module, found, at + 1, public)
        elif found[at].text.isidentifier() and (at == 0 or found[at - 1].text not in ("::", ".")):
            at = _read_path(module, found, at)
        else:
            at += 1
    return below


def _read_path(module: Module, found: list[Token], at: int) -> int:
    names = [found[at].text]
    line = found[at].line
    while at + 2 < len(found) and found[at + 1].text == "::" and found[at + 2].text.isidentifier():
        at += 2
        names.append(found[at].text)
    if len(names) > 1:
        _note(module, tuple(names), line)
    return at + 1


def _note(module: Module, path: Names, line: int, bound: str = "", public: bool = False) -> None:
    start = _start(module.path, path)
    if start is None and (path[0] in module.children or path[0] in module.bound):
        start = (module.path, path)
    if start is not None:
        module.imports.append(Import(*start, line, bound, public))


def _read_use(module: Module, found: list[Token], at: int, public: bool) -> int:
    end = at
    while found[end].text != ";":
        end += 1
    for path, bound in _leaves(iter(found[at:end]), ()):
        if not path:
            continue
        line = found[at].line
        if path[-1] == "*":
            module.globs.append(path[:-1])
            _note(module, path[:-1], line, public=public)
        else:
            _note(module, path, line, bound, public)
            if path[0] in ("crate", "self", "super") or path[0] in module.children:
                module.bound[bound] = path
    return end + 1


def _leaves(found: Iterator[Token], before: Names) -> Iterator[tuple[Names, str]]:
    """The paths of a `use`, each with the name that it gives."""
    path, bound = before, ""
    renaming = False
    for text, _ in found:
        if text == "{":
            yield from _leaves(found, path)
            path = ()
        elif text in (",", "}"):
            if path != before or bound:
                yield path, bound
            if text == "}":
                return
            path, bound, renaming = before, "", False
        elif text == "as":
            renaming = True
        elif renaming:
            bound = text
        elif text == "self" and path:
            bound = path[-1]
        elif text != "::":
            path, bound = (*path, text), text
    if path and path != before:
        yield path, bound
