//! Logins, logouts and concurrent writes under the recommended preset: what is stored, lost, and sent.

use core::convert::Infallible;
use std::collections::BTreeMap;

use session_core::{
    Answer, AnswerError, Attribute, CookieName, CookieOptions, CookieReason, Ending, Expires, Field, IdsAtRest, Key,
    KeyRing, LoginError, Lost, NotLoaded, Opening, Outcome, Rejection, Request, SessionManager, SessionStore, StoreKey,
    StoreOp, WriteId, WriteReason,
};

use super::{
    Store, at, begun, close, cookie, id, line, logged_in, manager, manager_of, name, open, policy, ring, sent, stored,
};

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
    // Nor can what it moved to be ended by it, and whoever tries is told.
    let mut late = open(&manager, &mut store, &old, 1500, 2);
    let answer = store.apply(late.destroy(), at(1500)).unwrap();
    late.answered(answer);
    assert_eq!(close(late, &mut store, 1500).lost(), Some(Lost::NoSession));
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
    session = open(&manager, &mut store, &super::cookie(3), 6000, 2);
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

    // What the store has refused stays refused, until something else is stored.
    let mut session = open(&manager, &mut store, &cookie(2), 10, 3);
    *session.data_mut() = 3;
    let _not_performed = session.save().unwrap();
    session.answered(Answer::Conflict);
    let outcome = session.close(at(10));
    assert_eq!((outcome.write_reason(), outcome.op().is_none()), (WriteReason::Refused, true));
    assert_eq!(outcome.settle(None).lost(), Some(Lost::Conflict));
}

/// OWASP ASVS 5.0, 7.4.2 and 7.4.3: all sessions of a user can be ended.
#[test]
fn sign_out_everywhere_ends_every_session_of_the_principal() {
    let manager = manager_of(policy().with_epochs(true), ring(1, &[]));
    let mut store = Store::new();
    let mut session = open(&manager, &mut store, "", 0, 1);
    assert_eq!(session.authenticated(name("ada"), id(2), at(0)), Err(LoginError::NeedsEpoch));
    let too_large = session.authenticated_in_epoch(name("ada"), 1 << 53, id(2), at(0));
    assert_eq!(too_large, Err(LoginError::Epoch));
    session.authenticated_in_epoch(name("ada"), (1 << 53) - 1, id(2), at(0)).unwrap();
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

/// As it is opened, so it is loaded again.
#[test]
fn a_reload_asks_for_the_epoch_where_it_counts() {
    for counts in [false, true] {
        let (manager, mut store) = (manager_of(policy().with_epochs(counts), ring(1, &[])), Store::new());
        let mut session = open(&manager, &mut store, "", 0, 1);
        if counts {
            session.authenticated_in_epoch(name("ada"), 3, id(1), at(0)).unwrap();
        } else {
            session.authenticated(name("ada"), id(1), at(0)).unwrap();
        }
        let answer = store.apply(session.save().unwrap(), at(0)).unwrap();
        session.answered(answer);
        let loaded = |store: &mut Store| stored(store, 1, 1).unwrap();
        assert_eq!(session.reload(Some(loaded(&mut store)), at(1)).is_ok(), !counts);
        assert_eq!(session.reload(Some(loaded(&mut store).with_epoch(3)), at(1)), Ok(()));
        assert_eq!(session.reload(Some(loaded(&mut store).with_epoch(4)), at(1)).is_ok(), !counts);

        // Of nobody there is none to be asked for.
        let cookie = begun(&manager, &mut store, 5, 0, 2);
        let mut session = open(&manager, &mut store, &cookie, 1, 3);
        assert_eq!(session.reload(stored(&mut store, 2, 1), at(1)), Ok(()));
    }
}

#[test]
fn nobody_logs_in_where_the_session_was_let_go_of() {
    let (manager, mut store) = (manager(), Store::new());
    let mut session = open(&manager, &mut store, "", 0, 1);
    session.abandon();
    assert_eq!(session.authenticated(name("ada"), id(2), at(0)), Err(LoginError::Ended));
}

/// What a save has refused is no excuse for what comes after it.
#[test]
fn after_a_refused_save_the_session_goes_on_with_what_is_stored() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let (mut one, mut other) = (open(&manager, &mut store, &cookie, 10, 2), open(&manager, &mut store, &cookie, 10, 2));
    *other.data_mut() = 6;
    assert_eq!(close(other, &mut store, 10).lost(), None);
    *one.data_mut() = 7;
    let answer = store.apply(one.save().unwrap(), at(10)).unwrap();
    assert_eq!(answer, Answer::Conflict);
    one.answered(answer);
    one.reload(stored(&mut store, 1, 10), at(10)).unwrap();
    *one.data_mut() += 10;
    let answer = store.apply(one.save().unwrap(), at(10)).unwrap();
    one.answered(answer);
    *one.data_mut() += 100;
    assert_eq!(close(one, &mut store, 10).lost(), None);
    assert_eq!(*stored(&mut store, 1, 10).unwrap().record().data(), 116);
    // What has ended, or moved, is nothing to go on with.
    let mut session = open(&manager, &mut store, &cookie, 20, 2);
    assert_eq!(session.reload(stored(&mut store, 1, 20), at(10_020)), Err(NotLoaded));
    assert_eq!(session.reload(None, at(20)), Err(NotLoaded));
}

/// What was handed out is to be answered before anything else is asked: nobody could tell what the store has.
#[test]
fn a_save_that_is_not_answered_in_time_is_told() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    for number in 0..3 {
        let mut session = open(&manager, &mut store, &cookie, 10, 2);
        *session.data_mut() += 1;
        let late = store.apply(session.save().unwrap(), at(10)).unwrap();
        match number {
            0 => session.authenticated(name("ada"), id(3), at(10)).unwrap(),
            1 => drop(session.renew_id(id(3), at(10)).unwrap()),
            _ => drop(session.save().unwrap()),
        }
        session.answered(late);
        let settled = close(session, &mut store, 10);
        // A second save of the same is answered by the first one's answer, and has nothing to add.
        let expected = if number < 2 { Some(Lost::Unknown) } else { None };
        assert_eq!((settled.lost(), manager.set_cookie(&settled).is_err()), (expected, number < 2), "{number}");
        assert_eq!(*stored(&mut store, 1, 10).unwrap().record().data(), 6 + number);
        assert!(stored(&mut store, 3, 10).is_none());
    }
    // An end takes both that may be there, and takes no late answer for its own.
    for renamed in [false, true] {
        let cookie = begun(&manager, &mut store, 5, 20, 4);
        let mut session = open(&manager, &mut store, &cookie, 20, 2);
        if renamed {
            session.authenticated(name("ada"), id(5), at(20)).unwrap();
        }
        *session.data_mut() += 1;
        let late = store.apply(session.save().unwrap(), at(20)).unwrap();
        let _performed_at_the_end = session.destroy();
        session.answered(late);
        session.abandon();
        let settled = close(session, &mut store, 20);
        assert!(stored(&mut store, 5, 20).is_none(), "the new one");
        assert!(stored(&mut store, 4, 20).is_none_or(|loaded| loaded.record().is_moved()), "the old one");
        assert_eq!(settled.lost(), if renamed { Some(Lost::Logout) } else { None });
    }
}

#[test]
fn a_replace_by_half_and_an_end_of_one_of_two_are_not_done() {
    let (manager, mut store) = (manager(), Store::new());
    let cookie = begun(&manager, &mut store, 5, 0, 1);
    let mut session = open(&manager, &mut store, &cookie, 10, 2);
    session.authenticated(name("ada"), id(3), at(10)).unwrap();
    let outcome = session.close(at(10)).with_write_id(WriteId::from_random([7; 9]));
    let new = StoreKey::plain(&id(3));
    store.apply(StoreOp::create(new, outcome.session().record()), at(10)).unwrap();
    let reread =
        |store: &mut Store| outcome.keys().filter_map(|key| store.load(&key, at(10)).unwrap()).collect::<Vec<_>>();
    let by_half = reread(&mut store);
    assert_eq!(by_half.len(), 2);
    assert_eq!(outcome.confirm(by_half), Answer::Unknown, "the old one is alive");
    store.apply(StoreOp::destroy(StoreKey::plain(&id(1))), at(10)).unwrap();
    assert!(matches!(outcome.confirm(reread(&mut store)), Answer::Done(_)));

    let migrating = manager_of(policy().with_ids_at_rest(IdsAtRest::WriteHashed), ring(1, &[]));
    store.clear();
    let cookie = logged_in(&migrating, &mut store, "ada", 20, 4);
    let mut session = open(&migrating, &mut store, &cookie, 20, 2);
    let _never_performed = session.destroy();
    let outcome = session.close(at(20));
    let found: Vec<_> = outcome.keys().filter_map(|key| store.load(&key, at(20)).unwrap()).collect();
    let answer = outcome.confirm(found);
    assert_eq!((answer, outcome.settle(Some(answer)).lost()), (Answer::Unknown, Some(Lost::Logout)));
}

/// Else each try would leave a session in the store that nobody finds again.
#[test]
fn nothing_is_stored_under_a_cookie_that_cannot_be_sent() {
    let options = CookieOptions::recommended();
    let key = || Key::derive([1; 32], Key::SESSION_COOKIES, "__Host-sid").unwrap();
    let ring = KeyRing::new(key(), Vec::new());
    let manager = SessionManager::new(policy(), ring, CookieName::HOST_SID, options).unwrap();
    let mut store = Store::new();
    let mut session = open(&manager, &mut store, "", 0, 1);
    session.authenticated(name("ada"), id(2), at(0)).unwrap();
    let outcome = session.close(at(0));
    assert_eq!(
        (outcome.write_reason(), outcome.cookie_reason()),
        (WriteReason::NotEncrypted, CookieReason::NotEncrypted)
    );
    let settled = outcome.apply(&mut store, at(0)).unwrap();
    assert_eq!((settled.lost(), Lost::NotEncrypted.status()), (Some(Lost::NotEncrypted), 500));
    assert_eq!(store.length(at(0)), 0);
}

/// The configuration says what a cookie is, whatever a handler or a document makes of it.
#[test]
fn what_a_handler_makes_of_its_cookie_is_not_kept() {
    let (manager, mut store) = (manager(), Store::new());
    let mut session = open(&manager, &mut store, "", 0, 1);
    *session.data_mut() = 1;
    session.cookie_mut().set_attribute(Field::Domain, Attribute::Text("example.com")).unwrap();
    session.set_max_age(Some(1_000_000_000), at(0)).unwrap();
    let answer = store.apply(session.save().unwrap(), at(0)).unwrap();
    session.answered(answer);
    session.cookie_mut().set_attribute(Field::Path, Attribute::Text("/admin")).unwrap();
    let settled = close(session, &mut store, 0);
    assert!(line(&manager, &settled).unwrap().ends_with("; Path=/; HttpOnly"));
    let record = stored(&mut store, 1, 0).unwrap().into_record();
    assert_eq!(record.cookie().attribute(Field::Domain), Attribute::Absent);
    assert_eq!(record.cookie().expiry().expires(), Expires::At(at(10_000)));
}
