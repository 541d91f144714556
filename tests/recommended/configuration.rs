//! Keys, several cookies, and what a manager refuses under the recommended preset.

use session_core::{
    Answer, ConfigError, CookieFault, CookieName, CookieOptions, CookieReason, CookieScope, Fingerprint, IdsAtRest,
    Key, KeyRing, Limits, LimitsError, LoginError, Lost, Opening, Policy, Rejection, Request, SameSite, Secure,
    SessionManager, SessionStore, StoreKey, Unset, WriteReason,
};

use super::{
    LIMITS, Store, at, begun, close, cookie, id, key, line, logged_in, manager, manager_of, name, open, policy, ring,
    sent,
};

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
fn all_that_a_request_names_is_looked_for() {
    let manager = manager_of(policy().with_ids_at_rest(IdsAtRest::ReadBoth), ring(1, &[]));
    let mut store = Store::new();
    let theirs = begun(&manager_of(policy(), ring(1, &[])), &mut store, 5, 0, 4);
    let header = format!("{}; {}; {}; {theirs}", cookie(1), cookie(2), cookie(3));
    let pending = manager.receive(Request::new([&header], "/")).unwrap();
    let both = |number| [StoreKey::hashed(&id(number)), StoreKey::plain(&id(number))];
    assert!(pending.candidates().eq([1, 2, 3, 4].into_iter().flat_map(both)));
    assert_eq!(*open(&manager, &mut store, &header, 10, 9).data(), 5);
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
    // Whoever holds two may end both, and that is the way out.
    let (third, fourth) = (begun(&manager, &mut store, 7, 10, 5), begun(&manager, &mut store, 8, 10, 6));
    let mut session = open(&manager, &mut store, &format!("{third}; {fourth}"), 10, 3);
    let answer = store.apply(session.destroy(), at(10)).unwrap();
    session.answered(answer);
    let settled = close(session, &mut store, 10);
    assert_eq!((settled.lost(), settled.cookie_reason()), (None, CookieReason::Removed));
    for gone in [&third, &fourth] {
        assert_eq!(open(&manager, &mut store, gone, 10, 3).opening(), Opening::NotStored);
    }
    // But none where one of three went on under another id, which nobody can end by this cookie.
    let moved = begun(&manager, &mut store, 9, 10, 10);
    let mut session = open(&manager, &mut store, &moved, 10, 3);
    session.renew_id(id(11), at(10)).unwrap();
    assert_eq!(close(session, &mut store, 10).lost(), None);
    let mut session = open(&manager, &mut store, &format!("{moved}; {mine}; {theirs}"), 10, 3);
    assert_eq!(session.opening(), Opening::Ambiguous);
    let answer = store.apply(session.destroy(), at(10)).unwrap();
    session.answered(answer);
    assert_eq!(close(session, &mut store, 10).lost(), Some(Lost::NoSession));
    // To let go of it ends none.
    let destroying = manager_of(policy().with_unset(Unset::Destroy), ring(1, &[]));
    let mut session = open(&destroying, &mut store, &format!("{mine}; {theirs}"), 10, 3);
    session.abandon();
    assert_eq!(session.close(at(10)).write_reason(), WriteReason::NoSession);
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
    // Used again at once nothing moves, whatever a store says to nothing.
    let outcome = open(&manager, &mut store, &sent(&first), 1, 2).close(at(1));
    assert_eq!((outcome.cookie_reason(), outcome.op().is_none()), (CookieReason::Unchanged, true));
    assert_eq!(outcome.settle(Some(Answer::Done(7))).cookie_reason(), CookieReason::Unchanged);
    let outcome = open(&manager, &mut store, &sent(&first), 9000, 2).close(at(9000));
    assert_eq!(outcome.cookie_reason(), CookieReason::Rolling, "if the store does it");
    assert_eq!(outcome.apply(&mut store, at(9000)).unwrap().cookie_reason(), CookieReason::Rolling);
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
    // Browsers drop every cookie after 400 days; what is below a second is no part of a Max-Age.
    let lasting = |idle| refused(policy().with_limits(Limits::new(idle, 500 * day)).with_persistent_cookie(true));
    assert_eq!((lasting(400 * day), lasting(400 * day + 999)), (Ok(()), Ok(())));
    assert_eq!(lasting(400 * day + 1000), Err(ConfigError::CookieLifetime));
    for limits in [Limits::OWASP, Limits::OWASP_HIGH_VALUE, Limits::NIST_AAL1, Limits::NIST_AAL2, Limits::NIST_AAL3] {
        assert_eq!(limits.check(), Ok(()));
    }
}

/// The same for the name, the options and the keys.
#[test]
fn cookies_and_keys_are_checked_when_the_manager_is_made() {
    let of = |name, options, keys: KeyRing<Vec<Key>>| {
        SessionManager::new(policy(), keys, CookieName::new(name).unwrap(), options).map(|_| ()).unwrap_err()
    };
    let options = CookieOptions::new();
    assert_eq!(of("__Host-sid", options, ring(1, &[])), ConfigError::Cookie(CookieFault::PrefixNeedsSecure));
    assert_eq!(of("__host-sid", options, ring(1, &[])), ConfigError::Cookie(CookieFault::LookAlike));
    assert_eq!(of("sid", options.max_age(1000), ring(1, &[])), ConfigError::Cookie(CookieFault::Lifetime));
    let cross_site = options.same_site(SameSite::None);
    assert_eq!(of("sid", cross_site, ring(1, &[])), ConfigError::Cookie(CookieFault::SameSiteNeedsSecure));
    assert_eq!(of("sid", options, ring(1, &[2, 3, 4, 5])), ConfigError::Keys);

    let plain = |secret: &str| KeyRing::new(Key::new(secret), Vec::new());
    let long = "a secret of more than 32 bytes, for sure";
    assert_eq!(of("sid", options, plain("keyboard cat")), ConfigError::SecretTooShort);
    assert_eq!(of("sid", options, plain(long)), ConfigError::ExpressKeys);
    let shared = policy().with_express_keys(true);
    assert!(SessionManager::new(shared, plain(long), CookieName::CONNECT_SID, options).is_ok());
    assert!(Key::derive("keyboard cat", Key::SESSION_COOKIES, "sid").is_err());
}

/// A store that is read by others: of what stands in it no cookie can be made.
#[test]
fn a_store_goes_from_ids_to_hashes_and_no_session_is_lost() {
    use IdsAtRest::{Hashed, Plain, ReadBoth, WriteHashed};
    let mut store = Store::new();
    let of = |phase| manager_of(policy().with_ids_at_rest(phase), ring(1, &[]));
    for (one, other) in [(Plain, ReadBoth), (ReadBoth, WriteHashed), (WriteHashed, Hashed)] {
        for (writer, reader) in [(one, other), (other, one), (one, one), (other, other)] {
            store.clear();
            let cookie = begun(&of(writer), &mut store, 6, 0, 3);
            let mut session = open(&of(reader), &mut store, &cookie, 1, 2);
            *session.data_mut() += 1;
            assert_eq!(close(session, &mut store, 1).lost(), None);
            assert_eq!(store.all(at(1)).count(), 1, "it stays where it was found");
            assert_eq!(*open(&of(writer), &mut store, &cookie, 1, 2).data(), 7, "{reader:?} after {writer:?}");
        }
    }

    // Whoever reads a hash in the store cannot use it as an id.
    store.clear();
    let mine = begun(&of(Hashed), &mut store, 5, 0, 1);
    let stolen = store.all(at(0)).map(|(key, _)| key.as_str().to_owned()).next().unwrap();
    let forged = format!("sid=s:{stolen}.{}", key(1).sign(&stolen).as_str());
    for phase in [ReadBoth, WriteHashed, Hashed, Plain] {
        assert_eq!(open(&of(phase), &mut store, &forged, 1, 2).opening(), Opening::NotStored, "{phase:?}");
    }
    // A login moves it to where new sessions are written, and a logout removes both.
    let mut session = open(&of(WriteHashed), &mut store, &mine, 1, 2);
    session.authenticated(name("ada"), id(4), at(1)).unwrap();
    let settled = close(session, &mut store, 1);
    assert!(settled.session().key().is_hashed());
    let mut session = open(&of(WriteHashed), &mut store, &cookie(4), 2, 2);
    let op = session.destroy();
    assert_eq!((op.key(), op.name()), (&StoreKey::plain(&id(4)), "destroy"));
    let answer = store.apply(op, at(2)).unwrap();
    session.answered(answer);
    assert_eq!(close(session, &mut store, 2).lost(), None);
    assert!(store.load(&StoreKey::hashed(&id(4)), at(2)).unwrap().is_none());
}

#[test]
fn a_logout_removes_the_cookie_also_from_where_it_used_to_be_set() {
    const FORMER: [CookieScope<'static>; 2] =
        [CookieScope::new("/").with_domain("example.com"), CookieScope::new("/app")];
    let options = CookieOptions::new().secure(Secure::Auto).same_site(SameSite::Lax);
    let name_of = CookieName::new("sid").unwrap();
    let manager = SessionManager::new(policy(), ring(1, &[]), name_of, options).unwrap().with_former(&FORMER).unwrap();
    let mut store = Store::new();
    let mut session = open(&manager, &mut store, "", 0, 3);
    *session.data_mut() = 1;
    let settled = close(session, &mut store, 0);
    assert_eq!(manager.headers(&settled).unwrap().count(), 4, "and with a new one");

    let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
    let mut session = open(&manager, &mut store, &cookie, 1, 2);
    let _performed_at_the_end = session.destroy();
    let settled = close(session, &mut store, 1);
    let headers: Vec<_> = manager.headers(&settled).unwrap().map(|(name, value)| format!("{name}: {value}")).collect();
    let past = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax";
    assert_eq!(
        headers,
        [
            format!("set-cookie: sid=; Max-Age=0; Path=/; {past}"),
            format!("set-cookie: sid=; Max-Age=0; Domain=example.com; Path=/; {past}"),
            format!("set-cookie: sid=; Max-Age=0; Path=/app; {past}"),
            "cache-control: private, no-store".to_owned(),
        ]
    );
    // Where it is set now is no former place.
    assert!(manager.with_former(&[CookieScope::new("/")]).is_err());
}
