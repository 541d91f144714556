//! SHA-256 as a stream, over `sha2`'s block function: it can start from a stored state, as HMAC needs.

use sha2::block_api::compress256;

const BLOCK: usize = 64;
/// FIPS 180-4, section 5.3.3.
const INITIAL_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The state after a whole number of blocks; for HMAC, after the block of the padded key.
#[derive(Clone, Copy)]
pub(crate) struct Midstate([u32; 8]);

impl Midstate {
    pub(crate) const EMPTY: Self = Self(INITIAL_STATE);

    /// The state after one more block.
    pub(crate) fn after(mut self, block: &[u8; BLOCK]) -> Self {
        compress256(&mut self.0, core::slice::from_ref(block));
        self
    }

    /// The hash of `length` bytes (a multiple of 64), which have led here, and these behind them.
    pub(crate) fn finish(mut self, length: u64, bytes: &[u8]) -> [u8; 32] {
        const LENGTH_AT: usize = BLOCK - 8;

        let mut whole = bytes.chunks_exact(BLOCK);
        for block in whole.by_ref().filter_map(<[u8]>::first_chunk) {
            self = self.after(block);
        }
        let rest = whole.remainder();
        let mut last = [0; BLOCK];
        if let Some((place, [end, ..])) = last.split_at_mut_checked(rest.len()) {
            place.copy_from_slice(rest);
            *end = 0x80;
        }
        if rest.len() >= LENGTH_AT {
            self = self.after(&last);
            last = [0; BLOCK];
        }
        let bytes = u64::try_from(bytes.len()).unwrap_or_default();
        if let Some(bits) = last.last_chunk_mut() {
            *bits = length.wrapping_add(bytes).wrapping_mul(8).to_be_bytes();
        }
        self.after(&last).bytes()
    }

    /// The hash of the one block that has led here and a digest behind it: HMAC's outer half. The rest of its block is the
    /// same each time.
    pub(crate) fn finish_with_digest(self, digest: &[u8; 32]) -> [u8; 32] {
        const REST: [u8; 32] = {
            let [.., high, low] = (8 * (64 + 32_u64)).to_be_bytes();
            let mut rest = [0; 32];
            let [end, .., last_but_one, last] = &mut rest;
            (*end, *last_but_one, *last) = (0x80, high, low);
            rest
        };
        let mut block = [0; BLOCK];
        for (place, half) in block.chunks_exact_mut(32).zip([digest, &REST]) {
            place.copy_from_slice(half);
        }
        self.after(&block).bytes()
    }

    fn bytes(&self) -> [u8; 32] {
        let mut digest = [0; 32];
        for (place, word) in digest.chunks_exact_mut(4).zip(self.0) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    #[cfg(feature = "zeroize")]
    pub(crate) fn wipe(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// A running SHA-256, of what comes in parts.
pub(crate) struct Sha256 {
    state: Midstate,
    /// Bytes that have led to it, a multiple of 64.
    length: u64,
    block: [u8; BLOCK],
    /// Bytes waiting in `block`, always fewer than a whole block.
    waiting: usize,
}

impl Sha256 {
    pub(crate) fn new() -> Self {
        Self::resume(Midstate::EMPTY, 0)
    }

    /// Goes on from `state`, which `length` bytes (a multiple of 64) have led to.
    pub(crate) fn resume(state: Midstate, length: u64) -> Self {
        Self { state, length, block: [0; BLOCK], waiting: 0 }
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        while let Some(room) = self.block.get_mut(self.waiting..) {
            let taken = room.len().min(bytes.len());
            let Some((now, later)) = bytes.split_at_checked(taken) else { return };
            if let Some(place) = room.get_mut(..taken) {
                place.copy_from_slice(now);
            }
            self.waiting = self.waiting.saturating_add(taken);
            if self.waiting < BLOCK {
                return;
            }
            self.state = self.state.after(&self.block);
            self.length = self.length.wrapping_add(64);
            self.waiting = 0;
            bytes = later;
        }
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.state.finish(self.length, self.block.get(..self.waiting).unwrap_or_default())
    }
}

/// What was hashed may be a secret, and its last bytes wait here.
#[cfg(feature = "zeroize")]
impl Drop for Sha256 {
    fn drop(&mut self) {
        self.state.wipe();
        zeroize::Zeroize::zeroize(&mut self.block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_sha2_at_every_length_and_cut() {
        use sha2::Digest;
        let long = [0x5a; 200];
        for text in (0..long.len()).filter_map(|length| long.get(..length)) {
            for cut in [0, text.len() / 3, text.len()] {
                let (head, tail) = text.split_at(cut);
                let mut ours = Sha256::new();
                ours.update(head);
                ours.update(tail);
                assert_eq!(ours.finish(), *sha2::Sha256::digest(text), "{} bytes cut at {cut}", text.len());
            }
            assert_eq!(Midstate::EMPTY.finish(0, text), *sha2::Sha256::digest(text), "{} bytes", text.len());
        }
    }
}
