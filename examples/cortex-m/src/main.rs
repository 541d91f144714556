//! A device with a login: 64 KiB of RAM, 256 KiB of flash, no heap, no operating system and no idea what day it is.

#![no_std]
#![no_main]

mod board;
mod ethernet;
mod guard;
mod pages;
mod sessions;
mod status;
mod users;
mod web;

use embassy_executor::{SpawnError, SpawnToken};
use embassy_net::{Ipv4Address, Ipv4Cidr, Runner, Stack, StackResources, StaticConfigV4};
use embassy_time::Duration;
use picoserve::{Config, Router, Server, Timeouts};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use static_cell::{ConstStaticCell, StaticCell};

use crate::board::{Boot, print, stop};
use crate::ethernet::Ethernet;
use crate::sessions::{Sessions, Times};
use crate::web::Web;

/// How many requests are dealt with at a time. There is no queue before them: who comes while all are taken is refused.
const CONNECTIONS: usize = 4;
/// The longest request, with its body: a browser's head is some 700 bytes.
const REQUEST: usize = 2048;

/// Browsers open connections that they may not need, and keep those that they had.
const TIMEOUTS: Timeouts = Timeouts {
    start_read_request: Duration::from_secs(2),
    persistent_start_read_request: Duration::from_secs(1),
    read_request: Duration::from_secs(3),
    write: Duration::from_secs(3),
};
const SERVER: Config = Config::new(TIMEOUTS).keep_connection_alive();

/// The address in QEMU's own network. A product asks a DHCP server.
fn address() -> embassy_net::Config {
    embassy_net::Config::ipv4_static(StaticConfigV4 {
        address: Ipv4Cidr::new(Ipv4Address::new(10, 0, 2, 15), 24),
        gateway: Some(Ipv4Address::new(10, 0, 2, 2)),
        dns_servers: Default::default(),
    })
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let (sessions, stack, runner) = set_up();
    board::run(|spawner| {
        spawner.spawn(started(network(runner)));
        static BUFFERS: ConstStaticCell<[Buffers; CONNECTIONS]> = ConstStaticCell::new([Buffers::NEW; CONNECTIONS]);
        for buffers in BUFFERS.take() {
            spawner.spawn(started(serve(stack, sessions, buffers)));
        }
        print(format_args!("serving HTTP on port 80"));
    })
}

type Wire = &'static mut Ethernet;

/// Not inlined, so that what it needs of the stack is free again when it has returned.
#[inline(never)]
fn set_up() -> (&'static Sessions, Stack<'static>, Runner<'static, Wire>) {
    static ETHERNET: ConstStaticCell<Ethernet> = ConstStaticCell::new(Ethernet::new());
    static RESOURCES: ConstStaticCell<StackResources<CONNECTIONS>> = ConstStaticCell::new(StackResources::new());
    static NAME: ConstStaticCell<heapless::String<16>> = ConstStaticCell::new(heapless::String::new());
    static SESSIONS: StaticCell<Sessions> = StaticCell::new();

    let boot = Boot::take();
    if boot.is_none() {
        print(format_args!("no random numbers were handed in, so nobody can log in"));
    }
    let mut random = boot.map(|boot| ChaCha20Rng::from_seed(boot.seed));
    // It tells connections apart, and protects little.
    let seed = random.as_mut().map_or(0, Rng::next_u64);
    let Some(Ok(sessions)) = sessions::cookie_name(Ethernet::address(), NAME.take())
        .map(|name| Sessions::new(random, Times::new(boot), name))
    else {
        stop(format_args!("the configuration of the sessions is refused"));
    };

    let ethernet = ETHERNET.take();
    ethernet.start();
    let (stack, runner) = embassy_net::new(ethernet, address(), RESOURCES.take(), seed);
    (SESSIONS.init(sessions), stack, runner)
}

/// What a connection needs to be dealt with.
struct Buffers {
    request: [u8; REQUEST],
    received: [u8; 1024],
    sent: [u8; 1024],
}

impl Buffers {
    const NEW: Self = Self { request: [0; REQUEST], received: [0; 1024], sent: [0; 1024] };
}

fn started<S>(task: Result<SpawnToken<S>, SpawnError>) -> SpawnToken<S> {
    let Ok(task) = task else { stop(format_args!("there are more tasks than was said")) };
    task
}

#[embassy_executor::task]
async fn network(mut runner: Runner<'static, Wire>) {
    runner.run().await
}

#[embassy_executor::task(pool_size = CONNECTIONS)]
async fn serve(stack: Stack<'static>, sessions: &'static Sessions, buffers: &'static mut Buffers) {
    let Buffers { request, received, sent } = buffers;
    let web = Router::from_service(Web).with_state(sessions);
    Server::new(&web, &SERVER, request).listen_and_serve("", stack, 80, received, sent).await.into_never()
}
