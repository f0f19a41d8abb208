//! Describes options for each generated file, in the terms of its language.

use wablock::{Certainty, Naming, OptionDefault, OptionKind, OptionRow, ProviderEntry, ProviderStatus};

use crate::samples;

/// The first line of a generated file, after its language's comment sign.
pub(crate) const NOTICE: &str = "Written by `cargo xtask faces`. Do not edit.";

/// Who reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// Docstrings.
    Python,
    /// Doc comments.
    Node,
    /// Tables of the pages: names and units of Python and of environment variables.
    Page,
}

/// The text of a table or a row in one line.
pub(crate) fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The paragraphs of a doc text, each in one line.
pub(crate) fn paragraphs(doc: &str) -> Vec<String> {
    let lines: Vec<&str> = doc.lines().map(str::trim).collect();
    lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()).map(|lines| lines.join(" ")).collect()
}

/// Text with code in backticks as the language marks it.
pub(crate) fn marked(text: &str, face: Face) -> String {
    if face == Face::Python { text.replace('`', "``") } else { text.to_owned() }
}

/// A number with thousands separators.
pub(crate) fn grouped(number: u64) -> String {
    OptionDefault::Whole(number).to_string()
}

/// Everything about an option: what it means, its unit, its range, its default.
pub(crate) fn sentence(row: &OptionRow, face: Face) -> String {
    let mut parts = vec![one_line(row.doc)];
    match row.kind {
        OptionKind::Duration if face == Face::Node => parts.push("In milliseconds.".to_owned()),
        OptionKind::Duration => parts.push("In seconds.".to_owned()),
        OptionKind::Certificates if face == Face::Node => parts.push(
            "PEM text may be a Buffer, and a path a `file:` URL. Those of Node's `NODE_EXTRA_CA_CERTS` are trusted too."
                .to_owned(),
        ),
        _ => {}
    }
    if !row.instead_of.is_empty() {
        let other = if face == Face::Node { Naming::camel().key(row.instead_of) } else { row.instead_of.to_owned() };
        parts.push(format!("Given instead of `{other}`."));
    }
    parts.extend(choice(row).filter(|_| face == Face::Page));
    parts.extend(range(row));
    if face != Face::Page {
        parts.extend(if row.required { None } else { default(row, face).map(|text| format!("Default: {text}.")) });
        parts.extend((row.required && face == Face::Python).then(|| "Required.".to_owned()));
    }
    marked(&parts.join(" "), face)
}

/// The words to choose from.
fn choice(row: &OptionRow) -> Option<String> {
    let OptionKind::OneOf(words) = row.kind else { return None };
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    Some(format!("{}.", listed(&words, "or")))
}

/// The range of a whole number.
fn range(row: &OptionRow) -> Option<String> {
    let OptionKind::Whole { least, most } = row.kind else { return None };
    Some(format!("From {} to {}.", grouped(least), grouped(most)))
}

/// The default in words, without the point.
pub(crate) fn default(row: &OptionRow, face: Face) -> Option<String> {
    let text = match row.default {
        OptionDefault::None => "none".to_owned(),
        OptionDefault::Flag(flag) => match (face, flag) {
            (Face::Python, true) => "`True`".to_owned(),
            (Face::Python, false) => "`False`".to_owned(),
            _ => format!("`{flag}`"),
        },
        OptionDefault::Text(text) if face == Face::Page => format!("`{text}`"),
        OptionDefault::Text(text) if face == Face::Node => format!("`'{text}'`"),
        OptionDefault::Text(text) => format!("`\"{text}\"`"),
        OptionDefault::Seconds(seconds) if face == Face::Node => grouped(seconds * 1000),
        OptionDefault::Seconds(seconds) => grouped(seconds),
        ref other => other.to_string(),
    };
    let note = match row.note {
        "" => String::new(),
        note if note.starts_with("or ") => format!(", {note}"),
        note => format!(" ({note})"),
    };
    let guess = match (row.certainty, row.default) {
        (Certainty::Guess, OptionDefault::Text(_)) => " (a guess: its documentation is not public)",
        _ => "",
    };
    Some(text + &note + guess)
}

/// The environment variable of an option.
pub(crate) fn variable(provider: Option<&ProviderEntry>, row: &OptionRow) -> String {
    let of_provider = provider.map(|entry| format!("{}_", entry.id.as_str().to_uppercase())).unwrap_or_default();
    format!("WABLOCK_{of_provider}{}", row.name.to_uppercase())
}

/// The name of an option in JavaScript.
pub(crate) fn camel(row: &OptionRow) -> String {
    Naming::camel().key(row.name)
}

/// The name of the Python class of a provider.
pub(crate) fn class(entry: &ProviderEntry) -> &'static str {
    entry.table.name.trim_end_matches("Config")
}

/// Whether a text can be a name in code.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The sandbox's method for a provider: its id, or its class in lower case where the id cannot be a name.
pub(crate) fn method(entry: &ProviderEntry) -> String {
    let id = entry.id.as_str();
    if is_name(id) { id.to_owned() } else { class(entry).to_lowercase() }
}

/// [`method`] in JavaScript.
pub(crate) fn camel_method(entry: &ProviderEntry) -> String {
    Naming::camel().key(&method(entry))
}

/// Whether the provider has ended its API.
pub(crate) fn is_retired(entry: &ProviderEntry) -> bool {
    matches!(samples::provider(entry).capabilities().status, ProviderStatus::Retired { .. })
}

/// Words in a row.
pub(crate) fn listed(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., end] => format!("{} {last} {end}", before.join(", ")),
    }
}

/// One item per line, each with a comma, as formatters leave it however many there are.
pub(crate) fn per_line(items: impl IntoIterator<Item = impl std::fmt::Display>, indent: &str) -> String {
    items.into_iter().map(|item| format!("{indent}{item},\n")).collect()
}

/// `head` with the union of these types, broken into lines where it is too long: Python needs parentheses for that.
pub(crate) fn union(head: &str, types: &[impl AsRef<str>], face: Face) -> String {
    let types: Vec<&str> = types.iter().map(AsRef::as_ref).collect();
    let line = format!("{head} = {}", types.join(" | "));
    match face {
        Face::Node if line.len() > 110 => format!("{head} =\n  | {}", types.join("\n  | ")),
        Face::Python if line.len() > 120 => {
            let joined = types.join(" | ");
            let inner = if joined.len() + 4 > 120 { types.join("\n    | ") } else { joined };
            format!("{head} = (\n    {inner}\n)")
        }
        _ => line,
    }
}

/// Breaks a text into lines, the first of which has `used` characters already.
pub(crate) fn wrapped(text: &str, width: usize, used: usize, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let room = if lines.len() == 1 { width - used } else { width - indent.len() };
        let line = lines.last_mut().expect("there is a first line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join(&format!("\n{indent}"))
}
