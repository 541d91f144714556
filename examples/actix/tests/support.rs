//! What the tests are written with.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) mod app;
pub(crate) mod browser;
pub(crate) mod handlers;
pub(crate) mod program;
#[path = "../../redis/examples/faults/servers.rs"]
#[expect(dead_code, reason = "clusters are for the tests of the store")]
pub(crate) mod servers;

pub(crate) use app::App;
pub(crate) use browser::Browser;
use servers::Server;

/// The first of the ports that are given to outgoing connections. Below, nobody takes the port of a server that is away.
const EPHEMERAL: u32 = 32_768;
const FIRST: u32 = 16_384;

/// A `redis-server` on a port that stays its own while it is away.
pub(crate) fn start_redis() -> Server {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Test programs that run at the same time begin in different places.
    let begin = std::process::id().wrapping_mul(251);
    let mut ports = core::iter::repeat_with(|| {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        u16::try_from(FIRST + begin.wrapping_add(step) % (EPHEMERAL - FIRST)).expect("a port")
    });
    let free = ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    Server::start_at(free.expect("one is free"), &[])
}
