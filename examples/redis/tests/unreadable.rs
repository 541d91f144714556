//! What stands under keys of sessions and is none: no session, left where it is, and told.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use redis::{Connection, cmd};
use session_core::{Answer, Document, Handle, Key, Record, RecordError, SessionCookie, StoreKey, StoreOp, Timestamp};
use session_core_redis::{Incident, RedisStore, Revision, Settings, Unreadable};

use crate::servers::Server;
use crate::users::{Preset, Site, Told, connect, connect_with, count, key_of, log_in};

const NAME: &str = "sess:id";

/// What was told.
type Heard = Arc<Mutex<Vec<Incident>>>;
/// Whether it is what was to be told.
type IsIt = fn(Unreadable) -> bool;

#[tokio::test]
async fn it_is_no_session_and_stays() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let (store, heard) = listening(&server).await;
    let handles = Key::derive([1; 32], Key::HANDLES, "test").expect("long enough");
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let long = format!(r#"{{"cookie":{{}},"text":"{}"}}"#, "x".repeat(4096));
    let texts: [(&[u8], IsIt); 11] = [
        (b"", |it| matches!(it, Unreadable::Document(RecordError::Json(_)))),
        (b"garbage", |it| matches!(it, Unreadable::Document(RecordError::Json(_)))),
        (b"a:1:{s:4:\"user\";s:3:\"ada\";}", |it| matches!(it, Unreadable::Document(RecordError::Json(_)))),
        (b"null", |it| matches!(it, Unreadable::Document(RecordError::Json(_)))),
        (b"{\"views\":1}", |it| it == Unreadable::Document(RecordError::NoCookie)),
        (b"{\"cookie\":3}", |it| it == Unreadable::Document(RecordError::CookieNotObject)),
        (b"{\"cookie\":{},\"sessionCore\":{\"v\":99}}", |it| it == Unreadable::Document(RecordError::Ticket)),
        (b"{\"cookie\":{\"originalMaxAge\":\"1\"}}", |it| it == Unreadable::Document(RecordError::OriginalMaxAge)),
        (b"{\"cookie\":{}}\xff", |it| it == Unreadable::Encoding { offset: 13 }),
        (deep.as_bytes(), |it| matches!(it, Unreadable::Document(RecordError::Json(_)))),
        (long.as_bytes(), |it| it == Unreadable::TooLong),
    ];
    for (text, is_it) in texts {
        cmd("SET").arg(NAME).arg(text).arg("PX").arg(600_000).exec(&mut client).expect("it is up");
        is_left_alone(&store, &mut client, &handles).await;
        hears(&heard, is_it, &String::from_utf8_lossy(text));
    }
    for (command, rest) in
        [("RPUSH", vec!["x"]), ("HSET", vec!["x", "y"]), ("SADD", vec!["x"]), ("ZADD", vec!["1", "x"])]
    {
        cmd("DEL").arg(NAME).exec(&mut client).expect("it is up");
        cmd(command).arg(NAME).arg(rest).exec(&mut client).expect("it is up");
        is_left_alone(&store, &mut client, &handles).await;
        hears(&heard, |it| it == Unreadable::Type, command);
    }
}

/// Nothing that is asked for there changes it, but for what Express does blindly.
async fn is_left_alone(store: &RedisStore<Document>, client: &mut Connection, handles: &Key) {
    let before = dump(client);
    let (key, other) = (key("id"), key("other"));
    let now = Timestamp::now();
    let record = Record::new(SessionCookie::default(), <Document>::default());
    let revision = Revision::from(&b"{}"[..]);

    assert!(store.load(&key).await.expect("it is up").is_none());
    assert!(!store.contains(&key).await.expect("it is up"));
    assert!(store.list(handles).await.expect("it is up").is_empty());
    assert!(store.find(handles, Handle::new(handles, &key)).await.expect("it is up").is_none());
    for (op, expected) in [
        (StoreOp::create(key, &record), Answer::Exists),
        (StoreOp::update(key, &record, &revision), Answer::Conflict),
        (StoreOp::touch_revision(key, record.cookie(), &revision), Answer::Conflict),
        (StoreOp::replace(key, other, &record, Some(&revision), None), Answer::Conflict),
        (StoreOp::replace(key, other, &record, None, None), Answer::Gone),
    ] {
        let name = op.name();
        assert_eq!(store.apply(op, now).await.expect("it is up"), expected, "{name}");
    }
    assert_eq!(dump(client), before);
    assert!(store.load(&other).await.expect("it is up").is_none(), "replace left the new one behind");
}

/// Each time it was loaded: four times here, and once by the replace that takes any revision.
fn hears(heard: &Heard, is_it: IsIt, what: &str) {
    let heard = std::mem::take(&mut *heard.lock().expect("nobody panics"));
    assert_eq!(heard.len(), 5, "{what}: {heard:?}");
    let all = heard.iter().all(|incident| matches!(incident, Incident::Unreadable(unreadable) if is_it(*unreadable)));
    assert!(all, "{what}: {heard:?}");
}

/// A user whose session was overwritten gets another one, and the text stays for whoever looks into it.
#[tokio::test]
async fn its_user_gets_another_session() {
    let server = Server::start(&[]);
    let site = Site::new(connect(&server.addresses()).await, Preset::Recommended);
    let mut cookie = String::new();
    assert_eq!(site.request(&mut cookie, log_in).await, Told::Done);
    let (mut client, name, before) = (server.client(), format!("sess:{}", key_of(&cookie).as_str()), cookie.clone());
    cmd("SET").arg(&name).arg("{").exec(&mut client).expect("it is up");

    assert_eq!(site.request(&mut cookie, count).await, Told::Done);
    assert_ne!(cookie, before);
    assert_eq!(site.count(&cookie).await, Some(1));
    assert_eq!(cmd("GET").arg(&name).query::<String>(&mut client).expect("it is up"), "{");
}

/// A document longer than what is read again is not written.
#[tokio::test]
async fn what_is_too_long_is_not_written() {
    let server = Server::start(&[]);
    let (store, _) = listening(&server).await;
    let mut data = <Document>::default();
    data.set("text", &"x".repeat(4096)).expect("a name that is free");
    let record = Record::new(SessionCookie::default(), data);
    for op in [StoreOp::put(key("id"), &record), StoreOp::create(key("id"), &record)] {
        let error = store.apply(op, Timestamp::now()).await.expect_err("it is too long");
        assert_eq!(error.to_string(), "the session is too long to be read again");
    }
    assert!(!cmd("EXISTS").arg(NAME).query::<bool>(&mut server.client()).expect("it is up"));
}

/// What looks like the mark of a session that moved, in one that has not, is data.
#[tokio::test]
async fn data_that_look_like_a_mark_are_none() {
    let server = Server::start(&[]);
    let (store, _) = listening(&server).await;
    let mut data = <Document>::default();
    data.set("moved", &true).expect("a name that is free");
    let record = Record::new(SessionCookie::default(), data);
    let now = Timestamp::now();
    for op in [StoreOp::put(key("id"), &record), StoreOp::destroy(key("id"))] {
        assert!(matches!(store.apply(op, now).await.expect("it is up"), Answer::Done(_)));
    }
    assert!(store.load(&key("id")).await.expect("it is up").is_none());
}

/// A mark is none to what would write, even to what has loaded it; and it is not removed.
#[tokio::test]
async fn a_mark_stays_a_mark() {
    let server = Server::start(&[]);
    let (store, heard) = listening(&server).await;
    let now = Timestamp::now();
    let mark = Record::<Document>::moved(now, now.saturating_add(60_000));
    let record = Record::new(SessionCookie::default(), <Document>::default());
    assert!(matches!(store.apply(StoreOp::create(key("id"), &mark), now).await, Ok(Answer::Done(_))));
    let loaded = store.load(&key("id")).await.expect("it is up").expect("it was created");
    assert!(loaded.record().is_moved());
    for revision in [loaded.revision(), &Revision::from(&b"{}"[..])] {
        for op in [
            StoreOp::update(key("id"), &record, revision),
            StoreOp::touch_revision(key("id"), record.cookie(), revision),
            StoreOp::replace(key("id"), key("other"), &record, Some(revision), None),
            StoreOp::replace(key("id"), key("other"), &record, None, None),
        ] {
            let name = op.name();
            assert_eq!(store.apply(op, now).await.expect("it is up"), Answer::Gone, "{name}");
        }
    }
    for op in [StoreOp::destroy(key("id")), StoreOp::destroy_both(key("none"), key("id"))] {
        assert_eq!(store.apply(op, now).await.expect("it is up"), Answer::Conflict);
    }
    assert_eq!(store.load(&key("id")).await.expect("it is up").map(|loaded| loaded.record().is_moved()), Some(true));
    assert!(!store.contains(&key("id")).await.expect("it is up"));
    assert!(store.load(&key("other")).await.expect("it is up").is_none());
    assert!(heard.lock().expect("nobody panics").is_empty());
}

/// A store that reads documents of up to 1 KiB, and what it tells.
async fn listening(server: &Server) -> (RedisStore<Document>, Heard) {
    let heard = Heard::default();
    let teller = Arc::clone(&heard);
    let settings = Settings::documents()
        .with_response_timeout(Duration::from_secs(30))
        .with_longest_document(1024)
        .with_report(move |incident| teller.lock().expect("nobody panics").push(incident));
    (connect_with(&server.addresses(), settings).await, heard)
}

fn key(text: &str) -> StoreKey {
    text.parse().expect("a key")
}

/// Value and end.
fn dump(client: &mut Connection) -> (Vec<u8>, i64) {
    let dumped = cmd("DUMP").arg(NAME).query(client).expect("it is up");
    (dumped, cmd("PEXPIRETIME").arg(NAME).query(client).expect("it is up"))
}
