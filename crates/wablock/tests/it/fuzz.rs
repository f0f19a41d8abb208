//! The smoke run of the fuzz targets: their committed corpus as it is and mutated, seeded, on the stable toolchain.
//! The long runs and their counts are in `docs/contributing/fuzzing.md`.
#![allow(unreachable_pub, missing_docs, unexpected_cfgs, reason = "the targets are shared with the fuzzing crate")]

#[path = "../../../../fuzz/src/lib.rs"]
mod targets;

use std::{fs, path::Path};

use targets::TARGETS;

/// Mutated inputs for every target.
const MUTATIONS: usize = 3000;

/// Pieces that parsers branch on.
const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"\0",
    b"\r\n",
    b"+",
    b"..",
    b"%2e",
    b"?",
    b"#",
    b"@",
    b"16505551234",
    b"\"block_users\":",
    b"\"added_users\":[",
    b"\"error\":",
    b"\"code\":",
    b"\"data\":",
    b"\"paging\":",
    b"\"next\":\"https://x\"",
    b"\"wa_id\":\"\"",
    b"\"errors\":[{\"code\":131047}]",
    b"\"numbers\":",
    b"\"status\":\"OK\"",
    b"9099",
    b"139102",
    "\u{202e}".as_bytes(),
];

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn mutate(random: &mut fastrand::Rng, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut input = corpus[random.usize(0..corpus.len())].clone();
    for _ in 0..random.usize(1..6) {
        let at = random.usize(0..=input.len());
        match random.u8(0..6) {
            0 if at < input.len() => input[at] ^= 1 << random.u8(0..8),
            1 if at < input.len() => input[at] = random.u8(..),
            2 => drop(input.splice(at..at, PIECES[random.usize(0..PIECES.len())].iter().copied())),
            3 => input.truncate(at),
            4 => {
                let end = (at + random.usize(0..20)).min(input.len());
                let again = input[at..end].to_vec();
                drop(input.splice(at..at, again));
            }
            _ => {
                let other = &corpus[random.usize(0..corpus.len())];
                let from = random.usize(0..=other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
    }
    input
}

#[test]
fn every_target_holds_on_its_corpus_and_thousands_of_mutations() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(corpus.len() >= 7, "{name} has a corpus");
        let mut random = fastrand::Rng::with_seed(20_261_122);
        let inputs = corpus.iter().cloned().chain((0..MUTATIONS).map(|_| mutate(&mut random, &corpus)));
        for input in inputs.collect::<Vec<_>>() {
            let held = std::panic::catch_unwind(|| target(&input));
            assert!(held.is_ok(), "{name} broke on {:?}", String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn every_target_has_a_binary_and_a_corpus() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let named = |folder: &str| {
        let mut names: Vec<_> = fs::read_dir(root.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    // The parser of Retry-After is private, so its target is there for the fuzzer only; `transport::retry` has its own tests.
    let mut expected: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    expected.push("retry_after".to_owned());
    expected.sort();
    assert_eq!(named("corpus"), expected);
    assert_eq!(named("fuzz_targets"), expected);
}
