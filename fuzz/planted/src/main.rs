//! What a user of the kit writes: a fuzz target that compares a parser with the reference. `FAULT` names the fault.
#![no_main]

mod parser;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use parser::Fault;
use session_core::testing::reference;

fuzz_target!(|header: &[u8]| {
    static FAULT: OnceLock<Fault> = OnceLock::new();
    let named = || {
        let name = std::env::var("FAULT").unwrap();
        Fault::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, fault)| fault).unwrap()
    };
    let fault = *FAULT.get_or_init(named);
    assert_eq!(parser::parse(header, fault), reference::first_of_each(&reference::cookies(header)));
});
