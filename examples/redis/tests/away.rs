//! Servers that are away, silent, or elsewhere: each call says so, and the store finds them again by itself.

use core::time::Duration;

use redis::cmd;
use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::{Answer, Document, StoreOp, Timestamp};
use session_core_redis::{RedisStore, Settings, StoreErrorKind};

use crate::proxy::Proxies;
use crate::refusals::{key, record, seed};
use crate::servers::{Cluster, Server};
use crate::steps::Broken;
use crate::users::{Preset, Site, Told, connect, connect_with, count, log_in};

type Store = RedisStore<Document>;

/// Whoever starts before Redis does is told so by each call, and needs no other start.
#[tokio::test]
async fn a_store_may_be_there_before_its_server() {
    let mut server = Server::start(&[]);
    server.kill();
    let store: Store = connect(&server.addresses()).await;
    let error = store.load(&key("id")).await.expect_err("nobody is there");
    assert_eq!(error.kind(), StoreErrorKind::Connection);
    let record = record();
    let error = store.apply(StoreOp::put(key("id"), &record), Timestamp::now()).await.expect_err("nothing was sent");
    assert_eq!((error.kind(), error.to_string().as_str()), (StoreErrorKind::Connection, "redis cannot be reached"));
    // The next try, which the last call has begun, fails too.
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.restart();
    // Not even one call is lost to what the last try has found, be it a write.
    let record_there = store.apply(StoreOp::put(key("there"), &record), Timestamp::now()).await;
    assert!(matches!(record_there, Ok(Answer::Done(_))), "{record_there:?}");
    assert!(store.load(&key("id")).await.expect("it is there now").is_none());
    server.kill();
    server.restart();
    assert!(store.load(&key("id")).await.expect("it is there again").is_none());
}

#[tokio::test]
async fn a_store_may_be_there_before_its_cluster() {
    let mut cluster = Cluster::start();
    cluster.nodes().iter_mut().for_each(Server::kill);
    let store: Store = connect(&cluster.addresses()).await;
    assert!(store.load(&key("id")).await.is_err());
    cluster.nodes().iter_mut().for_each(Server::restart);
    cluster.wait();
    assert!(recovers(&store, "id").await.is_none());
}

/// Keys of a node that is gone are errors, and no sessions that are not there.
#[tokio::test]
async fn a_cluster_without_a_node_refuses() {
    let mut cluster = Cluster::start();
    let settings = Settings::documents().with_response_timeout(Duration::from_millis(300));
    let patient: Store = connect(&cluster.addresses()).await;
    let store: Store = connect_with(&cluster.addresses(), settings).await;
    // Some on each node.
    let keys: Vec<_> = (0..24).map(|number| format!("id-{number}")).collect();
    let record = record();
    for id in &keys {
        patient.apply(StoreOp::put(key(id), &record), Timestamp::now()).await.expect("it is up");
    }
    cluster.nodes()[0].kill();
    let mut away = 0;
    for id in &keys {
        match store.load(&key(id)).await {
            Ok(found) => assert!(found.is_some(), "a session of a node that is away was said not to be there"),
            Err(_) => away += 1,
        }
        if let Ok(Answer::Done(_)) = store.apply(StoreOp::touch(key(id), record.cookie()), Timestamp::now()).await {
            assert!(store.load(&key(id)).await.is_ok_and(|found| found.is_some()), "what was done was not done");
        }
    }
    assert!(away > 0, "no key was on that node");
    cluster.nodes()[0].restart();
    cluster.wait();
    for id in &keys {
        assert!(recovers(&store, id).await.is_some());
    }
}

/// A key whose slot is on its way from one node to another, which the client has not heard of.
#[tokio::test]
async fn a_slot_on_its_way_is_followed() {
    let mut cluster = Cluster::start();
    let store: Store = connect(&cluster.addresses()).await;
    let record = record();
    assert!(store.load(&key("new")).await.expect("it is up").is_none());

    let mut clients: Vec<_> = cluster.nodes().iter().map(Server::client).collect();
    let slot: u16 = cmd("CLUSTER").arg("KEYSLOT").arg("sess:new").query(&mut clients[0]).expect("it is up");
    // The first has the first third, and so on.
    let (from, to) = match slot {
        0..=5460 => (0, 1),
        5461..=10922 => (1, 2),
        _ => (2, 0),
    };
    let names: Vec<String> =
        clients.iter_mut().map(|client| cmd("CLUSTER").arg("MYID").query(client).expect("it is up")).collect();
    for (at, state, other) in [(to, "IMPORTING", from), (from, "MIGRATING", to)] {
        let mut set = cmd("CLUSTER");
        set.arg("SETSLOT").arg(slot).arg(state).arg(&names[other]).exec(&mut clients[at]).expect("it is up");
    }
    // What is not there yet is asked of the node that it goes to.
    let now = Timestamp::now();
    assert!(store.load(&key("new")).await.expect("it is up").is_none());
    let created = store.apply(StoreOp::create(key("new"), &record), now).await.expect("it is up");
    let Answer::Done(revision) = created else { panic!("{created:?}") };
    let mut changed = record.clone();
    changed.data_mut().set("views", &1).expect("a name that is free");
    let updated = store.apply(StoreOp::update(key("new"), &changed, &revision), now).await.expect("it is up");
    assert!(matches!(updated, Answer::Done(_)), "{updated:?}");
    assert_eq!(store.apply(StoreOp::update(key("new"), &changed, &revision), now).await, Ok(Answer::Conflict));

    // Then the slot is there, and the client hears of it from the node that no longer has it.
    for at in [to, from] {
        let mut set = cmd("CLUSTER");
        set.arg("SETSLOT").arg(slot).arg("NODE").arg(&names[to]).exec(&mut clients[at]).expect("it is up");
    }
    assert!(store.load(&key("new")).await.expect("it is up").is_some());
    assert!(matches!(store.apply(StoreOp::destroy(key("new")), now).await, Ok(Answer::Done(_))));
    assert!(store.load(&key("new")).await.expect("it is up").is_none());
}

/// A server that says nothing is no reason to wait for ever, be it one or a cluster; and it may come back.
#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_not_waited_for() {
    let server = Server::start(&[]);
    let mut proxies = Proxies::default();
    proxies.before(server.port()).await;
    is_not_waited_for(&proxies).await;

    let broken = Broken::cluster(Preset::Recommended).await;
    is_not_waited_for(&broken.proxies).await;
}

async fn is_not_waited_for(proxies: &Proxies) {
    let addresses = proxies.addresses();
    let [site, hasty] = [connect(&addresses).await, connect_with(&addresses, impatient()).await]
        .map(|store| Site::new(store, Preset::Recommended));
    let mut cookie = String::new();
    assert_eq!(site.request(&mut cookie, log_in).await, Told::Done);
    let mut session = site.open(&cookie).await.expect("it is up");
    let patient: Store = connect(&addresses).await;
    let store: Store = connect_with(&addresses, impatient()).await;
    let revision = seed(&patient).await;

    proxies.hold(true);
    let kinds = [StoreErrorKind::Timeout, StoreErrorKind::Connection, StoreErrorKind::ClusterDown];
    for _ in 0..3 {
        let error = store.load(&key("there")).await.expect_err("nobody says anything");
        assert!(kinds.contains(&error.kind()), "{error}");
    }
    // It was sent, or it may have been; or it certainly was not.
    let update = store.apply(StoreOp::update(key("there"), &record(), &revision), Timestamp::now()).await;
    assert!(matches!(update, Ok(Answer::Unknown) | Err(_)), "{update:?}");
    count(&mut session);
    assert_ne!(hasty.close(session, &mut cookie).await, Told::Done);
    proxies.hold(false);
    assert!(recovers(&store, "there").await.is_some());
}

/// Settings of a store that waits for 100 ms.
fn impatient<V: Serialize + DeserializeOwned + Default>() -> Settings<Document<V>> {
    let patience = Duration::from_millis(100);
    Settings::documents().with_response_timeout(patience).with_connection_timeout(patience)
}

/// Tries until the store answers.
async fn recovers(store: &Store, id: &str) -> Option<()> {
    for _ in 0..6_000 {
        match store.load(&key(id)).await {
            Ok(found) => return found.map(drop),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    panic!("the store has not recovered");
}
