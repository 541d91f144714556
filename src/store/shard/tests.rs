//! A table beside a map, with hashes of which many begin their search in one place or at the end of the index.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::Shard;
use crate::cookie::SessionCookie;
use crate::id::StoreKey;
use crate::record::Record;
use crate::store::table::Entry;
use crate::time::Timestamp;

/// Equal ones, and ones that fall together or behind each other in an index of 8, 16 and 32.
const HASHES: [u64; 8] = [7, 7, 15, 6, 31, 0, 16, 0xffff_ffff];
const KEYS: u8 = 20;
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Adds the key or moves its end: whether the session has ended then.
    Set(u8, bool),
    Remove(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0..KEYS, any::<bool>()).prop_map(|(number, ended)| Step::Set(number, ended)),
        1 => (0..KEYS).prop_map(Step::Remove),
    ];
    prop::collection::vec(step, 0..80)
}

fn key(number: u8) -> StoreKey {
    format!("key-{number}").parse().unwrap()
}

fn hash(number: u8) -> u64 {
    HASHES.get(usize::from(number) % HASHES.len()).copied().unwrap_or_default() << 24
}

fn cookie(ended: bool) -> SessionCookie {
    let mut cookie = SessionCookie::default();
    cookie.set_max_age(Some(if ended { -1 } else { 1 }), NOW).unwrap();
    cookie
}

proptest! {
    #[test]
    fn a_table_equals_a_map(steps in steps()) {
        let mut shard = Shard::<u8>::default();
        let mut model = BTreeMap::new();
        for step in steps {
            match step {
                Step::Set(number, ended) => {
                    let record = Record::new(cookie(ended), number);
                    match shard.find_vartime(&key(number), hash(number)) {
                        Some(place) => shard.set_cookie(place, record.cookie()),
                        None => shard.add(Entry { key: key(number), record, revision: 0 }, hash(number)).unwrap(),
                    }
                    model.insert(number, ended);
                }
                Step::Remove(number) => {
                    let place = shard.find_vartime(&key(number), hash(number));
                    prop_assert_eq!(place.is_some(), model.remove(&number).is_some());
                    shard.remove(place.unwrap_or(usize::MAX));
                }
            }
            for number in 0..KEYS {
                let place = shard.find_vartime(&key(number), hash(number));
                let found = place.and_then(|place| shard.entry(place)).map(|entry| entry.record.data());
                prop_assert_eq!(found, model.contains_key(&number).then_some(&number), "{:?}", step);
            }
            prop_assert_eq!(shard.entries().count(), model.len());
            prop_assert_eq!(shard.live(NOW), model.values().filter(|ended| !**ended).count());
            let search = shard.first_ended(NOW, 0, usize::MAX);
            let found = search.ended.and_then(|place| shard.entry(place)).map(|entry| *entry.record.data());
            prop_assert_eq!(found.is_some(), model.values().any(|ended| *ended));
            prop_assert!(found.is_none_or(|number| model.get(&number) == Some(&true)));
        }
    }
}

/// Or a search for what is not there would go round for ever.
#[test]
fn places_in_the_index_come_free_again() {
    let mut shard = Shard::<u8>::default();
    for number in 0..100 {
        shard.add(Entry { key: key(number), record: Record::new(cookie(false), number), revision: 0 }, 0).unwrap();
        shard.remove(0);
        assert_eq!((shard.entries().count(), shard.find_vartime(&key(number), 0)), (0, None));
    }
    assert_eq!(shard.index.len(), 8);
}
