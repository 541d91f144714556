//! Choices of a configuration that do not fit each other, and ends that a store or a document tells in an unusual way.

use session_core::{
    Answer, AnswerError, Changes, ConfigError, CookieName, CookieOptions, Fingerprint, FixedStore, IdsAtRest, Key,
    Limits, LimitsError, OpenError, Opening, PathRule, Policy, Request, SessionCookie, SessionId, SessionManager,
    SessionStore, StoreKey, StoreOp, Timestamp, Unset,
};

const START: i64 = 1_700_000_000_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(START + ms).unwrap()
}

fn id(number: u8) -> SessionId {
    SessionId::from_random([number; 24])
}

fn manager(policy: Policy<u32>, options: CookieOptions<'static>) -> Result<SessionManager<'static, u32>, ConfigError> {
    let name = CookieName::HOST_SID;
    let key = Key::derive([1; 32], Key::SESSION_COOKIES, name.as_str()).unwrap();
    SessionManager::new(policy, key.into(), name, options)
}

fn recommended() -> SessionManager<'static, u32> {
    manager(Policy::recommended(), CookieOptions::recommended()).unwrap()
}

/// A choice that the other preset knows is refused, and not passed over.
#[test]
fn each_preset_refuses_the_others_choices() {
    let refused = |policy: Policy<u32>| manager(policy, CookieOptions::recommended()).err();
    let express = || Policy::<u32>::express(Fingerprint::of_hash);
    assert_eq!(refused(express()), None);
    let of_recommended = [
        express().with_limits(Limits::new(2, 2)),
        express().with_candidates(2),
        express().with_persistent_cookie(true),
        express().with_epochs(true),
        express().with_express_keys(true),
        express().with_moved_mark(1),
        express().with_ids_at_rest(IdsAtRest::Hashed),
    ];
    for (place, policy) in of_recommended.into_iter().enumerate() {
        assert_eq!(refused(policy), Some(ConfigError::Misplaced), "choice {place}");
    }
    assert_eq!(refused(Policy::recommended()), None);
    let of_express = [
        Policy::recommended().with_resave(false),
        Policy::recommended().with_rolling(false),
        Policy::recommended().with_save_uninitialized(false),
    ];
    for (place, policy) in of_express.into_iter().enumerate() {
        assert_eq!(refused(policy), Some(ConfigError::Misplaced), "choice {place}");
    }
    let of_both = |policy: Policy<u32>| {
        policy.with_unset(Unset::Keep).with_changes(Changes::Flag).with_path_rule(PathRule::Rfc6265)
    };
    assert_eq!((refused(of_both(express())), refused(of_both(Policy::recommended()))), (None, None));
}

/// In ms, as the sources say it in minutes, hours and days.
#[test]
fn limits_are_those_of_their_sources() {
    let of = |limits: Limits| (limits.idle(), limits.absolute(), limits.touch_after(), limits.clock_skew());
    assert_eq!(of(Limits::OWASP), (900_000, 28_800_000, 60_000, 60_000));
    assert_eq!(of(Limits::OWASP_HIGH_VALUE), (300_000, 14_400_000, 60_000, 60_000));
    assert_eq!(of(Limits::NIST_AAL1), (2_592_000_000, 2_592_000_000, 60_000, 60_000));
    assert_eq!(of(Limits::NIST_AAL2), (3_600_000, 86_400_000, 60_000, 60_000));
    assert_eq!(of(Limits::NIST_AAL3), (900_000, 43_200_000, 60_000, 60_000));
    assert_eq!(of(Limits::DEVICE), (600_000, 3_600_000, 60_000, 60_000));
    // Of a short life at most half.
    assert_eq!(of(Limits::new(119_999, 200_000)), (119_999, 200_000, 59_999, 59_999));
}

#[test]
fn limits_fit_each_other() {
    let minute = 60_000;
    let of = |limits: Limits| limits.check();
    let good = Limits::new(10 * minute, 60 * minute);
    assert_eq!(of(good), Ok(()));
    assert_eq!(of(Limits::new(0, minute)), Err(LimitsError::NotPositive));
    assert_eq!(of(good.with_touch_after(-1)), Err(LimitsError::NotPositive));
    assert_eq!(of(good.with_clock_skew(-1)), Err(LimitsError::NotPositive));
    assert_eq!(of(Limits::new(10 * minute, 10 * minute)), Ok(()));
    assert_eq!(of(Limits::new(10 * minute + 1, 10 * minute)), Err(LimitsError::IdleOverAbsolute));
    assert_eq!(of(good.with_touch_after(5 * minute)), Ok(()));
    assert_eq!(of(good.with_touch_after(5 * minute + 1)), Err(LimitsError::TouchAfter));
    assert_eq!(of(good.with_touch_after(0).with_clock_skew(5 * minute)), Ok(()));
    assert_eq!(of(good.with_touch_after(0).with_clock_skew(5 * minute + 1)), Err(LimitsError::ClockSkew));
    let limits = good.with_touch_after(1).with_clock_skew(2);
    assert_eq!((limits.idle(), limits.absolute()), (10 * minute, 60 * minute));
    assert_eq!((limits.touch_after(), limits.clock_skew()), (1, 2));
}

/// `recommended` sends no cookie before the store has answered.
#[test]
fn no_cookie_goes_out_early() {
    let manager = recommended();
    let pending = manager.receive(Request::new([""; 0], "/").encrypted(true)).unwrap();
    let mut session = pending.open::<u64, _>(None, at(0), || Ok::<_, ()>(id(1))).unwrap();
    *session.data_mut() = 1;
    assert_eq!(manager.set_cookie_early(&mut session, at(0)).err(), Some(AnswerError::Early));
}

/// A session that Express has made and that is loaded again during the request gets what `recommended` keeps of one.
#[test]
fn what_is_loaded_again_may_be_of_express() {
    let manager = recommended();
    let mut store = FixedStore::<u32, 4>::new();
    let pending = manager.receive(Request::new([""; 0], "/").encrypted(true)).unwrap();
    let mut session = pending.open(None, at(0), || Ok::<_, ()>(id(1))).unwrap();
    *session.data_mut() = 1;
    let settled = session.close(at(0)).apply(&mut store, at(0)).unwrap();
    let line = manager.set_cookie(&settled).unwrap().unwrap().to_string();
    let cookie = line.split(';').next().unwrap().to_owned();

    let key = StoreKey::plain(&id(1));
    let pending = manager.receive(Request::new([&cookie], "/").encrypted(true)).unwrap();
    // Through a reference, as generic code may have it.
    let loaded = pending.load(&mut &mut store, at(1)).unwrap();
    let mut session = pending.open(loaded, at(1), || Err(())).unwrap();
    assert!(session.record().ticket().is_some() && session.revision().is_some());

    let mut expiring = SessionCookie::default();
    expiring.set_max_age(Some(60_000), at(1)).unwrap();
    let by_express = session_core::Record::new(expiring, 7);
    assert!(matches!((&mut &mut store).apply(StoreOp::put(key, &by_express), at(1)).unwrap(), Answer::Done(_)));
    session.reload(store.load(&key, at(1)).unwrap(), at(1)).unwrap();
    assert_eq!((*session.data(), session.record().ticket().is_some()), (7, true));
    // It is written, and with that ends when `recommended` says so.
    let outcome = session.close(at(1));
    assert!(matches!(outcome.op(), Some(StoreOp::Update { record, .. }) if record.ticket().is_some()));
    assert!(outcome.keys().eq([key]));
}

#[cfg(feature = "alloc")]
#[test]
fn a_store_is_emptied_and_says_how_full_it_is() {
    let mut store = session_core::HeapStore::<u32>::new(10);
    for number in 0..3 {
        let record = session_core::Record::new(SessionCookie::default(), 7);
        let _done = store.apply(StoreOp::put(StoreKey::plain(&id(number)), &record), at(0)).unwrap();
    }
    assert_eq!(format!("{store:?}"), "HeapStore { limit: 10, held: 3, .. }");
    store.clear();
    assert_eq!((store.held(), store.length(at(0)), store.all(at(0)).count()), (0, 0, 0));
    assert!(store.load(&StoreKey::plain(&id(1)), at(0)).unwrap().is_none());
    assert_eq!(FixedStore::<u32, 2>::default().all(at(0)).count(), 0);
}

/// A document may hold the end as a number: stores and both presets go by it.
#[cfg(feature = "serde")]
#[test]
fn an_end_that_is_a_number_counts() {
    for (ms, is_alive) in [(START + 1, true), (START, false), (-1, false), (i64::MAX, true), (i64::MIN, false)] {
        let text = format!(r#"{{"cookie":{{"originalMaxAge":60000,"expires":{ms}}}}}"#);
        let record = session_core::Record::<Empty>::from_json_in(&text, &mut []).unwrap();
        assert_eq!(record.cookie().expiry().expires(), session_core::Expires::Ms(ms));
        let mut store = FixedStore::<Empty, 2>::new();
        let key = StoreKey::plain(&id(1));
        let _done = store.apply(StoreOp::put(key, &record), at(-1)).unwrap();
        assert_eq!(store.load(&key, at(0)).unwrap().is_some(), is_alive, "{ms}");

        let name = CookieName::HOST_SID;
        let key_of_cookies = Key::derive([1; 32], Key::SESSION_COOKIES, name.as_str()).unwrap();
        let signed = format!("{}=s:{}.{}", name.as_str(), id(1).as_str(), key_of_cookies.sign(id(1).as_str()).as_str());
        let manager = SessionManager::new(
            Policy::<Empty>::recommended(),
            key_of_cookies.into(),
            name,
            CookieOptions::recommended(),
        );
        let manager = manager.unwrap();
        let pending = manager.receive(Request::new([&signed], "/").encrypted(true)).unwrap();
        // From a store that leaves it to us.
        let loaded = session_core::Loaded::new(key, record.clone());
        let passive = pending.open_passive([loaded], at(0)).unwrap();
        assert_eq!(passive.is_some(), is_alive, "{ms}");
        // No Set-Cookie line has such an end.
        assert_eq!(record.cookie().line_attributes().err(), Some(session_core::SetCookieError::Expires));
    }
}

#[cfg(feature = "serde")]
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
struct Empty {}

#[test]
fn what_was_chosen_can_be_asked_for() {
    for counts in [false, true] {
        let manager = manager(Policy::recommended().with_epochs(counts), CookieOptions::recommended()).unwrap();
        let pending = manager.receive(Request::new(["__host-sid=s:a"], "/").encrypted(true)).unwrap();
        assert_eq!((manager.counts_epochs(), pending.counts_epochs()), (counts, counts));
        assert!(pending.has_look_alike());
        assert!(!manager.receive(Request::new(["sid=s:a"], "/").encrypted(true)).unwrap().has_look_alike());
    }
    let by_flag = Changes::<u32>::Flag;
    assert_eq!(format!("{:?} {:?}", by_flag, Changes::<u32>::Fingerprint(Fingerprint::of_hash)), "Flag Fingerprint");
    assert_eq!(CookieOptions::default().path("/"), CookieOptions::new().path("/"));
    let open = OpenError::<_>::Id(core::fmt::Error);
    assert!(core::error::Error::source(&open).is_some_and(|source| source.to_string() == core::fmt::Error.to_string()));
    assert!(core::error::Error::source(&OpenError::<core::fmt::Error>::NeedsEpoch).is_none());
}

/// While a store moves from ids to hashes, one session may be there under both keys: it is one and not two.
#[test]
fn a_session_under_both_of_its_keys_is_one() {
    let policy = || Policy::recommended().with_ids_at_rest(IdsAtRest::WriteHashed);
    let manager = manager(policy(), CookieOptions::recommended()).unwrap();
    let mut store = FixedStore::<u32, 4>::new();
    let pending = manager.receive(Request::new([""; 0], "/").encrypted(true)).unwrap();
    let mut session = pending.open(None, at(0), || Ok::<_, ()>(id(1))).unwrap();
    *session.data_mut() = 1;
    let settled = session.close(at(0)).apply(&mut store, at(0)).unwrap();
    let line = manager.set_cookie(&settled).unwrap().unwrap().to_string();
    let cookie = line.split(';').next().unwrap().to_owned();
    let record = store.load(&StoreKey::hashed(&id(1)), at(0)).unwrap().unwrap().into_record();
    let _done = store.apply(StoreOp::put(StoreKey::plain(&id(1)), &record), at(0)).unwrap();

    let pending = manager.receive(Request::new([&cookie], "/").encrypted(true)).unwrap();
    let both: Vec<_> = pending.candidates().map(|key| store.load(&key, at(1)).unwrap().unwrap()).collect();
    assert_eq!(both.len(), 2);
    let mut session = pending.open(both, at(1), || Err(())).unwrap();
    assert_eq!((session.opening(), session.key()), (Opening::Loaded, &StoreKey::hashed(&id(1))));
    // A logout takes both away, and a store that has neither has done it.
    let _op = session.destroy();
    let outcome = session.close(at(1));
    assert!(outcome.keys().eq([StoreKey::plain(&id(1)), StoreKey::hashed(&id(1))]));
    let other = store.load(&StoreKey::hashed(&id(1)), at(1)).unwrap();
    assert_eq!(outcome.confirm(other), Answer::Unknown);
    assert_eq!(outcome.confirm(None), Answer::Gone);
}

/// Of a request that stores nothing there is nothing to look for.
#[test]
fn nothing_to_do_has_no_keys() {
    let manager = recommended();
    let pending = manager.receive(Request::new([""; 0], "/").encrypted(true)).unwrap();
    let outcome = pending.open::<u64, _>(None, at(0), || Ok::<_, ()>(id(1))).unwrap().close(at(0));
    assert_eq!((outcome.op().is_none(), outcome.keys().count()), (true, 0));
}

/// With a mark of no length the old id just goes.
#[test]
fn a_mark_may_be_left_out() {
    for (length, is_marked) in [(0, false), (5_000, true)] {
        let manager = manager(Policy::recommended().with_moved_mark(length), CookieOptions::recommended()).unwrap();
        let mut store = FixedStore::<u32, 4>::new();
        let pending = manager.receive(Request::new([""; 0], "/").encrypted(true)).unwrap();
        let mut session = pending.open(None, at(0), || Ok::<_, ()>(id(1))).unwrap();
        *session.data_mut() = 1;
        let op = session.save().unwrap();
        let answer = store.apply(op, at(0)).unwrap();
        session.answered(answer);
        session.renew_id(id(2), at(0)).unwrap();
        let _settled = session.close(at(0)).apply(&mut store, at(0)).unwrap();
        assert!(store.load(&StoreKey::plain(&id(2)), at(0)).unwrap().is_some());
        let old = store.load(&StoreKey::plain(&id(1)), at(0)).unwrap();
        assert_eq!(old.is_some_and(|old| old.record().is_moved()), is_marked);
        assert!(store.load(&StoreKey::plain(&id(1)), at(5_000)).unwrap().is_none());
    }
}
