//! The recommended preset, request by request.

use core::convert::Infallible;
use std::collections::BTreeMap;

use proptest::prelude::*;
use session_core::{
    Answer, AnswerError, ConfigError, CookieName, CookieOptions, CookieReason, Ending, Expires, Fingerprint,
    FixedStore, Key, KeyRing, Limits, LimitsError, Loaded, LoginError, Lost, Opening, Outcome, Policy, Principal,
    Record, Rejection, Request, Session, SessionCookie, SessionId, SessionManager, SessionStore, Settled, StoreKey,
    StoreOp, Timestamp, Unset, WriteId, WriteReason,
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
    pending.open(loaded, at(now), || Ok::<_, Infallible>(id(new))).unwrap()
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

/// OWASP ASVS 5.0, 7.2.4: a new token at authentication.
#[test]
fn a_login_has_a_new_id_and_keeps_what_was_there() {
    let (manager, mut store) = (manager(), Store::new());
    let old = begun(&manager, &mut store, 5, 0, 1);
    let mut session = open(&manager, &mut store, &old, 1000, 2);
    session.authenticated(name("ada"), id(3), at(1000)).unwrap();
    assert_eq!((session.principal(), *session.data()), (Some(&name("ada")), 5));
    let outcome = session.close(at(1000));
    assert_eq!(outcome.write_reason(), WriteReason::Renamed);
    let settled = outcome.apply(&mut store, at(1000)).unwrap();
    let new = sent(&line(&manager, &settled).unwrap());
    assert_ne!(new, old);

    let session = open(&manager, &mut store, &new, 1500, 2);
    let ticket = *session.ticket().unwrap();
    assert_eq!((ticket.login(), ticket.end(), *session.data()), (Some(at(1000)), at(51_000), 5));
    assert!(session.is_fresh(501, at(1500)) && !session.is_fresh(500, at(1500)));

    // Under the old id there is nothing to work with, and no other session begins.
    assert!(stored(&mut store, 1, 1500).unwrap().record().is_moved());
    let mut late = open(&manager, &mut store, &old, 1500, 2);
    assert_eq!((late.opening(), late.is_live(), *late.data()), (Opening::Ended(Ending::Moved), false, 0));
    *late.data_mut() = 9;
    let settled = close(late, &mut store, 1500);
    assert_eq!(settled.lost(), Some(Lost::NoSession));
    assert_eq!(manager.set_cookie(&settled).unwrap_err(), AnswerError::Lost(Lost::NoSession));
    assert!(manager.lookup([&old], &mut store, at(1500)).unwrap().is_none());
    // A minute later it is an id like any other that the store does not have.
    assert_eq!(open(&manager, &mut store, &old, 61_000, 2).opening(), Opening::NotStored);
}

/// The answer to a login may be lost on its way, and the user tries again with the cookie that there still is.
#[test]
fn a_login_needs_nothing_of_the_session_that_moved() {
    let (manager, mut store) = (manager(), Store::new());
    let old = begun(&manager, &mut store, 5, 0, 1);
    let mut session = open(&manager, &mut store, &old, 0, 2);
    session.authenticated(name("ada"), id(3), at(0)).unwrap();
    assert_eq!(close(session, &mut store, 0).lost(), None);

    let mut again = open(&manager, &mut store, &old, 10, 4);
    again.authenticated(name("ada"), id(5), at(10)).unwrap();
    let settled = close(again, &mut store, 10);
    let new = sent(&line(&manager, &settled).unwrap());
    let found = manager.lookup([new], &mut store, at(10)).unwrap().unwrap();
    assert_eq!((found.record().principal(), *found.record().data()), (Some(&name("ada")), 0));
}

#[test]
fn another_principal_gets_nothing_of_the_one_before() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
    let mut session = open(&manager, &mut store, &cookie, 10, 2);
    *session.data_mut() = 7;
    assert_eq!(close(session, &mut store, 10).lost(), None);
    for (who, data, new) in [("ada", 7, 3), ("eve", 0, 4)] {
        let mut session = open(&manager, &mut store, &cookie, 20, 2);
        session.authenticated(name(who), id(new), at(20)).unwrap();
        assert_eq!(*session.data(), data, "{who}");
    }
}

#[test]
fn nothing_but_a_login_begins_another_window() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
    let before = *stored(&mut store, 1, 0).unwrap().record().ticket().unwrap();

    let mut session = open(&manager, &mut store, &cookie, 5000, 2);
    assert!(session.renew_id(id(3), at(5000)).unwrap().is_none());
    assert_eq!(session.ticket(), Some(&before));
    assert_eq!(close(session, &mut store, 5000).lost(), None);
    assert_eq!(stored(&mut store, 3, 5000).unwrap().record().ticket(), Some(&before));

    let mut session = open(&manager, &mut store, &cookie.replace("AQEB", "AwMD"), 5000, 2);
    assert_eq!(session.opening(), Opening::Rejected(Rejection::BadSignature));
    drop(session);
    session = open(&manager, &mut store, &self::cookie(3), 6000, 2);
    assert!(session.regenerate(id(4), at(6000)).unwrap().is_none());
    assert_eq!((session.principal(), session.is_fresh(i64::MAX, at(6000)), *session.data()), (None, false, 0));
    assert_eq!(session.ticket().unwrap().end(), before.end());
    assert_eq!(close(session, &mut store, 6000).lost(), None);
}

/// OWASP ASVS 5.0, 7.4.1: a logout ends the session on the server.
#[test]
fn a_logout_removes_the_cookie_once_the_store_has_said_so() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
    let mut session = open(&manager, &mut store, &cookie, 10, 2);
    assert_eq!(session.destroy().name(), "destroy");
    assert_eq!(session.principal(), None);
    // Whoever forgets to do it is reminded at the end.
    let outcome = session.close(at(10));
    assert_eq!(outcome.write_reason(), WriteReason::Ended);
    let settled = outcome.apply(&mut store, at(10)).unwrap();
    let removal = line(&manager, &settled).unwrap();
    assert_eq!(removal, "sid=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly");
    assert!(stored(&mut store, 1, 10).is_none());

    let cookie = logged_in(&manager, &mut store, "ada", 20, 3);
    let mut session = open(&manager, &mut store, &cookie, 20, 2);
    let answer = store.apply(session.destroy(), at(20)).unwrap();
    session.answered(answer);
    let outcome = session.close(at(20));
    assert_eq!((outcome.write_reason(), outcome.op().is_none()), (WriteReason::NoSession, true));
    assert_eq!(outcome.settle(None).cookie_reason(), CookieReason::Removed);

    // An unknown answer is a logout that has failed.
    let cookie = logged_in(&manager, &mut store, "ada", 30, 4);
    let mut session = open(&manager, &mut store, &cookie, 30, 2);
    let _not_performed = session.destroy();
    session.answered(Answer::Unknown);
    let settled = session.close(at(30)).settle(Some(Answer::Unknown));
    assert_eq!((settled.lost(), settled.cookie_reason()), (Some(Lost::Logout), CookieReason::Refused));
    assert_eq!(manager.set_cookie(&settled).unwrap_err(), AnswerError::Lost(Lost::Logout));
}

#[test]
fn of_two_writers_the_second_is_told_and_keeps_its_record() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let mut first = open(&manager, &mut store, &cookie, 10, 2);
    let mut second = open(&manager, &mut store, &cookie, 10, 2);
    *first.data_mut() = 6;
    *second.data_mut() = 7;
    assert_eq!(close(first, &mut store, 10).lost(), None);
    let settled = close(second, &mut store, 10);
    assert_eq!((settled.lost(), settled.cookie_reason()), (Some(Lost::Conflict), CookieReason::Refused));
    assert_eq!(settled.cookie_reason().to_string(), "the store has not done what the cookie would stand for");
    assert_eq!(settled.into_record().into_data(), 7);
    assert_eq!(*stored(&mut store, 1, 10).unwrap().record().data(), 6);
}

#[test]
fn each_answer_says_what_is_lost() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let answers = [Answer::Done(9), Answer::Gone, Answer::Exists, Answer::Conflict, Answer::Unknown];
    let mut lost = BTreeMap::new();
    for answer in answers {
        let mut edited = open(&manager, &mut store, &cookie, 3000, 2);
        *edited.data_mut() += 1;
        let mut renamed = open(&manager, &mut store, &cookie, 3000, 2);
        renamed.renew_id(id(3), at(3000)).unwrap();
        let mut created = open(&manager, &mut store, "", 3000, 2);
        *created.data_mut() = 1;
        let mut ended = open(&manager, &mut store, &cookie, 3000, 2);
        let _performed_at_the_end = ended.destroy();
        let used = open(&manager, &mut store, &cookie, 3000, 2);
        for session in [edited, renamed, created, ended, used] {
            let outcome = session.close(at(3000));
            let what = outcome.op().unwrap().name();
            let settled = outcome.settle(Some(answer));
            assert!(settled.lost().is_none() || !settled.cookie_reason().is_sent());
            lost.entry(what).or_insert_with(Vec::new).push(settled.lost());
        }
    }
    let expected = BTreeMap::from([
        ("update", vec![None, Some(Lost::Gone), Some(Lost::Exists), Some(Lost::Conflict), Some(Lost::Unknown)]),
        ("replace", vec![None, Some(Lost::Gone), Some(Lost::Exists), Some(Lost::Conflict), Some(Lost::Unknown)]),
        ("create", vec![None, Some(Lost::Unknown), Some(Lost::Exists), Some(Lost::Unknown), Some(Lost::Unknown)]),
        ("destroy", vec![None, None, Some(Lost::Logout), Some(Lost::Logout), Some(Lost::Logout)]),
        ("touch", vec![None; 5]),
    ]);
    assert_eq!(lost, expected);
}

#[test]
fn an_unknown_answer_is_settled_by_looking_again() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let write_id = WriteId::from_random([7; 9]);
    let edited = |store: &mut Store| -> Outcome<'static, u32, u64> {
        let mut session = open(&manager, store, &cookie, 10, 2);
        *session.data_mut() += 1;
        session.close(at(10)).with_write_id(write_id)
    };
    // It was done, and the answer got lost.
    let outcome = edited(&mut store);
    store.apply(outcome.op().unwrap(), at(10)).unwrap();
    let answer = outcome.confirm(stored(&mut store, 1, 10));
    assert!(matches!(answer, Answer::Done(_)));
    assert_eq!(outcome.settle(Some(answer)).lost(), None);
    // It was not done, and another request has written.
    let outcome = edited(&mut store);
    let mut other = open(&manager, &mut store, &cookie, 10, 2);
    *other.data_mut() = 100;
    let other = other.close(at(10)).with_write_id(WriteId::from_random([8; 9]));
    assert_eq!(other.apply(&mut store, at(10)).unwrap().lost(), None);
    assert_eq!(outcome.confirm(stored(&mut store, 1, 10)), Answer::Conflict);
    // The session is gone.
    let outcome = edited(&mut store);
    assert_eq!(outcome.confirm(None), Answer::Gone);
    // Without a mark nothing can be told.
    let mut session = open(&manager, &mut store, &cookie, 10, 2);
    *session.data_mut() += 1;
    assert_eq!(session.close(at(10)).confirm(stored(&mut store, 1, 10)), Answer::Unknown);
}

#[test]
fn saves_during_a_request_are_followed_by_their_answers() {
    let (manager, mut store) = (manager(), Store::new());
    let mut session = open(&manager, &mut store, "", 0, 1);
    *session.data_mut() = 1;
    for (data, name) in [(1, "create"), (2, "update")] {
        *session.data_mut() = data;
        let op = session.save().unwrap();
        assert_eq!(op.name(), name);
        let answer = store.apply(op, at(0)).unwrap();
        session.answered(answer);
    }
    session.renew_id(id(2), at(0)).unwrap();
    let op = session.save().unwrap();
    assert_eq!(op.name(), "replace");
    let answer = store.apply(op, at(0)).unwrap();
    session.answered(answer);
    let outcome = session.close(at(0));
    assert_eq!(outcome.write_reason(), WriteReason::UsedLately);
    assert_eq!(outcome.settle(None).cookie_reason(), CookieReason::New);
    assert_eq!(*stored(&mut store, 2, 0).unwrap().record().data(), 2);

    // What the store has refused stays refused.
    let mut session = open(&manager, &mut store, &cookie(2), 10, 3);
    *session.data_mut() = 3;
    let _not_performed = session.save().unwrap();
    session.answered(Answer::Conflict);
    let outcome = session.close(at(10));
    assert_eq!((outcome.write_reason(), outcome.op().is_none()), (WriteReason::Refused, true));
    assert_eq!(outcome.settle(None).lost(), Some(Lost::Conflict));
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

/// OWASP ASVS 5.0, 7.4.2 and 7.4.3: all sessions of a user can be ended.
#[test]
fn sign_out_everywhere_ends_every_session_of_the_principal() {
    let manager = manager_of(policy().with_epochs(true), ring(1, &[]));
    let mut store = Store::new();
    let mut session = open(&manager, &mut store, "", 0, 1);
    assert_eq!(session.authenticated(name("ada"), id(2), at(0)), Err(LoginError::NeedsEpoch));
    session.authenticated_in_epoch(name("ada"), 3, id(2), at(0)).unwrap();
    let settled = close(session, &mut store, 0);
    let cookie = sent(&line(&manager, &settled).unwrap());

    let open = |store: &mut Store, epoch: Option<u64>| {
        let pending = manager.receive(Request::new([&cookie], "/")).unwrap();
        let loaded = pending.load(store, at(1)).unwrap().into_iter().map(|loaded| match epoch {
            Some(epoch) => loaded.with_epoch(epoch),
            None => loaded,
        });
        pending.open(loaded, at(1), || Ok::<_, Infallible>(id(9))).map(|session| session.opening())
    };
    assert_eq!(open(&mut store, Some(3)), Ok(Opening::Loaded));
    for other in [0, 2, 4] {
        assert_eq!(open(&mut store, Some(other)), Ok(Opening::Ended(Ending::Revoked)));
    }
    // Nobody forgets to ask.
    assert_eq!(open(&mut store, None).unwrap_err().to_string(), "the epoch of the session's principal is not known");
    assert!(manager.lookup([&cookie], &mut store, at(1)).unwrap().is_none());
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

/// OWASP ASVS 5.0, 11.2.2: keys can be replaced.
#[test]
fn a_cookie_of_an_older_key_is_signed_anew_and_one_of_the_next_is_not() {
    let mut store = Store::new();
    let old = begun(&manager_of(policy(), ring(1, &[])), &mut store, 5, 0, 1);
    let opened = |ring, store: &mut Store, cookie: &str| {
        let manager = manager_of(policy(), ring);
        let settled = close(open(&manager, store, cookie, 10, 9), store, 10);
        (settled.session().opening(), settled.cookie_reason(), line(&manager, &settled).map(|line| sent(&line)))
    };
    let (opening, reason, line) = opened(ring(2, &[1]), &mut store, &old);
    assert_eq!((opening, reason), (Opening::Loaded, CookieReason::Resigned));
    let signed = line.unwrap();
    assert_eq!(opened(ring(2, &[1]), &mut store, &signed), (Opening::Loaded, CookieReason::Unchanged, None));
    // A server that has not switched yet takes cookies of the key that comes next, and leaves them alone.
    let next = ring(1, &[]).with_next(key(2));
    assert_eq!(opened(next, &mut store, &signed), (Opening::Loaded, CookieReason::Unchanged, None));
    // A key that has leaked is withdrawn: what it has signed is nothing.
    let (opening, ..) = opened(ring(2, &[]), &mut store, &old);
    assert_eq!(opening, Opening::Rejected(Rejection::BadSignature));
    // No record, no new signature.
    store.clear();
    let (opening, _, line) = opened(ring(2, &[1]), &mut store, &old);
    assert_eq!((opening, line), (Opening::NotStored, None));
}

#[test]
fn of_two_live_sessions_none_is_taken() {
    let (manager, mut store) = (manager(), Store::new());
    let mine = begun(&manager, &mut store, 5, 0, 1);
    let theirs = begun(&manager, &mut store, 6, 0, 2);
    for header in [format!("{mine}; {theirs}"), format!("{theirs}; {mine}")] {
        let mut session = open(&manager, &mut store, &header, 10, 3);
        assert_eq!((session.opening(), *session.data()), (Opening::Ambiguous, 0));
        assert_eq!(session.authenticated(name("ada"), id(4), at(10)), Err(LoginError::Ambiguous));
        *session.data_mut() = 1;
        let settled = close(session, &mut store, 10);
        assert_eq!(settled.lost(), Some(Lost::NoSession));
    }
    // One that has ended but is still signed stands in nobody's way (express-session #881).
    let gone = cookie(7);
    for header in [format!("{gone}; {mine}"), format!("{mine}; {gone}"), format!("{mine}; {mine}; x=1")] {
        assert_eq!(*open(&manager, &mut store, &header, 10, 3).data(), 5);
    }
}

#[test]
fn the_cookie_outlives_the_browser_only_if_asked_to() {
    let mut store = Store::new();
    let manager = manager_of(policy().with_persistent_cookie(true), ring(1, &[]));
    let mut session = open(&manager, &mut store, "", 0, 1);
    *session.data_mut() = 1;
    let settled = close(session, &mut store, 0);
    let first = line(&manager, &settled).unwrap();
    assert!(first.ends_with("; Max-Age=10; Path=/; HttpOnly"), "{first}");
    let session = open(&manager, &mut store, &sent(&first), 45_000 / 5, 2);
    let settled = close(session, &mut store, 9000);
    assert_eq!(settled.cookie_reason(), CookieReason::Rolling);
}

#[test]
fn a_configuration_is_checked_when_the_manager_is_made() {
    let refused = |policy: Policy<u32>| {
        SessionManager::new(policy, ring(1, &[]), CookieName::new("sid").unwrap(), CookieOptions::new()).map(|_| ())
    };
    assert_eq!(refused(policy()), Ok(()));
    assert_eq!(refused(policy().with_unset(Unset::Destroy)), Ok(()));
    assert_eq!(refused(policy().with_resave(false)), Err(ConfigError::Misplaced));
    assert_eq!(refused(policy().with_rolling(true)), Err(ConfigError::Misplaced));
    let express = Policy::express(Fingerprint::of_hash);
    assert_eq!(refused(express.with_limits(LIMITS)), Err(ConfigError::Misplaced));
    assert_eq!(refused(policy().with_candidates(0)), Err(ConfigError::Candidates));
    assert_eq!(refused(policy().with_candidates(5)), Err(ConfigError::Candidates));
    let rarely = LIMITS.with_touch_after(5001);
    assert_eq!(refused(policy().with_limits(rarely)), Err(ConfigError::Limits(LimitsError::TouchAfter)));
    let day = 24 * 60 * 60 * 1000;
    let for_ever = Limits::new(500 * day, 500 * day);
    assert_eq!(refused(policy().with_limits(for_ever)), Ok(()));
    let refused = refused(policy().with_limits(for_ever).with_persistent_cookie(true));
    assert_eq!(refused, Err(ConfigError::CookieLifetime));
    for limits in [Limits::OWASP, Limits::OWASP_HIGH_VALUE, Limits::NIST_AAL1, Limits::NIST_AAL2, Limits::NIST_AAL3] {
        assert_eq!(limits.check(), Ok(()));
    }
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
