//! `cargo fuzz run cookie_header`: any Cookie header, fast and slowly.
#![no_main]

#[path = "../laws/cookie_header.rs"]
mod cookie_header;
#[path = "../mutator.rs"]
mod mutator;

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutator::mutate(data, size, max_size, seed)
});
libfuzzer_sys::fuzz_target!(|header: &[u8]| cookie_header::law(header));
