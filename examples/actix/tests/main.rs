//! The adapter and its program, on real sockets and on a `redis-server` that each test starts itself.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod away;
mod cut_short;
mod lost;
mod presets;
mod program;
mod routes;
mod support;
