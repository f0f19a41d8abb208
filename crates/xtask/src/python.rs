//! `python/wablock/config.py`, `python/wablock/_options.py`, and the exports of both configurations and errors in
//! `python/wablock/__init__.py`.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use wablock::{ClientOptions, OptionKind, OptionRow, ProviderEntry, mask, providers};

use crate::{
    errors,
    words::{self, Face, NOTICE, marked, paragraphs, sentence, wrapped},
};

const WIDTH: usize = 120;

pub(crate) fn files(root: &Path) -> Vec<(PathBuf, String)> {
    vec![
        ("python/wablock/config.py".into(), config()),
        ("python/wablock/_options.py".into(), options()),
        (EXPORTS.into(), exports(&fs::read_to_string(root.join(EXPORTS)).expect("the package"))),
    ]
}

const EXPORTS: &str = "python/wablock/__init__.py";

/// The module with the configurations and errors in its `__all__`, between two marks.
fn exports(text: &str) -> String {
    const MARKS: (&str, &str) = ("# faces: exports\n", "# /faces\n");
    let (before, rest) = text.split_once(MARKS.0).expect("a mark");
    let (_, after) = rest.split_once(MARKS.1).expect("a mark after it");
    let mut names = exported();
    names.extend(errors::exported());
    names.sort();
    format!("{before}{}__all__ += [\n{}]\n{}{after}", MARKS.0, words::per_line(names, "    "), MARKS.1)
}

/// What the module of the configurations exports, in quotes.
fn exported() -> Vec<String> {
    let classes = providers().iter().map(words::class);
    let mut names: Vec<String> =
        ["Config", "Secret"].into_iter().chain(classes).map(|name| format!("\"{name}\"")).collect();
    names.sort();
    names
}

/// The type of a value.
fn type_of(row: &OptionRow) -> String {
    match row.kind {
        OptionKind::Secret => "str | Secret".to_owned(),
        OptionKind::Flag => "bool".to_owned(),
        OptionKind::OneOf(choices) => {
            let choices: Vec<String> = choices.iter().map(|word| format!("\"{word}\"")).collect();
            format!("Literal[{}]", choices.join(", "))
        }
        OptionKind::Whole { .. } => "int".to_owned(),
        OptionKind::Rate | OptionKind::Duration => "float".to_owned(),
        OptionKind::Numbers => "Sequence[int]".to_owned(),
        OptionKind::Certificates => "Certificates".to_owned(),
        _ => "str".to_owned(),
    }
}

/// A line of a docstring about each option.
fn about(rows: &[OptionRow], indent: &str) -> String {
    let mut text = String::new();
    for row in rows {
        let line = format!("{}: {}", row.name, sentence(row, Face::Python));
        let next = format!("{indent}    ");
        writeln!(text, "{indent}{}", wrapped(&line, WIDTH, indent.len(), &next)).expect("text");
    }
    text
}

/// The names of options that hold credentials, in quotes.
fn secrets(rows: &[OptionRow]) -> Vec<String> {
    rows.iter().filter(|row| row.kind == OptionKind::Secret).map(|row| format!("\"{}\"", row.name)).collect()
}

fn config() -> String {
    let classes: Vec<&str> = providers().iter().map(words::class).collect();
    let mut text = format!(
        r#"# {NOTICE}
"""How to reach each provider. Every configuration hides its credentials from everything that prints.

Configurations can be copied, compared and hashed. They refuse to be pickled, because a pickle (a Celery message, a
cache, a multiprocessing queue) would carry the credentials in clear text: make the client in the worker instead, for
instance with `AsyncClient.from_env()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, final

from ._configuration import Configuration
from ._native import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
{}]
"#,
        words::per_line(exported(), "    ")
    );
    for entry in providers() {
        text.push_str(&class(entry));
    }
    write!(
        text,
        "\n\n{}\n\"\"\"A configuration of any provider.\"\"\"\n\nCONFIGURATIONS = (\n{})\n",
        words::union("Config: TypeAlias", &classes, Face::Python),
        words::per_line(&classes, "    ")
    )
    .expect("text");
    text
}

fn class(entry: &ProviderEntry) -> String {
    let class = words::class(entry);
    let rows = entry.table.rows;
    let mut doc = paragraphs(entry.table.doc);
    if words::is_retired(entry) {
        doc.push("Creating a client emits `RetiredProviderWarning`, once per process.".to_owned());
    }
    let doc: Vec<String> = doc.iter().map(|text| wrapped(&marked(text, Face::Node), WIDTH, 4, "    ")).collect();
    let id = &entry.id;
    let mut text = format!(
        r#"

@final
class {class}(Configuration):
    """{}

    Attributes:
{}
    Invalid values are reported when the client is created, as a `ConfigError`.

{}    """

    provider: ClassVar[Literal["{id}"]] = "{id}"
    _secrets: ClassVar[frozenset[str]] = frozenset({{{}}})

"#,
        doc.join("\n\n    "),
        about(rows, "        "),
        example(entry),
        secrets(rows).join(", "),
    );
    for row in rows {
        let rest = if row.required { "" } else { " | None = None" };
        writeln!(text, "    {}: {}{rest}", row.name, type_of(row)).expect("text");
    }
    text
}

/// A doctest: the smallest configuration and its `repr`.
fn example(entry: &ProviderEntry) -> String {
    let required = || entry.table.rows.iter().filter(|row| entry.table.needs(row));
    let given: Vec<String> = required().map(|row| format!("{}=\"{}\"", row.name, row.example)).collect();
    let shown: Vec<String> = required()
        .map(|row| match row.kind {
            OptionKind::Secret => format!("{}=***", row.name),
            _ => format!("{}={}", row.name, mask(&format!("'{}'", row.example))),
        })
        .collect();
    let class = words::class(entry);
    format!("    >>> {class}({})\n    {class}({})\n", given.join(", "), shown.join(", "))
}

fn options() -> String {
    let rows = ClientOptions::TABLE.rows;
    let mut text = format!(
        r#"# {NOTICE}
"""The options of clients."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from ._configuration import hidden

if TYPE_CHECKING:
    from ._configuration import FromEnvironment
    from ._native import Secret
    from .config import Config

__all__ = ["OPTIONS_WITH_SECRETS", "Certificates", "ClientOptions", "TakesOptions"]

Certificates: TypeAlias = str | bytes | os.PathLike[str] | Sequence[str | bytes | os.PathLike[str]]
"""Certificate authorities: PEM as text or bytes, the path of a PEM file, or several of these."""


class ClientOptions(TypedDict, total=False):
    """The options of a client. An option that is missing or None has its default.

    Attributes:
{}    """

"#,
        about(rows, "        ")
    );
    for row in rows {
        writeln!(text, "    {}: {} | None", row.name, type_of(row)).expect("text");
    }
    write!(text, "\n\nOPTIONS_WITH_SECRETS = frozenset({{{}}})\n", secrets(rows).join(", ")).expect("text");
    text.push_str(
        r#"

class TakesOptions:
    """The constructor of clients."""

    __slots__ = ()

    def __init__(
        self,
        config: Config | FromEnvironment,
        *,
"#,
    );
    for row in rows {
        writeln!(text, "        {}: {} | None = None,", row.name, type_of(row)).expect("text");
    }
    text.push_str("        **unknown: Any,\n    ) -> None:\n");
    text.push_str("        \"\"\"Checks the configuration and the options, and sends nothing.\n\n        Args:\n");
    text.push_str("            config: The configuration of a provider.\n");
    text.push_str(&about(rows, "            "));
    text.push_str("            **unknown: Refused; the error suggests the name that was probably meant.\n");
    text.push_str("        \"\"\"\n");
    for row in rows.iter().filter(|row| row.kind == OptionKind::Secret) {
        // A traceback may show local variables.
        writeln!(text, "        {0} = hidden({0})", row.name).expect("text");
    }
    text.push_str(
        "        names = list(unknown)\n        unknown.clear()\n        self._begin(\n            config,\n            {\n",
    );
    for row in rows {
        writeln!(text, "                \"{0}\": {0},", row.name).expect("text");
    }
    text.push_str(
        r#"            },
            names,
        )

    # The class that Python names where `config` is not given.
    __init__.__qualname__ = "Client.__init__"

    def _begin(self, config: Config | FromEnvironment, options: dict[str, Any], unknown: list[str]) -> None:
        raise NotImplementedError
"#,
    );
    text
}
