//! A session of the recommended preset that goes on under another id and is saved before the end of its request.

use session_core::{
    Answer, CookieName, CookieOptions, Expires, FixedStore, Key, Policy, Request, SessionId, SessionManager,
    SessionStore, StoreKey, StoreOp, Timestamp,
};

const MINUTE: i64 = 60_000;

fn id(number: u8) -> SessionId {
    SessionId::from_random([number; 24])
}

#[test]
fn it_has_an_end_and_leaves_a_mark() {
    let name = CookieName::HOST_SID;
    let key = Key::derive([1; 32], Key::SESSION_COOKIES, name.as_str()).unwrap();
    let manager =
        SessionManager::new(Policy::<u32>::recommended(), key.into(), name, CookieOptions::recommended()).unwrap();
    let mut store = FixedStore::<u32, 8>::new();
    let begin = Timestamp::from_unix_ms(1_700_000_000_000).unwrap();

    let pending = manager.receive(Request::new([""], "/").encrypted(true)).unwrap();
    let mut session = pending.open(None, begin, || Ok::<_, ()>(id(1))).unwrap();
    *session.data_mut() = 1;
    let settled = session.close(begin).apply(&mut store, begin).unwrap();
    let line = manager.set_cookie(&settled).unwrap().unwrap().to_string();
    let cookie = line.split(';').next().unwrap();

    // Later than a mark that counts from the session's beginning would stand.
    let now = begin.saturating_add(5 * MINUTE);
    let pending = manager.receive(Request::new([cookie], "/").encrypted(true)).unwrap();
    let loaded = pending.load(&mut store, now).unwrap();
    let mut session = pending.open(loaded, now, || Ok::<_, ()>(id(2))).unwrap();
    assert!(session.renew_id(id(3), now).unwrap().is_none());
    let op = session.save().unwrap();
    assert!(matches!(&op, StoreOp::Replace { record, moved_until, .. }
        if record.cookie().expiry().expires() == Expires::At(now.saturating_add(15 * MINUTE))
            && *moved_until == Some(now.saturating_add(MINUTE))));
    assert!(matches!(store.apply(op, now).unwrap(), Answer::Done(_)));
    assert!(store.load(&StoreKey::plain(&id(1)), now).unwrap().unwrap().record().is_moved());
}
