//! The calls of a request, beside what the rows of `vectors/lifecycle.jsonl` cover.

use session_core::{
    Answer, Changes, ConfigError, CookieName, CookieOptions, CookieReason, Fingerprint, FixedStore, Key, KeyRing,
    Loaded, NotLoaded, OpenError, Outcome, PathRule, Policy, Proxy, Record, Rejection, Request, Secure, Session,
    SessionCookie, SessionEnded, SessionId, SessionManager, SessionStore, StoreAction, StoreFull, StoreKey, StoreOp,
    Timestamp, Unprefixed, Unset, WriteReason, is_encrypted,
};

const POLICY: Policy<u32> = Policy::express(Fingerprint::of_hash).with_resave(false).with_save_uninitialized(false);
const OPTIONS: CookieOptions<'_> = CookieOptions::new().max_age(60_000);
const SECRET: &str = "keyboard cat";

type Store = FixedStore<u32, 8>;
type Manager = SessionManager<'static, u32>;

fn now() -> Timestamp {
    Timestamp::from_unix_ms(1_700_000_000_000).unwrap()
}

fn manager(policy: Policy<u32>) -> Manager {
    SessionManager::new(policy, Key::new(SECRET).into(), CookieName::CONNECT_SID, OPTIONS).unwrap()
}

fn id(number: u8) -> SessionId {
    SessionId::from_random([number; 24])
}

fn cookie(id: &str) -> String {
    format!("connect.sid=s%3A{id}.{}", Key::new(SECRET).sign(id).as_str().replace('+', "%2B").replace('/', "%2F"))
}

/// Opens the session of a request in the way of every caller.
fn open(manager: &Manager, store: &mut Store, header: &str, at: Timestamp) -> Session<'static, u32, u64> {
    let pending = manager.receive(Request::new([header], "/")).unwrap();
    let loaded: Vec<_> = pending.candidates().filter_map(|key| store.load(&key, at).unwrap()).collect();
    pending.open(loaded, at, || Ok::<_, StoreFull>(id(1))).unwrap()
}

/// Ends a request, and gives the Set-Cookie line.
fn close(manager: &Manager, store: &mut Store, session: Session<'static, u32, u64>, at: Timestamp) -> Option<String> {
    let outcome = session.close(at);
    let answer = outcome.op().map(|op| store.apply(op, at)).transpose().unwrap();
    let settled = outcome.settle(answer);
    manager.set_cookie(&settled).unwrap().map(|line| line.to_string())
}

fn stored(store: &mut Store, key: &str, data: u32) {
    let mut cookie = SessionCookie::default();
    cookie.set_max_age(Some(60_000), now()).unwrap();
    let record = Record::new(cookie, data);
    store.apply(StoreOp::put(key.parse().unwrap(), &record), now()).unwrap();
}

fn held(store: &mut Store, key: &str) -> Option<u32> {
    store.load(&key.parse().unwrap(), now()).unwrap().map(|loaded| *loaded.record().data())
}

#[test]
fn a_visit_and_the_next() {
    let (manager, mut store) = (manager(POLICY), Store::new());
    let mut session = open(&manager, &mut store, "theme=dark", now());
    assert!(session.is_new() && session.is_live());
    *session.data_mut() = 5;
    let line = close(&manager, &mut store, session, now()).unwrap();
    assert!(line.ends_with("; Path=/; Expires=Tue, 14 Nov 2023 22:14:20 GMT; HttpOnly"), "{line}");

    let header = line.split(';').next().unwrap();
    let session = open(&manager, &mut store, header, now());
    assert_eq!((*session.data(), session.is_new()), (5, false));
    assert_eq!(close(&manager, &mut store, session, now()), None);
}

#[test]
fn a_session_that_is_dropped_writes_nothing() {
    let (manager, mut store) = (manager(POLICY), Store::new());
    stored(&mut store, "abc", 1);
    let mut session = open(&manager, &mut store, &cookie("abc"), now());
    *session.data_mut() = 2;
    drop(session);
    assert_eq!(held(&mut store, "abc"), Some(1));
}

#[test]
fn an_unknown_id_is_never_taken_over() {
    let (manager, mut store) = (manager(POLICY), Store::new());
    let session = open(&manager, &mut store, &cookie("chosen-by-another"), now());
    assert_eq!(session.id(), &id(1));
    assert!(session.is_new());
}

#[test]
fn an_id_is_drawn_only_when_one_is_needed() {
    let manager = manager(POLICY);
    let mut store = Store::new();
    stored(&mut store, "abc", 1);
    let pending = manager.receive(Request::new([cookie("abc")], "/")).unwrap();
    let loaded = store.load(&pending.candidates().next().unwrap(), now()).unwrap();
    assert!(pending.open(loaded, now(), || Err("not to be asked")).is_ok());

    let pending = manager.receive(Request::new([""], "/")).unwrap();
    let failed = pending.open(None::<Loaded<u32>>, now(), || Err("no entropy"));
    assert_eq!(failed.unwrap_err(), OpenError::Id("no entropy"));
}

#[test]
fn no_request_gets_the_record_of_another() {
    let (manager, mut store) = (manager(POLICY), Store::new());
    stored(&mut store, "theirs", 7);
    let theirs = store.load(&"theirs".parse().unwrap(), now()).unwrap();
    let pending = manager.receive(Request::new([cookie("mine")], "/")).unwrap();
    let session = pending.open(theirs, now(), || Ok::<_, ()>(id(1))).unwrap();
    assert_eq!((*session.data(), session.id()), (0, &id(1)));
}

#[test]
fn why_there_is_no_session() {
    let manager = manager(POLICY);
    let rejection = |headers: &[&str]| manager.receive(Request::new(headers, "/")).unwrap().rejection();
    assert_eq!(rejection(&[]), Some(Rejection::Missing));
    assert_eq!(rejection(&["a=b", "c=d"]), Some(Rejection::Missing));
    assert_eq!(rejection(&["connect.sid=abc"]), Some(Rejection::NotSigned));
    assert_eq!(rejection(&["connect.sid=s%3Aabc.def"]), Some(Rejection::BadSignature));
    let good = cookie("abc");
    assert_eq!(rejection(&["a=b", &good]), None);
    assert_eq!(rejection(&["connect.sid=s%3Aabc.def", &good]), Some(Rejection::BadSignature), "the first decides");
    assert_eq!(rejection(&[&cookie(&"x".repeat(128))]), Some(Rejection::TooLong));
    let too_long_and_forged = format!("connect.sid=s:{}.{}", "x".repeat(128), "A".repeat(43));
    assert_eq!(rejection(&[&too_long_and_forged]), Some(Rejection::TooLong), "nothing was hashed");
}

#[test]
fn an_ended_session_stays_ended() {
    for unset in [Unset::Keep, Unset::Destroy] {
        let (manager, mut store) = (manager(POLICY.with_unset(unset)), Store::new());
        stored(&mut store, "abc", 1);
        let mut session = open(&manager, &mut store, &cookie("abc"), now());
        store.apply(session.destroy(), now()).unwrap();
        *session.data_mut() = 9;
        assert_eq!(session.save().unwrap_err(), SessionEnded);
        assert_eq!(session.regenerate(id(2), now()).unwrap_err(), SessionEnded);
        assert_eq!(session.renew_id(id(2), now()).unwrap_err(), SessionEnded);
        assert_eq!(session.reload(None, now()), Err(NotLoaded));
        let outcome = session.close(now());
        assert_eq!(outcome.cookie_reason(), CookieReason::NoSession);
        assert_eq!(outcome.op().is_some(), unset == Unset::Destroy);
        assert_eq!(held(&mut store, "abc"), None);
    }
}

#[test]
fn a_new_id_keeps_or_drops_the_data() {
    for keep in [false, true] {
        let (manager, mut store) = (manager(POLICY), Store::new());
        stored(&mut store, "abc", 5);
        let mut session = open(&manager, &mut store, &cookie("abc"), now());
        let op = if keep { session.renew_id(id(2), now()) } else { session.regenerate(id(2), now()) };
        store.apply(op.unwrap().unwrap(), now()).unwrap();
        assert_eq!(held(&mut store, "abc"), None);
        let line = close(&manager, &mut store, session, now()).unwrap();
        assert!(line.contains(id(2).as_str()));
        assert_eq!(held(&mut store, id(2).as_str()), Some(if keep { 5 } else { 0 }));
    }
}

/// Setting a value and setting it back is a change by the flag and none by the fingerprint.
#[test]
fn changes_by_fingerprint_and_by_flag() {
    for (changes, action) in
        [(Changes::Fingerprint(Fingerprint::of_hash), StoreAction::Touch), (Changes::Flag, StoreAction::Put)]
    {
        let (manager, mut store) = (manager(POLICY.with_changes(changes)), Store::new());
        stored(&mut store, "abc", 1);
        let mut session = open(&manager, &mut store, &cookie("abc"), now());
        *session.data_mut() = 2;
        *session.data_mut() = 1;
        assert_eq!(session.close(now()).write_reason().action(), action);

        let session = open(&manager, &mut store, &cookie("abc"), now());
        assert_eq!(session.close(now()).write_reason(), WriteReason::Unchanged);

        let mut session = open(&manager, &mut store, &cookie("abc"), now());
        *session.data_mut() = 3;
        store.apply(session.save().unwrap(), now()).unwrap();
        assert_eq!(session.close(now()).write_reason(), WriteReason::Unchanged, "it is saved already");
    }
}

#[test]
fn a_reload_takes_what_the_store_has() {
    for changes in [Changes::Fingerprint(Fingerprint::of_hash), Changes::Flag] {
        let (manager, mut store) = (manager(POLICY.with_changes(changes)), Store::new());
        stored(&mut store, "abc", 1);
        let mut session = open(&manager, &mut store, &cookie("abc"), now());
        *session.data_mut() = 2;
        let loaded = store.load(session.key(), now()).unwrap();
        session.reload(loaded, now()).unwrap();
        assert_eq!(*session.data(), 1);

        // What the store has of another session is none of this one's.
        stored(&mut store, "other", 5);
        let others = store.load(&"other".parse().unwrap(), now()).unwrap();
        assert!(others.is_some());
        assert_eq!(session.reload(others, now()), Err(NotLoaded));
        assert_eq!(*session.data(), 1);
        assert_eq!(session.close(now()).write_reason(), WriteReason::Unchanged);
    }
}

#[test]
fn a_cookie_that_is_sent_early_is_decided_once() {
    let (manager, mut store) = (manager(POLICY), Store::new());
    stored(&mut store, "abc", 1);
    let mut session = open(&manager, &mut store, &cookie("abc"), now());
    let (expiry, later) = (*session.cookie().expiry(), now().saturating_add(5000));
    assert!(manager.set_cookie_early(&mut session, later).unwrap().is_none());
    assert_eq!(*session.cookie().expiry(), expiry, "its end moves only for a cookie that is sent");
    *session.data_mut() = 2;
    let outcome = session.close(now());
    assert_eq!((outcome.cookie_reason(), outcome.write_reason()), (CookieReason::Unchanged, WriteReason::Changed));

    let mut session = open(&manager, &mut store, &cookie("abc"), now());
    *session.data_mut() = 2;
    assert!(manager.set_cookie_early(&mut session, now()).unwrap().is_some());
    let outcome = session.close(later);
    assert!(outcome.cookie_reason().is_sent());
    assert!(manager.set_cookie(&outcome.settle_unanswered()).unwrap().is_none(), "it is sent once");

    let mut session = open(&manager, &mut store, &cookie("abc"), now());
    *session.data_mut() = 2;
    assert!(manager.set_cookie_early(&mut session, now()).unwrap().is_some());
    assert!(manager.set_cookie_early(&mut session, later).unwrap().is_some());
    let outcome = session.close(later);
    let end = outcome.session().cookie().expiry().expires();
    assert_eq!(end, session_core::Expires::At(now().saturating_add(60_000)), "counted once");
}

#[test]
fn a_secure_cookie_needs_an_encrypted_request() {
    let options = OPTIONS.secure(Secure::Always);
    let manager = SessionManager::new(POLICY, Key::new(SECRET).into(), CookieName::CONNECT_SID, options).unwrap();
    let reason = |encrypted| {
        let pending = manager.receive(Request::new([""], "/").encrypted(encrypted)).unwrap();
        let mut session: Session<'_, u32> = pending.open(None, now(), || Ok::<_, ()>(id(1))).unwrap();
        *session.data_mut() = 1;
        let outcome: Outcome<'_, u32> = session.close(now());
        assert_eq!(outcome.write_reason(), WriteReason::Changed, "it is stored all the same");
        outcome.cookie_reason()
    };
    assert_eq!(reason(false), CookieReason::NotEncrypted);
    assert_eq!(reason(true), CookieReason::Changed);
}

#[test]
fn a_path_has_a_session_or_not() {
    let manager =
        SessionManager::new(POLICY, Key::new(SECRET).into(), CookieName::CONNECT_SID, OPTIONS.path("/a")).unwrap();
    let has_session = |target| manager.receive(Request::new([""], target)).is_some();
    assert!(
        has_session("/a") && has_session("/a/b") && has_session("/ab?x") && !has_session("/") && !has_session("/?/a")
    );

    let rows = [
        ("/", "", true, true),
        ("/", "/x", true, true),
        ("/a", "/a", true, true),
        ("/a", "/a?b", true, true),
        ("/a", "/ab", true, false),
        ("/a/", "/a", false, false),
        ("/a/", "/a/b", true, true),
        ("/A", "/a", false, false),
        ("/a", "http://host.example/a/b?c", true, true),
        ("/a", "HTTPS://host.example:8443/b", false, false),
        ("/", "http://host.example", true, true),
        ("/", "http://host.example?x=/", true, true),
        ("/", "*", false, false),
    ];
    for (scope, target, prefix, rfc) in rows {
        assert_eq!(PathRule::Prefix.matches(scope, target), prefix, "{scope} {target}");
        assert_eq!(PathRule::Rfc6265.matches(scope, target), rfc, "{scope} {target}");
    }
}

#[test]
fn options_differ_by_request_and_are_checked() {
    let manager = manager(POLICY);
    let pending = manager.receive_with(Request::new([""], "/"), OPTIONS.domain("a.example")).unwrap().unwrap();
    let mut session: Session<'_, u32> = pending.open(None, now(), || Ok::<_, ()>(id(1))).unwrap();
    *session.data_mut() = 1;
    let settled = session.close(now()).settle_unanswered();
    assert!(manager.set_cookie(&settled).unwrap().unwrap().to_string().contains("; Domain=a.example; "));

    static LONG: [u8; 200] = [b'/'; 200];
    let long = OPTIONS.path(core::str::from_utf8(&LONG).unwrap());
    assert_eq!(manager.receive_with(Request::new([""], "/"), long).unwrap_err(), ConfigError::AttributesTooLong);
}

#[test]
fn cookies_of_2011_and_2012_by_choice() {
    let value = cookie("abc").replace("s%3A", "");
    let key_of = |unprefixed| {
        let manager = manager(POLICY).with_unprefixed(unprefixed);
        let pending = manager.receive(Request::new([&value], "/")).unwrap();
        pending.candidates().next().map(|key| key.as_str().to_owned())
    };
    assert_eq!(key_of(Unprefixed::Refused), None);
    assert_eq!(key_of(Unprefixed::Connect2).as_deref(), Some("abc"));
    assert_eq!(key_of(Unprefixed::Connect1), Some(format!("abc.{}", Key::new(SECRET).sign("abc").as_str())));

    // The session goes on under the key that it was found under.
    let manager = manager(POLICY).with_unprefixed(Unprefixed::Connect1);
    let mut store = Store::new();
    let old_key = StoreKey::signed(&"abc".parse().unwrap(), &Key::new(SECRET).sign("abc"));
    stored(&mut store, old_key.as_str(), 4);
    let mut session = open(&manager, &mut store, &value, now());
    assert_eq!(*session.data(), 4);
    *session.data_mut() = 5;
    let line = close(&manager, &mut store, session, now()).unwrap();
    assert_eq!(held(&mut store, old_key.as_str()), Some(5));

    // So does its cookie, whatever signs by now: the next request finds it again.
    let keys = KeyRing::new(Key::new("newer"), [Key::new(SECRET)]);
    let manager = SessionManager::new(POLICY, keys, CookieName::CONNECT_SID, OPTIONS).unwrap();
    let manager = manager.with_unprefixed(Unprefixed::Connect1);
    let header = line.split(';').next().unwrap();
    assert_eq!(header, value.split(';').next().unwrap());
    let pending = manager.receive(Request::new([header], "/")).unwrap();
    let loaded = pending.load(&mut store, now()).unwrap();
    let mut session = pending.open(loaded, now(), || Ok::<_, StoreFull>(id(1))).unwrap();
    assert_eq!((*session.data(), session.is_new()), (5, false));

    // A new id is one of today.
    store.apply(session.renew_id(id(2), now()).unwrap().unwrap(), now()).unwrap();
    let settled = session.close(now()).apply(&mut store, now()).unwrap();
    assert!(manager.set_cookie(&settled).unwrap().unwrap().to_string().starts_with("connect.sid=s%3A"));
    assert_eq!((held(&mut store, old_key.as_str()), held(&mut store, id(2).as_str())), (None, Some(5)));
}

/// Ids are compared, so a generator that repeats itself gives what it gives in Express.
#[test]
fn a_repeated_id_is_no_new_one() {
    let (manager, mut store) = (manager(POLICY), Store::new());
    let session = open(&manager, &mut store, &cookie(id(1).as_str()), now());
    assert!(!session.is_new(), "it is the one that the browser sent");

    let mut session = open(&manager, &mut store, "", now());
    store.apply(session.regenerate(id(2), now()).unwrap().unwrap(), now()).unwrap();
    store.apply(session.regenerate(id(1), now()).unwrap().unwrap(), now()).unwrap();
    assert_eq!(session.close(now()).write_reason(), WriteReason::Uninitialized);
}

#[test]
fn a_rotated_secret_still_opens_and_the_new_one_signs() {
    let keys = KeyRing::new(Key::new("newer"), [Key::new(SECRET)]);
    let manager = SessionManager::new(POLICY, keys, CookieName::CONNECT_SID, OPTIONS).unwrap();
    assert_eq!(manager.verify([cookie("abc")]).map(|verified| verified.key()), Ok(1));
    let mut store = Store::new();
    stored(&mut store, "abc", 4);
    let found = manager.lookup([cookie("abc")], &mut store, now()).unwrap();
    assert_eq!(found.map(Loaded::into_record).map(Record::into_data), Some(4));
    assert!(manager.lookup([cookie("abd")], &mut store, now()).unwrap().is_none());
}

#[test]
fn who_says_that_a_request_came_encrypted() {
    assert!(is_encrypted(true, Proxy::Ignored, b""));
    assert!(!is_encrypted(false, Proxy::Ignored, b"https"));
    assert!(is_encrypted(false, Proxy::Framework { secure: true }, b""));
    assert!(!is_encrypted(false, Proxy::Framework { secure: false }, b"https"));
    for (header, expected) in [
        ("https", true),
        ("HTTPS", true),
        (" https\t, http", true),
        ("http, https", false),
        (",https", false),
        ("", false),
        ("https x", false),
    ] {
        assert_eq!(is_encrypted(false, Proxy::Trusted, header.as_bytes()), expected, "{header:?}");
    }
}

#[test]
fn a_session_prints_nothing_of_its_user() {
    let (manager, mut store) = (manager(POLICY), Store::new());
    stored(&mut store, "abc-the-id", 987_654);
    let header = cookie("abc-the-id");
    let pending = manager.receive(Request::new([&header], "/")).unwrap();
    let mut printed = format!("{pending:?} {manager:?} {store:?}");
    let loaded = store.load(&pending.candidates().next().unwrap(), now()).unwrap();
    printed += &format!("{loaded:?}");
    let mut session = pending.open(loaded, now(), || Ok::<_, ()>(id(1))).unwrap();
    printed += &format!("{session:?}");
    printed += &format!("{:?}", session.save());
    let outcome = session.close(now());
    printed += &format!("{outcome:?} {:?}", outcome.op());
    let settled = outcome.settle(Some(Answer::Gone));
    printed += &format!("{settled:?}");
    for secret in ["abc-the-id", "987654", "keyboard"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
