"""No module imports itself on a way through others: in no crate, no binding, neither package."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import faces
from files import ROOT, name, written
from graph import Graph
from rust import Crate


def parts() -> dict[str, Callable[[], Graph]]:
    """Every part of the project, and how to read its graph."""

    def crate(folder: str) -> Callable[[], Graph]:
        return lambda: Crate(ROOT / folder / "src").graph()

    crates = {name(path.parent) for path in written(".toml") if path.name == "Cargo.toml"}
    read = {folder: crate(folder) for folder in sorted(crates) if (ROOT / folder / "src").is_dir()}
    read["python/wablock"] = lambda: faces.python(ROOT / "python/wablock", ROOT / "bindings/python/src")
    read["node/src"] = lambda: faces.node(ROOT / "node/src")
    return read


@pytest.mark.parametrize("part", parts())
def test_no_module_imports_itself_through_others(part: str) -> None:
    graph = parts()[part]()
    assert graph.edges
    circles = graph.circles()
    shown = "\n\n".join(f"A circle in {part}:\n{graph.shortest(group)}" for group in circles)
    assert not circles, f"{shown}\n\nMove what both need into a module below both."


def test_every_part_is_read() -> None:
    assert {"crates/wablock", "crates/wablock-sandbox", "bindings/python", "bindings/node"} < set(parts())
    for part, fewest in (("crates/wablock", 100), ("python/wablock", 20), ("node/src", 30)):
        edges = sum(map(len, parts()[part]().edges.values()))
        assert edges >= fewest, f"{part}: only {edges} imports were found"
