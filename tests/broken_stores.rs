//! Stores that are wrong in one way each: the kit for authors of stores names the rules that each of them breaks.
//!
//! The file is long since it is a list: one store a test.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use session_core::conformance::{Reply, Rule};
use session_core::{
    Answer, Expires, FixedStore, Loaded, Record, SessionCookie, SessionStore, StoreFull, StoreKey, StoreOp, Timestamp,
};

use super::conformance::{SAMPLES, report_of};

type Good = FixedStore<u32, 16>;
type Loads = Result<Option<Loaded<u32, u64>>, StoreFull>;
type Says = Result<Answer<u64>, StoreFull>;

/// A store that has a way of its own to answer, around one that is right.
struct Broken<L, A> {
    store: Good,
    load: L,
    apply: A,
}

impl<L, A> SessionStore<u32> for Broken<L, A>
where
    L: FnMut(&mut Good, &StoreKey, Timestamp) -> Loads,
    A: FnMut(&mut Good, StoreOp<'_, u32, u64>, Timestamp) -> Says,
{
    type Revision = u64;
    type Error = StoreFull;

    fn load(&mut self, key: &StoreKey, now: Timestamp) -> Loads {
        (self.load)(&mut self.store, key, now)
    }

    fn apply(&mut self, op: StoreOp<'_, u32, u64>, now: Timestamp) -> Says {
        (self.apply)(&mut self.store, op, now)
    }
}

/// The rules that a store breaks which loads as it should.
fn broken_by(apply: impl FnMut(&mut Good, StoreOp<'_, u32, u64>, Timestamp) -> Says) -> Vec<Rule> {
    broken(SessionStore::load, apply)
}

fn broken(
    load: impl FnMut(&mut Good, &StoreKey, Timestamp) -> Loads,
    apply: impl FnMut(&mut Good, StoreOp<'_, u32, u64>, Timestamp) -> Says,
) -> Vec<Rule> {
    let report = report_of(&mut Broken { store: Good::new(), load, apply }, &SAMPLES);
    assert_eq!(report.result().is_ok(), report.failures().next().is_none());
    report.failures().map(|failure| failure.rule()).collect()
}

#[test]
fn the_wrapper_of_these_tests_breaks_nothing() {
    assert_eq!(broken_by(SessionStore::apply), []);
}

#[test]
fn an_update_that_does_not_compare() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Update { key, record, .. } if store.load(&key, now)?.is_some() => {
            store.apply(StoreOp::put(key, record), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::UpdateConflict, Rule::UpdateReborn, Rule::ReplaceOld]);
}

#[test]
fn an_update_that_revives() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Update { key, record, .. } if store.load(&key, now)?.is_none() => {
            store.apply(StoreOp::put(key, record), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::UpdateNothing, Rule::UpdateDestroyed, Rule::UpdateEnded, Rule::ReplaceOld]);
}

#[test]
fn an_update_that_says_done_and_does_nothing() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Update { revision, .. } => Ok(Answer::Done(*revision)),
        op => store.apply(op, now),
    });
    assert!(rules.contains(&Rule::UpdateLoaded) && rules.contains(&Rule::UpdateConflict), "{rules:?}");
}

/// As where each record counts from one, and a destroyed one takes its count along.
#[test]
fn revisions_that_begin_again_for_each_record() {
    let mut destroyed = BTreeMap::new();
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Destroy { key, also: None, .. } => {
            if let Some(loaded) = store.load(&key, now)? {
                destroyed.insert(key.as_str().to_owned(), *loaded.revision());
            }
            store.apply(StoreOp::destroy(key), now)
        }
        StoreOp::Update { key, record, revision, .. }
            if destroyed.get(key.as_str()) == Some(revision) && store.load(&key, now)?.is_some() =>
        {
            store.apply(StoreOp::put(key, record), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::UpdateReborn]);
}

#[test]
fn a_create_that_writes_over() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Create { key, record, .. } => store.apply(StoreOp::put(key, record), now),
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::CreateExists]);
}

#[test]
fn a_put_that_keeps_the_end_that_is_there() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Put { key, record, .. } => {
            let cookie = store.load(&key, now)?.map_or_else(|| *record.cookie(), |loaded| *loaded.record().cookie());
            let mut kept = *record;
            *kept.cookie_mut() = cookie;
            store.apply(StoreOp::put(key, &kept), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::PutOver, Rule::PutEnded]);
}

#[test]
fn a_store_that_keeps_no_ticket() {
    let rules = broken(
        |store, key, now| {
            let loaded = store.load(key, now)?;
            Ok(loaded.map(|loaded| {
                let record = Record::new(*loaded.record().cookie(), *loaded.record().data());
                Loaded::new(*key, record).with_revision(*loaded.revision())
            }))
        },
        SessionStore::apply,
    );
    assert_eq!(rules, [Rule::LoadMoved, Rule::PutTicket, Rule::ReplaceMarks, Rule::ReplaceOld]);
}

/// Each of those that a new session does not have.
#[cfg(feature = "serde")]
#[test]
fn a_store_that_loses_a_field_of_the_ticket() {
    use serde_json::{Value, json};

    // Where a record in a binary format has its ticket, and that its fields.
    const TICKET: usize = 2;
    for (field, none) in [(2, Value::Null), (4, json!(0)), (5, json!("")), (6, json!(""))] {
        let rules = broken(
            |store, key, now| {
                let loaded = store.load(key, now)?;
                Ok(loaded.map(|loaded| {
                    let packed = rmp_serde::to_vec(loaded.record()).unwrap();
                    let mut record: Value = rmp_serde::from_slice(&packed).unwrap();
                    if let Some(kept) = record[TICKET].get_mut(field) {
                        *kept = none.clone();
                    }
                    let record = rmp_serde::from_slice(&rmp_serde::to_vec(&record).unwrap()).unwrap();
                    Loaded::new(*key, record).with_revision(*loaded.revision())
                }))
            },
            SessionStore::apply,
        );
        assert_eq!(rules, [Rule::PutTicket], "{field}");
    }
}

#[test]
fn a_store_that_tells_seconds_for_ms() {
    let rules = broken(
        |store, key, now| Ok(store.load(key, now)?.map(|loaded| loaded.with_ttl_left(Duration::from_millis(600)))),
        SessionStore::apply,
    );
    assert!(rules.contains(&Rule::TimeLeft), "{rules:?}");
}

/// One that drops what has ended only when it is swept, and does not look at the end when it loads.
#[test]
fn a_load_of_what_has_ended() {
    let ended = RefCell::new(BTreeMap::<String, Loaded<u32, u64>>::new());
    let rules = broken(
        |store, key, now| {
            let loaded = store.load(key, now)?;
            if let Some(loaded) = &loaded {
                ended.borrow_mut().insert(key.as_str().to_owned(), loaded.clone());
            }
            Ok(loaded.or_else(|| ended.borrow().get(key.as_str()).cloned()))
        },
        |store, op, now| {
            let key = *op.key();
            if let StoreOp::Replace { old, .. } = &op {
                ended.borrow_mut().remove(old.as_str());
            }
            let destroyed = matches!(op, StoreOp::Destroy { .. });
            let answer = store.apply(op, now);
            match store.load(&key, now)? {
                Some(loaded) if !destroyed => drop(ended.borrow_mut().insert(key.as_str().to_owned(), loaded)),
                _ => drop(ended.borrow_mut().remove(key.as_str())),
            }
            answer
        },
    );
    assert!(rules.contains(&Rule::LoadEnded) && rules.contains(&Rule::LoadMoved), "{rules:?}");
}

/// By a millisecond: a clock that only adds shows it.
#[test]
fn a_load_at_the_very_end() {
    let earlier = |now: Timestamp| now.saturating_add(-1);
    let rules = broken(|store, key, now| store.load(key, earlier(now)), |store, op, now| store.apply(op, earlier(now)));
    assert_eq!(
        rules,
        [
            Rule::LoadEnded,
            Rule::LoadMoved,
            Rule::CreateEnded,
            Rule::UpdateEnded,
            Rule::TouchConflict,
            Rule::TouchEnded,
            Rule::ReplaceMarks,
            Rule::ReplaceEnded
        ]
    );
}

#[test]
fn a_touch_that_writes_what_is_gone() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Touch { key, cookie, .. } if store.load(&key, now)?.is_none() => {
            store.apply(StoreOp::put(key, &Record::new(*cookie, 0)), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::TouchNothing, Rule::TouchDestroyed, Rule::TouchEnded, Rule::ReplaceOld]);
}

/// An adapter that matches `Destroy { key, .. }` and looks no further.
#[test]
fn a_destroy_that_removes_one_of_two() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Destroy { key, .. } => store.apply(StoreOp::destroy(key), now),
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::DestroyBoth]);
}

#[test]
fn a_touch_that_shortens() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Touch { key, cookie, revision, .. } => {
            let known = store.load(&key, now)?.map(|loaded| *loaded.revision());
            match revision {
                Some(revision) if known.is_some_and(|known| known != *revision) => Ok(Answer::Conflict),
                _ => store.apply(StoreOp::touch(key, cookie), now),
            }
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::TouchKeepsLater]);
}

/// `EXPIRE … GT` of Redis.
#[test]
fn a_touch_that_never_shortens() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Touch { key, cookie, .. }
            if store.load(&key, now)?.is_some_and(|loaded| end(loaded.record().cookie()) > end(cookie)) =>
        {
            let revision = store.load(&key, now)?.map(|loaded| *loaded.revision());
            Ok(Answer::Done(revision.unwrap_or_default()))
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::TouchBlind]);
}

fn end(cookie: &SessionCookie) -> Timestamp {
    match cookie.expiry().expires() {
        Expires::At(end) => end,
        _ => Timestamp::MAX,
    }
}

#[test]
fn a_touch_that_does_not_compare() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Touch { key, cookie, .. } => match store.load(&key, now)?.map(|loaded| *loaded.revision()) {
            Some(revision) => store.apply(StoreOp::touch_revision(key, cookie, &revision), now),
            None => Ok(Answer::Gone),
        },
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::TouchConflict]);
}

#[test]
fn a_touch_that_counts_as_a_write() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Touch { key, cookie, revision, .. } => {
            let before = store.load(&key, now)?;
            let answer = store.apply(
                match revision {
                    Some(revision) => StoreOp::touch_revision(key, cookie, revision),
                    None => StoreOp::touch(key, cookie),
                },
                now,
            )?;
            match (answer, before) {
                (Answer::Done(_), Some(before)) => {
                    let record = store.load(&key, now)?.map_or_else(|| *before.record(), |loaded| *loaded.record());
                    store.apply(StoreOp::put(key, &record), now)
                }
                (answer, _) => Ok(answer),
            }
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::TouchRevision]);
}

#[test]
fn a_destroy_that_needs_the_revision_that_was_loaded() {
    let loaded = RefCell::new(BTreeMap::<String, u64>::new());
    let rules = broken(
        |store, key, now| {
            let found = store.load(key, now)?;
            if let Some(found) = &found {
                loaded.borrow_mut().insert(key.as_str().to_owned(), *found.revision());
            }
            Ok(found)
        },
        |store, op, now| match op {
            StoreOp::Destroy { key, also: None, .. } => {
                let known = store.load(&key, now)?.map(|found| *found.revision());
                let was = loaded.borrow_mut().remove(key.as_str());
                if was.is_some() && was != known {
                    Ok(Answer::Conflict)
                } else {
                    store.apply(StoreOp::destroy(key), now)
                }
            }
            op => store.apply(op, now),
        },
    );
    assert_eq!(rules, [Rule::DestroyChanged]);
}

#[test]
fn a_destroy_that_minds_that_nothing_is_there() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Destroy { key, .. } if store.load(&key, now)?.is_none() => Ok(Answer::Gone),
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::DestroyNothing, Rule::DestroyBoth]);
}

#[test]
fn a_replace_that_leaves_the_old_one_alive() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Replace { old, key, record, revision, moved_until, .. } => {
            let before = store.load(&old, now)?;
            let answer = store.apply(StoreOp::replace(old, key, record, revision, moved_until), now)?;
            if let (Answer::Done(_), Some(before)) = (answer, before) {
                store.apply(StoreOp::put(old, before.record()), now)?;
            }
            Ok(answer)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::ReplaceDone, Rule::ReplaceBlind, Rule::ReplaceMarks, Rule::ReplaceOld]);
}

/// A marker with which nothing ends it.
#[test]
fn a_replace_whose_marker_stays() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Replace { old, key, record, revision, moved_until, .. } => {
            store.apply(StoreOp::replace(old, key, record, revision, moved_until.map(|_| Timestamp::MAX)), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::ReplaceMarks]);
}

/// It creates the new one first and forgets to take it back.
#[test]
fn a_replace_in_steps_that_leaves_the_new_one() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Replace { old, key, record, revision, moved_until, .. } => {
            let created = store.apply(StoreOp::create(key, record), now)?;
            if !matches!(created, Answer::Done(_)) {
                return Ok(created);
            }
            let found = store.load(&old, now)?.filter(|found| !found.record().is_moved());
            match found {
                None => Ok(Answer::Gone),
                Some(found) if revision.is_some_and(|revision| revision != found.revision()) => Ok(Answer::Conflict),
                Some(_) => {
                    match moved_until {
                        Some(until) => store.apply(StoreOp::put(old, &Record::moved(now, until)), now)?,
                        None => store.apply(StoreOp::destroy(old), now)?,
                    };
                    Ok(created)
                }
            }
        }
        op => store.apply(op, now),
    });
    let expected =
        [Rule::ReplaceNothing, Rule::ReplaceDestroyed, Rule::ReplaceEnded, Rule::ReplaceConflict, Rule::ReplaceOld];
    assert_eq!(rules, expected);
}

#[test]
fn a_replace_that_writes_over() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Replace { old, key, record, revision, moved_until, .. } if old != key => {
            if store.load(&old, now)?.is_some() {
                store.apply(StoreOp::destroy(key), now)?;
            }
            store.apply(StoreOp::replace(old, key, record, revision, moved_until), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::ReplaceExists]);
}

#[test]
fn a_store_that_fails_is_told_by_each_rule_it_fails_at() {
    let report = report_of(
        &mut Broken { store: Good::new(), load: |_: &mut _, _: &_, _| Err(StoreFull), apply: SessionStore::apply },
        &SAMPLES,
    );
    assert!(report.failures().all(|failure| failure.given() == Reply::Error && failure.asked() == "load"), "{report}");
    assert!(report.failures().count() > 30);
}

#[test]
fn a_store_with_attributes_of_its_own() {
    let rules = broken(
        |store, key, now| {
            let loaded = store.load(key, now)?;
            Ok(loaded.map(|loaded| {
                let mut cookie = SessionCookie::default();
                cookie.set_expires(Some(end(loaded.record().cookie())), now);
                let mut record = *loaded.record();
                *record.cookie_mut() = cookie;
                Loaded::new(*key, record).with_revision(*loaded.revision())
            }))
        },
        SessionStore::apply,
    );
    assert!(rules.contains(&Rule::PutLoad) && rules.contains(&Rule::LoadAlive), "{rules:?}");
}

/// What a store is told to have given whose every record comes back changed.
fn given_by(mut change: impl FnMut(Loaded<u32, u64>) -> Loaded<u32, u64>) -> Vec<Reply> {
    let load = |store: &mut Good, key: &_, now: _| Ok(store.load(key, now)?.map(&mut change));
    let report = report_of(&mut Broken { store: Good::new(), load, apply: SessionStore::apply }, &SAMPLES);
    let failure = |rule| report.failures().find(|failure| failure.rule() == rule);
    [Rule::PutLoad, Rule::LoadAlive, Rule::TimeLeft].into_iter().filter_map(failure).map(|it| it.given()).collect()
}

#[test]
fn a_load_of_another_key() {
    let other = StoreKey::plain(&"other".parse().unwrap());
    let given = given_by(|loaded| Loaded::new(other, *loaded.record()).with_revision(*loaded.revision()));
    assert_eq!(given, [Reply::OtherKey; 3]);
}

#[test]
fn a_load_that_takes_every_record_for_a_mark() {
    let moved = Record::moved(Timestamp::UNIX_EPOCH, Timestamp::MAX);
    let given = given_by(|loaded| Loaded::new(*loaded.key(), moved).with_revision(*loaded.revision()));
    assert_eq!(given, [Reply::Moved; 3]);
}

/// Its database drops a record in time, but the cookie in the record says an hour more.
#[test]
fn a_load_of_a_cookie_with_another_end() {
    const HOUR: i64 = 3_600_000;
    let given = given_by(|loaded| {
        let mut record = *loaded.record();
        let cookie = record.cookie_mut();
        let Some(life) = cookie.expiry().original_max_age().as_ms() else { return loaded };
        let ends = end(cookie);
        cookie.set_max_age(Some(life), ends.saturating_add(HOUR - life)).unwrap();
        let left = u64::try_from(life).unwrap();
        Loaded::new(*loaded.key(), record).with_revision(*loaded.revision()).with_ttl_left(Duration::from_millis(left))
    });
    assert!(given.contains(&Reply::OtherEnd), "{given:?}");
}

#[test]
fn a_store_that_ends_what_has_no_end() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Put { key, record, .. } if record.cookie().expiry().expires() == Expires::Null => {
            store.apply(StoreOp::destroy(key), now)
        }
        op => store.apply(op, now),
    });
    assert_eq!(rules, [Rule::LoadAlive]);
}

#[test]
fn a_touch_that_does_nothing() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Touch { key, .. } => Ok(match store.load(&key, now)? {
            Some(loaded) => Answer::Done(*loaded.revision()),
            None => Answer::Gone,
        }),
        op => store.apply(op, now),
    });
    let moves = [Rule::TouchMoves, Rule::TouchBlind];
    assert!(moves.iter().all(|rule| rules.contains(rule)) && !rules.contains(&Rule::TouchNothing), "{rules:?}");
}

#[test]
fn a_destroy_that_only_says_so() {
    let rules = broken_by(|store, op, now| match op {
        StoreOp::Destroy { .. } => Ok(Answer::Done(0)),
        op => store.apply(op, now),
    });
    assert!(rules.contains(&Rule::DestroyRemoves) && rules.contains(&Rule::DestroyChanged), "{rules:?}");
}

#[test]
fn answers_with_a_revision_that_is_none() {
    let rules = broken_by(|store, op, now| {
        Ok(match store.apply(op, now)? {
            Answer::Done(revision) => Answer::Done(revision + 1000),
            other => other,
        })
    });
    assert!(rules.contains(&Rule::UpdateAnswered), "{rules:?}");
}
