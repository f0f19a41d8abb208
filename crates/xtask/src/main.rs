//! `cargo xtask faces` writes what is derived from the core's tables: the configuration types of Python and Node,
//! the sandbox's methods for each provider, the error classes, the tables in the pages, the sample configurations of the tests.
//! `--check` only lists the files that are out of date.

mod data;
mod errors;
mod faults;
mod node;
mod pages;
mod python;
mod samples;
mod sandbox;
mod stubs;
mod sync;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every written file with its text.
fn faces() -> Vec<(PathBuf, String)> {
    let files = [
        python::files(&root()),
        node::files(),
        errors::files(),
        sync::files(&root()),
        stubs::files(&root()),
        sandbox::files(),
        faults::files(),
        data::files(),
        pages::files(&root()),
    ];
    files.into_iter().flatten().collect()
}

/// The files that are out of date.
fn stale() -> Vec<(PathBuf, String)> {
    let is_fresh = |path: &Path, text: &str| fs::read_to_string(root().join(path)).is_ok_and(|found| found == text);
    faces().into_iter().filter(|(path, text)| !is_fresh(path, text)).collect()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let writes = match arguments[..] {
        ["faces"] => true,
        ["faces", "--check"] => false,
        _ => {
            eprintln!("usage: cargo xtask faces [--check]");
            return ExitCode::from(2);
        }
    };
    let stale = stale();
    for (path, text) in &stale {
        println!("{}{}", if writes { "wrote " } else { "not fresh: " }, path.display());
        if writes && let Err(error) = fs::write(root().join(path), text) {
            eprintln!("cannot write {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    if writes || stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    #[test]
    fn written_files_are_fresh() {
        let stale: Vec<_> = super::stale().into_iter().map(|(path, _)| path).collect();
        assert!(stale.is_empty(), "run `cargo xtask faces`: {stale:?}");
    }
}
