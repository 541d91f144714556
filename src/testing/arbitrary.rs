//! Cases from the bytes that a fuzzer makes, by the crate `arbitrary`.

use arbitrary::{Arbitrary, Result, Unstructured};

use super::case::Case;
use super::choices::{Choices, remainder};

/// What is left of the bytes decides, and then the plainest decision is taken.
impl Choices for Unstructured<'_> {
    fn below(&mut self, bound: usize) -> usize {
        match bound {
            0 | 1 => 0,
            // An error means that nothing is left.
            2..=256 => remainder(self.arbitrary::<u8>().map_or(0, u64::from), bound),
            _ => remainder(self.arbitrary::<u16>().map_or(0, u64::from), bound),
        }
    }
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::any(u))
    }
}
