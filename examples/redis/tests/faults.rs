//! What happens to Redis under load: `examples/faults.rs` does the same for longer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::under_load;
use crate::users::Tally;

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

fn nothing_lost(tally: Arc<Tally>) -> Arc<Tally> {
    assert_eq!(tally.faults(), [0; 3], "{tally:?}");
    tally
}
