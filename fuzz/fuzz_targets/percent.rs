//! `cargo fuzz run percent`: percent-escapes.
#![no_main]

#[path = "../laws/percent.rs"]
mod percent;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| percent::law(bytes));
