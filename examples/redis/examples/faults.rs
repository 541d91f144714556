//! What was done to Redis, how often, and what was lost: `cargo run --example faults -- 20`.
#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a program that is right or ends")]

#[path = "faults/garbage.rs"]
mod garbage;
#[path = "faults/proxy.rs"]
mod proxy;
#[path = "faults/races.rs"]
mod races;
#[path = "faults/servers.rs"]
mod servers;
#[path = "faults/steps.rs"]
mod steps;
#[path = "faults/under_load.rs"]
mod under_load;
#[path = "faults/users.rs"]
mod users;

use std::sync::Arc;

use servers::Server;
use steps::Broken;
use users::{Preset, Tally};

#[tokio::main]
async fn main() {
    let times = std::env::args().nth(1).and_then(|times| times.parse().ok()).unwrap_or(3);
    println!("| fault | times | done | 503: not done | 409, 503: lost | lost untold | back | done untold |");
    println!("|---|---|---|---|---|---|---|---|");
    row("the server is killed and restarted", times, under_load::killed(times).await);
    row("a node of a cluster is killed and restarted", times, under_load::node_killed(times).await);
    row("a primary is killed, its replica takes over", times, under_load::failed_over(times).await);
    row("200 slots move to another node", times, under_load::slots_moved(times).await);
    row("answers come after the timeout", times, under_load::late(times).await);
    row("writes wait until after the timeout", times, under_load::paused(times).await);
    row("memory is full", times, under_load::full(times).await);

    row("garbage stands under a session's key", times * 100, garbage::met(times * 100).await);

    let cuts = steps::all_cuts();
    for (fault, broken) in [
        ("connections break, at each command in turn", Broken::server(Preset::Recommended).await),
        ("the same by Express's rules", Broken::server(Preset::Express).await),
        ("the same of a cluster", Broken::cluster(Preset::Recommended).await),
    ] {
        let tally = steps::cut(&broken, &cuts).await;
        let broken = tally.done() + tally.refused() + tally.told_lost();
        row(fault, u32::try_from(broken).unwrap_or(u32::MAX), tally);
    }

    let server = Server::start(&[]);
    let programs = races::programs::<2>(&server.addresses()).await;
    let times = times * 20;
    row("8 requests of two programs write one session", times, races::counts(times, &programs).await);
    row("a logout among 7 that write", times, races::logout(times, &programs).await);
    row("8 logins of one session", times, races::logins(times, &programs).await);
    row("16 tasks try again until they have written", times, races::counter(16, times, &programs).await);
    row("Express writes blindly beside", times, races::express(times).await);
}

fn row(fault: &str, times: u32, tally: Arc<Tally>) {
    let [done, refused, told_lost] = [tally.done(), tally.refused(), tally.told_lost()];
    let [lost, revived, untold] = tally.faults();
    println!("| {fault} | {times} | {done} | {refused} | {told_lost} | {lost} | {revived} | {untold} |");
}
