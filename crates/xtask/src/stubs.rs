//! `python/wablock/results.pyi` and `reports.pyi`: the types of native classes from `bindings/python/types`, with the docs that
//! their Rust sources have. Editors and the site read them.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use crate::words::NOTICE;

/// Docs by class, and by class and member.
type Docs = HashMap<(String, String), Vec<String>>;

pub(crate) fn files(root: &Path) -> Vec<(PathBuf, String)> {
    let binding = root.join("bindings/python");
    let mut docs = Docs::new();
    for file in fs::read_dir(binding.join("src/results")).expect("the sources of results") {
        read(&fs::read_to_string(file.expect("a file").path()).expect("a source"), &mut docs);
    }
    ["results.pyi", "reports.pyi"]
        .map(|name| {
            let types = fs::read_to_string(binding.join("types").join(name)).expect("the types");
            (Path::new("python/wablock").join(name), documented(&types, &docs))
        })
        .into()
}

/// The docs of classes and of their methods in a Rust source.
fn read(source: &str, docs: &mut Docs) {
    let (mut class, mut doc) = (String::new(), Vec::new());
    for line in source.lines().map(str::trim) {
        let words: Vec<&str> =
            line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
        let after = |word: &str| words.iter().position(|other| *other == word).and_then(|at| words.get(at + 1));
        if let Some(text) = line.strip_prefix("///") {
            doc.push(text.strip_prefix(' ').unwrap_or(text).to_owned());
            continue;
        }
        if line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        if line.starts_with("impl") {
            class = words.get(1).copied().unwrap_or_default().to_owned();
        }
        let named = match (after("struct"), after("fn")) {
            (Some(name), _) => Some(((*name).to_owned(), String::new())),
            (None, Some(name)) => Some((class.clone(), (*name).to_owned())),
            // A class that a macro makes: its name comes first.
            (None, None) => words.first().map(|name| ((*name).to_owned(), String::new())),
        };
        if let (Some(name), false) = (named, doc.is_empty()) {
            docs.insert(name, std::mem::take(&mut doc));
        }
        doc.clear();
    }
}

/// The types with a docstring in each class and method that has docs.
fn documented(types: &str, docs: &Docs) -> String {
    let mut text = format!("# {NOTICE}\n");
    let mut class = "";
    for line in types.lines() {
        let code = line.trim_start();
        let indent = " ".repeat(line.len() - code.len() + 4);
        let name = |keyword: &str| {
            let rest = code.strip_prefix(keyword)?;
            rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
        };
        if let Some(found) = name("class ") {
            class = found;
        }
        let member =
            if code.starts_with("class ") { Some("") } else { name("def ").filter(|name| !name.starts_with('_')) };
        let doc = member.and_then(|member| docs.get(&(class.to_owned(), member.to_owned())));
        let Some(doc) = doc else {
            text += &format!("{line}\n");
            continue;
        };
        text += &format!("{}\n", line.trim_end_matches(" ..."));
        let [first, rest @ ..] = &doc[..] else { continue };
        text += &format!("{indent}\"\"\"{first}");
        for line in rest {
            text += &if line.is_empty() { "\n".to_owned() } else { format!("\n{indent}{line}") };
        }
        text += &if rest.is_empty() { "\"\"\"\n".to_owned() } else { format!("\n{indent}\"\"\"\n") };
        if member == Some("") && !line.ends_with("...") {
            text.push('\n');
        }
    }
    text
}
