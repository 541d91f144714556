//! Texts under keys of sessions that are nearly sessions, or nothing at all.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use redis::cmd;
use session_core::{Answer, Document, NoView, Record, SessionCookie, StoreKey, StoreOp, Timestamp};
use session_core_redis::Revision;

use crate::servers::Server;
use crate::users::{Tally, Told, connect};

const SESSION: &str = r#"{"cookie":{"originalMaxAge":900000,"expires":"2027-01-15T08:15:00.000Z","httpOnly":true,"path":"/"},"user":"ada","sessionCore":{"v":1,"created":1799999999000,"end":1800028799000,"principal":"ada","moved":true}}"#;
/// What bytes are replaced by.
const TELLING: &[u8] = b"\"{}[]:,\\0e-.tfn \x00\x80\xff";

/// Each is a session of which some bytes were replaced, left out or doubled. Requests that come there neither fail nor
/// change it.
pub(crate) async fn met(times: u32) -> Arc<Tally> {
    let server = Server::start(&["--appendonly", "no"]);
    let mut client = server.client();
    let store = connect::<NoView>(&server.addresses()).await;
    let key: StoreKey = "id".parse().expect("a key");
    let record = Record::new(SessionCookie::default(), <Document>::default());
    let (other, now) = (Revision::from(&b"{}"[..]), Timestamp::now());
    let tally = Arc::new(Tally::default());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..times {
        let text = random.spoil(SESSION.as_bytes());
        cmd("SET").arg("sess:id").arg(&text).exec(&mut client).expect("it is up");
        let loaded = store.load(&key).await;
        tally.note(if loaded.is_ok() { Told::Done } else { Told::Refused });
        for op in [
            StoreOp::create(key, &record),
            StoreOp::update(key, &record, &other),
            StoreOp::touch_revision(key, record.cookie(), &other),
            StoreOp::replace(key, "new".parse().expect("a key"), &record, Some(&other), None),
        ] {
            let said = store.apply(op, now).await;
            let is_none = matches!(said, Ok(Answer::Exists | Answer::Conflict | Answer::Gone));
            tally.untold.fetch_add((!is_none).into(), Ordering::Relaxed);
        }
        let there: Vec<u8> = cmd("GET").arg("sess:id").query(&mut client).expect("it is up");
        tally.lost.fetch_add((there != text).into(), Ordering::Relaxed);
    }
    tally
}

/// Numbers that are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }

    fn spoil(&mut self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for _ in 0..=self.below(3) {
            let place = self.below(text.len());
            match self.below(4) {
                0 => drop(text.remove(place)),
                1 => text.truncate(place),
                2 => text.insert(place, TELLING.get(self.below(TELLING.len())).copied().unwrap_or_default()),
                _ => {
                    let with = TELLING.get(self.below(TELLING.len())).copied().unwrap_or_default();
                    text.splice(place..=place, [with]);
                }
            }
            if text.is_empty() {
                break;
            }
        }
        text
    }
}
