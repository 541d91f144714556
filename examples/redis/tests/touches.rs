//! The table of `touch.lua`, row by row.

use redis::cmd;
use session_core::{Answer, Document, NoView, Record, SessionCookie, StoreKey, StoreOp, Timestamp};
use session_core_redis::Revision;

use crate::servers::Server;
use crate::users::connect;

const TEXT: &str = r#"{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"}}"#;

#[tokio::test]
async fn a_touch_moves_an_end_or_leaves_it() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let store = connect::<NoView>(&server.addresses()).await;
    let now = Timestamp::now();
    let key: StoreKey = "id".parse().expect("a key");
    let other = TEXT.replace('/', "/other");
    // How long Redis would keep it, for how long it is to be kept, and what Redis says then; all in seconds.
    for (what, left, want, document, answer, then) in [
        ("for less", 600, 900, TEXT, "Done", Some(900)),
        ("a bit longer", 900, 880, TEXT, "Done", Some(900)),
        ("longer by over a minute", 900, 800, TEXT, "Done", Some(800)),
        ("for ever", -1, 600, TEXT, "Done", Some(600)),
        ("ended", 900, 0, TEXT, "Gone", None),
        ("ended long ago", 900, -600, TEXT, "Gone", None),
        ("of another revision", 600, 900, &other, "Conflict", Some(600)),
        ("ended, of another revision", 600, -600, &other, "Conflict", Some(600)),
    ] {
        cmd("SET").arg("sess:id").arg(document).exec(&mut client).expect("it is up");
        if left > 0 {
            cmd("EXPIRE").arg("sess:id").arg(left).exec(&mut client).expect("it is up");
        }
        let mut cookie = SessionCookie::default();
        cookie.set_expires(Some(now.saturating_add(want * 1000)), now);
        let revision = Revision::from(TEXT.as_bytes());
        let said = store.apply(StoreOp::touch_revision(key, &cookie, &revision), now).await.expect("it is up");
        assert_eq!(format!("{said:?}"), answer, "{what}");
        let ttl: i64 = cmd("TTL").arg("sess:id").query(&mut client).expect("it is up");
        // However slow the machine is.
        let near = then.map_or(ttl == -2, |then| ttl <= then && ttl > then - 19);
        assert!(near, "{what}: {ttl}");
    }
}

/// What has no end is kept for a day, and what has ended already is written to end at once.
#[tokio::test]
async fn a_life_is_that_of_the_cookie() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let store = connect::<NoView>(&server.addresses()).await;
    let now = Timestamp::now();
    let key: StoreKey = "id".parse().expect("a key");
    let mut record = Record::new(SessionCookie::default(), <Document>::default());
    let created = store.apply(StoreOp::create(key, &record), now).await.expect("it is up");
    let Answer::Done(revision) = created else { panic!("{created:?}") };
    let ttl: i64 = cmd("TTL").arg("sess:id").query(&mut client).expect("it is up");
    assert!(ttl <= 86_400 && ttl > 86_000, "{ttl}");

    record.cookie_mut().set_expires(Some(now.saturating_add(-1000)), now);
    assert!(matches!(store.apply(StoreOp::update(key, &record, &revision), now).await, Ok(Answer::Done(_))));
    crate::servers::until("what has ended to go", || {
        cmd("GET").arg("sess:id").query::<Option<String>>(&mut client).expect("it is up").is_none().then_some(())
    });
}
