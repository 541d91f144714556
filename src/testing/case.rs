//! A generated header, and how it was made.

use alloc::vec::Vec;
use core::fmt;

use super::attack::{self, Mutator};
use super::choices::Choices;
use super::grammar::Rule;
use super::{near_miss, well_formed};

/// The name and the value of a cookie.
pub type Pair = (Vec<u8>, Vec<u8>);

/// Which header.
///
/// ```
/// use session_core::testing::{Case, Header, Seed, Strength};
///
/// let case = Case::generate(Header::SetCookie, Strength::WellFormed, &mut Seed::new(1));
/// assert_eq!(case.kind(), Header::SetCookie);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Header {
    /// What a browser sends: `name=value; name=value`.
    Cookie,
    /// What a server sends: `name=value; Path=/; HttpOnly`.
    SetCookie,
}

/// How far from the grammar a header is.
///
/// ```
/// use session_core::testing::{Case, Header, Seed, Strength, reference};
///
/// for seed in 0..100 {
///     let near = Case::generate(Header::Cookie, Strength::NearMiss, &mut Seed::new(seed));
///     assert_eq!(reference::check(near.kind(), near.header()).err(), near.rule());
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strength {
    /// Inside the grammar that RFC 6265bis gives for servers: every parser is to read it alike.
    WellFormed,
    /// Exactly one rule of that grammar is broken; [`Case::rule`] says which.
    NearMiss,
    /// What tells parsers apart, or has broken one; [`Case::mutators`] says what was done.
    Attack,
}

/// A generated header, which says how it was made.
///
/// ```
/// use session_core::testing::{Case, Header, Seed, Strength};
///
/// let case = Case::generate(Header::Cookie, Strength::Attack, &mut Seed::new(3));
/// // Prints the bytes, the strength, and what was done.
/// println!("{case:?}");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Case {
    pub(super) kind: Header,
    pub(super) strength: Strength,
    pub(super) header: Vec<u8>,
    pub(super) pairs: Vec<Pair>,
    pub(super) rule: Option<Rule>,
    pub(super) mutators: Vec<Mutator>,
}

impl Case {
    /// The case that these decisions make.
    #[must_use]
    pub fn generate(kind: Header, strength: Strength, choices: &mut dyn Choices) -> Self {
        let mut case = well_formed::generate(kind, choices);
        case.strength = strength;
        match strength {
            Strength::WellFormed => {}
            Strength::NearMiss => near_miss::break_one_rule(&mut case, choices),
            Strength::Attack => attack::attack(&mut case, choices),
        }
        case
    }

    /// A case of either header and any strength.
    #[must_use]
    pub fn any(choices: &mut dyn Choices) -> Self {
        let kind = if choices.below(2) == 0 { Header::Cookie } else { Header::SetCookie };
        let strength = match choices.below(4) {
            0 => Strength::WellFormed,
            1 => Strength::NearMiss,
            _ => Strength::Attack,
        };
        Self::generate(kind, strength, choices)
    }

    /// The value of the header: what stands behind `Cookie: ` or `Set-Cookie: `.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// Takes the value of the header out.
    #[must_use]
    pub fn into_header(self) -> Vec<u8> {
        self.header
    }

    /// Which header it is.
    #[must_use]
    pub const fn kind(&self) -> Header {
        self.kind
    }

    /// How far from the grammar it is.
    #[must_use]
    pub const fn strength(&self) -> Strength {
        self.strength
    }

    /// The cookies as a browser has them: quotes are part of a value, and nothing is decoded.
    ///
    /// For a case that is not well-formed, those of the header that it began as.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The rule that a near miss breaks.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        self.rule
    }

    /// What was done to make an attack, in this order.
    #[must_use]
    pub fn mutators(&self) -> &[Mutator] {
        &self.mutators
    }
}

// The bytes as text, since a list of numbers says nothing.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} b\"{}\", {:?}", self.kind, self.header.escape_ascii(), self.strength)?;
        if let Some(rule) = self.rule {
            write!(f, ": {rule:?}")?;
        }
        if self.mutators.is_empty() { Ok(()) } else { write!(f, ": {:?}", self.mutators) }
    }
}
