//! Lists of sessions: each once, of every node, whatever else is there.

use std::collections::HashSet;

use redis::{Connection, cmd, pipe};
use session_core::{Document, Handle, Key, Loaded, Record, SessionCookie, StoreKey, StoreOp, Timestamp};
use session_core_redis::{RedisStore, StoreErrorKind};

use crate::servers::{Cluster, Server};
use crate::users::connect;

type Store = RedisStore<Document>;

const TEXT: &str = r#"{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"}}"#;

#[tokio::test]
async fn all_of_a_server_are_listed_once() {
    let server = Server::start(&[]);
    let store: Store = connect(&server.addresses()).await;
    all_are_listed_once(&store).await;
}

#[tokio::test]
async fn all_of_a_cluster_are_listed_once() {
    let cluster = Cluster::start();
    all_are_listed_once(&connect(&cluster.addresses()).await).await;
}

async fn all_are_listed_once(store: &Store) {
    let now = Timestamp::now();
    let record = Record::new(SessionCookie::default(), <Document>::default());
    let ids: HashSet<_> = (0..1_200).map(|number| format!("id-{number}")).collect();
    for id in &ids {
        store.apply(StoreOp::put(key(id), &record), now).await.expect("it is up");
    }
    let mark = Record::moved(now, now.saturating_add(60_000));
    store.apply(StoreOp::put(key("mark"), &mark), now).await.expect("it is up");
    store.put_note("sess", "no session", core::time::Duration::from_secs(60)).await.expect("it is up");

    let handles = handles();
    let listed = store.list(&handles).await.expect("it is up");
    let found: HashSet<_> = listed.iter().map(|listed| listed.loaded.key().as_str().to_owned()).collect();
    assert_eq!((listed.len(), &found), (ids.len(), &ids));
    assert!(listed.iter().all(|listed| listed.handle == Handle::new(&handles, listed.loaded.key())));
    assert!(listed.iter().all(|listed| listed.loaded.ttl_left().is_some()));

    // One is found by its handle, and ended by its key.
    let handle = Handle::new(&handles, &key("id-7"));
    let found = store.find(&handles, handle).await.expect("it is up").expect("it is there");
    assert_eq!(found.loaded.key(), &key("id-7"));
    store.apply(StoreOp::destroy(*found.loaded.key()), now).await.expect("it is up");
    assert!(store.find(&handles, handle).await.expect("it is up").is_none());
    // Neither a mark nor another handle is.
    for handle in [Handle::new(&handles, &key("mark")), Handle::new(&handles, &key("nobody"))] {
        assert!(store.find(&handles, handle).await.expect("it is up").is_none());
    }
}

/// What a walk has begun with is found once, although the table grows under it.
#[tokio::test]
async fn a_walk_meets_each_once_while_others_come() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let store: Store = connect(&server.addresses()).await;
    fill(&mut client, "first", 3_000);
    let mut walk = store.walk();
    let mut found = Vec::new();
    let mut pages = 0;
    while let Some(page) = walk.next().await.expect("it is up") {
        found.extend(page.iter().map(|loaded: &Loaded<_, _>| loaded.key().as_str().to_owned()));
        pages += 1;
        // The table grows, and then shrinks.
        match pages {
            1 => fill(&mut client, "second", 20_000),
            20 => empty(&mut client, "second", 20_000),
            _ => {}
        }
    }
    let once: HashSet<_> = found.iter().collect();
    assert_eq!(once.len(), found.len(), "one was found twice");
    assert_eq!(once.iter().filter(|id| id.starts_with("first")).count(), 3_000);
    assert!(pages > 20, "it was over before the table shrank");
}

#[tokio::test]
async fn a_list_has_an_end_and_a_walk_has_none() {
    let server = Server::start(&[]);
    let store: Store = connect(&server.addresses()).await;
    fill(&mut server.client(), "id", Store::LISTED_AT_MOST + 50);
    assert_eq!(store.list(&handles()).await.expect("it is up").len(), Store::LISTED_AT_MOST);
    let (mut walk, mut length) = (store.walk(), 0);
    while let Some(page) = walk.next().await.expect("it is up") {
        length += page.len();
    }
    assert_eq!(length, Store::LISTED_AT_MOST + 50);
}

/// A prefix means itself, and keys that are no text are no sessions.
#[tokio::test]
async fn what_is_beside_the_prefix_is_not_listed() {
    let server = Server::start(&[]);
    let mut client = server.client();
    for prefix in ["s*[a-z]?\\^:", "s:", "ß:"] {
        let store = Store::connect(&[&server.address()], prefix).await.expect("an address");
        cmd("SET").arg(format!("{prefix}id")).arg(TEXT).exec(&mut client).expect("it is up");
        cmd("SET").arg("sxa?:id").arg(TEXT).exec(&mut client).expect("it is up");
        cmd("SET").arg([prefix.as_bytes(), &[0xff, 0xfe]].concat()).arg(TEXT).exec(&mut client).expect("it is up");
        cmd("SET").arg(format!("{prefix}{}", "x".repeat(300))).arg(TEXT).exec(&mut client).expect("it is up");
        let listed = store.list(&handles()).await.expect("it is up");
        let keys: Vec<_> = listed.iter().map(|listed| listed.loaded.key().as_str()).collect();
        assert_eq!(keys, ["id"], "{prefix}");
    }
}

/// A list without the sessions of one node would say of them that they are not there.
#[tokio::test]
async fn a_cluster_without_a_node_is_not_listed() {
    let mut cluster = Cluster::start();
    let store: Store = connect(&cluster.addresses()).await;
    assert!(store.list(&handles()).await.expect("it is up").is_empty());
    cluster.nodes()[1].kill();
    // By one that had a connection to it, and by one that never had.
    for store in [store, connect(&cluster.addresses()).await] {
        let error = store.list(&handles()).await.expect_err("a node is away");
        let kinds = [StoreErrorKind::ClusterDown, StoreErrorKind::Connection, StoreErrorKind::Timeout];
        assert!(kinds.contains(&error.kind()), "{error}");
    }
}

/// While a slot is on its way, two nodes may have a key.
#[tokio::test]
async fn what_two_nodes_have_is_listed_once() {
    let mut cluster = Cluster::start();
    let store: Store = connect(&cluster.addresses()).await;
    let mut clients: Vec<_> = cluster.nodes().iter().map(Server::client).collect();
    let takes_it = |client: &mut Connection| cmd("SET").arg("sess:id").arg(TEXT).exec(client).is_ok();
    let from = clients.iter_mut().position(takes_it).expect("one of them has the slot");
    let to = (from + 1) % 3;
    let slot: u16 = cmd("CLUSTER").arg("KEYSLOT").arg("sess:id").query(&mut clients[0]).expect("it is up");
    let name: String = cmd("CLUSTER").arg("MYID").query(&mut clients[from]).expect("it is up");
    let mut importing = cmd("CLUSTER");
    importing.arg("SETSLOT").arg(slot).arg("IMPORTING").arg(name).exec(&mut clients[to]).expect("it is up");
    let mut asking = pipe();
    asking.cmd("ASKING").ignore().cmd("SET").arg("sess:id").arg(TEXT).ignore();
    asking.exec(&mut clients[to]).expect("it is up");

    assert_eq!(store.list(&handles()).await.expect("it is up").len(), 1);
}

fn fill(client: &mut Connection, name: &str, many: usize) {
    let mut all = pipe();
    for number in 0..many {
        all.cmd("SET").arg(format!("sess:{name}-{number}")).arg(TEXT).ignore();
    }
    all.exec(client).expect("it is up");
}

fn empty(client: &mut Connection, name: &str, many: usize) {
    let mut all = pipe();
    for number in 0..many {
        all.cmd("DEL").arg(format!("sess:{name}-{number}")).ignore();
    }
    all.exec(client).expect("it is up");
}

fn handles() -> Key {
    Key::derive([1; 32], Key::HANDLES, "test").expect("long enough")
}

fn key(text: &str) -> StoreKey {
    text.parse().expect("a key")
}
