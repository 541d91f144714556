//! The laws of the kit itself: a generated header is what it says, and every mutator works on every header.

use session_core::testing::{Bytes, Case, Header, Mutator, Strength, reference};

use super::cookie_header;

/// The bytes decide which case is made; then they are a header that is mutated.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(bytes: &[u8]) {
    let case = Case::any(&mut Bytes::new(bytes));
    let broken = reference::check(case.kind(), case.header()).err();
    match case.strength() {
        Strength::WellFormed => assert_eq!(broken, None, "{case:?}"),
        Strength::NearMiss => assert_eq!(broken, case.rule(), "{case:?}"),
        Strength::Attack => assert!(!case.mutators().is_empty() && case.rule().is_none()),
    }
    if case.kind() == Header::Cookie {
        cookie_header::law(case.header());
    }
    assert_eq!(case, Case::any(&mut Bytes::new(bytes)));

    let (decisions, header) = bytes.split_at(bytes.len().min(8));
    let mut choices = Bytes::new(decisions);
    let mutator = Mutator::any(&mut choices);
    let mut mutated = header.to_vec();
    mutator.apply(&mut mutated, &mut choices);
    // An escape is three bytes for one, and the longest cookie has a little over 4 KiB.
    assert!(mutated.len() <= 3 * header.len() + 4200, "{mutator:?}");
    cookie_header::law(&mutated);
}
