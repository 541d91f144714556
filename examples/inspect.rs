//! Says what a session cookie is, and what a stored session holds: `inspect --help`.
//!
//! ```text
//! $ SESSION_SECRET='keyboard cat' cargo run -q --all-features --example inspect -- 's%3ABwcHBwcH…'
//! cookie     connect.sid
//! id         BwcH… (32 characters; --show-id shows all)
//! signature  good: made with secret 1 of 1
//! ```

#[path = "inspect/arguments.rs"]
mod arguments;
#[path = "inspect/diagnosis.rs"]
mod diagnosis;
#[path = "inspect/pasted.rs"]
mod pasted;
#[path = "inspect/stored.rs"]
mod stored;

use core::fmt::Display;
use std::env;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::process::ExitCode;

use arguments::{Arguments, Source, USAGE};
use pasted::Pasted;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(message) => return usage(&message),
    };
    let mut report = String::new();
    let in_order = match run(&arguments, &mut report) {
        Ok(in_order) => in_order,
        Err(message) => return usage(&message),
    };
    match io::stdout().write_all(report.as_bytes()) {
        // A reader that has seen enough is no failure.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => usage(&format!("cannot write: {error}")),
        _ if in_order => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    }
}

/// Whether everything is in order.
fn run(arguments: &Arguments, report: &mut String) -> Result<bool, String> {
    let secrets = match &arguments.secrets {
        Some(source) => source.read("the secrets")?,
        None => match env::var("SESSION_SECRET") {
            Ok(secrets) => secrets,
            Err(env::VarError::NotPresent) => String::new(),
            Err(env::VarError::NotUnicode(_)) => return Err("SESSION_SECRET is not UTF-8".to_owned()),
        },
    };
    let secrets: Vec<_> = secrets.lines().filter(|secret| !secret.is_empty()).collect();
    let mut in_order = true;
    if let Some(source) = &arguments.cookie {
        match Pasted::find(&source.read("the cookie")?, &arguments.name) {
            Ok(cookie) => in_order &= diagnosis::report(&cookie, &secrets, arguments.show_id, report),
            Err(problem) => {
                in_order = false;
                line(report, "cookie", &problem);
            }
        }
    }
    if let Some(source) = &arguments.record {
        in_order &= stored::report(&source.read("the record")?, report);
    }
    Ok(in_order)
}

/// Adds a line with a label to the report.
fn line(report: &mut String, label: &str, text: &impl Display) {
    report.push_str(&format!("{label:<10} {text}\n"));
}

fn usage(message: &str) -> ExitCode {
    eprintln!("inspect: {message}\nTry --help.");
    ExitCode::from(2)
}

impl Source {
    fn read(&self, what: &str) -> Result<String, String> {
        let read = match self {
            Self::Text(text) => return Ok(text.clone()),
            Self::File(path) => std::fs::read_to_string(path),
            Self::Stdin => {
                if io::stdin().is_terminal() {
                    eprintln!("Paste {what}, then press Enter and Ctrl-D:");
                }
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            }
        };
        read.map_err(|error| format!("cannot read {what}: {error}"))
    }
}
