//! `cargo fuzz run exchange`: whole exchanges behind any Cookie header.
#![no_main]

#[path = "../laws/exchange.rs"]
mod exchange;
#[path = "../mutator.rs"]
mod mutator;

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutator::mutate(data, size, max_size, seed)
});
libfuzzer_sys::fuzz_target!(|header: &[u8]| exchange::law(header));
