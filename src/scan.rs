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
    while let Some((word, behind)) = rest.split_first_chunk::<WORD>() {
        if let Some(within) = find_in_word(*word, byte) {
            return Some(bytes.len() - rest.len() + within);
        }
        rest = behind;
    }
    let within = rest.iter().position(|other| *other == byte)?;
    Some(bytes.len() - rest.len() + within)
}

/// How often a byte occurs.
pub(crate) fn count_byte(bytes: &[u8], byte: u8) -> usize {
    // Counted in bytes, of which one instruction adds many; 128 of them count no further than a byte does.
    let counts = bytes
        .chunks(128)
        .map(|part| part.iter().fold(0, |count: u8, other| count.wrapping_add((*other == byte).into())));
    counts.map(usize::from).sum()
}

fn find_in_word(word: [u8; WORD], byte: u8) -> Option<usize> {
    let equal = equal_bytes(word, byte);
    if equal == 0 { None } else { Some(first_where(equal)) }
}

/// Whether looking at words is worth the code where only short ones have to be looked at.
pub(crate) const HAS_LONG_WORDS: bool = WORD >= 8;

/// Bytes in a word.
pub(crate) const WORD: usize = size_of::<usize>();
pub(crate) const ONES: usize = usize::MAX / 0xFF; // 0x01 in every byte
pub(crate) const HIGHS: usize = ONES << 7; // 0x80 in every byte

/// The high bit in the place of each byte that is equal, as far as the first one of them. Behind it there may be others.
pub(crate) fn equal_bytes(word: [u8; WORD], byte: u8) -> usize {
    // An equal byte becomes zero. Subtracting 1 from each byte then sets the high bit of the first zero, and of no byte
    // before it that had it clear. What the borrow does to the bytes behind it does not matter.
    let difference = usize::from_le_bytes(word) ^ ONES.wrapping_mul(usize::from(byte));
    difference.wrapping_sub(ONES) & !difference & HIGHS
}

/// The place of the first byte whose high bit is set, or how many there are if none is.
pub(crate) fn first_where(highs: usize) -> usize {
    // At most 8.
    usize::try_from(highs.trailing_zeros() / 8).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{count_byte, find_byte};
    use proptest::prelude::*;

    #[test]
    fn many_of_the_byte_side_by_side_are_found() {
        for length in 0..80 {
            let bytes = [[b'%'; 80], [b'&'; 80]].concat();
            for start in [80 - length, 80] {
                let bytes = bytes.get(start..).unwrap_or_default();
                assert_eq!(find_byte(bytes, b'%'), bytes.iter().position(|other| *other == b'%'));
                assert_eq!(find_byte(bytes, b'&'), bytes.iter().position(|other| *other == b'&'));
            }
        }
    }

    proptest! {
        #[test]
        fn equals_the_plain_search(
            bytes in proptest::collection::vec(prop_oneof![Just(b'%'), Just(b'$'), Just(b'&'), Just(0xA5), any::<u8>()], 0..40),
            byte in prop_oneof![Just(b'%'), Just(0), Just(0xFF), any::<u8>()],
        ) {
            prop_assert_eq!(find_byte(&bytes, byte), bytes.iter().position(|other| *other == byte));
            let long = bytes.repeat(40);
            prop_assert_eq!(count_byte(&long, byte), long.iter().filter(|other| **other == byte).count());
        }
    }
}
