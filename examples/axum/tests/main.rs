//! The adapter on a real Redis, which each test starts for itself.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod support;

mod app;
mod cancelled;
mod faults;
mod headers;
mod late;
mod layers;
mod lifecycle;
mod passive;
mod quiet;
mod races;
