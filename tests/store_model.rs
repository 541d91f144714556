//! Both stores against a model that is a map.

use std::collections::BTreeMap;

use proptest::prelude::*;
#[cfg(feature = "alloc")]
use session_core::HeapStore;
use session_core::{Answer, Expires, FixedStore, SessionStore, StoreFull, StoreOp, Timestamp};

use super::stores::{at, key, record};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    Put,
    Create,
    Update,
    Touch,
    Destroy,
    Replace,
    Purge,
}

/// Which revision an operation names.
#[derive(Clone, Copy, Debug)]
enum By {
    /// None, where it may name none, and else the one that is held.
    Any,
    Held,
    Stale,
}

#[derive(Clone, Debug)]
struct Step {
    op: Op,
    key: u8,
    old: u8,
    by: By,
    data: u32,
    max_age: Option<i64>,
    moved_for: Option<i64>,
    wait: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let op = prop_oneof![
        3 => Just(Op::Put),
        1 => Just(Op::Create),
        2 => Just(Op::Update),
        3 => Just(Op::Touch),
        1 => Just(Op::Destroy),
        3 => Just(Op::Replace),
        1 => Just(Op::Purge),
    ];
    let by = prop_oneof![1 => Just(By::Any), 3 => Just(By::Held), 1 => Just(By::Stale)];
    // Around the minute by which an end may be later, and within which nothing is removed.
    let life = || prop_oneof![3 => -5..60_i64, 1 => 59_990..60_070_i64, 1 => 0..200_000_i64];
    let max_age = prop::option::weighted(0.8, life());
    let moved_for = prop::option::weighted(0.7, life());
    let wait = prop_oneof![9 => 0..10_i64, 1 => 0..130_000_i64];
    let step = (op, 0..12_u8, 0..12_u8, by, any::<u32>(), max_age, moved_for, wait).prop_map(
        |(op, key, old, by, data, max_age, moved_for, wait)| Step { op, key, old, by, data, max_age, moved_for, wait },
    );
    prop::collection::vec(step, 0..120)
}

/// What a store holds of a session.
#[derive(Clone, Copy, Debug)]
struct Held {
    data: u32,
    end: Option<i64>,
    /// `None`: the store has not said it yet.
    revision: Option<u64>,
    moved: bool,
}

struct Model {
    held: BTreeMap<u8, Held>,
    /// How many it may hold.
    places: usize,
}

impl Model {
    fn expire(&mut self, now: i64) {
        self.held.retain(|_, held| held.end.is_none_or(|end| end > now));
    }

    fn has_room(&self) -> bool {
        self.held.len() < self.places
    }

    /// The revision that an operation on this key names.
    fn revision(&self, key: u8, by: By) -> Option<u64> {
        let held = self.held.get(&key).and_then(|held| held.revision).unwrap_or(0);
        match by {
            By::Any => None,
            By::Held => Some(held),
            By::Stale => Some(held + 1),
        }
    }

    /// What the store is to say, before anything is done.
    fn expected(&self, step: &Step) -> Result<Answer, StoreFull> {
        let known = self.held.contains_key(&step.key);
        let stale = matches!(step.by, By::Stale);
        // What stands where a session moved from is none to whoever comes late.
        let is_session = |key| self.held.get(key).is_some_and(|held: &Held| !held.moved);
        Ok(match step.op {
            Op::Put | Op::Create if !known && !self.has_room() => return Err(StoreFull),
            Op::Create if known => Answer::Exists,
            Op::Update | Op::Touch if !is_session(&step.key) => Answer::Gone,
            Op::Destroy if known && !is_session(&step.key) => Answer::Conflict,
            Op::Replace if !is_session(&step.old) => Answer::Gone,
            Op::Replace if known => Answer::Exists,
            Op::Update | Op::Touch | Op::Replace if stale => Answer::Conflict,
            _ => Answer::Done(()),
        })
    }

    /// Does what the store has said to have done.
    fn perform(&mut self, step: &Step, now: i64, revision: u64) {
        let end = step.max_age.map(|ms| now + ms);
        let new = Held { data: step.data, end, revision: Some(revision), moved: false };
        match step.op {
            Op::Purge => {}
            Op::Put | Op::Create | Op::Update => drop(self.held.insert(step.key, new)),
            Op::Destroy => drop(self.held.remove(&step.key)),
            Op::Touch => {
                let held = self.held.get_mut(&step.key).unwrap();
                let lost = held.end.unwrap_or(i64::MAX).saturating_sub(end.unwrap_or(i64::MAX));
                if matches!(step.by, By::Any) || !(0..60_000).contains(&lost) {
                    held.end = end;
                }
            }
            Op::Replace => {
                self.held.remove(&step.old);
                self.held.insert(step.key, new);
                // One that ends at once makes room for the other.
                self.expire(now);
                if let Some(ms) = step.moved_for.filter(|ms| *ms > 0 && self.has_room()) {
                    let marker = Held { data: 0, end: Some(now + ms), revision: None, moved: true };
                    self.held.insert(step.old, marker);
                }
            }
        }
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

/// What both stores have beside the trait.
trait Listed: SessionStore<u32, Revision = u64, Error = StoreFull> {
    fn purge(&mut self, now: Timestamp);
    fn live(&self, now: Timestamp) -> Vec<(String, u32)>;
    fn length(&self, now: Timestamp) -> usize;
}

impl Listed for FixedStore<u32, 5> {
    fn purge(&mut self, now: Timestamp) {
        self.purge(now, 3);
    }

    fn live(&self, now: Timestamp) -> Vec<(String, u32)> {
        self.all(now).map(|(key, record)| (key.as_str().to_owned(), *record.data())).collect()
    }

    fn length(&self, now: Timestamp) -> usize {
        self.length(now)
    }
}

#[cfg(feature = "alloc")]
impl Listed for HeapStore<u32> {
    fn purge(&mut self, now: Timestamp) {
        self.purge(now, 3);
    }

    fn live(&self, now: Timestamp) -> Vec<(String, u32)> {
        self.all(now).map(|(key, record)| (key.as_str().to_owned(), *record.data())).collect()
    }

    fn length(&self, now: Timestamp) -> usize {
        self.length(now)
    }
}

/// Runs the steps on a store and on the model; both hold five sessions at most.
fn equals_the_model<S: Listed>(store: &mut S, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut model = Model { held: BTreeMap::new(), places: 5 };
    let mut now = 0;
    for step in steps {
        now += step.wait;
        model.expire(now);
        let written = record(step.data, at(now), step.max_age);
        let (key_of, cookie) = (key(step.key), written.cookie());
        let revision = model.revision(step.key, step.by);
        let of_old = model.revision(step.old, step.by);
        // An update names one.
        let known = revision.or_else(|| model.revision(step.key, By::Held)).unwrap();
        let until = step.moved_for.map(|ms| at(now + ms));
        let op = match (step.op, &revision) {
            (Op::Purge, _) => {
                store.purge(at(now));
                continue;
            }
            (Op::Put, _) => StoreOp::put(key_of, &written),
            (Op::Create, _) => StoreOp::create(key_of, &written),
            (Op::Update, _) => StoreOp::update(key_of, &written, &known),
            (Op::Touch, None) => StoreOp::touch(key_of, cookie),
            (Op::Touch, Some(revision)) => StoreOp::touch_revision(key_of, cookie, revision),
            (Op::Destroy, _) => StoreOp::destroy(key_of),
            (Op::Replace, _) => StoreOp::replace(key(step.old), key_of, &written, of_old.as_ref(), until),
        };
        let expected = model.expected(step);
        let answer = store.apply(op, at(now));
        prop_assert_eq!(answer.as_ref().map(kind), expected.as_ref().copied(), "{:?}", step);
        if let Ok(Answer::Done(revision)) = answer {
            if step.op == Op::Touch {
                prop_assert_eq!(Some(revision), model.held[&step.key].revision, "a touch is no new revision");
            }
            model.perform(step, now, revision);
        }
        model.expire(now);
        holds_the_model(store, &mut model, at(now), step)?;
    }
    Ok(())
}

fn holds_the_model<S: Listed>(
    store: &mut S,
    model: &mut Model,
    now: Timestamp,
    step: &Step,
) -> Result<(), TestCaseError> {
    for (number, held) in &mut model.held {
        let loaded = store.load(&key(*number), now).unwrap();
        prop_assert!(loaded.is_some(), "{} is lost after {:?}", number, step);
        let loaded = loaded.unwrap();
        let record = loaded.record();
        let expires = held.end.map_or(Expires::Null, |end| Expires::At(at(end)));
        prop_assert_eq!((*record.data(), record.cookie().expiry().expires()), (held.data, expires), "{:?}", step);
        prop_assert_eq!(record.is_moved(), held.moved);
        prop_assert_eq!(*loaded.revision(), *held.revision.get_or_insert_with(|| *loaded.revision()));
    }
    for number in (0..12).filter(|number| !model.held.contains_key(number)) {
        prop_assert!(store.load(&key(number), now).unwrap().is_none(), "{} is there after {:?}", number, step);
    }
    let mut listed = store.live(now);
    listed.sort();
    let sessions = model.held.iter().filter(|(_, held)| !held.moved);
    let mut expected: Vec<_> = sessions.map(|(number, held)| (key(*number).as_str().to_owned(), held.data)).collect();
    expected.sort();
    prop_assert_eq!(store.length(now), expected.len());
    prop_assert_eq!(listed, expected);
    Ok(())
}

proptest! {
    #[test]
    fn the_fixed_store_equals_a_map(steps in steps()) {
        equals_the_model(&mut FixedStore::<u32, 5>::new(), &steps)?;
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn the_heap_store_equals_a_map(steps in steps()) {
        equals_the_model(&mut HeapStore::new(5), &steps)?;
    }
}
