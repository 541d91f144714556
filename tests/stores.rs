//! Both stores against a model that is a map, and what each does when it is full.

use std::collections::BTreeMap;

use proptest::prelude::*;
use session_core::{Answer, FixedStore, Record, SessionCookie, SessionStore, StoreFull, StoreKey, StoreOp, Timestamp};
#[cfg(feature = "alloc")]
use session_core::{Attribute, Field, HeapStore};

const START: i64 = 1_700_000_000_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(START + ms).unwrap()
}

fn key(number: u8) -> StoreKey {
    format!("key-{number}").parse().unwrap()
}

fn record(data: u32, now: Timestamp, max_age: Option<i64>) -> Record<u32> {
    let mut cookie = SessionCookie::default();
    cookie.set_max_age(max_age, now).unwrap();
    Record::new(cookie, data)
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Put,
    Create,
    Update { stale: bool },
    Touch,
    Destroy,
    Replace { old: u8 },
    Purge,
}

#[derive(Clone, Debug)]
struct Step {
    op: Op,
    key: u8,
    data: u32,
    max_age: Option<i64>,
    wait: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let op = prop_oneof![
        3 => Just(Op::Put),
        1 => Just(Op::Create),
        1 => any::<bool>().prop_map(|stale| Op::Update { stale }),
        1 => Just(Op::Touch),
        1 => Just(Op::Destroy),
        1 => (0..12_u8).prop_map(|old| Op::Replace { old }),
        1 => Just(Op::Purge),
    ];
    let step = (op, 0..12_u8, any::<u32>(), prop::option::weighted(0.8, -5..60_i64), 0..10_i64)
        .prop_map(|(op, key, data, max_age, wait)| Step { op, key, data, max_age, wait });
    prop::collection::vec(step, 0..120)
}

/// What a store holds: data, end and revision of each session.
#[derive(Default)]
struct Model {
    held: BTreeMap<u8, (u32, Option<i64>, u64)>,
}

impl Model {
    fn expire(&mut self, now: i64) {
        self.held.retain(|_, (_, end, _)| end.is_none_or(|end| end > now));
    }
}

/// A kind of answer, without its revision.
fn kind(answer: &Answer<u64>) -> Answer {
    match answer {
        Answer::Done(_) => Answer::Done(()),
        Answer::Gone => Answer::Gone,
        Answer::Exists => Answer::Exists,
        Answer::Conflict => Answer::Conflict,
        Answer::Unknown => Answer::Unknown,
    }
}

/// Runs the steps on a store and on the model; `places` is how many sessions the store holds.
fn equals_the_model<S: SessionStore<u32, Revision = u64, Error = StoreFull>>(
    store: &mut S,
    steps: &[Step],
    places: usize,
    purge: impl Fn(&mut S, Timestamp),
    live: impl Fn(&S, Timestamp) -> Vec<(String, u32)>,
) -> Result<(), TestCaseError> {
    let mut model = Model::default();
    let mut now = 0;
    for step in steps {
        now += step.wait;
        model.expire(now);
        let record = record(step.data, at(now), step.max_age);
        let end = step.max_age.map(|ms| now + ms);
        let known = model.held.get(&step.key).copied();
        let room = model.held.len() < places;
        let key_of = key(step.key);
        let (op, expected, kept) = match step.op {
            Op::Purge => {
                purge(store, at(now));
                continue;
            }
            Op::Put if known.is_none() && !room => (StoreOp::put(key_of, &record), None, false),
            Op::Put => (StoreOp::put(key_of, &record), Some(Answer::Done(())), true),
            Op::Create => {
                let expected = match (known, room) {
                    (Some(_), _) => Some(Answer::Exists),
                    (None, true) => Some(Answer::Done(())),
                    (None, false) => None,
                };
                (StoreOp::create(key_of, &record), expected, known.is_none() && room)
            }
            Op::Update { stale } => {
                let revision = known.map_or(0, |(_, _, revision)| revision) + u64::from(stale);
                let answer = store.apply(StoreOp::update(key_of, &record, &revision), at(now));
                let expected = match (known, stale) {
                    (None, _) => Answer::Gone,
                    (Some(_), true) => Answer::Conflict,
                    (Some(_), false) => Answer::Done(()),
                };
                prop_assert_eq!(answer.as_ref().map(kind), Ok(expected));
                if let Ok(Answer::Done(revision)) = answer {
                    model.held.insert(step.key, (step.data, end, revision));
                }
                continue;
            }
            Op::Touch => {
                let expected = if known.is_some() { Answer::Done(()) } else { Answer::Gone };
                (StoreOp::touch(key_of, record.cookie()), Some(expected), false)
            }
            Op::Destroy => (StoreOp::destroy(key_of), Some(Answer::Done(())), false),
            Op::Replace { old } => {
                let expected = match (model.held.contains_key(&old), known) {
                    (false, _) => Answer::Gone,
                    (true, Some(_)) => Answer::Exists,
                    (true, None) => Answer::Done(()),
                };
                let done = expected == Answer::Done(());
                if done {
                    model.held.remove(&old);
                }
                (StoreOp::replace(key(old), key_of, &record, None, None), Some(expected), done)
            }
        };
        let answer = store.apply(op, at(now));
        prop_assert_eq!(answer.as_ref().map(kind), expected.ok_or(&StoreFull), "{:?}", step);
        match (step.op, answer) {
            (Op::Touch, Ok(Answer::Done(revision))) => {
                let (data, _, before) = known.unwrap();
                prop_assert_eq!(revision, before, "a touch is no new revision");
                model.held.insert(step.key, (data, end, revision));
            }
            (Op::Destroy, _) => drop(model.held.remove(&step.key)),
            (_, Ok(Answer::Done(revision))) if kept => {
                model.held.insert(step.key, (step.data, end, revision));
            }
            _ => {}
        }
        model.expire(now);
        for (number, (data, _, revision)) in &model.held {
            let loaded = store.load(&key(*number), at(now)).unwrap().unwrap();
            prop_assert_eq!((*loaded.record().data(), *loaded.revision()), (*data, *revision));
        }
        for number in (0..12).filter(|number| !model.held.contains_key(number)) {
            prop_assert!(store.load(&key(number), at(now)).unwrap().is_none());
        }
        let mut listed = live(store, at(now));
        listed.sort();
        let mut expected: Vec<_> =
            model.held.iter().map(|(number, (data, ..))| (key(*number).as_str().to_owned(), *data)).collect();
        expected.sort();
        prop_assert_eq!(listed, expected);
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_fixed_store_equals_a_map(steps in steps()) {
        equals_the_model(
            &mut FixedStore::<u32, 5>::new(), &steps, 5,
            |store, now| { store.purge(now, 3); },
            |store, now| store.all(now).map(|(key, record)| (key.as_str().to_owned(), *record.data())).collect(),
        )?;
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn the_heap_store_equals_a_map(steps in steps()) {
        equals_the_model(
            &mut HeapStore::new(5), &steps, 5,
            |store, now| { store.purge(now, 3); },
            |store, now| store.all(now).map(|(key, record)| (key.as_str().to_owned(), *record.data())).collect(),
        )?;
    }
}

#[test]
fn a_full_store_drops_no_one() {
    let mut store = FixedStore::<u32, 2>::new();
    let put = |store: &mut FixedStore<u32, 2>, number, max_age, now| {
        store.apply(StoreOp::put(key(number), &record(number.into(), now, max_age)), now)
    };
    put(&mut store, 1, None, at(0)).unwrap();
    put(&mut store, 2, Some(10), at(0)).unwrap();
    assert_eq!(put(&mut store, 3, None, at(9)), Err(StoreFull));
    assert_eq!(store.length(at(9)), 2);
    put(&mut store, 3, None, at(10)).unwrap();
    assert_eq!(store.length(at(10)), 2, "the place of the one that has ended was given away");
    store.clear();
    assert_eq!(store.length(at(10)), 0);
}

#[cfg(feature = "alloc")]
#[test]
fn ten_thousand_sessions_come_and_go() {
    let mut store = HeapStore::<u32>::new(10_000);
    for number in 0..10_000_u32 {
        let key = format!("{number:032}").parse().unwrap();
        let record = record(number, at(0), Some(i64::from(number % 100) + 1));
        store.apply(StoreOp::put(key, &record), at(0)).unwrap();
    }
    assert_eq!((store.held(), store.length(at(50))), (10_000, 5000));
    for number in (0..10_000).step_by(997) {
        let loaded = store.load(&format!("{number:032}").parse().unwrap(), at(0)).unwrap().unwrap();
        assert_eq!(*loaded.record().data(), number);
        assert_eq!(loaded.record().cookie().attribute(Field::Path), Attribute::Text("/"));
    }
    assert_eq!(store.purge(at(60_000), usize::MAX).removed, 0, "what ended a moment ago is kept for a minute");
    let purged = store.purge(at(60_050), 1000);
    assert!(purged.looked_at <= 1000 && purged.removed > 0, "{purged:?}");
    store.purge(at(60_050), usize::MAX);
    assert_eq!((store.held(), store.length(at(50))), (5000, 5000), "one call removes all that have ended");
    assert_eq!(store.purge(at(60_200), usize::MAX).removed, 5000);
    assert_eq!(store.held(), 0);
}

/// Calls on other sessions are enough to remove those that have ended.
#[cfg(feature = "alloc")]
#[test]
fn traffic_alone_keeps_the_store_clean() {
    let mut store = HeapStore::<u32>::new(1000);
    for number in 0..200 {
        let max_age = if number == 0 { None } else { Some(10) };
        store.apply(StoreOp::put(key(number), &record(0, at(0), max_age)), at(0)).unwrap();
    }
    for _ in 0..300 {
        store.load(&key(0), at(60_010)).unwrap();
    }
    assert_eq!(store.held(), 1);
}
