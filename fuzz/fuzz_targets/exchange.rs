//! `cargo fuzz run exchange`: whole exchanges behind any Cookie header.
#![no_main]

#[path = "../laws/exchange.rs"]
mod exchange;

libfuzzer_sys::fuzz_target!(|header: &[u8]| exchange::law(header));
