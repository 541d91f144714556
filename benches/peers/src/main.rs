//! session-core beside what people would pick instead, in one process and one run: see `benches/README.md`.

mod frameworks;
mod json;
mod limit;
mod node;
mod peers;
mod table;

use measure::{Case, interleave};

fn main() {
    let what = std::env::args().nth(1);
    match what.as_deref() {
        Some("table") => print!("{}", table::markdown(&measured(1500))),
        Some("test") => {
            let cases = measured(1);
            // Its times say nothing after one round.
            let lines = table::markdown(&cases).lines().count();
            println!("{} cases ran, for a table of {lines} lines", cases.len());
        }
        _ => panic!("peers table | test"),
    }
}

/// All cases, each measured in so many rounds.
fn measured(rounds: u32) -> Vec<Case> {
    let mut cases: Vec<Case> = limit::calls().into_iter().map(Case::from).collect();
    for calls in [paths::ours::calls(), peers::calls(), frameworks::calls(), json::calls()] {
        cases.extend(calls.into_iter().map(Case::from));
    }
    let mut node = node::Node::start();
    interleave(&mut cases, rounds, || node.round());
    cases.extend(node.finish());
    cases
}
