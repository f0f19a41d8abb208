//! What several tests need: a sandbox and its clients (`stage`), the shared data, and the runner of the vectors.

pub(crate) mod allocator;
pub(crate) mod answers;
pub(crate) mod calls;
pub(crate) mod data;
pub(crate) mod expect;
pub(crate) mod requests;
pub(crate) mod scenarios;
pub(crate) mod stage;

/// Fails with every difference found, each with its vector's name.
pub(crate) fn report(what: &str, ran: usize, wrong: &[String]) {
    assert!(wrong.is_empty(), "{} of the {ran} {what} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("{ran} {what} hold");
}
