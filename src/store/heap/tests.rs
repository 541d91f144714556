//! How keys are spread over the tables.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

extern crate alloc;

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{SHARDS, hash, shard_of};
use crate::id::{SessionId, StoreKey};
use crate::store::shard::middle;

const COUNT: usize = 25_600;

/// Keys that differ in few places, wherever these are, and random ones.
#[test]
fn keys_that_hardly_differ_are_spread_evenly() {
    let spell: [fn(usize) -> String; 5] = [
        |number| format!("{number:032}"),
        |number| format!("{number:05}{}", "0".repeat(27)),
        |number| format!("{}{number:05}{}", "a".repeat(8), "b".repeat(20)),
        |number| format!("k{number}"),
        |number| {
            let mut random = [0; 24];
            let [.., a, b, _] = &mut random;
            [*a, *b, ..] = number.to_le_bytes();
            String::from(SessionId::from_random(random).as_str())
        },
    ];
    for spell in spell {
        let mut hashes: Vec<u64> = (0..COUNT).map(|number| hash(&spell(number).parse::<StoreKey>().unwrap())).collect();
        // A table, and the place in it where a search begins.
        for part in [shard_of, |hash| middle(hash) % SHARDS] {
            let mut held = vec![0_usize; SHARDS];
            for hash in &hashes {
                *held.get_mut(part(*hash)).unwrap() += 1;
            }
            // A hundred each, with a standard deviation of ten where the hash is fair: six of these on either side.
            assert!(held.iter().all(|held| (40..=160).contains(held)), "{} {held:?}", spell(7));
        }
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), COUNT);
    }
}
