//! `cargo fuzz run oracle`: lines that the example `oracle` answers.
#![no_main]

#[path = "../../examples/oracle/answer.rs"]
mod answer;
#[path = "../laws/oracle.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|line: &[u8]| oracle::law(line));
