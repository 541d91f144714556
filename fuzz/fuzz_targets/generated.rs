//! `cargo fuzz run generated`: the generators and mutators of the kit.
#![no_main]

#[path = "../laws/cookie_header.rs"]
mod cookie_header;
#[path = "../laws/generated.rs"]
mod generated;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| generated::law(bytes));
