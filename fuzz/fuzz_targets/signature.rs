//! `cargo fuzz run signature`: signed text, edited and under other keys.
#![no_main]

#[path = "../laws/signature.rs"]
mod signature;

libfuzzer_sys::fuzz_target!(|lines: &[u8]| signature::law(lines));
