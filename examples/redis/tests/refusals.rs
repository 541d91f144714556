//! What Redis refuses, and what a store says of it: nothing was written then, and what it can still do it does.

use core::time::Duration;
use std::sync::Arc;

use redis::cmd;
use session_core::{Answer, Document, Key, Record, SessionCookie, StoreKey, StoreOp, Timestamp};
use session_core_redis::{RedisStore, Revision, Settings, StoreError, StoreErrorKind};

use crate::servers::{Cluster, Server, until};
use crate::users::{Preset, Site, Told, count, log_in, log_out, look};

type Store = RedisStore<Document>;

#[tokio::test]
async fn addresses_and_prefixes_are_checked() {
    for addresses in [
        &["no address"][..],
        &["http://127.0.0.1/"],
        &["rediss://127.0.0.1/"],
        &[],
        &["redis://:one@127.0.0.1:1/", "redis://:other@127.0.0.1:2/"],
    ] {
        let error = Store::connect(addresses, "sess:").await.expect_err("it is none");
        assert_eq!(error.kind(), StoreErrorKind::Address, "{addresses:?}");
    }
    for prefix in ["", "e", "epoch:", "epoch:sess:"] {
        let error = Store::connect(&["redis://127.0.0.1:1/"], prefix).await.expect_err("epochs would be sessions");
        assert_eq!(error.kind(), StoreErrorKind::Prefix, "{prefix}");
    }
    let store = Store::connect(&["redis://127.0.0.1:1/"], "sess:").await.expect("nobody is there, which is no reason");
    for name in ["sess:note", "epoch:ada"] {
        let error = store.put_note(name, "", Duration::from_secs(1)).await.expect_err("it is no note");
        assert_eq!(error.kind(), StoreErrorKind::Prefix, "{name}");
    }
}

/// Neither an error nor the store shows a password.
#[tokio::test]
async fn a_wrong_password_is_told_at_the_start_and_not_shown() {
    let server = Server::start(&[]);
    let mut client = server.client();
    cmd("CONFIG").arg("SET").arg("requirepass").arg("opensesame").exec(&mut client).expect("it is up");
    for user in ["", ":closedsesame@"] {
        let address = format!("redis://{user}127.0.0.1:{}/", server.port());
        let error = Store::connect(&[&address], "sess:").await.expect_err("it is another one");
        assert_eq!(error.kind(), StoreErrorKind::NotPermitted);
        assert!(!format!("{error} {error:?}").contains("sesame"));
    }
    let address = format!("redis://:opensesame@127.0.0.1:{}/", server.port());
    let store = Store::connect(&[&address], "sess:").await.expect("it is that");
    assert!(store.load(&key("id")).await.is_ok());
    assert!(!format!("{store:?}").contains("sesame"));
    let revision = seed(&store).await;
    // As it is said to a connection that was there before.
    for rights in ["-set", "-evalsha"] {
        cmd("ACL").arg("SETUSER").arg("default").arg(rights).exec(&mut client).expect("it is up");
    }
    assert_eq!(writes(&store, &revision).await, [Err(StoreErrorKind::NotPermitted); 4]);
    assert_eq!(store.load(&key("id")).await.expect_err("no right").kind(), StoreErrorKind::NotPermitted);
}

/// With full memory sessions can be read, used and ended, and none is lost.
#[tokio::test]
async fn full_memory_refuses_writes_alone() {
    let server = Server::start(&["--maxmemory-policy", "noeviction"]);
    let store = Store::connect(&[&server.address()], "sess:").await.expect("an address");
    let site =
        Site::new(RedisStore::connect(&[&server.address()], "site:").await.expect("an address"), Preset::Recommended);
    let mut cookies = [String::new(), String::new()];
    for cookie in &mut cookies {
        assert_eq!(site.request(cookie, log_in).await, Told::Done);
        assert_eq!(site.request(cookie, count).await, Told::Done);
    }
    let mut client = server.client();
    let mut memory = |bytes: u32| {
        cmd("CONFIG").arg("SET").arg("maxmemory").arg(bytes).exec(&mut client).expect("it is up");
    };
    let [stays, goes] = &mut cookies;

    let revision = seed(&store).await;
    memory(1);
    assert_eq!(writes(&store, &revision).await, [Err(StoreErrorKind::Full); 4]);
    assert_eq!(site.request(stays, look).await, Told::Done);
    for work in [count, log_in] {
        let before = stays.clone();
        assert_eq!(site.request(stays, work).await, Told::Refused);
        assert_eq!(*stays, before);
    }
    assert_eq!(site.count(stays).await, Some(1));
    assert_eq!(site.request(goes, log_out).await, Told::Done);
    memory(0);
    assert_eq!(site.request(stays, count).await, Told::Done);
    assert_eq!(site.count(stays).await, Some(2));
    assert_eq!(site.count(goes).await, None);
}

#[tokio::test]
async fn a_replica_refuses_writes_alone() {
    let server = Server::start(&[]);
    let first = Store::connect(&[&server.address()], "sess:").await.expect("an address");
    let revision = seed(&first).await;
    let replica = Server::start(&["--replicaof", "127.0.0.1", &server.port().to_string()]);
    let store = Store::connect(&[&replica.address()], "sess:").await.expect("an address");
    let mut client = replica.client();
    until("the replica to catch up", || {
        let info: String = cmd("INFO").arg("replication").query(&mut client).ok()?;
        info.contains("master_link_status:up").then_some(())
    });
    assert_eq!(writes(&store, &revision).await, [Err(StoreErrorKind::ReadOnly); 4]);
    assert!(store.load(&key("there")).await.expect("it can be read").is_some());
}

#[tokio::test]
async fn too_few_replicas_refuse_writes_alone() {
    let server = Server::start(&[]);
    let store = Store::connect(&[&server.address()], "sess:").await.expect("an address");
    let revision = seed(&store).await;
    cmd("CONFIG").arg("SET").arg("min-replicas-to-write").arg(1).exec(&mut server.client()).expect("it is up");
    assert_eq!(writes(&store, &revision).await, [Err(StoreErrorKind::NotDurable); 4]);
    assert!(store.load(&key("there")).await.expect("it can be read").is_some());
}

/// A server that reads its file says so, and a load is an error and not "no session".
#[tokio::test]
async fn a_server_that_reads_its_file_is_waited_for() {
    let slow = ["--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"];
    let mut server = Server::start(&slow);
    let store = Arc::new(Store::connect(&[&server.address()], "sess:").await.expect("an address"));
    seed(&store).await;
    let mut fill = redis::pipe();
    for number in 0..200 {
        fill.cmd("SET").arg(format!("filler-{number}")).arg("x".repeat(100)).ignore();
    }
    fill.exec(&mut server.client()).expect("it is up");
    cmd("BGREWRITEAOF").exec(&mut server.client()).expect("it is up");
    let mut client = server.client();
    until("the file to be written", || {
        let info: String = cmd("INFO").arg("persistence").query(&mut client).ok()?;
        (info.contains("aof_rewrite_in_progress:0") && info.contains("aof_rewrites:1")).then_some(())
    });
    server.kill();

    let asked = Arc::clone(&store);
    let asking = tokio::spawn(async move {
        let mut kinds = Vec::new();
        loop {
            match asked.load(&key("there")).await {
                Ok(found) => return (found.is_some(), kinds),
                Err(error) => kinds.push(error.kind()),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let restarted = tokio::task::spawn_blocking(move || {
        server.restart();
        server
    });
    let (found, kinds) = asking.await.expect("it comes up");
    let _server = restarted.await.expect("it comes up");
    assert!(found, "a load while the server read its file said that there is no session");
    assert!(kinds.contains(&StoreErrorKind::Loading), "{kinds:?}");
}

#[tokio::test]
async fn a_busy_server_refuses() {
    let server = Server::start(&["--busy-reply-threshold", "50"]);
    let store = Store::connect(&[&server.address()], "sess:").await.expect("an address");
    let revision = seed(&store).await;
    let (mut busy, mut other) = (server.client(), server.client());
    let endless = std::thread::spawn(move || cmd("EVAL").arg("while true do end").arg(0).exec(&mut busy));
    let mut kind = None;
    for _ in 0..3_000 {
        kind = store.load(&key("id")).await.err().map(|error| error.kind());
        if kind == Some(StoreErrorKind::Busy) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(kind, Some(StoreErrorKind::Busy));
    assert_eq!(writes(&store, &revision).await, [Err(StoreErrorKind::Busy); 4]);
    cmd("SCRIPT").arg("KILL").exec(&mut other).expect("it listens to that");
    assert!(endless.join().expect("it ended").is_err());
    assert!(store.load(&key("id")).await.expect("it is free").is_none());
}

/// Whoever starts before Redis does is told so by each call, and needs no other start.
#[tokio::test]
async fn a_store_may_be_there_before_its_server() {
    let mut server = Server::start(&[]);
    server.kill();
    let store = Store::connect(&[&server.address()], "sess:").await.expect("an address");
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
    let addresses = cluster.addresses();
    let addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
    let store = Store::connect(&addresses, "sess:").await.expect("addresses");
    assert!(store.load(&key("id")).await.is_err());
    cluster.nodes().iter_mut().for_each(Server::restart);
    cluster.wait();
    assert!(recovers(&store, "id").await.is_none());
}

/// Keys of a node that is gone are errors, and no sessions that are not there.
#[tokio::test]
async fn a_cluster_without_a_node_refuses() {
    let mut cluster = Cluster::start();
    let addresses = cluster.addresses();
    let addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
    let settings = Settings::documents().with_response_timeout(Duration::from_millis(300));
    let store = Store::connect_with(&addresses, "sess:", settings).await.expect("addresses");
    // Some on each node.
    let keys: Vec<_> = (0..24).map(|number| format!("id-{number}")).collect();
    let record = record();
    for id in &keys {
        store.apply(StoreOp::put(key(id), &record), Timestamp::now()).await.expect("it is up");
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
    let addresses = cluster.addresses();
    let addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
    let store = Store::connect(&addresses, "sess:").await.expect("addresses");
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

#[tokio::test]
async fn epochs_count_and_notes_end() {
    let server = Server::start(&[]);
    let store = Store::connect(&[&server.address()], "sess:").await.expect("an address");
    let (ada, bob) = ("ada".parse().expect("a name"), "bob".parse().expect("a name"));
    assert_eq!(store.epoch(&ada).await, Ok(0));
    for epoch in 1..4 {
        store.end_all_of(&ada).await.expect("it is up");
        assert_eq!(store.epoch(&ada).await, Ok(epoch));
    }
    assert_eq!(store.epoch(&bob).await, Ok(0));
    let mut client = server.client();
    cmd("SET").arg("epoch:bob").arg("many").exec(&mut client).expect("it is up");
    assert_eq!(store.epoch(&bob).await.map_err(|error| error.kind()), Err(StoreErrorKind::Answer));
    assert_eq!(cmd("PTTL").arg("epoch:ada").query::<i64>(&mut client), Ok(-1), "an epoch never ends");

    let minute = Duration::from_secs(60);
    store.put_note("presence:a", "id", minute).await.expect("it is up");
    assert_eq!(store.note("presence:a").await, Ok(Some("id".to_owned())));
    store.keep_note("presence:a", minute * 60).await.expect("it is up");
    assert!(cmd("PTTL").arg("presence:a").query::<i64>(&mut client).expect("it is up") > 1_800_000);
    store.keep_note("presence:b", minute).await.expect("it is up");
    assert_eq!(store.note("presence:b").await, Ok(None), "what is not there is not kept");
    store.put_note("presence:a", "id", Duration::MAX).await.expect("however long");
    store.remove_note("presence:a").await.expect("it is up");
    assert_eq!(store.note("presence:a").await, Ok(None));
}

/// Requests are tasks of a runtime with more than one thread.
#[test]
fn a_request_can_go_from_thread_to_thread() {
    fn goes<F: Send>(_: impl FnOnce(&'static Site) -> F) {}
    goes(|site| async { site.request(&mut String::new(), look).await });
    goes(|site| async { site.store.list(&Key::new("x")).await });
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

/// A session under `there`.
async fn seed(store: &Store) -> Revision {
    let record = record();
    match store.apply(StoreOp::put(key("there"), &record), Timestamp::now()).await {
        Ok(Answer::Done(revision)) => revision,
        other => panic!("{other:?}"),
    }
}

/// One write of each kind.
async fn writes(store: &Store, revision: &Revision) -> [Result<(), StoreErrorKind>; 4] {
    let record = record();
    let now = Timestamp::now();
    let mut said = [Ok(()); 4];
    let until = Some(now.saturating_add(60_000));
    let ops = [
        StoreOp::put(key("there"), &record),
        StoreOp::create(key("new"), &record),
        StoreOp::update(key("there"), &record, revision),
        StoreOp::replace(key("there"), key("new"), &record, Some(revision), until),
    ];
    for (said, op) in said.iter_mut().zip(ops) {
        *said = store.apply(op, now).await.map(drop).map_err(|error: StoreError| error.kind());
    }
    said
}

fn record() -> Record<Document> {
    Record::new(SessionCookie::default(), <Document>::default())
}

fn key(text: &str) -> StoreKey {
    text.parse().expect("a key")
}
