//! Rows of the preset's tables that no other test needs.

use core::convert::Infallible;

use session_core::{
    Answer, ConfigError, CookieOptions, CookieReason, Ending, IdsAtRest, Loaded, Lost, Opening, Record, Request,
    SessionCookie, SessionStore, StoreAction, StoreKey, StoreOp, Unset, WriteReason,
};

use super::{
    Manager, Store, at, begun, close, cookie, end_of, id, line, logged_in, manager, manager_of, name, open, policy,
    ring, stored,
};

/// What a request makes of records that were loaded by hand.
fn opened(manager: &Manager, header: &str, loaded: Vec<Loaded<u32, u64>>, now: i64) -> Opening {
    let pending = manager.receive(Request::new([header], "/")).unwrap();
    pending.open(loaded, at(now), || Ok::<_, Infallible>(id(9))).unwrap().opening()
}

#[test]
fn a_session_that_was_let_go_of_is_destroyed_if_so_configured() {
    let manager = manager_of(policy().with_unset(Unset::Destroy), ring(1, &[]));
    let mut store = Store::new();
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let mut session = open(&manager, &mut store, &cookie, 10, 2);
    session.abandon();
    let outcome = session.close(at(10));
    assert_eq!(outcome.write_reason(), WriteReason::Unset);
    assert_eq!(outcome.apply(&mut store, at(10)).unwrap().lost(), None);
    assert!(stored(&mut store, 1, 10).is_none());
}

#[test]
fn operations_name_the_revision_that_was_loaded() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = logged_in(&manager, &mut store, "ada", 0, 1);
    let used = open(&manager, &mut store, &cookie, 3000, 2).close(at(3000));
    assert!(matches!(used.op(), Some(StoreOp::Touch { revision: Some(_), .. })));
    let mut session = open(&manager, &mut store, &cookie, 3000, 2);
    session.authenticated(name("ada"), id(3), at(3000)).unwrap();
    let again = session.close(at(3000));
    assert!(matches!(again.op(), Some(StoreOp::Replace { revision: Some(_), .. })));
    // Nothing of another principal's session goes on, so it does not matter what has been written.
    let mut session = open(&manager, &mut store, &cookie, 3000, 2);
    session.authenticated(name("eve"), id(3), at(3000)).unwrap();
    let other = session.close(at(3000));
    assert!(matches!(other.op(), Some(StoreOp::Replace { revision: None, .. })));
}

#[test]
fn what_a_touch_or_an_adoption_does_not_do_is_not_lost_and_sends_nothing() {
    let (manager, mut store) = (manager_of(policy(), ring(2, &[1])), Store::new());
    let by_express = Record::new(SessionCookie::default(), 5);
    store.apply(StoreOp::put(StoreKey::plain(&id(1)), &by_express), at(0)).unwrap();
    for (reason, answer) in [
        (WriteReason::Adopted, Answer::Conflict),
        (WriteReason::Adopted, Answer::Gone),
        (WriteReason::Used, Answer::Gone),
    ] {
        if reason == WriteReason::Used {
            assert_eq!(close(open(&manager, &mut store, &cookie(1), 0, 2), &mut store, 0).lost(), None);
        }
        let outcome = open(&manager, &mut store, &cookie(1), 3000, 2).close(at(3000));
        assert_eq!(outcome.write_reason(), reason);
        let settled = outcome.settle(Some(answer));
        // The cookie of an older key is not signed anew then.
        assert_eq!((settled.lost(), settled.cookie_reason()), (None, CookieReason::Refused));
        assert_eq!(line(&manager, &settled), None);
    }
}

/// The table of `Lost::of`.
#[test]
fn what_each_answer_to_each_operation_loses() {
    let record = Record::new(SessionCookie::default(), 5_u32);
    let (key, other, revision) = (StoreKey::plain(&id(1)), StoreKey::plain(&id(2)), 7_u64);
    let (exists, gone, conflict, unknown) =
        (Some(Lost::Exists), Some(Lost::Gone), Some(Lost::Conflict), Some(Lost::Unknown));
    let logout = Some(Lost::Logout);
    let rows = [
        (StoreOp::create(key, &record), [unknown, exists, unknown, unknown]),
        (StoreOp::put(key, &record), [gone, exists, conflict, unknown]),
        (StoreOp::update(key, &record, &revision), [gone, exists, conflict, unknown]),
        (StoreOp::replace(other, key, &record, Some(&revision), None), [gone, exists, conflict, unknown]),
        (StoreOp::destroy(key), [None, logout, logout, logout]),
        (StoreOp::destroy_both(key, other), [None, logout, logout, logout]),
        (StoreOp::touch_revision(key, record.cookie(), &revision), [None; 4]),
    ];
    for (op, lost) in rows {
        let action = StoreAction::of(&op);
        let answers: [Answer<u64>; 4] = [Answer::Gone, Answer::Exists, Answer::Conflict, Answer::Unknown];
        assert_eq!(answers.map(|answer| Lost::of(action, &answer)), lost, "{op:?}");
        assert_eq!(Lost::of(action, &Answer::Done(revision)), None, "{op:?}");
    }
    assert_eq!(Lost::of(StoreAction::Nothing, &Answer::<u64>::Unknown), None);
}

#[test]
fn nobody_is_logged_in_after_the_end_and_nothing_is_removed_that_was_not_sent() {
    let (manager, mut store) = (manager(), Store::new());
    let mut session = open(&manager, &mut store, "", 0, 1);
    session.authenticated(name("ada"), id(1), at(0)).unwrap();
    assert!(session.is_fresh(1000, at(0)));
    let _nothing_is_stored_yet = session.destroy();
    assert!(!session.is_fresh(1000, at(0)) && session.principal().is_none());
    let outcome = session.close(at(0));
    assert_eq!((outcome.write_reason(), outcome.op().is_none()), (WriteReason::NoSession, true));
    let settled = outcome.apply(&mut store, at(0)).unwrap();
    assert_eq!((settled.lost(), settled.cookie_reason()), (None, CookieReason::NoSession));
}

#[test]
fn a_session_that_begins_and_ends_in_one_request_leaves_no_line() {
    let (manager, mut store) = (manager(), Store::new());
    let mut session = open(&manager, &mut store, "", 0, 1);
    *session.data_mut() = 5;
    let saved = store.apply(session.save().unwrap(), at(0)).unwrap();
    session.answered(saved);
    let gone = store.apply(session.destroy(), at(0)).unwrap();
    session.answered(gone);
    let settled = close(session, &mut store, 0);
    assert_eq!((settled.lost(), settled.cookie_reason()), (None, CookieReason::NoSession));
    assert!(stored(&mut store, 1, 0).is_none() && line(&manager, &settled).is_none());
}

#[test]
fn a_look_at_two_sessions_sees_none() {
    let (manager, mut store) = (manager(), Store::new());
    let header = format!("{}; {}", begun(&manager, &mut store, 5, 0, 1), begun(&manager, &mut store, 6, 0, 2));
    assert!(manager.lookup([&header], &mut store, at(0)).unwrap().is_none());
    assert!(manager.verify([&header]).is_err());
}

#[test]
fn epochs_count_where_they_are_counted_and_for_whom() {
    let (manager, mut store) = (manager(), Store::new());
    let ada = logged_in(&manager, &mut store, "ada", 0, 1);
    let nobody = begun(&manager, &mut store, 5, 0, 2);
    let mut load = |number| vec![stored(&mut store, number, 1).unwrap().with_epoch(7)];
    assert_eq!(opened(&manager, &ada, load(1), 1), Opening::Loaded, "the policy counts none");
    let counting = manager_of(policy().with_epochs(true), ring(1, &[]));
    assert_eq!(opened(&counting, &nobody, load(2), 1), Opening::Loaded, "nobody is logged in");
    assert_eq!(opened(&counting, &ada, load(1), 1), Opening::Ended(Ending::Revoked));
}

#[test]
fn of_several_that_are_none_the_one_that_moved_counts() {
    let (manager, mut store) = (manager(), Store::new());
    let (moved, ended) = (begun(&manager, &mut store, 5, 0, 1), begun(&manager, &mut store, 6, 0, 2));
    let ended_record = stored(&mut store, 2, 0).unwrap();
    let mut session = open(&manager, &mut store, &moved, 0, 3);
    session.renew_id(id(4), at(0)).unwrap();
    assert_eq!(close(session, &mut store, 0).lost(), None);
    let mark = stored(&mut store, 1, 0).unwrap();
    for loaded in [vec![mark.clone(), ended_record.clone()], vec![ended_record, mark]] {
        assert_eq!(opened(&manager, &format!("{moved}; {ended}"), loaded, 12_000), Opening::Ended(Ending::Moved));
    }
}

/// As after a move from the plain key to the hashed one that stopped half way.
#[test]
fn one_id_under_two_keys_is_one_session() {
    let (plain, both) = (manager(), manager_of(policy().with_ids_at_rest(IdsAtRest::ReadBoth), ring(1, &[])));
    let mut store = Store::new();
    let cookie = begun(&plain, &mut store, 5, 0, 1);
    let record = stored(&mut store, 1, 0).unwrap().into_record();
    store.apply(StoreOp::create(StoreKey::hashed(&id(1)), &record), at(0)).unwrap();
    let session = open(&both, &mut store, &cookie, 0, 2);
    assert_eq!((session.opening(), session.key().is_hashed()), (Opening::Loaded, true));
}

/// Who stops half way leaves the one that an older program cannot read.
#[test]
fn of_two_keys_the_plain_one_is_removed_first() {
    for phase in [IdsAtRest::ReadBoth, IdsAtRest::WriteHashed] {
        let (manager, mut store) = (manager_of(policy().with_ids_at_rest(phase), ring(1, &[])), Store::new());
        let cookie = begun(&manager, &mut store, 5, 0, 1);
        let mut session = open(&manager, &mut store, &cookie, 0, 2);
        assert_eq!(session.opening(), Opening::Loaded);
        let StoreOp::Destroy { key, also: Some(also), .. } = session.destroy() else { unreachable!("{phase:?}") };
        assert_eq!((key, also), (StoreKey::plain(&id(1)), StoreKey::hashed(&id(1))), "{phase:?}");
    }
}

#[test]
fn a_login_begins_another_life() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let mut session = open(&manager, &mut store, &cookie, 9000, 2);
    session.authenticated(name("ada"), id(3), at(9000)).unwrap();
    assert_eq!(close(session, &mut store, 9000).lost(), None);
    let is_moved = |loaded: Loaded<u32, u64>| loaded.record().ticket().unwrap().is_moved();
    let (mark, other) = (stored(&mut store, 1, 9000).unwrap(), stored(&mut store, 3, 9000).unwrap());
    assert_eq!(end_of(other.record()), 19_000);
    let printed = format!("{:?}", other.record().ticket().unwrap());
    assert!(printed.starts_with("Ticket { created: ") && !printed.contains("ada"), "{printed}");
    assert_eq!((is_moved(mark), is_moved(other)), (true, false));
}

#[test]
fn the_options_of_one_request_are_checked_too() {
    let manager = manager();
    let with = |options| manager.receive_with(Request::new([""], "/"), options).map(|_| ());
    assert!(matches!(with(CookieOptions::new().max_age(1000)), Err(ConfigError::Cookie(_))));
    assert_eq!(with(CookieOptions::new()), Ok(()));
}

/// A save in between stores it, so it is told at the end.
#[test]
fn a_session_that_was_saved_under_a_cookie_that_cannot_be_sent_is_told() {
    let options = CookieOptions::new().secure(session_core::Secure::Always);
    let manager: Manager = session_core::SessionManager::new(
        policy(),
        ring(1, &[]),
        session_core::CookieName::new("sid").unwrap(),
        options,
    )
    .unwrap();
    let mut store = Store::new();
    let mut session = open(&manager, &mut store, "", 0, 1);
    *session.data_mut() = 1;
    let answer = store.apply(session.save().unwrap(), at(0)).unwrap();
    session.answered(answer);
    assert_eq!(close(session, &mut store, 0).lost(), Some(Lost::NotEncrypted));
}
