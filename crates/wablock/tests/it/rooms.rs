//! The rooms of the library and who may import whom (ARCHITECTURE.md), checked on the source.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The rooms of the crate, and those inside its larger rooms, from the bottom up. A room uses only what stands on a lower
/// floor. `mod` is a folder's own `mod.rs`.
const FLOORS: &[(&str, &[&[&str]])] = &[
    ("", &[&["wording"], &["model"], &["options"], &["config"], &["provider", "transport"], &["engine"], &["client"]]),
    (
        "model",
        &[
            &["change", "text", "secret"],
            &["error"],
            &["user"],
            &["log", "report", "capabilities"],
            &["event", "input"],
            &["mod"],
        ],
    ),
    (
        "provider",
        &[
            &["mod"],
            &["answer", "cannot_block", "codes", "option", "validate"],
            &["verdict"],
            &["cloud_api"],
            &["nxcloud", "digital99", "sinch", "zernio", "one_msg"],
            &["registry"],
            &["vars"],
            &["settings"],
        ],
    ),
    ("engine", &[&["observer", "session"], &["change", "list"], &["presence"], &["settle"], &["mod"]]),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The code of a file without its comments and unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The paths that `text` begins with, as words: `a::{b, c::d}` gives `a b` and `a c d`.
fn paths(text: &str) -> Vec<Vec<String>> {
    if let Some(list) = text.strip_prefix('{') {
        return parts(list).iter().flat_map(|part| paths(part.trim())).collect();
    }
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    match text[word.len()..].strip_prefix("::") {
        Some(rest) => paths(rest).into_iter().map(|path| [vec![word.clone()], path].concat()).collect(),
        None => vec![vec![word]],
    }
}

/// The parts of a braced list up to the brace that closes it.
fn parts(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (place, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                parts.push(&list[start..place]);
                start = place + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// What a file uses by `crate::` or `super::`, as paths from the root of the crate.
fn uses(module: &[String], code: &str) -> Vec<Vec<String>> {
    assert!(!code.contains("super::super::"), "{module:?} reaches over its parent");
    let parent = &module[..module.len().saturating_sub(1)];
    [("crate::", &[][..]), ("super::", parent)]
        .into_iter()
        .flat_map(|(word, from)| code.match_indices(word).map(move |(start, word)| (from, start + word.len())))
        .flat_map(|(from, start)| paths(&code[start..]).into_iter().map(move |path| [from, &path].concat()))
        .collect()
}

/// The module of a file: `engine/change/batch.rs` is `engine change batch`, `engine/mod.rs` is `engine`.
fn module(relative: &Path) -> Vec<String> {
    let mut words: Vec<String> =
        relative.with_extension("").iter().map(|word| word.to_str().unwrap().to_owned()).collect();
    words.pop_if(|word| word == "mod");
    words
}

/// The room of a path inside `folder`, and its floor; `None` where the path is outside.
fn room<'a>(folder: &str, floors: &[&[&str]], path: &'a [String]) -> Option<(&'a str, Option<usize>)> {
    let inner = if folder.is_empty() { path } else { path.split_first().filter(|(first, _)| *first == folder)?.1 };
    let floor = |room: &str| floors.iter().position(|floor| floor.contains(&room));
    Some(match inner.first().map(String::as_str) {
        Some(room) if folder.is_empty() || floor(room).is_some() => (room, floor(room)),
        _ => ("mod", floor("mod")),
    })
}

#[test]
fn imports_run_down_only() {
    let source = root().join("crates/wablock/src");
    let mut checked = 0;
    for file in files(&source) {
        let module = module(file.strip_prefix(&source).unwrap());
        if module == ["lib"] {
            continue;
        }
        for used in uses(&module, &code(&file)) {
            let path = used.join("::");
            for (folder, floors) in FLOORS {
                let (Some((own, floor)), Some((other, below))) =
                    (room(folder, floors, &module), room(folder, floors, &used))
                else {
                    continue;
                };
                checked += 1;
                assert!(below.is_some(), "{module:?} uses crate::{path}: name the room that it stands in");
                let floor = floor.unwrap_or_else(|| panic!("{module:?} has no floor"));
                assert!(own == other || below < Some(floor), "{module:?} uses {path}, which is not below it");
            }
        }
    }
    assert!(checked > 300, "only {checked} imports were found: the check reads nothing");
}

#[test]
fn providers_are_pure_and_do_not_know_each_other() {
    let folder = root().join("crates/wablock/src/provider");
    let stem = |file: &PathBuf| file.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut providers: Vec<String> = files(&folder.join("cloud_api/profiles")).iter().map(stem).collect();
    providers.extend(["nxcloud", "digital99", "sinch", "zernio", "one_msg"].map(str::to_owned));
    for file in files(&folder) {
        let text = code(&file);
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        for word in ["tokio", "reqwest", "async ", ".await", "SystemTime", "Instant", "std::env", "std::net", "std::fs"]
        {
            assert!(!text.contains(word), "{name} uses {word}");
        }
        let own = name.trim_start_matches("cloud_api/profiles/").split(['/', '.']).next().unwrap();
        if own == "cloud_api" || providers.iter().any(|provider| provider == own) {
            for other in providers.iter().filter(|other| *other != own) {
                for used in [format!("{other}::"), format!("super::{other}"), format!("profiles::{other}")] {
                    assert!(!text.contains(&used), "{name} uses the provider {other}");
                }
            }
        }
    }
}

#[test]
fn the_transport_knows_no_provider_and_the_core_reads_no_environment() {
    let source = root().join("crates/wablock/src");
    for file in files(&source) {
        let text = code(&file);
        let name = file.strip_prefix(&source).unwrap().display().to_string();
        assert!(!text.contains("std::env") && !text.contains("env::var"), "{name} reads the environment");
        if name.starts_with("transport") {
            for word in ["meta", "nxcloud", "sinch", "99digital"] {
                assert!(!text.to_lowercase().contains(word), "{name} names {word}");
            }
        }
    }
}

/// A change that a future version adds must not fall into an arm that blocks or unblocks.
#[test]
fn no_arm_for_everything_else_blocks_or_unblocks() {
    let mut checked = 0;
    for folder in ["crates/wablock/src", "bindings"] {
        for file in files(&root().join(folder)).iter().filter(|file| !file.ends_with("target")) {
            for line in code(file).lines().map(str::trim).filter(|line| line.starts_with("_ =>")) {
                checked += 1;
                let changes = ["Block", "block", "Operation::", "Change::"].iter().any(|word| line.contains(word));
                assert!(!changes, "{}: {line}", file.display());
            }
        }
    }
    assert!(checked > 20, "only {checked} arms were found: the check reads nothing");
}
