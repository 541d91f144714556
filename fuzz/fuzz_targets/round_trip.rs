//! `cargo fuzz run round_trip`: names and values, written and read again.
#![no_main]

#[path = "../laws/round_trip.rs"]
mod round_trip;

libfuzzer_sys::fuzz_target!(|lines: &[u8]| round_trip::law(lines));
