//! `node/src/config.ts` and `node/src/core-options.ts`.

use std::{fmt::Write, path::PathBuf};

use wablock::{CallOptions, CheckOptions, ClientOptions, OptionKind, OptionRow, ProviderEntry, providers};

use crate::words::{self, Face, NOTICE, camel, paragraphs, sentence, wrapped};

const WIDTH: usize = 120;

pub(crate) fn files() -> Vec<(PathBuf, String)> {
    vec![("node/src/config.ts".into(), config()), ("node/src/core-options.ts".into(), options())]
}

/// The type of a value.
fn type_of(row: &OptionRow) -> String {
    match row.kind {
        OptionKind::Flag => "boolean".to_owned(),
        OptionKind::OneOf(choices) => {
            let choices: Vec<String> = choices.iter().map(|word| format!("'{word}'")).collect();
            choices.join(" | ")
        }
        OptionKind::Whole { .. } | OptionKind::Rate | OptionKind::Duration => "number".to_owned(),
        OptionKind::Numbers => "readonly number[]".to_owned(),
        OptionKind::Certificates => "string | Uint8Array | URL | readonly (string | Uint8Array | URL)[]".to_owned(),
        _ => "string".to_owned(),
    }
}

/// A doc comment.
pub(crate) fn comment(lines: &[String], indent: &str) -> String {
    match lines {
        [line] if indent.len() + line.chars().count() + 7 <= WIDTH => format!("{indent}/** {line} */\n"),
        lines => {
            let start = format!("{indent} * ");
            // Examples stay as they are.
            let is_code = |line: &str| line.starts_with("const ");
            let fitted =
                |line: &String| if is_code(line) { line.clone() } else { wrapped(line, WIDTH, start.len(), &start) };
            let lines: Vec<String> =
                lines.iter().map(|line| format!("{start}{}", fitted(line)).trim_end().to_owned()).collect();
            format!("{indent}/**\n{}\n{indent} */\n", lines.join("\n"))
        }
    }
}

fn fields(rows: &[OptionRow]) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&comment(&[sentence(row, Face::Node)], "  "));
        let (mark, rest) = if row.required { ("", "") } else { ("?", " | undefined") };
        writeln!(text, "  readonly {}{mark}: {}{rest}", camel(row), type_of(row)).expect("text");
    }
    text
}

fn config() -> String {
    let ids: Vec<String> = providers().iter().map(|entry| format!("'{}'", entry.id)).collect();
    let ids = words::union("export type Provider", &ids, Face::Node);
    let types: Vec<&str> = providers().iter().map(|entry| entry.table.name).collect();
    let mut text =
        format!("// {NOTICE}\n/** How to reach each provider. */\n\n/** The ids of the providers. */\n{ids}\n\n",);
    for entry in providers() {
        text.push_str(&interface(entry));
    }
    let any = words::union("export type ClientConfig", &types, Face::Node);
    writeln!(text, "/** The configuration of a provider. */\n{any}").expect("text");
    text
}

fn options() -> String {
    format!(
        "// {NOTICE}\n\n/** The options of a client that the core reads. */\nexport interface CoreClientOptions {{\n{}}}\n\n\
         /** The options of a call that the core reads. */\nexport interface CoreCallOptions {{\n{}}}\n\n\
         /** What {{@link Client.check}} does otherwise. */\nexport interface CheckOptions {{\n{}}}\n",
        fields(ClientOptions::TABLE.rows),
        fields(CallOptions::TABLE.rows),
        fields(CheckOptions::TABLE.rows),
    )
}

fn interface(entry: &ProviderEntry) -> String {
    let mut doc = paragraphs(entry.table.doc).join("\n\n").split('\n').map(str::to_owned).collect::<Vec<_>>();
    if words::is_retired(entry) {
        doc.extend([String::new(), "The first client made for it emits a process warning.".to_owned()]);
    }
    let required = entry.table.rows.iter().filter(|row| entry.table.needs(row));
    let given: Vec<String> = required.map(|row| format!("{}: '{}'", camel(row), row.example)).collect();
    doc.extend([
        String::new(),
        "@example".to_owned(),
        "```ts".to_owned(),
        format!("const client = new Client({{ provider: '{}', {} }})", entry.id, given.join(", ")),
        "```".to_owned(),
    ]);
    format!(
        "{}export interface {} {{\n  /** Which provider: this one. */\n  readonly provider: '{}'\n{}}}\n\n",
        comment(&doc, ""),
        entry.table.name,
        entry.id,
        fields(entry.table.rows)
    )
}
