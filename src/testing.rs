//! Hostile `Cookie` and `Set-Cookie` headers, and a slow parser to compare with, for whoever tests a cookie parser.
//!
//! [`Case`] is a generated header that says how it was made, in three strengths. Every generator takes its decisions from
//! a [`Choices`]: a seed, a random number generator, the bytes of a fuzzer, or (with the features of these names)
//! `arbitrary` and `proptest`. [`mod@reference`] reads headers step by step as the specifications say.
//!
//! ```
//! use session_core::testing::{Case, Header, Seed, Strength, reference};
//! # let my_parser = reference::cookies;
//!
//! for seed in 0..1000 {
//!     let case = Case::generate(Header::Cookie, Strength::Attack, &mut Seed::new(seed));
//!     assert_eq!(my_parser(case.header()), reference::cookies(case.header()), "seed {seed}: {case:?}");
//! }
//! ```

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod attack;
mod browser;
mod case;
mod choices;
mod grammar;
mod near_miss;
#[cfg(feature = "proptest")]
mod proptest;
mod well_formed;

pub mod reference;

#[cfg(feature = "proptest")]
pub use self::proptest::{CaseStrategy, cases};
pub use self::{
    attack::Mutator,
    case::{Case, Header, Pair, Strength},
    choices::{Bytes, Choices, FromRng, Seed},
    grammar::Rule,
};
