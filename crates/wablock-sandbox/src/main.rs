//! The sandbox as a program of its own.

use std::{io::Read, process::ExitCode, thread};

use wablock_sandbox::Program;

fn main() -> ExitCode {
    let program = Program::start(std::env::args().skip(1));
    if !program.output.is_empty() {
        println!("{}", program.output);
    }
    if !program.problem.is_empty() {
        eprintln!("{}", program.problem);
    }
    if program.sandbox.is_some() {
        if program.ends_with_stdin {
            let mut buffer = [0; 1024];
            while std::io::stdin().read(&mut buffer).is_ok_and(|count| count > 0) {}
        } else {
            loop {
                thread::park();
            }
        }
    }
    ExitCode::from(program.code)
}
