//! `cargo fuzz run record`: stored documents.
#![no_main]

#[path = "../laws/record.rs"]
mod record;

libfuzzer_sys::fuzz_target!(|text: &[u8]| record::law(text));
