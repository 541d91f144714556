//! Sessions whose id came in another way than by our cookie: `VerifiedId::trusted`, `Pending::with_verified`.

use session_core::{
    CookieName, CookieOptions, Fingerprint, FixedStore, Key, Opening, Policy, Record, Request, SessionCookie,
    SessionId, SessionManager, SessionStore, StoreOp, Timestamp, VerifiedId,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn id(text: &str) -> SessionId {
    text.parse().unwrap()
}

/// What becomes of a request with a cookie of `cookie` and an id that the caller vouches for, in a store that has both.
fn opened(policy: Policy<u32>, trusted: &str) -> (Opening, String, Option<String>) {
    let keys = Key::new("a secret of thirty-two bytes, and more");
    let cookie = format!("connect.sid=s%3Acookie.{}", keys.sign("cookie").as_str().replace('/', "%2F"));
    let options = CookieOptions::recommended();
    let manager = SessionManager::new(policy, keys.into(), CookieName::CONNECT_SID, options).unwrap();
    let mut store = FixedStore::<u32, 8>::new();
    for (number, key) in ["cookie", "token"].into_iter().enumerate() {
        let record = Record::new(SessionCookie::default(), number.try_into().unwrap());
        let _answer = store.apply(StoreOp::put(key.parse().unwrap(), &record), NOW).unwrap();
    }

    let pending = manager.receive(Request::new([cookie.as_bytes()], "/").encrypted(true)).unwrap();
    let pending = pending.with_verified(VerifiedId::trusted(id(trusted)));
    let loaded = pending.load(&mut store, NOW).unwrap();
    let mut session = pending.open(loaded, NOW, || Ok::<_, ()>(id("new"))).unwrap();
    *session.data_mut() += 10;
    let (opening, named) = (session.opening(), session.id().as_str().to_owned());
    let settled = session.close(NOW).apply(&mut store, NOW).unwrap();
    let line = manager.set_cookie(&settled).unwrap().map(|line| line.to_string());
    (opening, named, line)
}

#[test]
fn it_is_the_session_of_that_id_and_not_of_the_cookie() {
    for policy in [Policy::express(Fingerprint::of_hash), Policy::recommended().with_express_keys(true)] {
        assert_eq!(opened(policy, "token"), (Opening::Loaded, "token".to_owned(), None));
    }
}

#[test]
fn an_id_that_the_store_does_not_know_is_not_taken_over() {
    for policy in [Policy::express(Fingerprint::of_hash), Policy::recommended().with_express_keys(true)] {
        let (opening, id, line) = opened(policy, "unknown");
        assert_eq!((opening, id.as_str()), (Opening::NotStored, "new"));
        assert!(line.unwrap().starts_with("connect.sid=s%3Anew."));
    }
}
