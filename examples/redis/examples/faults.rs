//! What was done to Redis, how often, and what was lost: `cargo run --release --example faults -- 20`.
#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a program that is right or ends")]

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
use std::sync::atomic::Ordering;

use servers::Server;
use steps::Broken;
use users::{Preset, Tally};

#[tokio::main]
async fn main() {
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(3);
    println!("| fault | rounds | requests done | 503, not done | told that it is lost | lost | back | untold |");
    println!("|---|---|---|---|---|---|---|---|");
    row("killed and restarted", rounds, under_load::killed(rounds).await);
    row("a node of a cluster killed and restarted", rounds, under_load::node_killed(rounds).await);
    row("a primary killed, its replica takes over", rounds, under_load::failed_over(rounds).await);
    row("slots of a cluster moved", rounds, under_load::slots_moved(rounds).await);
    row("answers come too late", rounds, under_load::late(rounds).await);
    row("writes wait too long", rounds, under_load::paused(rounds).await);
    row("memory full", rounds, under_load::full(rounds).await);

    for (what, broken) in [
        ("connection breaks at each command in turn", Broken::server(Preset::Recommended).await),
        ("the same with Express's rules", Broken::server(Preset::Express).await),
        ("the same with a cluster", Broken::cluster(Preset::Recommended).await),
    ] {
        row(what, rounds, steps::cut(rounds, &broken, &steps::all_cuts()).await);
    }
    let server = Server::start(&[]);
    let programs = races::programs::<2>(&server.addresses()).await;
    let many = rounds * 20;
    row("two programs count at once", many, races::counts(many, &programs).await);
    row("a logout among counts", many, races::logout(many, &programs).await);
    row("logins of one session at once", many, races::logins(many, &programs).await);
    row("16 tasks count until they are told it is done", many, races::counter(16, many, &programs).await);
    row("Express writes beside, blindly", many, races::express(many).await);
}

fn row(fault: &str, rounds: u32, tally: Arc<Tally>) {
    let [done, refused, told_lost] =
        [&tally.done, &tally.refused, &tally.told_lost].map(|count| count.load(Ordering::Relaxed));
    let [lost, revived, untold] = tally.faults();
    println!("| {fault} | {rounds} | {done} | {refused} | {told_lost} | {lost} | {revived} | {untold} |");
}
