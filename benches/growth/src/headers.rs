//! The cost over what a request brings: cookies, bytes, and the data of its session; and over the keys.

use core::hint::black_box;

use paths::inputs::{MAX_AGE, NAME, SECRET, Shape, express_value};
use paths::ours::{self, now};
use paths::{Call, Who};
use session_core::{
    CookieName, CookieOptions, Fingerprint, FixedStore, Key, Policy, Record, Request, SessionCookie, SessionId,
    SessionManager, SessionStore, StoreKey, StoreOp,
};

use crate::curve::Plot;

const COOKIES: [usize; 8] = [1, 2, 5, 10, 20, 50, 100, 180];
const BYTES: [usize; 7] = [256, 512, 1024, 2048, 4096, 8192, 16_000];
const KEYS: [usize; 6] = [1, 2, 4, 8, 16, 32];
const DATA: [usize; 7] = [16, 64, 256, 1024, 4096, 16_384, 65_536];

/// Those of a request.
pub(crate) fn plots(rounds: u32) -> Vec<Plot> {
    vec![
        Plot::of(
            ("cookies", "Cookie header to verified id, ours last", "cookies in the header"),
            presets(&COOKIES, |count| Shape::Last(*count)),
            rounds,
        ),
        Plot::of(
            ("bytes", "Cookie header to verified id, behind one long cookie", "bytes of the header"),
            presets(&BYTES, |length| Shape::Long(*length)),
            rounds,
        ),
        Plot::of(
            ("keys", "Verify a value, the last key fits", "keys in the ring"),
            vec![("a value that fits", KEYS.map(|count| (count, ours::keys(count))).into())],
            rounds,
        ),
        Plot::of(("data", "A session's data: an exchange that reads, and JSON", "bytes of data"), data(), rounds),
    ]
}

fn presets(quantities: &[usize], shape: impl Fn(&usize) -> Shape) -> Vec<(&'static str, Vec<(usize, Call)>)> {
    let calls = |who: Who| {
        let of = |quantity| {
            let calls = ours::header("", shape(quantity));
            (*quantity, calls.into_iter().find(|call| call.who == who).expect("each preset"))
        };
        quantities.iter().map(of).collect()
    };
    vec![("express", calls(Who::Express)), ("recommended", calls(Who::Recommended))]
}

/// What a session holds: so many bytes.
#[derive(Clone, Default, Hash, serde::Deserialize, serde::Serialize)]
struct Data {
    text: String,
}

fn data() -> Vec<(&'static str, Vec<(usize, Call)>)> {
    let each = |call: fn(usize) -> Call| DATA.iter().map(|length| (*length, call(*length))).collect();
    vec![
        ("express, by fingerprints", each(|length| exchange(length, Policy::express(Fingerprint::of_hash)))),
        (
            "express, by a flag",
            each(|length| {
                exchange(length, Policy::express(Fingerprint::of_hash).with_changes(session_core::Changes::Flag))
            }),
        ),
        ("record to JSON", each(written)),
        ("record from JSON", each(read)),
    ]
}

fn record(length: usize) -> Record<Data> {
    let mut cookie = SessionCookie::default();
    cookie.set_max_age(Some(MAX_AGE), now()).expect("a time of our days");
    Record::new(cookie, Data { text: "x".repeat(length) })
}

fn exchange(length: usize, policy: Policy<Data>) -> Call {
    let id = SessionId::from_random([7; 24]);
    let mut store = FixedStore::<Data, 1>::new();
    store.apply(StoreOp::put(StoreKey::plain(&id), &record(length)), now()).expect("room");
    let options = CookieOptions::new().max_age(MAX_AGE);
    let manager =
        SessionManager::new(policy, Key::new(SECRET).into(), CookieName::CONNECT_SID, options).expect("right");
    let header = format!("{NAME}={}", express_value(&Key::new(SECRET)));
    Call::new("", Who::Express, move || {
        let pending = manager.receive(Request::new([black_box(&header)], "/")).expect("a path with a session");
        let session = pending.open_from(&mut store, now(), || Err(())).expect("it is there");
        let outcome = session.close(now());
        let answer = outcome.op().map(|op| store.apply(op, now()).expect("a store that answers"));
        outcome.settle(answer).session().is_live()
    })
}

fn written(length: usize) -> Call {
    let (record, mut text) = (record(length), vec![0; length + 256]);
    Call::new("", Who::Express, move || black_box(&record).write_json_to(&mut text).expect("room").len())
}

fn read(length: usize) -> Call {
    let (text, mut scratch) = (record(length).to_json().expect("an object"), vec![0; length + 256]);
    Call::new("", Who::Express, move || Record::<Data>::from_json_in(black_box(&text), &mut scratch).is_ok())
}
