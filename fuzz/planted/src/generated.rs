//! How many generated headers it takes to find each fault, with no fuzzer at all; fails if attacks miss one, or if something
//! is found where there is nothing.

mod parser;

use std::process::ExitCode;
use std::time::Instant;

use parser::Fault;
use session_core::testing::{Case, Header, Seed, Strength, reference};

/// A control that is still right after so many is taken to be right.
const ENOUGH: u64 = 200_000;

fn main() -> ExitCode {
    let mut is_well = true;
    println!("| fault | strength | found with header | milliseconds |\n|---|---|---|---|");
    for (name, fault) in Fault::ALL {
        for (strength, of) in
            [("well-formed", Strength::WellFormed), ("near-miss", Strength::NearMiss), ("attack", Strength::Attack)]
        {
            let began = Instant::now();
            let found = (0..ENOUGH).find(|seed| {
                let case = Case::generate(Header::Cookie, of, &mut Seed::new(*seed));
                let right = reference::first_of_each(&reference::cookies(case.header()));
                parser::parse(case.header(), fault) != right
            });
            is_well &= found.is_none() || fault != Fault::None;
            is_well &= found.is_some() || fault == Fault::None || of != Strength::Attack;
            let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
            match found {
                Some(seed) => println!("| {name} | {strength} | {} | {milliseconds:.1} |", seed + 1),
                None => println!("| {name} | {strength} | not in {ENOUGH} | {milliseconds:.0} |"),
            }
        }
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
