//! The cost over the number of sessions in a store: one is looked up, and all are looked through for those that ended.

use core::hint::black_box;
use std::collections::HashMap;
use std::time::Instant;

use paths::inputs::MAX_AGE;
use paths::ours::{Visit, now};
use session_core::{
    FixedStore, HeapStore, Record, SessionCookie, SessionId, SessionStore, StoreKey, StoreOp, Timestamp,
};

use crate::curve::Plot;

/// So many are looked up in a row, each once chosen at random.
const LOOKUPS: usize = 64;

/// Those of stores of so many sessions at most.
pub(crate) fn plots(rounds: u32, most: usize) -> [Plot; 3] {
    let mut lookups = Plot {
        file: "lookup",
        title: "Look up a session and take a copy",
        quantity: "sessions in the store",
        curves: vec![],
    };
    let mut fixed_lookups = Plot { file: "fixed", title: "FixedStore: look up, and purge nothing", ..lookups.empty() };
    let mut purges = Plot { file: "purge", title: "Look at all sessions, none has ended", ..lookups.empty() };
    for sessions in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|sessions| *sessions <= most) {
        heap(sessions, rounds, &mut lookups, &mut purges);
        map(sessions, rounds, &mut lookups, &mut purges);
    }
    fixed::<8>(rounds, &mut fixed_lookups);
    fixed::<64>(rounds, &mut fixed_lookups);
    fixed::<512>(rounds, &mut fixed_lookups);
    fixed::<4096>(rounds, &mut fixed_lookups);
    [lookups, fixed_lookups, purges]
}

/// Ids as a generator would give them, the same at each run.
pub(crate) fn id(number: usize) -> SessionId {
    let mut bytes = [0; 24];
    let mut state = number as u64;
    for chunk in bytes.chunks_exact_mut(8) {
        // SplitMix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
    }
    SessionId::from_random(bytes)
}

/// A record that lives for some time.
pub(crate) fn record() -> Record<Visit> {
    let mut cookie = SessionCookie::default();
    cookie.set_max_age(Some(MAX_AGE), now()).expect("a time of our days");
    Record::new(cookie, Visit::default())
}

/// A store of the heap with so many sessions.
pub(crate) fn heap_store(sessions: usize) -> HeapStore<Visit> {
    let (mut store, record) = (HeapStore::new(sessions), record());
    for number in 0..sessions {
        store.apply(StoreOp::put(StoreKey::plain(&id(number)), &record), now()).expect("room");
    }
    store
}

/// What one would write by hand.
pub(crate) fn map_store(sessions: usize) -> HashMap<String, Record<Visit>> {
    let record = record();
    (0..sessions).map(|number| (id(number).as_str().to_owned(), record)).collect()
}

fn heap(sessions: usize, rounds: u32, lookups: &mut Plot, purges: &mut Plot) {
    let mut store = heap_store(sessions);
    let time = look_up(sessions, rounds, |key| black_box(store.load(key, now())).is_ok_and(|loaded| loaded.is_some()));
    lookups.add("HeapStore", sessions as f64, time);
    let time = shortest(rounds, || store.purge(black_box(now()), usize::MAX).removed == 0);
    purges.add("HeapStore", sessions as f64, time);
}

fn map(sessions: usize, rounds: u32, lookups: &mut Plot, purges: &mut Plot) {
    let mut store = map_store(sessions);
    let time = look_up(sessions, rounds, |key| {
        // Else the compiler sees that the copy is not used, and makes none.
        black_box(store.get(key.as_str()).cloned()).filter(|record| lives(record, now())).is_some()
    });
    lookups.add("HashMap<String, Record>", sessions as f64, time);
    let time = look_up(sessions, rounds, |key| store.get(key.as_str()).is_some_and(|record| lives(record, now())));
    lookups.add("HashMap<String, Record>, no copy", sessions as f64, time);
    let time = shortest(rounds, || {
        store.retain(|_, record| lives(record, black_box(now())));
        store.len() == sessions
    });
    purges.add("HashMap<String, Record>", sessions as f64, time);
}

fn lives(record: &Record<Visit>, now: Timestamp) -> bool {
    !record.cookie().expiry().is_expired(now)
}

fn fixed<const N: usize>(rounds: u32, plot: &mut Plot) {
    // Too large for a stack.
    let mut store = Box::new(FixedStore::<Visit, N>::new());
    for number in 0..N {
        store.apply(StoreOp::put(StoreKey::plain(&id(number)), &record()), now()).expect("room");
    }
    let time = look_up(N, rounds, |key| black_box(store.load(key, now())).is_ok_and(|loaded| loaded.is_some()));
    plot.add("look up, the mean over all places", N as f64, time);
    let time = shortest(rounds, || store.purge(black_box(now()), N).removed == 0);
    plot.add("purge", N as f64, time);
}

/// The shortest of many rounds of lookups, in ns for one; making up the keys is not in it.
fn look_up(sessions: usize, rounds: u32, mut found: impl FnMut(&StoreKey) -> bool) -> f64 {
    let mut random = 0_usize;
    let mut shortest = f64::INFINITY;
    for _ in 0..rounds * 5 {
        let keys: Vec<_> = (0..LOOKUPS)
            .map(|_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                StoreKey::plain(&id((random >> 33) % sessions))
            })
            .collect();
        let start = Instant::now();
        let count = keys.iter().filter(|key| black_box(found(black_box(key)))).count();
        let time = start.elapsed();
        assert_eq!(count, LOOKUPS);
        shortest = shortest.min(time.as_nanos() as f64 / LOOKUPS as f64);
    }
    shortest
}

fn shortest(rounds: u32, mut run: impl FnMut() -> bool) -> f64 {
    // Of those that take long, fewer do.
    let mut shortest = f64::INFINITY;
    let began = Instant::now();
    for round in 0..rounds {
        let start = Instant::now();
        assert!(black_box(run()));
        shortest = shortest.min(start.elapsed().as_nanos() as f64);
        if round >= 5 && began.elapsed().as_secs() >= 2 {
            break;
        }
    }
    shortest
}
