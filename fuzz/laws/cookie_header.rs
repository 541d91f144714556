//! The law of the Cookie header: what is read fast is what the reference reads.

use session_core::testing::{Pair, reference};
use session_core::{Cookie, Cookies};

/// Names, values and their order, before and after decoding, with all pairs of a name and with the first alone.
///
/// # Panics
///
/// Where the law is broken.
pub(crate) fn law(header: &[u8]) {
    let decoded = |pair: Cookie<'_>| (pair.name().to_vec(), pair.value().bytes().collect());
    let raw: Vec<Pair> = Cookies::new(header).map(|pair| (pair.name().to_vec(), pair.raw_value().to_vec())).collect();
    assert_eq!(raw, reference::raw_cookies(header));
    let all = reference::cookies(header);
    assert_eq!(Cookies::new(header).map(decoded).collect::<Vec<Pair>>(), all);
    let first = Cookies::new(header).first_of_each().map(decoded).collect::<Vec<Pair>>();
    assert_eq!(first, reference::first_of_each(&all));
}
