//! One compression of SHA-256, as `sha2` does it.

/// Takes one block into the state.
#[unsafe(no_mangle)]
pub extern "C" fn compression(state: &mut [u32; 8], block: &[u8; 64]) {
    sha2::block_api::compress256(state, core::slice::from_ref(block));
}
