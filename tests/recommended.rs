//! The recommended preset, request by request: how long sessions live.

mod configuration;
mod rows;
mod writes;

use core::convert::Infallible;
use core::fmt::Debug;

use proptest::prelude::*;
use session_core::{
    CookieName, CookieOptions, CookieReason, Ending, Expires, FixedStore, Key, KeyRing, Limits, Loaded, Opening,
    Policy, Principal, Record, Rejection, Request, Session, SessionCookie, SessionId, SessionManager, SessionStore,
    Settled, StoreKey, StoreOp, Timestamp, WriteReason,
};

const START: i64 = 1_700_000_000_000;
const LIMITS: Limits = Limits::new(10_000, 50_000).with_touch_after(2000).with_clock_skew(500);

type Manager = SessionManager<'static, u32, Vec<Key>>;
type Store = FixedStore<u32, 8>;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(START + ms).unwrap()
}

fn id(number: u8) -> SessionId {
    SessionId::from_random([number; 24])
}

fn name(name: &str) -> Principal {
    name.parse().unwrap()
}

fn policy() -> Policy<u32> {
    Policy::recommended().with_limits(LIMITS)
}

fn key(number: u8) -> Key {
    Key::derive([number; 32], Key::SESSION_COOKIES, "sid").unwrap()
}

fn ring(signing: u8, older: &[u8]) -> KeyRing<Vec<Key>> {
    KeyRing::new(key(signing), older.iter().map(|number| key(*number)).collect())
}

fn manager_of(policy: Policy<u32>, ring: KeyRing<Vec<Key>>) -> Manager {
    SessionManager::new(policy, ring, CookieName::new("sid").unwrap(), CookieOptions::new()).unwrap()
}

fn manager() -> Manager {
    manager_of(policy(), ring(1, &[]))
}

/// What a browser sends for a Set-Cookie line.
fn sent(line: &str) -> String {
    line.split(';').next().unwrap().to_owned()
}

fn cookie(number: u8) -> String {
    format!("sid=s:{}.{}", id(number).as_str(), key(1).sign(id(number).as_str()).as_str())
}

fn open(manager: &Manager, store: &mut Store, cookie: &str, now: i64, new: u8) -> Session<'static, u32, u64> {
    let pending = manager.receive(Request::new([cookie], "/")).unwrap();
    let loaded = pending.load(store, at(now)).unwrap();
    let session = pending.clone().open(loaded, at(now), || Ok::<_, Infallible>(id(new))).unwrap();
    let at_once = pending.open_from(store, at(now), || Ok::<_, Infallible>(id(new))).unwrap();
    assert_eq!(parts(&session), parts(&at_once));
    session
}

/// What tells one session from another.
fn parts(session: &Session<'static, u32, u64>) -> impl PartialEq + Debug {
    let opened = (session.opening(), session.is_live(), session.is_new(), session.revision().copied());
    (opened, session.id().as_str().to_owned(), session.key().as_str().to_owned(), *session.record())
}

fn close(session: Session<'static, u32, u64>, store: &mut Store, now: i64) -> Settled<'static, u32, u64> {
    session.close(at(now)).apply(store, at(now)).unwrap()
}

fn line(manager: &Manager, settled: &Settled<'static, u32, u64>) -> Option<String> {
    manager.set_cookie(settled).unwrap().map(|line| line.to_string())
}

/// A stored session with this in it and nobody logged in, and its cookie.
fn begun(manager: &Manager, store: &mut Store, data: u32, now: i64, new: u8) -> String {
    let mut session = open(manager, store, "", now, new);
    *session.data_mut() = data;
    let settled = close(session, store, now);
    sent(&line(manager, &settled).unwrap())
}

/// A session in which somebody has logged in, and its cookie.
fn logged_in(manager: &Manager, store: &mut Store, who: &str, now: i64, new: u8) -> String {
    let mut session = open(manager, store, "", now, new);
    session.authenticated(name(who), id(new), at(now)).unwrap();
    let settled = close(session, store, now);
    sent(&line(manager, &settled).unwrap())
}

fn stored(store: &mut Store, number: u8, now: i64) -> Option<Loaded<u32, u64>> {
    store.load(&StoreKey::plain(&id(number)), at(now)).unwrap()
}

/// When its document says that it ends.
fn end_of(record: &Record<u32>) -> i64 {
    match record.cookie().expiry().expires() {
        Expires::At(end) => end.as_unix_ms() - START,
        _ => i64::MAX,
    }
}

#[test]
fn an_empty_session_is_neither_stored_nor_sent() {
    let (manager, mut store) = (manager(), Store::new());
    let session = open(&manager, &mut store, "", 0, 1);
    assert_eq!(session.opening(), Opening::Rejected(Rejection::Missing));
    let outcome = session.close(at(0));
    assert_eq!((outcome.write_reason(), outcome.op().is_none()), (WriteReason::Uninitialized, true));
    let settled = outcome.settle(None);
    assert_eq!((settled.cookie_reason(), settled.lost()), (CookieReason::Uninitialized, None));
    assert_eq!((line(&manager, &settled), settled.cache_control()), (None, None));
}

#[test]
fn a_session_is_created_read_and_changed() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    assert!(cookie.starts_with("sid=s%3AAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB."));

    let session = open(&manager, &mut store, &cookie, 100, 2);
    assert_eq!((session.opening(), *session.data(), session.is_new()), (Opening::Loaded, 5, false));
    let settled = close(session, &mut store, 100);
    assert_eq!(
        (settled.cookie_reason(), settled.cache_control()),
        (CookieReason::Unchanged, Some("private, no-store"))
    );

    let mut session = open(&manager, &mut store, &cookie, 200, 2);
    *session.data_mut() += 1;
    let outcome = session.close(at(200));
    assert_eq!(outcome.write_reason(), WriteReason::Updated);
    let settled = outcome.apply(&mut store, at(200)).unwrap();
    assert_eq!((line(&manager, &settled), settled.lost()), (None, None), "the browser has its cookie");
    assert_eq!(*stored(&mut store, 1, 200).unwrap().record().data(), 6);
    assert_eq!(manager.lookup([&cookie], &mut store, at(200)).unwrap().map(|found| *found.record().data()), Some(6));
}

/// OWASP ASVS 5.0, 7.3.1: an inactivity timeout on the server.
#[test]
fn a_use_is_noted_at_intervals_and_an_unused_session_ends() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let mut use_it = |now| {
        let session = open(&manager, &mut store, &cookie, now, 2);
        let (opening, outcome) = (session.opening(), session.close(at(now)));
        let reason = outcome.write_reason();
        assert_eq!(outcome.apply(&mut store, at(now)).unwrap().lost(), None);
        (opening, reason)
    };
    assert_eq!(use_it(1999), (Opening::Loaded, WriteReason::UsedLately));
    assert_eq!(use_it(2000), (Opening::Loaded, WriteReason::Used));
    assert_eq!(use_it(11_999), (Opening::Loaded, WriteReason::Used));
    assert_eq!(use_it(13_000), (Opening::Loaded, WriteReason::UsedLately));
    // Not used for 9,000 ms, of which 1,001 were not noted.
    assert_eq!(use_it(21_999), (Opening::NotStored, WriteReason::Uninitialized));
}

/// OWASP ASVS 5.0, 7.3.2: an absolute timeout on the server.
#[test]
fn a_session_ends_however_much_it_is_used() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
    for now in (1000..50_000).step_by(1000) {
        let mut session = open(&manager, &mut store, &cookie, now, 2);
        assert_eq!(session.opening(), Opening::Loaded, "{now}");
        // Neither edits nor a new life of the cookie move the end.
        *session.data_mut() += 1;
        session.set_max_age(Some(1_000_000), at(now)).unwrap();
        session.touch(at(now));
        assert_eq!(close(session, &mut store, now).lost(), None);
        let record = stored(&mut store, 1, now).unwrap().into_record();
        let expires = at((now + 10_000).min(50_000));
        assert_eq!(record.cookie().expiry().expires(), Expires::At(expires), "the document says no more than its end");
        assert_eq!(record.ticket().unwrap().end(), at(50_000));
    }
    assert_eq!(open(&manager, &mut store, &cookie, 50_000, 2).opening(), Opening::NotStored);
}

/// A store that drops records by itself says what is left; what stands in the document counts for nothing then.
#[test]
fn in_a_store_with_an_expiry_of_its_own_its_time_left_decides() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
    let record = stored(&mut store, 1, 0).unwrap().into_record();
    let opening = |now, left| {
        let pending = manager.receive(Request::new([&cookie], "/")).unwrap();
        let left = core::time::Duration::from_millis(left);
        let loaded = Loaded::new(StoreKey::plain(&id(1)), record).with_revision(1_u64).with_ttl_left(left);
        let session = pending.open([loaded], at(now), || Ok::<_, Infallible>(id(2))).unwrap();
        (session.opening(), session.close(at(now)).write_reason())
    };
    assert_eq!(opening(30_000, 9000), (Opening::Loaded, WriteReason::UsedLately));
    assert_eq!(opening(30_000, 8000), (Opening::Loaded, WriteReason::Used));
    assert_eq!(opening(30_000, 0), (Opening::Ended(Ending::Idle), WriteReason::Uninitialized));
    assert_eq!(opening(50_000, 9000), (Opening::Ended(Ending::Absolute), WriteReason::Uninitialized));
}

#[test]
fn a_session_by_express_is_adopted_with_the_first_request() {
    let (manager, mut store) = (manager(), Store::new());
    let mut by_express = SessionCookie::default();
    by_express.set_max_age(Some(8000), at(0)).unwrap();
    let key_of = StoreKey::plain(&id(1));
    store.apply(StoreOp::put(key_of, &Record::new(by_express, 5)), at(0)).unwrap();

    let session = open(&manager, &mut store, &cookie(1), 1000, 2);
    assert_eq!((session.opening(), *session.data(), session.principal()), (Opening::Loaded, 5, None));
    let outcome = session.close(at(1000));
    assert_eq!(outcome.write_reason(), WriteReason::Adopted);
    // Where another request was faster nothing is lost.
    assert_eq!(outcome.apply(&mut store, at(1000)).unwrap().lost(), None);
    let ticket = *stored(&mut store, 1, 1000).unwrap().record().ticket().unwrap();
    assert_eq!((ticket.created(), ticket.end(), ticket.login()), (at(1000), at(51_000), None));
    let session = open(&manager, &mut store, &cookie(1), 2000, 2);
    assert_eq!(session.close(at(2000)).write_reason(), WriteReason::UsedLately);
}

#[test]
fn a_passive_look_prolongs_nothing() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    for now in (0..10_000).step_by(500) {
        let pending = manager.receive(Request::new([&cookie], "/")).unwrap();
        let loaded = pending.load(&mut store, at(now)).unwrap();
        assert_eq!(pending.open_passive(loaded, at(now)).unwrap().map(|found| *found.record().data()), Some(5));
        assert!(manager.lookup([&cookie], &mut store, at(now)).unwrap().is_some());
    }
    assert!(manager.lookup([&cookie], &mut store, at(10_000)).unwrap().is_none());
}

proptest! {
    /// Against a model that only knows when the session was used: with one clock it is there as long as less than `idle`
    /// has passed since the last use, give or take what is not noted, and not after its end.
    #[test]
    fn a_session_lives_as_long_as_the_model_says(waits in prop::collection::vec(0..12_000_i64, 1..40)) {
        let (manager, mut store) = (manager(), Store::new());
        let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
        let (mut now, mut used, mut noted) = (0, 0, 0);
        for wait in waits {
            now += wait;
            let session = open(&manager, &mut store, &cookie, now, 2);
            let alive = session.opening() == Opening::Loaded;
            prop_assert_eq!(alive, now < (noted + 10_000).min(50_000), "{} {}", now, noted);
            prop_assert!(!alive || now - used < 10_000, "never later than idle");
            prop_assert!(alive || now - used >= 10_000 - 2000 || now >= 50_000, "no earlier than idle - touch_after");
            if !alive {
                break;
            }
            let outcome = session.close(at(now));
            let gained = (now + 10_000).min(50_000) - (noted + 10_000).min(50_000);
            let due = gained >= if now + 10_000 >= 50_000 { 1 } else { 2000 };
            prop_assert_eq!(outcome.write_reason() == WriteReason::Used, due);
            prop_assert_eq!(outcome.apply(&mut store, at(now)).unwrap().lost(), None);
            used = now;
            if due {
                noted = now;
            }
        }
    }

    /// Clocks of several servers, each wrong by at most half the skew: each decision is one that a right clock would have
    /// made within that time.
    #[test]
    fn a_decision_is_right_within_the_clocks_error(
        steps in prop::collection::vec((0..3000_i64, -250..=250_i64), 1..60)
    ) {
        let (manager, mut store) = (manager(), Store::new());
        let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
        let (mut now, mut noted) = (0, 0);
        for (wait, error) in steps {
            now += wait;
            let session = open(&manager, &mut store, &cookie, now + error, 2);
            let alive = session.opening() == Opening::Loaded;
            let end = (noted + 10_000).min(50_000);
            prop_assert!(alive || now >= end - 500, "{} {}", now, end);
            prop_assert!(!alive || now < end + 500, "{} {}", now, end);
            if !alive {
                break;
            }
            let outcome = session.close(at(now + error));
            let written = outcome.op().is_some();
            prop_assert_eq!(outcome.apply(&mut store, at(now + error)).unwrap().lost(), None);
            let record = stored(&mut store, 1, now - 1000).unwrap().into_record();
            prop_assert_eq!(record.ticket().unwrap().end(), at(50_000));
            if written {
                let expires = end_of(&record);
                noted = expires - 10_000;
                prop_assert!(expires == 50_000 || (noted - now).abs() <= 500);
            }
        }
    }
}
