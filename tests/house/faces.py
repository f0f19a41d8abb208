"""Who imports whom at run time in the Python and the Node package. Imports for type checkers are left out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from graph import Graph

NATIVE = "_native"


def python(package: Path, native_source: Path) -> Graph:
    """The imports of a Python package, also those inside of functions.

    The native module is one of its modules. It imports those whose names stand in its source, as `"wablock.errors"`.
    """
    graph = Graph()
    names = {path.stem for path in package.glob("*.py")}
    for path in sorted(package.glob("*.py")):
        for node in _run(ast.parse(path.read_text()).body):
            for used in _imported(node, package.name):
                if used in names | {NATIVE}:
                    graph.link(path.stem, used, f"line {node.lineno}")
    for path in sorted(native_source.rglob("*.rs")):
        for line, text in enumerate(path.read_text().split("\n"), 1):
            for used in re.findall(rf'(?<!module = )"{package.name}\.(\w+)"', text):
                graph.link(NATIVE, used, f"{path.name} of the binding, line {line}")
    return graph


def _run(body: list[ast.stmt]) -> list[ast.Import | ast.ImportFrom]:
    """The imports that run."""
    found: list[ast.Import | ast.ImportFrom] = []
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            found.append(statement)
        elif isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            found += _run(statement.orelse)
        else:
            for part in ast.iter_child_nodes(statement):
                if isinstance(part, ast.stmt):
                    found += _run([part])
                elif isinstance(part, ast.ExceptHandler | ast.match_case):
                    found += _run(part.body)
    return found


def _imported(node: ast.Import | ast.ImportFrom, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[1] for alias in node.names if alias.name.startswith(f"{package}.")]
    module = node.module or ""
    if not node.level and module != package and not module.startswith(f"{package}."):
        return []
    module = module.removeprefix(package).removeprefix(".")
    # `from . import x` imports the module `x`; where `x` is not a module, it is a name of the package itself.
    return [module.split(".")[0]] if module else [alias.name for alias in node.names]


_IMPORT = re.compile(
    r"^(?:import|export)\s+(?!type\b)(?:(?P<names>[^;'\"]*?)\s*from\s*)?'\./(?P<static>[\w./-]+)\.js'"
    r"|\bimport\('\./(?P<dynamic>[\w./-]+)\.js'\)",
    re.MULTILINE,
)


def node(source: Path) -> Graph:
    """The imports of a TypeScript package that are there in JavaScript too."""
    graph = Graph()
    for path in sorted(source.rglob("*.ts")):
        user = path.relative_to(source).as_posix().removesuffix(".ts")
        graph.add(user)
        text = path.read_text()
        for found in _IMPORT.finditer(text):
            names = re.match(r"\{(.*)\}$", found["names"] or "", re.DOTALL)
            if names and all(name.strip().startswith("type ") for name in names[1].split(",") if name.strip()):
                continue
            line = text.count("\n", 0, found.start()) + 1
            graph.link(user, found["static"] or found["dynamic"], f"line {line}")
    return graph
