//! What the stores do when they are full, and how they are swept. `store_model.rs` compares them with a map.

use session_core::{
    Answer, Expires, FixedStore, Record, SessionCookie, SessionStore, StoreFull, StoreKey, StoreOp, Timestamp,
};
#[cfg(feature = "alloc")]
use session_core::{Attribute, Field, HeapStore};

const START: i64 = 1_700_000_000_000;

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(START + ms).unwrap()
}

pub(crate) fn key(number: u8) -> StoreKey {
    format!("key-{number}").parse().unwrap()
}

pub(crate) fn record(data: u32, now: Timestamp, max_age: Option<i64>) -> Record<u32> {
    let mut cookie = SessionCookie::default();
    cookie.set_max_age(max_age, now).unwrap();
    Record::new(cookie, data)
}

#[test]
fn a_purge_goes_on_where_the_last_one_stopped() {
    let mut store = FixedStore::<u32, 4>::new();
    for (number, max_age) in [(0, Some(10)), (1, Some(20)), (2, None), (3, Some(10))] {
        store.apply(StoreOp::put(key(number), &record(0, at(0), max_age)), at(0)).unwrap();
    }
    let mut purge = |now, at_most| {
        let purged = store.purge(at(now), at_most);
        (purged.looked_at, purged.removed)
    };
    assert_eq!(purge(60_010, 2), (2, 1));
    assert_eq!(purge(60_010, 100), (4, 1), "each place once, from the third on");
    assert_eq!([0; 4].map(|_| purge(60_020, 1)), [(1, 0), (1, 0), (1, 0), (1, 1)], "and round to the second");
    assert_eq!(store.length(at(60_020)), 1);
}

/// Or a map of many keys would be a list.
#[test]
fn keys_are_hashed_by_their_text() {
    use std::hash::{BuildHasher, RandomState};
    let state = RandomState::new();
    assert_eq!(state.hash_one(key(1)), state.hash_one(key(1)));
    let mut hashes: Vec<_> = (0..100).map(|number| state.hash_one(key(number))).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), 100);
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

/// The new one takes the place of the old one, and nothing marks where that was.
#[test]
fn a_full_store_can_replace() {
    let mut store = FixedStore::<u32, 2>::new();
    store.apply(StoreOp::put(key(1), &record(1, at(0), None)), at(0)).unwrap();
    store.apply(StoreOp::put(key(2), &record(2, at(0), None)), at(0)).unwrap();
    let replace = |store: &mut FixedStore<u32, 2>, old, new| {
        let record = record(3, at(0), None);
        store.apply(StoreOp::replace(key(old), key(new), &record, None, Some(at(60_000))), at(0)).unwrap()
    };
    assert!(matches!(replace(&mut store, 1, 3), Answer::Done(_)));
    assert!(store.load(&key(1), at(0)).unwrap().is_none());
    assert_eq!(*store.load(&key(3), at(0)).unwrap().unwrap().record().data(), 3);
    // With room, the old key is known for a minute, and takes a place.
    store.apply(StoreOp::destroy(key(2)), at(0)).unwrap();
    assert!(matches!(replace(&mut store, 3, 4), Answer::Done(_)));
    assert!(store.load(&key(3), at(59_999)).unwrap().unwrap().record().is_moved());
    assert_eq!(store.length(at(0)), 1);
    assert_eq!(store.apply(StoreOp::put(key(5), &record(5, at(0), None)), at(0)), Err(StoreFull));
    assert!(store.load(&key(3), at(60_000)).unwrap().is_none());
    store.apply(StoreOp::put(key(5), &record(5, at(60_000), None)), at(60_000)).unwrap();
    assert_eq!(store.length(at(60_000)), 2);
}

/// Another request has noted a use of its own in between, or a clock was ahead by more than clocks are.
#[test]
fn a_touch_keeps_an_end_that_is_later_by_less_than_a_minute() {
    let mut store = FixedStore::<u32, 1>::new();
    store.apply(StoreOp::put(key(1), &record(1, at(0), Some(100_000))), at(0)).unwrap();
    let revision = *store.load(&key(1), at(0)).unwrap().unwrap().revision();
    for (max_age, end) in [(99_999, 100_000), (40_001, 100_000), (40_000, 40_000), (40_001, 40_001)] {
        let cookie = *record(1, at(0), Some(max_age)).cookie();
        store.apply(StoreOp::touch_revision(key(1), &cookie, &revision), at(0)).unwrap();
        let loaded = store.load(&key(1), at(0)).unwrap().unwrap();
        assert_eq!(loaded.record().cookie().expiry().expires(), Expires::At(at(end)), "{max_age}");
    }
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

/// However many stand in front of them.
#[cfg(feature = "alloc")]
#[test]
fn small_purges_come_to_all_places() {
    let mut store = HeapStore::<u32>::new(1000);
    for number in 0..200 {
        let max_age = if number < 100 { None } else { Some(10) };
        store.apply(StoreOp::put(key(number), &record(0, at(0), max_age)), at(0)).unwrap();
    }
    for _ in 0..100 {
        assert!(store.purge(at(60_010), 4).looked_at <= 4);
    }
    assert_eq!(store.held(), 100);
    // Round and round, since what is left is looked at again.
    for number in 0..100 {
        store.apply(StoreOp::put(key(number + 100), &record(0, at(60_010), Some(10))), at(60_010)).unwrap();
        for _ in 0..120 {
            store.purge(at(120_020), 4);
        }
        assert_eq!(store.held(), 100, "{number}");
    }
    assert_eq!(store.purge(at(120_020), 100).looked_at, 100);
    store.clear();
    assert_eq!((store.held(), store.all(at(0)).count()), (0, 0));
    assert!(store.load(&key(1), at(0)).unwrap().is_none());
}

/// What has ended may still be asked for by a clock that is behind.
#[cfg(feature = "alloc")]
#[test]
fn a_full_store_makes_room_for_one() {
    let mut store = HeapStore::<u32>::new(3);
    for number in 0..3 {
        store.apply(StoreOp::put(key(number), &record(0, at(0), Some(10))), at(0)).unwrap();
    }
    assert_eq!(format!("{store:?}"), "HeapStore { limit: 3, held: 3, .. }");
    assert!(store.apply(StoreOp::put(key(3), &record(0, at(0), None)), at(9)).is_err());
    store.apply(StoreOp::put(key(3), &record(0, at(0), None)), at(10)).unwrap();
    assert_eq!((store.held(), store.length(at(9))), (3, 3));
}

/// Where it would be over already, it would only take a place.
#[cfg(feature = "alloc")]
#[test]
fn a_mark_of_a_move_stands_until_its_end() {
    for (until, held) in [(None, 1), (Some(-1), 1), (Some(0), 1), (Some(1), 2)] {
        let mut store = HeapStore::<u32>::new(3);
        store.apply(StoreOp::put(key(1), &record(1, at(0), None)), at(0)).unwrap();
        let replaced = record(2, at(0), None);
        let op = StoreOp::replace(key(1), key(2), &replaced, None, until.map(at));
        assert!(matches!(store.apply(op, at(0)), Ok(Answer::Done(_))));
        assert_eq!((store.held(), store.length(at(0))), (held, 1), "{until:?}");
    }
}

/// As Express takes them: a number is a point in time, and 0 is none.
#[cfg(feature = "serde")]
#[test]
fn an_end_may_be_a_number() {
    let mut store = FixedStore::<(), 1>::new();
    let mut is_there = |expires: i64, now: i64| {
        let text = format!(r#"{{"cookie":{{"originalMaxAge":null,"expires":{expires}}}}}"#);
        let record = Record::from_json_in(&text, &mut []).unwrap();
        let now = Timestamp::from_unix_ms(now).unwrap();
        store.clear();
        store.apply(StoreOp::put(key(1), &record), now).unwrap();
        store.load(&key(1), now).unwrap().is_some()
    };
    assert_eq!([4, 5, 6].map(|now| is_there(5, now)), [true, false, false]);
    assert_eq!([-1, 0, 1].map(|now| is_there(0, now)), [true; 3]);
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
