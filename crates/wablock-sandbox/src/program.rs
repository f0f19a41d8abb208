//! The sandbox as a program: arguments in, texts and a running sandbox out. Each language prints the texts and waits in its
//! own way.

use serde_json::{Value, json};

use crate::{Options, Sandbox};

const USAGE: &str = "\
wablock-sandbox: a local simulator of the providers' block-list APIs

Usage: wablock-sandbox [--host ADDRESS] [--port PORT] [--print-config] [--print-env PROVIDER] [--end-with-stdin]

  --host ADDRESS   loopback address to listen on (default 127.0.0.1)
  --port PORT      port to listen on (default 0: the system chooses one)
  --print-config   also print a ready configuration for each provider as JSON (the credentials are made up)
  --print-env PROVIDER  also print a provider's configuration as shell variables
  --end-with-stdin  stop when standard input ends
  --version        print the version

It prints its URL and serves until Ctrl-C.";

/// What the program `wablock-sandbox` does with its arguments.
#[derive(Debug)]
pub struct Program {
    /// The text for standard output, without the last line break.
    pub output: String,
    /// The text for standard error, without the last line break.
    pub problem: String,
    /// The exit code.
    pub code: u8,
    /// The sandbox that serves until the program is asked to end; `None` where there is nothing to wait for.
    pub sandbox: Option<Sandbox>,
    /// Whether the end of standard input also ends the program.
    pub ends_with_stdin: bool,
}

#[derive(Default)]
struct Arguments {
    options: Options,
    print_config: bool,
    print_env: Option<String>,
    end_with_stdin: bool,
    /// Only print this.
    text: Option<&'static str>,
}

impl Program {
    /// Reads the arguments (without the program's name) and starts the sandbox, if they ask for one.
    pub fn start(arguments: impl IntoIterator<Item = String>) -> Self {
        Self::spelled(arguments, str::to_owned)
    }

    /// [`Program::start`], where the names of options in a configuration are spelled by this function.
    pub fn spelled(arguments: impl IntoIterator<Item = String>, spell: impl Fn(&str) -> String) -> Self {
        let end = |output: &str, problem: String, code| Self {
            output: output.to_owned(),
            problem,
            code,
            sandbox: None,
            ends_with_stdin: false,
        };
        let arguments = match Arguments::read(arguments) {
            Err(why) => return end("", format!("{why}\n\n{USAGE}"), 2),
            Ok(Arguments { text: Some(text), .. }) => return end(text, String::new(), 0),
            Ok(arguments) => arguments,
        };
        let ends_with_stdin = arguments.end_with_stdin;
        match serve(arguments, spell) {
            Ok((sandbox, output)) => {
                Self { output, problem: String::new(), code: 0, sandbox: Some(sandbox), ends_with_stdin }
            }
            Err(why) => end("", format!("wablock-sandbox: {why}"), 1),
        }
    }
}

impl Arguments {
    fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut rest = arguments.into_iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--host" => {
                    parsed.options.host = value()?.parse().map_err(|_| "--host needs an IP address".to_owned())?;
                }
                "--port" => {
                    parsed.options.port =
                        value()?.parse().map_err(|_| "--port needs a number up to 65535".to_owned())?;
                }
                "--print-env" => {
                    let (provider, known) = (value()?, Sandbox::providers());
                    if !known.contains(&provider.as_str()) {
                        return Err(format!("--print-env needs one of {}", known.join(", ")));
                    }
                    parsed.print_env = Some(provider);
                }
                "--print-config" => parsed.print_config = true,
                "--end-with-stdin" => parsed.end_with_stdin = true,
                "--help" | "-h" => parsed.text = Some(USAGE),
                "--version" => parsed.text = Some(concat!("wablock-sandbox ", env!("CARGO_PKG_VERSION"))),
                other => return Err(format!("unknown argument {other}")),
            }
        }
        Ok(parsed)
    }
}

/// The sandbox, and what the program prints when it runs.
fn serve(
    arguments: Arguments,
    spell: impl Fn(&str) -> String,
) -> Result<(Sandbox, String), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start(arguments.options)?;
    let mut lines = vec![sandbox.url()];
    if arguments.print_config {
        for provider in Sandbox::providers() {
            let config = sandbox.control("config", json!({"provider": provider}))?;
            let options = config.as_object().into_iter().flatten();
            lines.push(options.map(|(name, value)| (spell(name), value.clone())).collect::<Value>().to_string());
        }
    }
    if let Some(provider) = &arguments.print_env {
        let variables = sandbox.env(provider)?;
        lines.extend(variables.into_iter().map(|(name, value)| format!("export {name}='{value}'")));
    }
    Ok((sandbox, lines.join("\n")))
}
