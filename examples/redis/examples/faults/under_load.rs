//! What is done to Redis while users visit a site.

use core::time::Duration;
use std::process::Command;
use std::sync::Arc;

use redis::{Connection, cmd};
use session_core_redis::Settings;
use tokio::task::block_in_place;

use crate::proxy::Proxies;
use crate::servers::{Cluster, Server, until};
use crate::users::{Preset, Site, Tally, connect_with, until_more, visited};

/// How many users visit at a time.
const USERS: usize = 20;
/// After how many more good answers the next thing happens.
const MEANWHILE: u64 = 100;

/// A site with the settings that a store has by itself.
pub(crate) async fn site(addresses: &[String]) -> Site {
    Site::new(connect_with(addresses, Settings::documents()).await, Preset::Recommended)
}

/// The server is killed and started again.
pub(crate) async fn killed(rounds: u32) -> Arc<Tally> {
    let mut server = Server::start(&[]);
    let site = site(&server.addresses()).await;
    visited(&site, USERS, async |tally| {
        for _ in 0..rounds {
            until_more(&tally, MEANWHILE).await;
            server.kill();
            tokio::time::sleep(Duration::from_millis(50)).await;
            block_in_place(|| server.restart());
        }
        until_more(&tally, MEANWHILE).await;
    })
    .await
}

/// One node after the other of a cluster is killed and started again.
pub(crate) async fn node_killed(rounds: u32) -> Arc<Tally> {
    let mut cluster = Cluster::start();
    let site = site(&cluster.addresses()).await;
    visited(&site, USERS, async |tally| {
        let nodes = cluster.nodes().len();
        for node in (0..nodes).cycle().take(rounds.try_into().unwrap_or_default()) {
            until_more(&tally, MEANWHILE).await;
            let Some(node) = cluster.nodes().get_mut(node) else { continue };
            node.kill();
            tokio::time::sleep(Duration::from_millis(50)).await;
            block_in_place(|| node.restart());
            block_in_place(|| cluster.wait());
        }
        until_more(&tally, MEANWHILE).await;
    })
    .await
}

/// A primary of a cluster is killed, and its replica takes its place: with what has reached it.
pub(crate) async fn failed_over(rounds: u32) -> Arc<Tally> {
    let options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"];
    let mut cluster = Cluster::with_replicas((0..6).map(|_| Server::start(&options)).collect(), 1);
    let site = site(&cluster.addresses()).await;
    visited(&site, USERS, async |tally| {
        for _ in 0..rounds {
            until_more(&tally, MEANWHILE).await;
            let killed = block_in_place(|| cluster.fail_over());
            until_more(&tally, MEANWHILE).await;
            block_in_place(|| cluster.nodes().get_mut(killed).expect("it was there").restart());
        }
        until_more(&tally, MEANWHILE).await;
    })
    .await
}

/// Slots, and the sessions in them, go from the first node of a cluster to the second.
pub(crate) async fn slots_moved(rounds: u32) -> Arc<Tally> {
    let mut cluster = Cluster::start();
    let site = site(&cluster.addresses()).await;
    visited(&site, USERS, async |tally| {
        for _ in 0..rounds {
            until_more(&tally, MEANWHILE).await;
            block_in_place(|| cluster.move_slots(200));
        }
        until_more(&tally, MEANWHILE).await;
    })
    .await
}

/// Answers wait for longer than the store does.
pub(crate) async fn late(rounds: u32) -> Arc<Tally> {
    let server = Server::start(&[]);
    let mut proxies = Proxies::default();
    proxies.before(server.port()).await;
    let site = impatient(&proxies.addresses()).await;
    visited(&site, USERS, async |tally| {
        for _ in 0..rounds {
            until_more(&tally, MEANWHILE).await;
            proxies.hold(true);
            tokio::time::sleep(Duration::from_millis(300)).await;
            proxies.hold(false);
        }
        until_more(&tally, MEANWHILE).await;
    })
    .await
}

/// Writes wait in the server for longer than the store does.
pub(crate) async fn paused(rounds: u32) -> Arc<Tally> {
    let server = Server::start(&[]);
    let site = impatient(&server.addresses()).await;
    let mut client = server.client();
    visited(&site, USERS, async |tally| {
        for _ in 0..rounds {
            until_more(&tally, MEANWHILE).await;
            let pause = cmd("CLIENT").arg("PAUSE").arg(300).arg("WRITE").exec(&mut client);
            pause.expect("the server is up");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        until_more(&tally, MEANWHILE).await;
    })
    .await
}

/// Memory runs full, and nothing may be dropped.
pub(crate) async fn full(rounds: u32) -> Arc<Tally> {
    let server = Server::start(&["--maxmemory-policy", "noeviction"]);
    let site = site(&server.addresses()).await;
    let mut client = server.client();
    visited(&site, USERS, async |tally| {
        for _ in 0..rounds {
            until_more(&tally, MEANWHILE).await;
            limit(&mut client, "1");
            tokio::time::sleep(Duration::from_millis(100)).await;
            limit(&mut client, "0");
        }
        until_more(&tally, MEANWHILE).await;
    })
    .await
}

/// Sets how much memory there is: with 1 byte it is full, with 0 it has no end.
fn limit(client: &mut Connection, bytes: &str) {
    cmd("CONFIG").arg("SET").arg("maxmemory").arg(bytes).exec(client).expect("the server is up");
}

/// A site that waits for 100 ms.
async fn impatient(addresses: &[String]) -> Site {
    let settings = Settings::documents().with_response_timeout(Duration::from_millis(100));
    Site::new(connect_with(addresses, settings).await, Preset::Recommended)
}

impl Cluster {
    /// Kills a primary whose replica follows it, and waits until that has taken its place: which one.
    fn fail_over(&mut self) -> usize {
        let says = |node: &Server, what: &[&str]| {
            let info: String = cmd("INFO").arg("replication").query(&mut node.client()).expect("it is up");
            what.iter().all(|what| info.contains(what))
        };
        let followed = |node: &Server| says(node, &["role:master", "state=online"]);
        let primary = until("a replica to follow", || self.nodes().iter().position(followed));
        self.nodes().get_mut(primary).expect("it was found").kill();
        until("a replica to take its place", || {
            let others = self.nodes().iter().enumerate().filter(|(number, _)| *number != primary);
            (others.filter(|(_, node)| says(node, &["role:master"])).count() == 3).then_some(())
        });
        self.wait();
        primary
    }

    /// Has `redis-cli` move slots from the first node to the second.
    fn move_slots(&mut self, slots: u32) {
        let [from, to] = [0, 1].map(|node| {
            let mut client = self.nodes().get(node).expect("three nodes").client();
            cmd("CLUSTER").arg("MYID").query::<String>(&mut client).expect("it is up")
        });
        let address = format!("127.0.0.1:{}", self.nodes().first().expect("three nodes").port());
        let mut reshard = Command::new("redis-cli");
        reshard.args(["--cluster", "reshard", &address, "--cluster-from", &from, "--cluster-to", &to]);
        let moved = reshard.args(["--cluster-slots", &slots.to_string(), "--cluster-yes"]).output().expect("redis-cli");
        assert!(moved.status.success(), "{}", String::from_utf8_lossy(&moved.stdout));
    }
}
