//! What happens to Redis under load: `examples/faults.rs` does the same for longer.

use std::sync::Arc;

use session_core::Lost;

use crate::garbage;
use crate::proxy::Cut;
use crate::races;
use crate::servers::{Cluster, Server};
use crate::steps::{self, Broken, Step, all_cuts};
use crate::under_load;
use crate::users::{Preset, Site, Tally, Told};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_server_is_killed() {
    let tally = nothing_lost(under_load::killed(2).await);
    assert!(tally.refused() > 0, "it was not away: {tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_nodes_of_a_cluster_are_killed() {
    nothing_lost(under_load::node_killed(3).await);
}

/// A replica takes over with what has reached it, which need not be all (see the README); the store follows it.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_takes_over_is_followed() {
    let tally = under_load::failed_over(1).await;
    assert_eq!(tally.faults()[2], 0, "{tally:?}");
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
    assert!(tally.refused() > 0, "it was not full: {tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_left_where_it_is() {
    nothing_lost(garbage::met(500).await);
}

/// Where one connection breaks, and the next one holds, no request fails but a write that has not reached Redis and is not
/// sent again, since it could bring back what was ended meanwhile: a login's, or one of Express's.
#[tokio::test(flavor = "multi_thread")]
async fn one_broken_connection_costs_little() {
    one_broken(&Broken::server(Preset::Recommended).await, Preset::Recommended).await;
    one_broken(&Broken::server(Preset::Express).await, Preset::Express).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_broken_connection_of_a_cluster_costs_little() {
    one_broken(&Broken::cluster(Preset::Recommended).await, Preset::Recommended).await;
}

async fn one_broken(broken: &Broken, preset: Preset) {
    for step in Step::all(preset) {
        let mut was_cut = 0;
        for cuts in all_cuts().into_iter().filter(|cuts| cuts.len() == 1) {
            let came = broken.step(*step, &cuts).await;
            was_cut += usize::from(came.cuts_left == 0);
            let is_login = matches!(step, Step::Begin | Step::LogInAgain | Step::LogInTooLate);
            let is_sent_once = is_login || preset == Preset::Express;
            let expected = match came.told {
                Told::Done => !step.is_too_late(),
                Told::Lost(Lost::Gone) => step.is_too_late(),
                Told::Lost(Lost::Unknown) | Told::Refused => is_sent_once && cuts[0].1 == Cut::Before,
                Told::Lost(_) => false,
            };
            assert!(expected, "{step:?} with {cuts:?}: {came:?}");
            assert_eq!(came.left_behind, 0, "{step:?} with {cuts:?}: {came:?}");
        }
        // An operation, and a load if there is a cookie, before and after.
        assert!(was_cut >= 2, "{step:?} was cut {was_cut} times");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_connections_break_again_and_again() {
    for broken in [Broken::server(Preset::Recommended).await, Broken::server(Preset::Express).await] {
        let tally = nothing_lost(steps::cut(&broken, &all_cuts()).await);
        let failed = tally.told_lost() + tally.refused();
        assert!(failed > 0, "nothing was broken: {tally:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_connections_of_a_cluster_break_again_and_again() {
    // Those that follow each other: a cluster takes its time to find its way again.
    let cuts: Vec<_> =
        all_cuts().into_iter().filter(|cuts| cuts[cuts.len() - 1].0 - cuts[0].0 == cuts.len() - 1).collect();
    nothing_lost(steps::cut(&Broken::cluster(Preset::Recommended).await, &cuts).await);
}

fn nothing_lost(tally: Arc<Tally>) -> Arc<Tally> {
    assert_eq!(tally.faults(), [0; 3], "{tally:?}");
    tally
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_write_one_session_at_once_are_told_apart() {
    let server = Server::start(&[]);
    told_apart(&races::programs::<2>(&server.addresses()).await).await;
    let cluster = Cluster::start();
    told_apart(&races::programs::<2>(&cluster.addresses()).await).await;
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
