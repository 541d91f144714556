//! Where a generator's decisions come from.

use rand_core::Rng;

/// A source of decisions for the generators.
///
/// The same decisions make the same case, so whatever repeats its answers repeats the case: a seed, or the bytes that a
/// fuzzer has found. 0 is always the plainest decision; a source that has run out answers 0, and every generator comes to
/// its end then.
///
/// ```
/// use session_core::testing::{Case, Choices, Header, Strength};
///
/// /// Whatever can be said in the fewest words.
/// struct Plainest;
///
/// impl Choices for Plainest {
///     fn below(&mut self, _bound: usize) -> usize {
///         0
///     }
/// }
///
/// let case = Case::generate(Header::Cookie, Strength::WellFormed, &mut Plainest);
/// assert_eq!(case.header(), b"sid=");
/// ```
pub trait Choices {
    /// A number below `bound`, which is not 0.
    fn below(&mut self, bound: usize) -> usize;
}

/// One of a list, the first of which is the plainest.
pub(super) fn pick<'t>(choices: &mut dyn Choices, texts: &[&'t [u8]]) -> &'t [u8] {
    texts.get(choices.below(texts.len())).copied().unwrap_or_default()
}

/// Whether something is done that happens in `percent` of all cases; in doubt not.
pub(super) fn chance(choices: &mut dyn Choices, percent: usize) -> bool {
    choices.below(100) >= 100_usize.saturating_sub(percent)
}

/// Any byte, 0 being the plainest.
pub(super) fn byte(choices: &mut dyn Choices) -> u8 {
    u8::try_from(choices.below(256)).unwrap_or_default()
}

/// Decisions that a number determines: the same on every machine, and in every release that says nothing else.
///
/// ```
/// use session_core::testing::{Case, Header, Seed, Strength};
///
/// let make = || Case::generate(Header::SetCookie, Strength::Attack, &mut Seed::new(7));
/// assert_eq!(make().header(), make().header());
/// ```
#[derive(Clone, Debug)]
pub struct Seed {
    state: u64,
}

impl Seed {
    /// The decisions of this seed; any number does.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }
}

impl Choices for Seed {
    // SplitMix64 of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators".
    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        remainder(mixed ^ (mixed >> 31), bound)
    }
}

/// Decisions of a random number generator.
///
/// ```
/// use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
/// use session_core::testing::{Case, FromRng, Header, Strength};
///
/// let mut choices = FromRng::new(ChaCha8Rng::seed_from_u64(7));
/// let case = Case::generate(Header::Cookie, Strength::Attack, &mut choices);
/// assert!(!case.mutators().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct FromRng<R> {
    rng: R,
}

impl<R: Rng> FromRng<R> {
    /// What this generator draws; `&mut` of one is one, too.
    #[must_use]
    pub const fn new(rng: R) -> Self {
        Self { rng }
    }
}

impl<R: Rng> Choices for FromRng<R> {
    fn below(&mut self, bound: usize) -> usize {
        remainder(self.rng.next_u64(), bound)
    }
}

/// Decisions that are spelled by bytes, one or two of them for each: what a fuzzer makes becomes a case.
///
/// Shorter bytes and smaller ones make plainer cases, so that whatever shrinks bytes shrinks cases.
///
/// ```
/// use session_core::testing::{Bytes, Case, Header, Strength};
///
/// let case = Case::generate(Header::Cookie, Strength::WellFormed, &mut Bytes::new(&[1, 1]));
/// assert_eq!(case.header(), b"__Host-sid=; sid=");
/// ```
#[derive(Clone, Debug)]
pub struct Bytes<'b> {
    left: &'b [u8],
}

impl<'b> Bytes<'b> {
    /// The decisions that these bytes spell, and then the plainest ones.
    #[must_use]
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self { left: bytes }
    }

    fn next(&mut self) -> u64 {
        let Some((first, left)) = self.left.split_first() else { return 0 };
        self.left = left;
        u64::from(*first)
    }
}

impl Choices for Bytes<'_> {
    fn below(&mut self, bound: usize) -> usize {
        match bound {
            // Nothing to decide.
            0 | 1 => 0,
            2..=256 => remainder(self.next(), bound),
            _ => remainder((self.next() << 8) | self.next(), bound),
        }
    }
}

/// Below `bound`; the difference in frequency, of one in 2^64 divided by `bound`, does not matter here.
pub(super) fn remainder(drawn: u64, bound: usize) -> usize {
    let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
    usize::try_from(drawn % bound).unwrap_or_default()
}
