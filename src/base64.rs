//! Base64 without padding (RFC 4648, sections 4 and 5), eight characters at a time.
//!
//! What is encoded may be secret: the signature that a cookie should have had, or a new id. So nothing is looked up in a
//! table, and no branch depends on it: `tests/constant_time` looks. The tests compare it with the crate `base64ct`.

/// What the last two of the 64 characters are.
#[derive(Clone, Copy)]
pub(crate) enum Alphabet {
    /// `+` and `/`
    Standard,
    /// `-` and `_`
    Url,
}

/// The characters of these bytes in groups of eight, as if zeros stood behind them: who asks takes as many as there are.
pub(crate) fn encode<const B: usize, const N: usize>(bytes: &[u8; B], alphabet: Alphabet) -> [u8; N] {
    let mut text = [0; N];
    let mut rest = bytes.as_slice();
    for place in text.chunks_exact_mut(8) {
        place.copy_from_slice(&numbers(first_bits(rest)));
        rest = rest.get(6..).unwrap_or_default();
    }
    // By itself, so that it is compiled to instructions on several words where there are such.
    for place in text.chunks_exact_mut(8) {
        let numbers = place.first_chunk().copied().unwrap_or_default();
        place.copy_from_slice(&characters(u64::from_ne_bytes(numbers), alphabet).to_ne_bytes());
    }
    text
}

/// The first 48 bits, at the top of the word.
fn first_bits(bytes: &[u8]) -> u64 {
    let word = bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut word = [0; 8];
        for (place, byte) in word.iter_mut().zip(bytes) {
            *place = *byte;
        }
        word
    });
    u64::from_be_bytes(word)
}

/// The first 48 bits, six in each byte.
fn numbers(bits: u64) -> [u8; 8] {
    // They are cut in two three times: into 2 times 24 bits, 4 times 12, and 8 times 6.
    let halves = (bits & 0xFFFF_FF00_0000_0000) >> 8 | (bits & 0xFF_FFFF_0000) >> 16;
    let quarters = (halves & 0x00FF_F000_00FF_F000) << 4 | (halves & 0x0FFF_0000_0FFF);
    ((quarters & 0x0FC0_0FC0_0FC0_0FC0) << 2 | (quarters & 0x003F_003F_003F_003F)).to_be_bytes()
}

/// The characters of eight numbers below 64, one in each byte.
///
/// Of eight at a time and not of one: out of arithmetic on single bytes, compilers have made branches.
fn characters(numbers: u64, alphabet: Alphabet) -> u64 {
    const ONES: u64 = u64::MAX / 0xFF; // 0x01 in every byte

    // `step` in each byte whose number is at least this one: with what that lacks to 128, such a number sets the highest
    // bit, of which the seven others are made. None of it carries from one byte to the next.
    let from = |least: u64, step: u64| {
        let highs = (numbers + (128 - least) * ONES) & (128 * ONES);
        (highs - (highs >> 7)) & (step * ONES)
    };
    // From one run of characters to the next: `a` is 6 behind the end of `A` to `Z`, `0` 75 before that of `a` to `z`, and
    // so on. A byte may borrow from the next meanwhile; in the end each holds a character, so all has been given back.
    let (to_62, to_63) = match alphabet {
        Alphabet::Standard => (15, 3),
        Alphabet::Url => (13, 49),
    };
    (numbers + u64::from(b'A') * ONES + from(26, 6))
        .wrapping_sub(from(52, 75))
        .wrapping_sub(from(62, to_62))
        .wrapping_add(from(63, to_63))
}

/// Whether all these characters are of the alphabet; they are public.
pub(crate) fn is_text(text: &[u8], alphabet: Alphabet) -> bool {
    let [one, other] = match alphabet {
        Alphabet::Standard => [b'+', b'/'],
        Alphabet::Url => [b'-', b'_'],
    };
    // All of them, without a way out in the middle: so many bytes are looked at together.
    text.iter().fold(true, |all, byte| all & (byte.is_ascii_alphanumeric() | (*byte == one) | (*byte == other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    #[test]
    fn every_pair_of_characters_equals_the_crates() {
        for bits in 0..1_u64 << 12 {
            for place in 0..4 {
                let [group @ .., _, _] = (bits << (16 + 12 * place)).to_be_bytes();
                let mut text = [0; 8];
                let standard = Base64Unpadded::encode(&group, &mut text).unwrap_or_default().as_bytes();
                assert_eq!(encode::<6, 8>(&group, Alphabet::Standard), *standard);
                let url = Base64UrlUnpadded::encode(&group, &mut text).unwrap_or_default().as_bytes();
                assert_eq!(encode::<6, 8>(&group, Alphabet::Url), *url);
            }
        }
    }

    proptest! {
        #[test]
        fn any_digest_equals_the_crates(digest: [u8; 32], id: [u8; 24]) {
            let mut text = [0; 43];
            let expected = Base64Unpadded::encode(&digest, &mut text).unwrap_or_default();
            prop_assert_eq!(&encode::<32, 48>(&digest, Alphabet::Standard)[..43], expected.as_bytes());
            let expected = Base64UrlUnpadded::encode(&digest, &mut text).unwrap_or_default();
            prop_assert_eq!(&encode::<32, 48>(&digest, Alphabet::Url)[..43], expected.as_bytes());
            let expected = Base64UrlUnpadded::encode(&id, &mut text).unwrap_or_default();
            prop_assert_eq!(&encode::<24, 32>(&id, Alphabet::Url)[..], expected.as_bytes());
        }

        #[test]
        fn characters_of_the_alphabet_are_known(text in "[A-Za-z0-9+/]{0,9}|[A-Za-z0-9_-]{0,9}|[ -~]{0,5}") {
            let of = |last: &str| text.chars().all(|character| character.is_ascii_alphanumeric() || last.contains(character));
            prop_assert_eq!(is_text(text.as_bytes(), Alphabet::Standard), of("+/"));
            prop_assert_eq!(is_text(text.as_bytes(), Alphabet::Url), of("-_"));
        }
    }
}
