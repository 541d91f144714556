//! One table of a [`HeapStore`](super::HeapStore): entries side by side, and an open-addressing index over them.

#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::StoreFull;
use super::table::Entry;
use crate::cookie::SessionCookie;
use crate::id::StoreKey;
use crate::record::Record;
use crate::time::Timestamp;

/// Entries stand in columns without gaps: what searches by time or by hash reads nothing else.
pub(super) struct Shard<T> {
    entries: Vec<Box<Entry<T>>>,
    ends: Vec<i64>,
    hashes: Vec<u64>,
    /// Whether an entry only stands where a session moved from.
    moved: Vec<bool>,
    /// The place of an entry plus one, or 0; found by linear probing from the entry's hash. Its length is a power of two
    /// and at least twice the number of entries.
    index: Vec<u32>,
}

impl<T> Default for Shard<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), ends: Vec::new(), hashes: Vec::new(), moved: Vec::new(), index: Vec::new() }
    }
}

/// What a search for sessions that have ended came to.
pub(super) struct Search {
    pub(super) looked_at: usize,
    pub(super) ended: Option<usize>,
    pub(super) at_end: bool,
}

impl<T> Shard<T> {
    pub(super) fn add(&mut self, entry: Entry<T>, hash: u64) -> Result<(), StoreFull> {
        let place = self.entries.len();
        let link = u32::try_from(place).ok().and_then(|place| place.checked_add(1)).ok_or(StoreFull)?;
        if self.index.len() < place.saturating_add(1).saturating_mul(2) {
            self.grow();
        }
        self.ends.push(entry.end());
        self.hashes.push(hash);
        self.moved.push(entry.record.is_moved());
        self.entries.push(Box::new(entry));
        self.link(hash, link);
        Ok(())
    }

    pub(super) fn set(&mut self, place: usize, record: &Record<T>, revision: u64)
    where
        T: Clone,
    {
        let columns = (self.ends.get_mut(place), self.moved.get_mut(place), self.entries.get_mut(place));
        if let (Some(end), Some(moved), Some(entry)) = columns {
            entry.set(record, revision);
            *end = entry.end();
            *moved = record.is_moved();
        }
    }

    pub(super) fn set_cookie(&mut self, place: usize, cookie: &SessionCookie) {
        if let (Some(end), Some(entry)) = (self.ends.get_mut(place), self.entries.get_mut(place)) {
            *entry.record.cookie_mut() = *cookie;
            *end = entry.end();
        }
    }

    /// Removes an entry; the last one takes its place.
    pub(super) fn remove(&mut self, place: usize) {
        let Some(last) = self.entries.len().checked_sub(1).filter(|last| place <= *last) else { return };
        self.unlink(place);
        if place != last {
            if let Some((at, link)) = self.probe(last).zip(u32::try_from(place).ok()) {
                self.index_set(at, link.saturating_add(1));
            }
        }
        self.entries.swap_remove(place);
        self.ends.swap_remove(place);
        self.hashes.swap_remove(place);
        self.moved.swap_remove(place);
    }

    pub(super) fn find_vartime(&self, key: &StoreKey, hash: u64) -> Option<usize> {
        let mut at = self.home(hash);
        while let Some(place) = self.linked(at) {
            if self.hashes.get(place) == Some(&hash) && self.entries.get(place).is_some_and(|entry| entry.key == *key) {
                return Some(place);
            }
            at = self.next(at);
        }
        None
    }

    pub(super) fn entry(&self, place: usize) -> Option<&Entry<T>> {
        self.entries.get(place).map(Box::as_ref)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry<T>> {
        self.entries.iter().map(Box::as_ref)
    }

    /// How many sessions have not ended.
    pub(super) fn live(&self, now: Timestamp) -> usize {
        let columns = self.ends.iter().zip(&self.moved);
        columns.filter(|(end, moved)| **end > now.as_unix_ms() && !**moved).count()
    }

    /// The first entry from a place on that has ended, among the next `at_most`.
    pub(super) fn first_ended(&self, now: Timestamp, from: usize, at_most: usize) -> Search {
        let ends = self.ends.get(from..).unwrap_or_default();
        let looked_at = ends.len().min(at_most);
        let ended = ends.iter().take(at_most).position(|end| *end <= now.as_unix_ms());
        Search {
            looked_at: ended.map_or(looked_at, |offset| offset.saturating_add(1)),
            ended: ended.map(|offset| from.saturating_add(offset)),
            at_end: looked_at == ends.len(),
        }
    }

    fn grow(&mut self) {
        let length = self.index.len().saturating_mul(2).max(8);
        self.index.clear();
        self.index.resize(length, 0);
        let hashes = core::mem::take(&mut self.hashes);
        for (link, hash) in (1..).zip(&hashes) {
            self.link(*hash, link);
        }
        self.hashes = hashes;
    }

    fn link(&mut self, hash: u64, link: u32) {
        let mut at = self.home(hash);
        while self.linked(at).is_some() {
            at = self.next(at);
        }
        self.index_set(at, link);
    }

    /// Takes an entry out of the index and closes the gap: each entry behind it that may move up does.
    fn unlink(&mut self, place: usize) {
        let Some(mut gap) = self.probe(place) else { return };
        let mut at = self.next(gap);
        while let Some(moved) = self.linked(at) {
            let home = self.home(self.hashes.get(moved).copied().unwrap_or_default());
            if self.distance(home, at) >= self.distance(gap, at) {
                self.index_set(gap, u32::try_from(moved).unwrap_or_default().saturating_add(1));
                gap = at;
            }
            at = self.next(at);
        }
        self.index_set(gap, 0);
    }

    /// Where in the index a place is linked.
    fn probe(&self, place: usize) -> Option<usize> {
        let mut at = self.home(*self.hashes.get(place)?);
        while self.linked(at)? != place {
            at = self.next(at);
        }
        Some(at)
    }

    fn linked(&self, at: usize) -> Option<usize> {
        let place = self.index.get(at)?.checked_sub(1)?;
        usize::try_from(place).ok()
    }

    fn index_set(&mut self, at: usize, link: u32) {
        if let Some(slot) = self.index.get_mut(at) {
            *slot = link;
        }
    }

    fn home(&self, hash: u64) -> usize {
        middle(hash) & self.mask()
    }

    fn next(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.mask()
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.mask()
    }

    fn mask(&self) -> usize {
        self.index.len().saturating_sub(1)
    }
}

/// What of a hash says where in the index a search begins: its high bits have picked the table, and the low bits of a
/// product depend on little.
pub(super) fn middle(hash: u64) -> usize {
    usize::try_from((hash >> 24) & 0xffff_ffff).unwrap_or_default()
}
