//! What the tests are written with.

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod handlers;
pub(crate) mod program;
#[path = "../../redis/examples/faults/servers.rs"]
#[expect(dead_code, reason = "clusters are for the tests of the store")]
pub(crate) mod servers;

pub(crate) use app::App;
pub(crate) use browser::Browser;
