//! What must be caught: the same tasks, done in a way that shows a secret in time.

/// Whether two texts are equal; it stops at the first difference.
#[must_use]
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    // Not `==`, which is a call of `memcmp`, of which valgrind has one of its own.
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| std::hint::black_box(one == other))
}

/// Base64 of 32 bytes without padding, its characters looked up in a table.
#[must_use]
pub fn base64(bytes: &[u8; 32]) -> [u8; 43] {
    const TABLE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    std::array::from_fn(|place| {
        let number = (0..6).fold(0, |number, at| number << 1 | bit(6 * place + at));
        TABLE[usize::from(number)]
    })
}
