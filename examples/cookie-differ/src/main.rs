//! Asks many cookie parsers about the same header, and says what an attacker gains where they differ.
//!
//! `cookie-differ --help` says how it is called, README.md what its answers mean.

mod adapter;
mod arguments;
mod inputs;
mod parsers;
mod report;
mod verdict;

use std::collections::BTreeMap;
use std::process::ExitCode;

use arguments::Arguments;
use parsers::{Answer, Failure};
use report::Report;

/// An argument is wrong, or names no header.
const USAGE: u8 = 2;
/// A parser outside has gone, or says nothing that can be read.
const BROKEN: u8 = 3;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{}", arguments::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("cookie-differ: {error}");
            return ExitCode::from(USAGE);
        }
    };
    let headers = match inputs::headers(&arguments) {
        Ok(headers) => headers,
        Err(failure) => {
            eprintln!("cookie-differ: {failure}");
            return ExitCode::from(USAGE);
        }
    };
    match run(&arguments, &headers) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("cookie-differ: {failure}");
            ExitCode::from(BROKEN)
        }
    }
}

fn run(arguments: &Arguments, headers: &[Vec<u8>]) -> Result<u8, Failure> {
    let mut baseline = arguments.baseline()?;
    let mut parsers = arguments.parsers()?;
    let mut report =
        Report::new(baseline.name().to_owned(), parsers.iter().map(|parser| parser.name().to_owned()).collect());
    for header in headers {
        let truth = baseline.ask(header)?;
        let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
        for parser in &mut parsers {
            let answer = parser.ask(header)?;
            report.note(parser.name(), header, &truth, &answer);
            answers.insert(parser.name().to_owned(), answer);
        }
        if arguments.shows_answers {
            report.show_answers(header, &truth, answers);
        }
    }
    baseline.finish()?;
    for parser in &mut parsers {
        parser.finish()?;
    }
    if arguments.as_json {
        println!("{}", report.json());
    } else {
        print!("{}", report.table());
    }
    Ok(report.exit_status())
}
