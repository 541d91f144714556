//! A store on the heap, for up to millions of sessions.
//!
//! It is many small tables, and a key's hash picks one: so a table that grows moves its own few entries and no call has
//! to wait for a million of them. Each call on the store also looks at a few places for sessions that have ended, so
//! that traffic alone keeps it clean.

#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::fmt;

use super::shard::Shard;
use super::table::{self, Entry, MARGIN, Table};
use super::{Answer, Purged, SessionStore, StoreFull, StoreOp};
use crate::cookie::SessionCookie;
use crate::id::StoreKey;
use crate::record::{Loaded, Record};
use crate::time::Timestamp;

/// How many tables there are; a power of two.
const SHARDS: usize = 256;
/// How many places each call looks at for sessions that have ended.
const SWEEP: usize = 2;
/// How many shards each call goes through for that, where they are nearly empty.
const HOPS: usize = 4;
/// How many places a full store looks at, at most, to find room for a new session.
const SEARCH: usize = 1 << 16;

/// A store on the heap, bounded by a number of sessions.
///
/// Sessions that have ended are never returned. A minute after their end, so that a clock that was ahead for a moment
/// ended nobody's session, they are removed a few at a time by every call, or as many as wanted by
/// [`purge`](Self::purge). When the store holds as many as it may and finds none that has ended, a new session is
/// refused with [`StoreFull`]; no other is dropped for it.
///
/// ```
/// use session_core::{HeapStore, Record, SessionCookie, SessionStore, StoreOp, Timestamp};
///
/// let mut store = HeapStore::new(10_000);
/// let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// let mut cookie = SessionCookie::default();
/// cookie.set_max_age(Some(1000), now)?;
/// let key = "abc".parse()?;
/// store.apply(StoreOp::put(key, &Record::new(cookie, "tobi")), now)?;
///
/// assert_eq!(store.all(now).count(), 1);
/// assert!(store.load(&key, now.saturating_add(1000))?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct HeapStore<T> {
    shards: Vec<Shard<T>>,
    limit: usize,
    held: usize,
    revision: u64,
    /// Where the next sweep goes on: a shard, and a place in it.
    cursor: (usize, usize),
}

impl<T> HeapStore<T> {
    /// An empty store for this many sessions at most. Memory is taken as they come.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let mut shards = Vec::new();
        shards.resize_with(SHARDS, Shard::default);
        Self { shards, limit, held: 0, revision: 0, cursor: (0, 0) }
    }

    /// Removes all sessions. It frees the memory of each, so its cost grows with their number.
    pub fn clear(&mut self) {
        self.shards.iter_mut().for_each(|shard| *shard = Shard::default());
        self.held = 0;
    }

    /// Removes sessions that ended a minute ago or earlier, looking at this many at most; the next call goes on from
    /// there.
    pub fn purge(&mut self, now: Timestamp, at_most: usize) -> Purged {
        if at_most >= self.held {
            self.cursor = (0, 0);
        }
        self.sweep(past_margin(now), at_most, usize::MAX, SHARDS)
    }

    /// The sessions that have not ended, in no particular order. What stands where one moved from is none.
    pub fn all(&self, now: Timestamp) -> impl Iterator<Item = (&StoreKey, &Record<T>)> {
        let entries = self.shards.iter().flat_map(Shard::entries).filter(move |entry| entry.is_session(now));
        entries.map(|entry| (&entry.key, &entry.record))
    }

    /// How many sessions have not ended. It looks at all of them, so its cost grows with their number.
    #[must_use]
    pub fn length(&self, now: Timestamp) -> usize {
        self.shards.iter().map(|shard| shard.live(now)).sum()
    }

    /// How many places are taken, also by what has ended and is not removed yet or stands where a session moved from. It
    /// costs nothing.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held
    }

    /// Looks at `places` at most, removes `removals` at most, and goes on to another shard `hops` times at most.
    fn sweep(&mut self, now: Timestamp, places: usize, removals: usize, mut hops: usize) -> Purged {
        let mut purged = Purged::default();
        while purged.looked_at < places && purged.removed < removals {
            let (at, from) = self.cursor;
            let Some(shard) = self.shards.get_mut(at) else { break };
            let found = shard.first_ended(now, from, places.saturating_sub(purged.looked_at));
            purged.looked_at = purged.looked_at.saturating_add(found.looked_at);
            if let Some(place) = found.ended {
                // Another entry moves into the place, so that is where to go on.
                shard.remove(place);
                self.held = self.held.saturating_sub(1);
                purged.removed = purged.removed.saturating_add(1);
                self.cursor = (at, place);
            } else if found.at_end {
                let next = at.saturating_add(1);
                self.cursor = (if next < SHARDS { next } else { 0 }, 0);
                let Some(left) = hops.checked_sub(1) else { break };
                hops = left;
            } else {
                self.cursor = (at, from.saturating_add(found.looked_at));
            }
        }
        purged
    }
}

/// What had ended by then can be removed now.
fn past_margin(now: Timestamp) -> Timestamp {
    now.saturating_add(-MARGIN)
}

/// A place in a [`HeapStore`]: a shard, and a place in it.
type HeapPlace = (usize, usize);

impl<T> Table<T> for HeapStore<T> {
    type Place = HeapPlace;

    fn find_vartime(&self, key: &StoreKey) -> Option<HeapPlace> {
        let hash = hash(key);
        let at = shard_of(hash);
        Some((at, self.shards.get(at)?.find_vartime(key, hash)?))
    }

    fn entry(&self, (at, place): HeapPlace) -> Option<&Entry<T>> {
        self.shards.get(at)?.entry(place)
    }

    fn set(&mut self, (at, place): HeapPlace, record: &Record<T>, revision: u64)
    where
        T: Clone,
    {
        if let Some(shard) = self.shards.get_mut(at) {
            shard.set(place, record, revision);
        }
    }

    fn set_cookie(&mut self, (at, place): HeapPlace, cookie: &SessionCookie) {
        if let Some(shard) = self.shards.get_mut(at) {
            shard.set_cookie(place, cookie);
        }
    }

    fn add(&mut self, entry: Entry<T>, now: Timestamp) -> Result<(), StoreFull> {
        if self.held >= self.limit && self.sweep(now, SEARCH, 1, SHARDS).removed == 0 {
            return Err(StoreFull);
        }
        let hash = hash(&entry.key);
        self.shards.get_mut(shard_of(hash)).ok_or(StoreFull)?.add(entry, hash)?;
        self.held = self.held.saturating_add(1);
        Ok(())
    }

    fn remove(&mut self, (at, place): HeapPlace) {
        if let Some(shard) = self.shards.get_mut(at) {
            shard.remove(place);
            self.held = self.held.saturating_sub(1);
        }
    }

    fn next_revision(&mut self) -> u64 {
        self.revision = self.revision.wrapping_add(1);
        self.revision
    }
}

impl<T: Clone + Default> SessionStore<T> for HeapStore<T> {
    type Revision = u64;
    type Error = StoreFull;

    fn load(&mut self, key: &StoreKey, now: Timestamp) -> Result<Option<Loaded<T, u64>>, StoreFull> {
        self.sweep(past_margin(now), SWEEP, SWEEP, HOPS);
        Ok(table::load(self, key, now))
    }

    fn apply(&mut self, op: StoreOp<'_, T, u64>, now: Timestamp) -> Result<Answer<u64>, StoreFull> {
        self.sweep(past_margin(now), SWEEP, SWEEP, HOPS);
        table::apply(self, op, now)
    }
}

/// Neither ids nor data print.
impl<T> fmt::Debug for HeapStore<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeapStore").field("limit", &self.limit).field("held", &self.held).finish_non_exhaustive()
    }
}

/// The hash of a key, whole, since an id of another generator may differ from the next in one place only.
///
/// It need not withstand an attacker: keys are of ids that have been verified.
fn hash(key: &StoreKey) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut rest = key.as_bytes();
    let mut state = ODD;
    while let Some((word, later)) = rest.split_first_chunk() {
        state = (state ^ u64::from_le_bytes(*word)).wrapping_mul(ODD).rotate_left(29);
        rest = later;
    }
    for byte in rest {
        state = (state ^ u64::from(*byte)).wrapping_mul(ODD).rotate_left(29);
    }
    (state ^ (state >> 32)).wrapping_mul(ODD)
}

fn shard_of(hash: u64) -> usize {
    usize::try_from(hash >> 56).unwrap_or_default()
}
