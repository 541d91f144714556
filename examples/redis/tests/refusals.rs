//! What Redis refuses, and what a store says of it: nothing was written then, and what it can still do it does.

use core::time::Duration;
use std::sync::Arc;

use redis::cmd;
use session_core::{Answer, Document, Key, NoView, Record, SessionCookie, StoreKey, StoreOp, Timestamp};
use session_core_redis::{RedisStore, Revision, StoreError, StoreErrorKind};

use crate::servers::{Server, until};
use crate::users::{Preset, Site, Told, connect, count, log_in, log_out, look};

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
    let store: Store = connect(&server.addresses()).await;
    let site = Site::new(connect(&server.addresses()).await, Preset::Recommended);
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
    let first: Store = connect(&server.addresses()).await;
    let revision = seed(&first).await;
    let replica = Server::start(&["--replicaof", "127.0.0.1", &server.port().to_string()]);
    let store: Store = connect(&replica.addresses()).await;
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
    let store: Store = connect(&server.addresses()).await;
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
    let store = Arc::new(connect::<NoView>(&server.addresses()).await);
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
    let store: Store = connect(&server.addresses()).await;
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

#[tokio::test]
async fn epochs_count_and_notes_end() {
    let server = Server::start(&[]);
    let store: Store = connect(&server.addresses()).await;
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

/// A session under `there`.
pub(crate) async fn seed(store: &Store) -> Revision {
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

pub(crate) fn record() -> Record<Document> {
    Record::new(SessionCookie::default(), <Document>::default())
}

pub(crate) fn key(text: &str) -> StoreKey {
    text.parse().expect("a key")
}
