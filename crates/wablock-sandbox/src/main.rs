//! The sandbox as a program: prints its URL and serves until standard input ends or Ctrl-C.

use std::io::Read;
use std::process::ExitCode;

use serde_json::json;
use wablock_sandbox::{Options, Sandbox};

const USAGE: &str = "\
wablock-sandbox: a local simulator of four WhatsApp block-list APIs

Usage: wablock-sandbox [--host ADDRESS] [--port PORT] [--print-config] [--print-env PROVIDER] [--ignore-stdin]

  --host ADDRESS   loopback address to listen on (default 127.0.0.1)
  --port PORT      port to listen on (default 0: the system chooses one)
  --print-config   also print a ready configuration for each provider as JSON (the credentials are made up)
  --print-env PROVIDER  also print a provider's configuration as shell variables
  --ignore-stdin   keep serving when standard input ends
  --version        print the version

It serves until Ctrl-C or until standard input ends.";

struct Arguments {
    options: Options,
    print_config: bool,
    print_env: Option<String>,
    ignore_stdin: bool,
}

/// What to do: serve, or print a text and exit.
enum Asked {
    Serve(Arguments),
    Print(&'static str),
}

fn arguments() -> Result<Asked, String> {
    let mut parsed =
        Arguments { options: Options::default(), print_config: false, print_env: None, ignore_stdin: false };
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--host" => parsed.options.host = value()?.parse().map_err(|_| "--host needs an IP address".to_owned())?,
            "--port" => {
                parsed.options.port = value()?.parse().map_err(|_| "--port needs a number up to 65535".to_owned())?
            }
            "--print-env" => {
                let provider = value()?;
                let known = Sandbox::providers();
                if !known.contains(&provider.as_str()) {
                    return Err(format!("--print-env needs one of {}", known.join(", ")));
                }
                parsed.print_env = Some(provider);
            }
            "--print-config" => parsed.print_config = true,
            "--ignore-stdin" => parsed.ignore_stdin = true,
            "--help" | "-h" => return Ok(Asked::Print(USAGE)),
            "--version" => return Ok(Asked::Print(concat!("wablock-sandbox ", env!("CARGO_PKG_VERSION")))),
            other => return Err(format!("unknown argument {other}")),
        }
    }
    Ok(Asked::Serve(parsed))
}

fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start(arguments.options)?;
    println!("{}", sandbox.url());
    if arguments.print_config {
        for provider in Sandbox::providers() {
            println!("{}", sandbox.control("config", json!({"provider": provider}))?);
        }
    }
    if let Some(provider) = &arguments.print_env {
        for (name, value) in sandbox.env(provider)? {
            println!("export {name}='{value}'");
        }
    }
    if arguments.ignore_stdin {
        loop {
            std::thread::park();
        }
    }
    let mut buffer = [0; 1024];
    while std::io::stdin().read(&mut buffer)? > 0 {}
    Ok(())
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Asked::Serve(arguments)) => arguments,
        Ok(Asked::Print(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("wablock-sandbox: {why}");
            ExitCode::FAILURE
        }
    }
}
