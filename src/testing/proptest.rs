//! Cases as strategies of the crate `proptest`.

use alloc::vec::Vec;

use proptest::prelude::any;
use proptest::strategy::{BoxedStrategy, Strategy};

use super::case::{Case, Header, Strength};
use super::choices::Bytes;

/// What [`cases`] gives.
pub type CaseStrategy = BoxedStrategy<Case>;

/// Cases of one header and strength.
///
/// A failing one shrinks by fewer and smaller decisions, which make plainer cases. All decisions stand in one row, and when one
/// goes, those behind it decide something else: pairs and mutators may stay that the failure does not need.
///
/// ```
/// use proptest::prelude::*;
/// use session_core::testing::{Header, Strength, cases, reference};
/// # let my_parser = reference::cookies;
///
/// proptest!(|(case in cases(Header::Cookie, Strength::Attack))| {
///     prop_assert_eq!(my_parser(case.header()), reference::cookies(case.header()));
/// });
/// ```
pub fn cases(kind: Header, strength: Strength) -> CaseStrategy {
    decisions().prop_map(move |bytes| Case::generate(kind, strength, &mut Bytes::new(&bytes))).boxed()
}

impl proptest::arbitrary::Arbitrary for Case {
    type Parameters = ();
    type Strategy = CaseStrategy;

    fn arbitrary_with((): ()) -> CaseStrategy {
        decisions().prop_map(|bytes| Self::any(&mut Bytes::new(&bytes))).boxed()
    }
}

/// Enough bytes for most cases; what is missing is decided plainly.
fn decisions() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..80)
}
