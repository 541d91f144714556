//! The kit's mutators as a custom mutator of libFuzzer: every other time one of them, else one of libFuzzer's own.

use session_core::testing::{Choices, Mutator, Seed};

/// Changes the first `length` bytes, and says how many there are then: `most` at most.
pub(crate) fn mutate(data: &mut [u8], length: usize, most: usize, seed: u32) -> usize {
    let mut choices = Seed::new(seed.into());
    if choices.below(2) == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, length, most);
    }
    let mut header = data[..length].to_vec();
    Mutator::any(&mut choices).apply(&mut header, &mut choices);
    header.truncate(most);
    data[..header.len()].copy_from_slice(&header);
    header.len()
}
