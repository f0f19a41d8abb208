//! The types of the sandbox's faults and settings, from the sandbox's own list: `python/wablock/_sandbox.py` and
//! `node/src/sandbox.ts`.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Value, json};
use wablock_sandbox::{Options, Sandbox};

use crate::words::{NOTICE, is_name, per_line};

/// Where the formatter of TypeScript breaks lines.
const LONGEST: usize = 111;

pub(crate) fn files() -> Vec<(PathBuf, String)> {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let ask = |command| sandbox.control(command, json!({})).expect("a list");
    let (listed, help) = (ask("faults"), ask("help"));
    let names: Vec<&str> = array(&listed["faults"]).iter().map(|fault| text(&fault["name"])).collect();
    let settings = map(&help["settings"]);
    let mut settings: Vec<Key> = settings.iter().map(|(name, row)| Key::of_setting(name, row)).collect();
    settings.sort_by(|a, b| a.name.cmp(&b.name));
    let common: Vec<Key> =
        map(&listed["common"]).iter().map(|(name, about)| Key::of_every_fault(name, text(about))).collect();
    let keys = own_keys(array(&listed["faults"]));
    vec![
        ("python/wablock/_sandbox.py".into(), python(&names, &keys, &common, &settings)),
        ("node/src/sandbox.ts".into(), node(&names, &keys, &common, &settings)),
    ]
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn map(value: &Value) -> &serde_json::Map<String, Value> {
    value.as_object().expect("an object")
}

/// A key of a fault or a setting: its types in both languages, and what it means.
struct Key {
    name: String,
    python: String,
    node: String,
    about: String,
}

impl Key {
    fn new(name: &str, (python, node): (impl Into<String>, impl Into<String>), about: &str) -> Self {
        Self { name: name.to_owned(), python: python.into(), node: node.into(), about: about.to_owned() }
    }

    fn of_setting(name: &str, row: &Value) -> Self {
        let about = text(&row["about"]);
        let (default, choices) = (&row["default"], array(&row["choices"]));
        if !choices.is_empty() {
            let (python, node) = choice(&choices.iter().map(text).collect::<Vec<_>>());
            return match default {
                Value::Array(_) => Self::new(name, (format!("list[{python}]"), format!("readonly ({node})[]")), about),
                _ => Self::new(name, (python, node), about),
            };
        }
        let types = match default {
            Value::Null => ("int | None", "number | null"),
            Value::Bool(_) => ("bool", "boolean"),
            _ => ("int", "number"),
        };
        Self::new(name, types, about)
    }

    fn of_every_fault(name: &str, about: &str) -> Self {
        let types = match name {
            "name" => ("FaultName", "FaultName"),
            "provider" => ("ProviderName", "Provider"),
            "operation" => ("OperationName", "Operation"),
            "applied" => ("bool", "boolean"),
            "probability" => ("float", "number"),
            _ => ("int", "number"),
        };
        Self::new(name, types, about)
    }

    fn sentence(&self) -> String {
        let mut letters = self.about.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>().trim_end_matches('.').to_owned() + "."
    }
}

/// The keys that faults have of their own. Several may have one of the same name.
fn own_keys(faults: &[Value]) -> Vec<Key> {
    let mut found: BTreeMap<&str, (Vec<&str>, Vec<&str>, &str)> = BTreeMap::new();
    for param in faults.iter().flat_map(|fault| array(&fault["params"])) {
        let (kinds, choices, _) =
            found.entry(text(&param["name"])).or_insert_with(|| (Vec::new(), Vec::new(), text(&param["about"])));
        kinds.push(text(&param["kind"]));
        for choice in array(&param["choices"]).iter().map(text) {
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
    }
    let key = |(name, (kinds, choices, about)): (&str, (Vec<&str>, Vec<&str>, &str))| {
        let are = |kind: &str| kinds.iter().all(|other| *other == kind);
        let types = match () {
            () if kinds.contains(&"text") => ("str".to_owned(), "string".to_owned()),
            () if are("choice") => choice(&choices),
            () if are("flag") => ("bool".to_owned(), "boolean".to_owned()),
            () => ("int".to_owned(), "number".to_owned()),
        };
        Key::new(name, types, about)
    };
    found.into_iter().map(key).collect()
}

/// One of several words. Stubtest knows only unions.
fn choice(words: &[&str]) -> (String, String) {
    let (last, head) = words.split_last().expect("there are choices");
    let head: Vec<String> = head.iter().map(|word| format!("\"{word}\"")).collect();
    let node: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    (format!("Literal[{}] | Literal[\"{last}\"]", head.join(", ")), node.join(" | "))
}

fn python(names: &[&str], keys: &[Key], common: &[Key], settings: &[Key]) -> String {
    let (last, head) = names.split_last().expect("there are faults");
    let head = per_line(head.iter().map(|name| format!("\"{name}\"")), "        ");
    let typed = |keys: &[Key]| per_line(keys.iter().map(|key| format!("\"{}\": {}", key.name, key.python)), "        ");
    let rule: String = common
        .iter()
        .filter(|key| key.name != "name")
        .map(|key| format!("    {}: {}\n    \"\"\"{}\"\"\"\n", key.name, key.python, key.sentence()))
        .collect();
    format!(
        r#"# {NOTICE}
"""Faults and settings of the sandbox."""
# ruff: noqa: E501, PYI030, TC001, UP013  # stubtest knows only unions
# fmt: off

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

from ._simulated import ProviderName

__all__ = ["FaultKeys", "FaultName", "FaultRule", "OperationName", "Settings"]

OperationName: TypeAlias = Literal["block", "unblock"] | Literal["list"]

FaultName: TypeAlias = (
    Literal[
{head}    ]
    | Literal["{last}"]
)
"""Name of a fault; `Sandbox.control("faults")` says what each does."""

FaultKeys = TypedDict(
    "FaultKeys",
    {{
{}    }},
    total=False,
)
"""The own keys of all faults."""


class FaultRule(FaultKeys, total=False):
    """When a fault applies, and its own keys."""

{rule}

Settings = TypedDict(
    "Settings",
    {{
{}    }},
    total=False,
)
"""What can be changed about the sandbox."""
"#,
        typed(keys),
        typed(settings)
    )
}

fn node(names: &[&str], keys: &[Key], common: &[Key], settings: &[Key]) -> String {
    let names: String = names.iter().map(|name| format!("  | '{name}'\n")).collect();
    // Not as options are spelled: these are keys of the sandbox, in its own units.
    let camel = |name: &str| {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        let name = words.fold(first, |name, word| {
            let mut letters = word.chars();
            letters.next().into_iter().fold(name, |name, letter| format!("{name}{}", letter.to_ascii_uppercase()))
                + letters.as_str()
        });
        if is_name(&name) { name } else { format!("'{name}'") }
    };
    let field = |key: &Key, mark: &str, rest: &str| {
        let mut line = format!("  readonly {}{mark}: {}{rest}\n", camel(&key.name), key.node);
        if line.len() > LONGEST {
            line = line.replacen(": '", ": | '", 1).replace(" | ", "\n    | ");
        }
        format!("  /** {} */\n{line}", key.sentence())
    };
    let keys: String = keys.iter().map(|key| field(key, "?", " | undefined")).collect();
    let settings: String = settings.iter().map(|key| field(key, "?", "")).collect();
    let common: String = common
        .iter()
        .map(|key| if key.name == "name" { field(key, "", "") } else { field(key, "?", " | undefined") })
        .collect();
    format!(
        "// {NOTICE}
/**
 * Faults and settings of the sandbox.
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
{common}}}

/** What can be changed about the sandbox. */
export interface SandboxSettings {{
{settings}}}
"
    )
}
