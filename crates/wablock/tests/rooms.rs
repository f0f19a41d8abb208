//! The rooms of the library and who may import whom (ARCHITECTURE.md), checked on the source.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Floors of the crate, from the bottom up. A file may use its own floor's room and every floor below.
const FLOORS: &[&[&str]] = &[
    &["secret", "wording"],
    &["error"],
    &["user"],
    &["log", "options"],
    &["config"],
    &["report", "capabilities", "call", "provider", "transport"],
    &["input", "core"],
    &["bulk", "pager"],
    &["presence"],
    &["settle"],
    &["client"],
];

/// Rooms of one floor that may use each other nevertheless, always in this direction only.
const BESIDE: &[(&str, &str)] = &[("provider", "report"), ("provider", "capabilities")];

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

/// The rooms that a file names by `crate::room` or in a braced `use crate::{...}`.
fn imports(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let rest = &code[start + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        rooms.push(std::mem::take(&mut word));
                        continue;
                    }
                    _ => {}
                }
                if depth == 0 {
                    word.push(c);
                }
            }
            rooms.push(word);
        } else {
            rooms.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
        .iter()
        .map(|room| room.trim().split("::").next().unwrap_or_default().trim().to_owned())
        .filter(|room| FLOORS.iter().any(|floor| floor.contains(&room.as_str())))
        .collect()
}

fn floor_of(room: &str) -> usize {
    FLOORS.iter().position(|floor| floor.contains(&room)).unwrap_or_else(|| panic!("{room} has no floor"))
}

#[test]
fn imports_run_down_only() {
    let source = root().join("crates/wablock/src");
    let mut checked = 0;
    for file in files(&source) {
        let relative = file.strip_prefix(&source).unwrap();
        let room =
            relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if room == "lib" {
            continue;
        }
        for used in imports(&code(&file)) {
            checked += 1;
            let pair = (room.as_str(), used.as_str());
            let allowed = room == used || floor_of(&used) < floor_of(&room) || BESIDE.contains(&pair);
            assert!(allowed, "{} uses {used}, which is not below it", relative.display());
        }
    }
    assert!(checked > 60, "only {checked} imports were found: the check reads nothing");
}

#[test]
fn providers_are_pure_and_do_not_know_each_other() {
    let folder = root().join("crates/wablock/src/provider");
    let providers = ["meta", "nxcloud", "digital99", "sinch"];
    for file in files(&folder) {
        let text = code(&file);
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        for word in ["tokio", "reqwest", "async ", ".await", "SystemTime", "Instant", "std::env", "std::net", "std::fs"]
        {
            assert!(!text.contains(word), "{name} uses {word}");
        }
        let own = name.split(['/', '.']).next().unwrap();
        if providers.contains(&own) {
            for other in providers.iter().filter(|other| **other != own) {
                // The page and batch sizes of Meta stand in `config`, where everybody may read them.
                let text = text.replace("config::meta", "");
                for used in [format!("{other}::"), format!("super::{other}")] {
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

#[test]
fn bindings_and_faces_hold_no_wire_words_and_no_defaults_of_the_core() {
    let wire = [
        "block_users",
        "createBlockUsers",
        "deleteBlockUsers",
        "getBlockUsers",
        "graph.facebook",
        "provision/blacklist",
        "messaging_product",
        "reqwest",
    ];
    let mut checked = 0;
    for (folder, ending) in
        [("bindings/python/src", "rs"), ("bindings/node/src", "rs"), ("python/wablock", "py"), ("node/src", "ts")]
    {
        let mut folders = vec![root().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == ending) {
                    checked += 1;
                    let text = fs::read_to_string(&path).unwrap();
                    for word in wire {
                        assert!(!text.contains(word), "{} holds the wire word {word}", path.display());
                    }
                }
            }
        }
    }
    assert!(checked >= 10, "only {checked} files were found: the check reads nothing");
}
