//! The sandbox's ready configurations, a method for each provider: `python/wablock/_simulated.py` and
//! `node/src/simulated.ts`.

use std::{fmt::Write, path::PathBuf};

use wablock::{ProviderEntry, providers};

use crate::words::{self, NOTICE};

pub(crate) fn files() -> Vec<(PathBuf, String)> {
    vec![("python/wablock/_simulated.py".into(), python()), ("node/src/simulated.ts".into(), node())]
}

fn ids(quote: char) -> Vec<String> {
    providers().iter().map(|entry| format!("{quote}{}{quote}", entry.id)).collect()
}

fn python() -> String {
    let (ids, classes) = (ids('"'), providers().iter().map(words::class).collect::<Vec<_>>());
    let (last, first) = ids.split_last().expect("there are providers");
    let mut imported = classes.clone();
    imported.sort_unstable();
    let mut text = format!(
        r#"# {NOTICE}
"""The providers that the sandbox simulates."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from .config import (
{})

__all__ = ["Configurations", "ProviderName"]

ProviderName: TypeAlias = (
    Literal[  # noqa: PYI030  # stubtest knows only unions
{}    ]
    | Literal[{last}]
)
"""Id of a provider that the sandbox simulates."""


class Configurations:
    """A ready configuration for each provider."""

    __slots__ = ()
"#,
        words::per_line(&imported, "    "),
        words::per_line(first, "        "),
    );
    for entry in providers() {
        let (id, class, method) = (&entry.id, words::class(entry), words::method(entry));
        write!(
            text,
            r#"
    def {method}(self, account: str | None = None) -> {class}:
        """A ready configuration for {}.

        >>> from wablock.testing import Sandbox
        >>> with Sandbox() as sandbox:
        ...     sandbox.{method}().provider
        '{id}'
        """
        return {class}(**self._config("{id}", account))
"#,
            entry.title
        )
        .expect("text");
    }
    text.push_str(
        r"
    def _config(self, provider: ProviderName, account: str | None, **more: bool) -> dict[str, Any]:
        raise NotImplementedError
",
    );
    text
}

fn node() -> String {
    let mut types: Vec<&str> = providers().iter().map(|entry| entry.table.name).collect();
    types.push("Provider");
    types.sort_unstable();
    let one_line = format!("import type {{ {} }} from './config.js'", types.join(", "));
    let import = if one_line.len() > 110 {
        format!("import type {{\n{}}} from './config.js'", words::per_line(&types, "  "))
    } else {
        one_line
    };
    let mut text = format!(
        "// {NOTICE}\n/** The providers that the sandbox simulates. */\n\n{import}\nimport type {{ AccountOptions }} \
         from './testing.js'\n\n/** The method of the sandbox that configures each provider. */\nexport const METHODS = {{\n",
    );
    for entry in providers() {
        writeln!(text, "  {}: '{}',", key(entry), words::camel_method(entry)).expect("text");
    }
    text.push_str(
        "} as const satisfies Record<Provider, keyof Configurations>\n\n\
         /** A ready configuration for each provider. */\nexport abstract class Configurations {\n  \
         /** Runs a command of the sandbox. */\n  \
         abstract control(command: string, body?: object): Record<string, unknown>\n",
    );
    for entry in providers() {
        write!(
            text,
            "\n  /** A ready configuration for {}. */\n  {}(options: AccountOptions = {{}}): {name} {{\n    \
             return this.control('config', {{ provider: '{}', ...options }}) as unknown as {name}\n  }}\n",
            entry.title,
            words::camel_method(entry),
            entry.id,
            name = entry.table.name
        )
        .expect("text");
    }
    text + "}\n"
}

/// The id as a key of an object.
fn key(entry: &ProviderEntry) -> String {
    let id = entry.id.as_str();
    if words::is_name(id) { id.to_owned() } else { format!("'{id}'") }
}
