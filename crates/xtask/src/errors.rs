//! The error classes, one for each kind: `python/wablock/errors.py` and `node/src/errors.ts`.

use std::{fmt::Write, path::PathBuf};

use wablock::{Error, ErrorKind};

use crate::{
    node::comment,
    words::{self, Face, NOTICE, per_line, wrapped},
};

const WIDTH: usize = 120;

pub(crate) fn files() -> Vec<(PathBuf, String)> {
    vec![("python/wablock/errors.py".into(), python()), ("node/src/errors.ts".into(), node())]
}

/// The name of a kind's class, the same in every language.
pub(crate) fn class(kind: ErrorKind) -> String {
    let name = match kind {
        ErrorKind::Permission => "PermissionDenied".to_owned(),
        ErrorKind::Connection => "APIConnection".to_owned(),
        ErrorKind::Timeout => "APITimeout".to_owned(),
        ErrorKind::Cancelled => "CallCancelled".to_owned(),
        other => format!("{other:?}"),
    };
    name + "Error"
}

/// The paragraphs that document a class: what the core says of its kind, and what is special in the language.
pub(crate) fn doc(kind: ErrorKind, face: Face) -> Vec<String> {
    let mut paragraphs = vec![kind.doc().trim().to_owned()];
    let more = match (kind, face) {
        (ErrorKind::Config, Face::Python) => EXAMPLE,
        (ErrorKind::RateLimited, Face::Python) => "`retry_after` has the seconds to wait, if the provider stated them.",
        (ErrorKind::RateLimited, Face::Node) => "`retryAfterMs` has the time to wait, if the provider stated it.",
        (ErrorKind::Connection, Face::Python) => "Also a built-in `ConnectionError`.",
        (ErrorKind::Timeout, Face::Python) => "Also a built-in `TimeoutError`.",
        (ErrorKind::Cancelled, Face::Python) => {
            "Cancelling through asyncio raises `asyncio.CancelledError` instead, and Ctrl-C a `KeyboardInterrupt`; \
             `report_of` finds the report of either."
        }
        (ErrorKind::Cancelled, Face::Node) => {
            "Its `name` is `AbortError`, as with other libraries that take an `AbortSignal`; `cause` is the signal's reason."
        }
        (ErrorKind::Closed, Face::Python) => "Also raised when Python is shutting down.",
        _ => "",
    };
    paragraphs.extend((!more.is_empty()).then(|| more.to_owned()));
    paragraphs
}

const EXAMPLE: &str = "\
>>> from wablock import Client, Meta
    >>> Client(Meta(access_token=\"\", phone_number_id=\"106540352242922\"))
    Traceback (most recent call last):
    ...
    wablock.errors.ConfigError: ...";

/// A subclass that only Python has, because only Python has a type that cannot be a user.
const WRONG_TYPE: &str = r#"

class InvalidUserTypeError(InvalidUserError, TypeError):
    """A value has a type that cannot be a user: a number, None, NaN, bytes. Nothing at all was sent.

    Numbers are rejected because they have lost their leading zeros: read phone columns as text.
    """
"#;

/// What `wablock.errors` exports, in quotes.
pub(crate) fn exported() -> Vec<String> {
    let classes = ErrorKind::ALL.iter().map(|kind| class(*kind));
    let others = ["InvalidUserTypeError", "RetiredProviderWarning", "WablockError", "report_of"].map(str::to_owned);
    let mut names: Vec<String> = classes.chain(others).map(|name| format!("\"{name}\"")).collect();
    names.sort();
    names
}

fn python() -> String {
    let classes: Vec<String> = ErrorKind::ALL.iter().map(|kind| class(*kind)).collect();
    let mut text = format!(
        r#"# {NOTICE}
"""What can go wrong: one class per kind of error, all under `WablockError`.

>>> from wablock.errors import NotEligibleError
>>> error = NotEligibleError("Re-engagement required", hint="Block again when they write.", provider="meta")
>>> error.code, error.hint
('not_eligible', 'Block again when they write.')
"""

from __future__ import annotations

from ._errors import RetiredProviderWarning, WablockError, report_of

__all__ = [
{}]
"#,
        per_line(exported(), "    ")
    );
    for kind in ErrorKind::ALL {
        let base = match kind {
            ErrorKind::Config | ErrorKind::InvalidUser => ", ValueError",
            ErrorKind::Connection => ", ConnectionError",
            ErrorKind::Timeout => ", TimeoutError",
            _ => "",
        };
        write!(
            text,
            "\n\nclass {}(WablockError{base}):\n    \"\"\"{}\"\"\"\n\n    code = \"{}\"\n",
            class(*kind),
            docstring(&doc(*kind, Face::Python)),
            kind.code()
        )
        .expect("text");
        if *kind == ErrorKind::InvalidUser {
            text.push_str(WRONG_TYPE);
        }
    }
    let listed = per_line(classes.iter().map(|name| format!("{name}.code: {name}")), "    ");
    write!(text, "\n\nCLASSES: dict[str, type[WablockError]] = {{\n{listed}}}\n").expect("text");
    text
}

/// Paragraphs as a docstring: in one line where they fit.
fn docstring(paragraphs: &[String]) -> String {
    let line = paragraphs.join(" ");
    // Four spaces and twice three quotes.
    if !line.contains('\n') && line.chars().count() + 10 <= WIDTH {
        return line;
    }
    let fit = |text: &String| if text.contains('\n') { text.clone() } else { wrapped(text, WIDTH, 7, "    ") };
    let fitted: Vec<String> = paragraphs.iter().map(fit).collect();
    match &fitted[..] {
        [only] if !only.contains('\n') => only.clone(),
        _ => fitted.join("\n\n    ") + "\n    ",
    }
}

fn node() -> String {
    let codes: Vec<String> = ErrorKind::ALL.iter().map(|kind| format!("'{}'", kind.code())).collect();
    let codes = words::union("export type ErrorCode", &codes, Face::Node);
    let mut text = format!(
        "// {NOTICE}\n/** The errors of wablock: one class for each code, all under {{@link WablockError}}. */\n\n\
         import {{ type Kind, WablockError }} from './wablock-error.js'\n\n\
         /** The stable codes of errors; the same strings in Rust, Python and Node. */\n{codes}\n"
    );
    for kind in ErrorKind::ALL {
        let (class, code) = (class(*kind), kind.code());
        let doc = comment(&[doc(*kind, Face::Node).join(" ")], "");
        let mark = if kind.hint().contains('\'') { '"' } else { '\'' };
        let hint = format!("    hint: {mark}{}{mark},\n", kind.hint());
        write!(
            text,
            "\n{doc}export class {class} extends WablockError {{\n  declare readonly code: '{code}'\n  /** @internal */\n  \
             static override readonly kind: Kind = {{\n    code: '{code}',\n{hint}    retryable: {},\n  }}\n}}\n",
            Error::new(*kind, "").retryable()
        )
        .expect("text");
    }
    text
}
