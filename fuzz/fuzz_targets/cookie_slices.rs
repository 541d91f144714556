//! `cargo fuzz run cookie_slices`: Cookie headers, one on each line, asked for in every way.
#![no_main]

#[path = "../laws/cookie_slices.rs"]
mod cookie_slices;

libfuzzer_sys::fuzz_target!(|lines: &[u8]| cookie_slices::law(lines));
