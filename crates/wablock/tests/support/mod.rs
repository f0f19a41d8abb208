//! What the runner of the shared vectors needs: the data, calls through the public face, comparisons.

pub(crate) mod calls;
pub(crate) mod data;
pub(crate) mod expect;
pub(crate) mod requests;
pub(crate) mod scenarios;

/// Fails with every difference found, each with its vector's name.
pub(crate) fn report(what: &str, ran: usize, wrong: &[String]) {
    assert!(wrong.is_empty(), "{} of the {ran} {what} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    println!("{ran} {what} hold");
}
