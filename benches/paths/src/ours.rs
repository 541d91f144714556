//! The paths of this crate.

use core::hint::black_box;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};
use session_core::{
    CookieAttributes, CookieName, CookieOptions, Cookies, Fingerprint, FixedStore, Key, KeyRing, Policy, Record,
    Request, SameSite, Secure, SessionCookie, SessionId, SessionManager, SessionStore, SetCookie, StoreKey, StoreOp,
    Timestamp, Unprefixed, VerifiedId,
};

use crate::inputs::{ID, MAX_AGE, NAME, NOW, SECRET, Shape, express_value};
use crate::{Call, Who};

/// What a session holds.
#[derive(Clone, Copy, Debug, Default, Deserialize, Hash, PartialEq, Serialize)]
pub struct Visit {
    /// Who is logged in.
    pub user: Option<u32>,
    /// How often they were here.
    pub views: u32,
}

type Ring = KeyRing<Vec<Key>>;
type Manager = SessionManager<'static, Visit, Vec<Key>>;

/// The time at which everything happens.
pub fn now() -> Timestamp {
    Timestamp::from_unix_ms(NOW).expect("a time of our days")
}

fn ring() -> Ring {
    KeyRing::new(Key::new(SECRET), vec![])
}

fn id() -> SessionId {
    ID.parse().expect("32 characters")
}

fn express(changes: bool) -> Manager {
    let options = CookieOptions::new().max_age(MAX_AGE).secure(Secure::Auto).same_site(SameSite::Lax);
    // Sends the cookie with every answer.
    let mut policy = Policy::express(Fingerprint::of_hash).with_rolling(true);
    if !changes {
        policy = policy.with_changes(session_core::Changes::Flag);
    }
    SessionManager::new(policy, ring(), CookieName::CONNECT_SID, options).expect("right")
}

fn derived() -> Key {
    Key::derive([7; 32], Key::SESSION_COOKIES, CookieName::HOST_SID.as_str()).expect("long enough")
}

fn recommended() -> Manager {
    let keys = KeyRing::new(derived(), vec![]);
    SessionManager::new(Policy::recommended(), keys, CookieName::HOST_SID, CookieOptions::recommended()).expect("right")
}

/// The paths that a table has as rows, all of them.
pub fn calls() -> Vec<Call> {
    let mut calls = vec![verify(), set_cookie(), new_id(), id_of_bytes()];
    calls.extend(malformed());
    for (path, shape) in Shape::ALL {
        calls.extend(header(path, shape));
    }
    calls.extend([1, 2, 4, 8].map(keys));
    calls.push(malformed_with_8_keys());
    calls.extend(exchanges());
    calls.extend(json());
    calls
}

fn decoded(key: &Key) -> String {
    format!("s:{ID}.{}", key.sign(ID).as_str())
}

fn verify() -> Call {
    let (ring, value) = (ring(), decoded(&Key::new(SECRET)));
    assert_eq!(VerifiedId::read(&value, &ring, Unprefixed::Refused).map(|verified| *verified.id()), Ok(id()));
    Call::new("verify `sid.mac`", Who::Express, move || {
        VerifiedId::read(black_box(&value), black_box(&ring), Unprefixed::Refused).is_ok()
    })
}

/// What is not of the form of a signed id costs no hash.
fn malformed() -> [Call; 3] {
    [
        ("no dot", "s:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH".to_owned()),
        ("44 letters", format!("s:{ID}.{}", "x".repeat(44))),
        ("a `!` in the signature", format!("s:{ID}.!{}", "x".repeat(42))),
    ]
    .map(|(what, value)| {
        let ring = ring();
        assert!(VerifiedId::read(&value, &ring, Unprefixed::Refused).is_err());
        Call::new(format!("malformed value: {what}"), Who::Express, move || {
            VerifiedId::read(black_box(&value), black_box(&ring), Unprefixed::Refused).is_ok()
        })
    })
}

fn set_cookie() -> Call {
    let (key, id) = (Key::new(SECRET), id());
    let expires = now().saturating_add(MAX_AGE);
    let attributes =
        CookieAttributes::new().path("/").expires(expires).http_only(true).secure(true).same_site(SameSite::Lax);
    let mut line = [0; 256];
    Call::new("id to signed Set-Cookie", Who::Express, move || {
        let name = CookieName::CONNECT_SID;
        let line_of = SetCookie::signed(name, black_box(&id), black_box(&key), black_box(attributes)).expect("right");
        line_of.copy_to(&mut line).expect("room").len()
    })
}

fn new_id() -> Call {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    Call::new("new id from ChaCha20", Who::Express, move || SessionId::generate(&mut rng))
}

fn id_of_bytes() -> Call {
    let bytes = [7; 24];
    Call::new("id of 24 bytes", Who::Express, move || SessionId::from_random(*black_box(&bytes)))
}

/// The id that a header of this shape names, by each of the ways.
pub fn header(path: &str, shape: Shape) -> [Call; 3] {
    let express_header = shape.header(NAME, &express_value(&Key::new(SECRET)));
    let host_header = shape.header(CookieName::HOST_SID.as_str(), &express_value(&derived()));
    let (ring, by_parts) = (ring(), express_header.clone());
    let (express, recommended) = (express(true), recommended());
    let expected = if matches!(shape, Shape::Absent(_) | Shape::OursPercents) { None } else { Some(id()) };
    let express_id = express.verify([&express_header]).map(|verified| *verified.id());
    assert_eq!(express_id.ok(), expected);
    let recommended_id = recommended.verify([&host_header]).map(|verified| *verified.id());
    // So many cookies of the name are too many to it.
    let expected = if matches!(shape, Shape::Duplicates | Shape::Semicolons) { None } else { expected };
    assert_eq!(recommended_id.ok(), expected);
    [
        Call::new(path, Who::Parts, move || {
            let cookie = Cookies::new(black_box(by_parts.as_bytes())).find(NAME.as_bytes())?;
            VerifiedId::of_cookie(cookie, &ring, Unprefixed::Refused).ok()
        }),
        Call::new(path, Who::Express, move || express.verify([black_box(&express_header)])),
        Call::new(path, Who::Recommended, move || recommended.verify([black_box(&host_header)])),
    ]
}

/// The last key of so many fits.
pub fn keys(count: usize) -> Call {
    let other = |number| Key::new(format!("another secret, number {number}"));
    let mut older: Vec<_> = (1..count).map(other).collect();
    let signing = if count == 1 { Key::new(SECRET) } else { other(0) };
    if let Some(last) = older.last_mut() {
        *last = Key::new(SECRET);
    }
    let (ring, value) = (KeyRing::new(signing, older), decoded(&Key::new(SECRET)));
    assert_eq!(VerifiedId::read(&value, &ring, Unprefixed::Refused).map(|verified| verified.key()), Ok(count - 1));
    Call::new(format!("verify, {count} keys, the last fits"), Who::Express, move || {
        VerifiedId::read(black_box(&value), black_box(&ring), Unprefixed::Refused).is_ok()
    })
}

fn malformed_with_8_keys() -> Call {
    let ring = KeyRing::new(Key::new(SECRET), vec![Key::new("another"); 7]);
    let value = format!("s:{ID}.!{}", "x".repeat(42));
    Call::new("malformed value, 8 keys", Who::Express, move || {
        VerifiedId::read(black_box(&value), black_box(&ring), Unprefixed::Refused).is_ok()
    })
}

/// The number of sessions in the store of an exchange; the one that is asked for is in the middle.
const SESSIONS: u8 = 64;

fn store() -> FixedStore<Visit, 64> {
    let mut store = FixedStore::new();
    for number in 0..SESSIONS {
        let id = if number == SESSIONS / 2 { id() } else { SessionId::from_random([number.wrapping_add(100); 24]) };
        let mut cookie = SessionCookie::default();
        cookie.set_max_age(Some(MAX_AGE), now()).expect("a time of our days");
        let record = Record::new(cookie, Visit::default());
        store.apply(StoreOp::put(StoreKey::plain(&id), &record), now()).expect("room");
    }
    store
}

/// Receives, loads, opens, counts a visit if it is to change, closes, stores and writes the line; its length.
fn exchange<S: SessionStore<Visit>>(
    manager: &Manager,
    store: &mut S,
    cookie: &str,
    change: bool,
    line: &mut [u8],
) -> usize {
    let now = black_box(now());
    let pending = manager.receive(Request::new([cookie], "/cart").encrypted(true)).expect("a path with a session");
    let new_id = || Ok::<_, ()>(SessionId::from_random([9; 24]));
    let mut session = pending.open_from(store, now, new_id).ok().expect("an id, and a store that answers");
    if change {
        session.data_mut().views += 1;
    }
    let settled = session.close(now).apply(store, now).ok().expect("a store that answers");
    let written =
        manager.set_cookie(&settled).expect("right").map(|line_of| line_of.copy_to(line).expect("room").len());
    written.unwrap_or_default()
}

fn exchanges() -> Vec<Call> {
    let mut calls = vec![];
    for (path, change) in [("exchange, read only", false), ("exchange, changed", true)] {
        for (who, flagged) in [(Who::Express, true), (Who::Parts, false)] {
            let (manager, mut store, mut line) = (express(flagged), store(), [0; 256]);
            let header = format!("{NAME}={}", express_value(&Key::new(SECRET)));
            assert!(exchange(&manager, &mut store, &header, change, &mut line) > 0);
            calls.push(Call::new(path, who, move || {
                exchange(&manager, &mut store, black_box(&header), change, &mut line)
            }));
        }
        let (manager, mut store, mut line) = (recommended(), FixedStore::<Visit, 64>::new(), [0; 256]);
        let header = recommended_login(&manager, &mut store, &mut line);
        calls.push(Call::new(path, Who::Recommended, move || {
            exchange(&manager, &mut store, black_box(&header), change, &mut line)
        }));
    }
    calls
}

/// A session of the recommended preset among 64: its Cookie header.
fn recommended_login(manager: &Manager, store: &mut FixedStore<Visit, 64>, line: &mut [u8]) -> String {
    let mut header = String::new();
    for number in 0..SESSIONS {
        let pending = manager.receive(Request::new([""], "/").encrypted(true)).expect("a path with a session");
        let new_id = || Ok::<_, ()>(SessionId::from_random([number.wrapping_add(100); 24]));
        let mut session = pending.open(None, now(), new_id).expect("an id");
        session.data_mut().views += 1;
        let settled = session.close(now()).apply(store, now()).expect("room");
        let line_of = manager.set_cookie(&settled).expect("right").expect("a new session");
        if number == SESSIONS / 2 {
            let line = line_of.write_to(line).expect("room");
            header = line.split(';').next().unwrap_or_default().to_owned();
        }
    }
    header
}

/// A document of Express with the data of a [`Visit`].
pub const DOCUMENT: &str = r#"{"cookie":{"originalMaxAge":1200000,"expires":"2023-11-14T22:33:20.000Z","httpOnly":true,"path":"/"},"user":7,"views":3}"#;

fn json() -> [Call; 2] {
    let mut scratch = [0; 256];
    let record = Record::<Visit>::from_json_in(DOCUMENT, &mut scratch).expect("a document");
    let mut line = [0; 256];
    assert_eq!(record.write_json_to(&mut line).ok(), Some(DOCUMENT));
    [
        Call::new("record to JSON", Who::Express, move || {
            black_box(&record).write_json_to(&mut line).expect("room").len()
        }),
        Call::new("record from JSON", Who::Express, move || {
            Record::<Visit>::from_json_in(black_box(DOCUMENT), &mut scratch).expect("a document")
        }),
    ]
}
