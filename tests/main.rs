//! Tests of the public behaviour, in one binary.
#![expect(clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used, reason = "a test may panic")]

mod at_rest;
mod broken_stores;
mod choices;
mod conformance;
mod cookie_parse;
mod cookie_rules;
mod derived_keys;
mod device;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod document;
mod expiry;
mod fuzz;
mod key_ring;
mod keys;
// With all features only, since it takes its time.
#[cfg(all(feature = "serde", feature = "std", feature = "zeroize"))]
mod interleavings;
mod layers;
mod lifecycle;
mod messages;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod record;
mod odd_stores;
mod open_from;
mod options;
#[cfg(all(feature = "serde", feature = "std", feature = "testing"))]
mod oracle;
mod recommended;
mod saved_early;
mod set_cookie;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod shapes;
mod store_model;
mod stores;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod ticket;
#[cfg(feature = "testing")]
mod testing;
mod time;
#[cfg(all(feature = "alloc", feature = "serde", feature = "std"))]
mod vectors;
mod verified;
