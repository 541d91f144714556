//! What a user of the kit writes: a fuzz target that compares a parser with the reference. `FAULT` names the fault, and
//! where `MUTATORS` is set the kit's mutators help libFuzzer.
#![no_main]

#[path = "../../mutator.rs"]
mod mutator;
mod parser;

use std::sync::OnceLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use parser::Fault;
use session_core::testing::reference;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    static MUTATORS: OnceLock<bool> = OnceLock::new();
    if *MUTATORS.get_or_init(|| std::env::var_os("MUTATORS").is_some()) {
        mutator::mutate(data, size, max_size, seed)
    } else {
        libfuzzer_sys::fuzzer_mutate(data, size, max_size)
    }
});

fuzz_target!(|header: &[u8]| {
    static FAULT: OnceLock<Fault> = OnceLock::new();
    let named = || {
        let name = std::env::var("FAULT").unwrap();
        Fault::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, fault)| fault).unwrap()
    };
    let fault = *FAULT.get_or_init(named);
    assert_eq!(parser::parse(header, fault), reference::first_of_each(&reference::cookies(header)));
});
