//! The sandbox: a server on this machine that simulates the providers.

use std::mem;

use napi_derive::napi;
use wablock_sandbox::{Options, Program, Sandbox};

/// A running sandbox.
#[napi]
pub struct NativeSandbox {
    sandbox: Sandbox,
}

#[napi]
impl NativeSandbox {
    /// Starts the server; it has bound its port when this returns.
    #[napi(constructor)]
    pub fn new(port: Option<u16>) -> napi::Result<Self> {
        let mut options = Options::default();
        options.port = port.unwrap_or(options.port);
        let started = Sandbox::start(options).map_err(|error| napi::Error::from_reason(error.to_string()));
        started.map(|sandbox| Self { sandbox })
    }

    /// Where it listens.
    #[napi(getter)]
    pub fn url(&self) -> String {
        self.sandbox.url()
    }

    /// Carries out a command: JSON in, JSON out.
    #[napi]
    pub fn control(&self, command: String, body: String) -> napi::Result<String> {
        let answer = self.sandbox.control(&command, crate::parsed(&body)?);
        answer.map(|value| value.to_string()).map_err(|error| napi::Error::from_reason(error.spelled(camel)))
    }

    /// Ends the server. Idempotent.
    #[napi]
    pub fn stop(&self) {
        self.sandbox.stop();
    }
}

/// What the program `wablock-sandbox` prints, and what it does then.
#[napi(object)]
pub struct SandboxProgram {
    /// The text for standard output.
    pub output: String,
    /// The text for standard error.
    pub problem: String,
    /// The exit code.
    pub code: u8,
    /// Whether it serves until it is asked to end.
    pub serves: bool,
    /// Whether the end of standard input also ends it.
    pub ends_with_stdin: bool,
}

/// Starts the program `wablock-sandbox`. Its sandbox serves until the process ends.
#[napi]
pub fn sandbox_program(arguments: Vec<String>) -> SandboxProgram {
    let Program { output, problem, code, sandbox, ends_with_stdin, .. } = Program::spelled(arguments, camel);
    let serves = sandbox.map(mem::forget).is_some();
    SandboxProgram { output, problem, code, serves, ends_with_stdin }
}

/// `list_cap` as JavaScript spells it: `listCap`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        name + &initial.to_uppercase() + rest
    })
}
