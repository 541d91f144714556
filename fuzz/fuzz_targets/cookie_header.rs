//! `cargo fuzz run cookie_header`: any Cookie header, fast and slowly.
#![no_main]

#[path = "../laws/cookie_header.rs"]
mod cookie_header;

libfuzzer_sys::fuzz_target!(|header: &[u8]| cookie_header::law(header));
