"""The readers of imports see what they must see, on small sources."""

from __future__ import annotations

from pathlib import Path

import pytest

import faces
from graph import Graph
from rust import Crate


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def pairs(graph: Graph) -> set[tuple[str, str]]:
    return {(user, used) for user, all_used in graph.edges.items() for used in all_used}


@pytest.mark.parametrize(
    ("lib", "user", "found"),
    [
        ("mod a;\nmod b;", "use crate::b::B;", True),
        ("mod a;\nmod b;", "use super::b;", True),
        ("mod a;\nmod b;", "use crate::{b::{B, other as o}};", True),
        ("mod a;\nmod b;", "fn f() -> crate::b::B {}", True),
        ("mod a;\nmod b;", "fn f<'a>(x: &'a u8) { let c = 'c'; super::b::f() }", True),
        # Through the roof, also with another name, a glob, and two roofs.
        ("mod a;\nmod b;\npub use b::B;", "use crate::B;", True),
        ("mod a;\nmod b;\npub use b::B as C;", "fn f() -> crate::C {}", True),
        ("mod a;\nmod b;\npub use b::*;", "use crate::B;", True),
        ("mod a;\nmod b;\nmod c { pub use crate::b::B; }\npub use b::B;", "use crate::B;", True),
        ("mod a;\nmod b;", "// crate::b::B", False),
        ("mod a;\nmod b;", '/* crate::b::B */ const A: &str = "crate::b::B";', False),
        ("mod a;\nmod b;", 'const A: &str = r#"" crate::b::B "#;', False),
        ("mod a;\nmod b;", "#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}\nfn f() {}", False),
        ("mod a;\nmod b;", "use other::b::B;", False),
    ],
)  # fmt: skip
def test_a_rust_import_is_followed_to_the_file_that_defines_the_name(
    tmp_path: Path, lib: str, user: str, found: bool
) -> None:
    graph = Crate(put(tmp_path, {"lib.rs": lib, "a.rs": user, "b.rs": "pub struct B;\npub fn f() {}"})).graph()
    assert (("a.rs", "b.rs") in pairs(graph)) is found


def test_a_rust_module_that_only_hands_out_names_imports_nothing(tmp_path: Path) -> None:
    files = {
        "lib.rs": "mod room;",
        "room/mod.rs": "mod inner;\npub(crate) use inner::Thing;\npub(crate) struct Shared;",
        "room/inner.rs": "use super::Shared;\npub(crate) struct Thing(Shared);",
    }
    assert Crate(put(tmp_path, files)).graph().circles() == []
    files["room/mod.rs"] += "\nfn f(_: Thing) {}\nfn g() { inner::h() }"
    graph = Crate(put(tmp_path, files)).graph()
    assert graph.circles() == [["room/inner.rs", "room/mod.rs"]]
    assert "room/inner.rs imports room/mod.rs (`Shared`, line 1)" in graph.shortest(["room/inner.rs", "room/mod.rs"])


def test_a_rust_module_within_a_file_is_part_of_the_file(tmp_path: Path) -> None:
    files = {
        "lib.rs": "mod room;\nmod other;",
        "room.rs": "mod inner {\n    pub(crate) mod deep;\n    use super::super::other::Thing;\n}",
        "room/inner/deep.rs": "use crate::other::Thing;",
        "other.rs": "pub(crate) struct Thing;",
    }
    graph = Crate(put(tmp_path, files)).graph()
    assert pairs(graph) == {("room.rs", "other.rs"), ("room/inner/deep.rs", "other.rs")}


def test_python_imports_count_where_they_run(tmp_path: Path) -> None:
    native = put(tmp_path / "native", {"a.rs": '#[pyclass(module = "wablock._native")]\npy.import("wablock.b")'})
    package = put(
        tmp_path / "wablock",
        {
            "a.py": "if TYPE_CHECKING:\n    from . import b\nelse:\n    from .c import x\n",
            "b.py": "def f():\n    try:\n        from . import a\n    except ImportError:\n        import wablock.c\n",
            "c.py": "from __future__ import annotations\nfrom ._native import x\nfrom other import b\n",
        },
    )
    assert pairs(faces.python(package, native)) == {
        ("a", "c"), ("b", "a"), ("b", "c"), ("c", "_native"), ("_native", "b"),
    }  # fmt: skip
    assert faces.python(package, native).circles() == [["_native", "a", "b", "c"]]


def test_typescript_imports_count_where_javascript_has_them(tmp_path: Path) -> None:
    source = put(
        tmp_path,
        {
            "a.ts": "import type { B } from './b.js'\nimport { type C, type D } from './b.js'\n"
            "import {\n  type C,\n  c,\n} from './c.js'\n",
            "b.ts": "export * from './a.js'\nexport type { C } from './c.js'\n",
            "c.ts": "import './d.js'\nasync function f() {\n  await import('./b.js')\n}\n",
            "d.ts": "import { b } from 'b'\nimport d from './a.js'\n",
        },
    )
    assert pairs(faces.node(source)) == {("a", "c"), ("b", "a"), ("c", "d"), ("c", "b"), ("d", "a")}
