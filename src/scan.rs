//! Looking for one byte among many.

/// How many bytes to look at together where the processor has vector instructions.
///
/// A loop over an array of them that has no way out in the middle is compiled to such instructions.
pub(crate) const LANES: usize = 32;

/// Whether to look at [`LANES`] bytes together before looking at them more closely: without vectors it would only mean
/// to look twice.
pub(crate) const HAS_VECTORS: bool = cfg!(any(target_feature = "sse2", target_feature = "neon"));

/// The position of the first `byte`.
pub(crate) fn find_byte(bytes: &[u8], byte: u8) -> Option<usize> {
    let mut rest = bytes;
    while let Some((lanes, behind)) = rest.split_first_chunk::<LANES>() {
        if !HAS_VECTORS || lanes.iter().fold(false, |found, other| found | (*other == byte)) {
            break;
        }
        rest = behind;
    }
    while let Some((word, behind)) = rest.split_first_chunk() {
        if let Some(within) = find_in_word(*word, byte) {
            return Some(bytes.len() - rest.len() + within);
        }
        rest = behind;
    }
    let within = rest.iter().position(|other| *other == byte)?;
    Some(bytes.len() - rest.len() + within)
}

fn find_in_word(word: [u8; size_of::<usize>()], byte: u8) -> Option<usize> {
    const ONES: usize = usize::MAX / 0xFF; // 0x01 in every byte
    const HIGHS: usize = ONES << 7; // 0x80 in every byte

    // An equal byte becomes zero. Subtracting 1 from each byte then sets the high bit of the first zero, and of no byte
    // before it that had it clear. What the borrow does to the bytes behind it does not matter.
    let difference = usize::from_le_bytes(word) ^ ONES.wrapping_mul(usize::from(byte));
    let zeros = difference.wrapping_sub(ONES) & !difference & HIGHS;
    if zeros == 0 { None } else { usize::try_from(zeros.trailing_zeros() / 8).ok() }
}

#[cfg(test)]
mod tests {
    use super::find_byte;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_the_plain_search(
            bytes in proptest::collection::vec(prop_oneof![Just(b'%'), Just(b'$'), Just(b'&'), Just(0xA5), any::<u8>()], 0..40),
            byte in prop_oneof![Just(b'%'), Just(0), Just(0xFF), any::<u8>()],
        ) {
            prop_assert_eq!(find_byte(&bytes, byte), bytes.iter().position(|other| *other == byte));
        }
    }
}
