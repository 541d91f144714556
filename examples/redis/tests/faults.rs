//! What happens to Redis under load: `examples/faults.rs` does the same for longer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use session_core::Lost;

use crate::proxy::Cut;
use crate::races;
use crate::servers::{Cluster, Server};
use crate::steps::{self, Broken, Step, all_cuts};
use crate::under_load::{self, site_of};
use crate::users::{Site, Tally, Told};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_server_is_killed() {
    let tally = nothing_lost(under_load::killed(2).await);
    assert!(tally.refused.load(Ordering::Relaxed) > 0, "it was not away: {tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_nodes_of_a_cluster_are_killed() {
    nothing_lost(under_load::node_killed(3).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_slots_move() {
    nothing_lost(under_load::slots_moved(1).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_answers_are_late() {
    nothing_lost(under_load::late(3).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_writes_wait() {
    nothing_lost(under_load::paused(3).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_memory_is_full() {
    let tally = nothing_lost(under_load::full(3).await);
    assert!(tally.refused.load(Ordering::Relaxed) > 0, "it was not full: {tally:?}");
}

/// Where one connection breaks, and the next one holds, no request fails but a login that has not reached Redis: it is not
/// sent again, or it could bring back what was ended meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn one_broken_connection_costs_nothing_but_a_login() {
    let broken = Broken::start().await;
    for step in Step::ALL {
        let mut was_cut = 0;
        for cuts in all_cuts().into_iter().filter(|cuts| cuts.len() == 1) {
            let came = broken.step(step, &cuts).await;
            was_cut += usize::from(came.cuts_left == 0);
            let may_fail = matches!(step, Step::LogIn | Step::LogInAgain) && cuts[0].1 == Cut::Before;
            let expected = came.told == Told::Done || may_fail && came.told == Told::Lost(Lost::Unknown);
            assert!(expected, "{step:?} with {cuts:?}: {came:?}");
            assert!(came.sessions <= 1, "something was left behind at {step:?} with {cuts:?}: {came:?}");
        }
        // A load and an operation, before and after; at a login there is nothing to load.
        let commands = if step == Step::LogIn { 1 } else { 2 };
        assert!(was_cut >= 2 * commands, "{step:?} was cut {was_cut} times");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_connections_break_twice() {
    let tally = nothing_lost(steps::cut(1).await);
    assert!(tally.told_lost.load(Ordering::Relaxed) > 0, "it was not broken: {tally:?}");
}

fn nothing_lost(tally: Arc<Tally>) -> Arc<Tally> {
    assert_eq!(tally.faults(), [0; 3], "{tally:?}");
    tally
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_write_one_session_at_once_are_told_apart() {
    let server = Server::start(&[]);
    told_apart(&races::two_programs(&server).await).await;
    let cluster = Cluster::start();
    told_apart(&[site_of(&cluster).await, site_of(&cluster).await]).await;
}

async fn told_apart(programs: &[Site]) {
    nothing_lost(races::counts(20, programs).await);
    nothing_lost(races::logout(20, programs).await);
    nothing_lost(races::logins(20, programs).await);
    nothing_lost(races::counter(16, 10, programs).await);
}

/// The promises end where a writer looks at nothing.
#[tokio::test(flavor = "multi_thread")]
async fn express_beside_overwrites_and_revives() {
    let tally = races::express(5).await;
    assert_eq!(tally.faults(), [5, 5, 0], "{tally:?}");
}
