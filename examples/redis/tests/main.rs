//! The store on real servers, which the tests start themselves: a single one, and a cluster of three.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod away;
mod conformance;
mod faults;
#[path = "../examples/faults/garbage.rs"]
mod garbage;
mod interop;
mod listing;
#[path = "../examples/faults/proxy.rs"]
mod proxy;
#[path = "../examples/faults/races.rs"]
mod races;
mod refusals;
#[path = "../examples/faults/servers.rs"]
mod servers;
#[path = "../examples/faults/steps.rs"]
mod steps;
mod touches;
#[path = "../examples/faults/under_load.rs"]
mod under_load;
mod unreadable;
#[path = "../examples/faults/users.rs"]
mod users;
