//! How many generated headers it takes to find each fault, with no fuzzer at all.

mod parser;

use std::time::Instant;

use parser::Fault;
use session_core::testing::{Case, Header, Seed, Strength, reference};

/// A control that is still right after so many is taken to be right.
const ENOUGH: u64 = 200_000;

fn main() {
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
            let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
            match found {
                Some(seed) => println!("| {name} | {strength} | {} | {milliseconds:.1} |", seed + 1),
                None => println!("| {name} | {strength} | not in {ENOUGH} | {milliseconds:.0} |"),
            }
        }
    }
}
