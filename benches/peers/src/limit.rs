//! The floor: what any program of this kind must compute, by the function that this crate computes it with.

use std::hint::black_box;

use paths::{Call, Who};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use sha2::block_api::compress256;

/// L: two dependent compressions of SHA-256, the floor of HMAC of up to 55 bytes from stored states.
pub(crate) fn two_compressions(states: &[[u32; 8]; 2], block: &[u8; 64]) -> [u32; 8] {
    let [mut inner, mut outer] = *states;
    compress256(&mut inner, core::slice::from_ref(block));
    let mut block = [0; 64];
    for (place, word) in block.chunks_exact_mut(4).zip(inner) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    compress256(&mut outer, core::slice::from_ref(&block));
    outer
}

/// The row that has L.
pub(crate) const L: &str = "verify `sid.mac`";

/// The same, each time of what came out the last time: a processor begins no call before the one before it has ended.
pub(crate) const CHAINED: &str = "two compressions, one pair after the other";

/// L, and what an id needs of ChaCha20.
pub(crate) fn calls() -> [Call; 3] {
    let (states, block) = ([[0x6a09_e667; 8], [0xbb67_ae85; 8]], [0x5a; 64]);
    let mut last = states[0];
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    [
        Call::new(L, Who::Limit, move || two_compressions(black_box(&states), black_box(&block))),
        Call::new(CHAINED, Who::Limit, move || {
            last = two_compressions(&[last, states[1]], black_box(&block));
            last
        }),
        Call::new("new id from ChaCha20", Who::Limit, move || {
            let mut bytes = [0; 24];
            rng.fill_bytes(&mut bytes);
            bytes
        }),
    ]
}
