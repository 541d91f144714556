//! `cargo fuzz run recommended`: requests that overlap and fail under the recommended preset.
#![no_main]

#[path = "../laws/recommended.rs"]
mod recommended;

libfuzzer_sys::fuzz_target!(|requests: &[u8]| recommended::law(requests));
