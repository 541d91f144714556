//! The law of an exchange, whatever Cookie header begins it.

use core::convert::Infallible;

use session_core::{
    CookieName, CookieOptions, Cookies, Fingerprint, FixedStore, Key, Policy, Request, SessionId, SessionManager,
    Timestamp,
};

const POLICY: Policy<u8> = Policy::express(Fingerprint::of_hash);

/// The header opens the one session that the store has, or a new one; the answer's cookie opens that session again.
///
/// # Panics
///
/// Where the law is broken.
pub(crate) fn law(header: &[u8]) {
    let options = CookieOptions::new().max_age(1000);
    let manager =
        SessionManager::new(POLICY, Key::new("keyboard cat").into(), CookieName::CONNECT_SID, options).unwrap();
    let mut store = FixedStore::<u8, 2>::new();
    let now = Timestamp::UNIX_EPOCH;
    let new_id = || Ok::<_, Infallible>(SessionId::from_random([7; 24]));

    // A header can be signed only with the secret, so it opens nothing yet.
    let pending = manager.receive(Request::new([header], "/")).unwrap();
    let mut session = pending.open_from(&mut store, now, new_id).unwrap();
    assert!(session.is_new() && *session.data() == 0);
    *session.data_mut() = 1;
    let settled = session.close(now).apply(&mut store, now).unwrap();

    let mut line = [0; 256];
    let line = manager.set_cookie(&settled).unwrap().unwrap().write_to(&mut line).unwrap();
    assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    let (cookie, _) = line.split_once(';').unwrap();

    // Behind the answer's cookie the same header changes nothing; before it, it may hide it and cannot forge it.
    let found = |headers: [&[u8]; 2], store: &mut FixedStore<u8, 2>| {
        manager.lookup(headers, store, now).unwrap().map(|loaded| *loaded.record().data())
    };
    assert_eq!(found([cookie.as_bytes(), header], &mut store), Some(1));
    let hides = Cookies::new(header).any(|pair| pair.name() == b"connect.sid");
    assert_eq!(found([header, cookie.as_bytes()], &mut store), if hides { None } else { Some(1) });
}
