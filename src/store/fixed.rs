//! A store of a fixed number of places, for programs without a heap.

use core::fmt;

use super::table::{self, Entry, Table};
use super::{Answer, Purged, SessionStore, StoreFull, StoreOp};
use crate::cookie::SessionCookie;
use crate::id::StoreKey;
use crate::record::{Loaded, Record};
use crate::time::Timestamp;

/// A store of `N` places in place: no heap, and every call looks at `N` places at most.
///
/// A session that has ended is never returned. Its place is given away when all are taken, and else freed a minute after
/// its end, so that a clock that was ahead for a moment ended nobody's session. If no place can be given away, a new
/// session is refused with [`StoreFull`] and no other is dropped for it, unless it is to be
/// [logins first](Self::with_logins_first).
///
/// ```
/// use session_core::{FixedStore, Record, SessionCookie, SessionStore, StoreOp, Timestamp};
///
/// static EMPTY: FixedStore<u8, 8> = FixedStore::new();
///
/// let mut store = EMPTY.clone();
/// let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// let key = "abc".parse()?;
/// let record = Record::new(SessionCookie::default(), 5);
/// store.apply(StoreOp::put(key, &record), now)?;
/// assert_eq!(store.load(&key, now)?.map(|loaded| *loaded.record().data()), Some(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FixedStore<T, const N: usize> {
    places: [Option<Entry<T>>; N],
    revision: u64,
    /// Where the next purge goes on.
    cursor: usize,
    logins_first: bool,
}

impl<T, const N: usize> FixedStore<T, N> {
    /// An empty store.
    #[must_use]
    pub const fn new() -> Self {
        Self { places: [const { None }; N], revision: 0, cursor: 0, logins_first: false }
    }

    /// The same store, in which a login always finds room unless users are logged in on all places: it takes that of a
    /// session of nobody.
    ///
    /// Without this, whoever asks for a few pages that store something fills a small table, and keeps everybody out of it
    /// until those sessions end. A session of nobody takes no other one's place, and a login takes none of a user's, so no
    /// stranger can end a session either. Who is logged in is what the record's [`Ticket`](crate::Ticket) says: under the
    /// `express` preset that is nobody.
    ///
    /// | a place holds | for a session of nobody | for one of a user |
    /// |---|---|---|
    /// | nothing, or what has ended | is free | is free |
    /// | a session of nobody, or a mark where one moved from | is taken | is free, if there is none of those above: the one that ends first |
    /// | a session of a user | is taken | is taken |
    ///
    /// ```
    /// use session_core::FixedStore;
    ///
    /// static EMPTY: FixedStore<u32, 8> = FixedStore::new().with_logins_first();
    /// ```
    #[must_use]
    pub const fn with_logins_first(mut self) -> Self {
        self.logins_first = true;
        self
    }

    /// Removes all sessions.
    pub fn clear(&mut self) {
        self.places.fill_with(|| None);
    }

    /// Removes sessions that ended a minute ago or earlier, looking at this many places at most; the next call goes on
    /// from there.
    pub fn purge(&mut self, now: Timestamp, at_most: usize) -> Purged {
        let mut purged = Purged::default();
        for _ in 0..at_most.min(N) {
            let place = self.cursor;
            self.cursor = if place.saturating_add(1) < N { place.saturating_add(1) } else { 0 };
            purged.looked_at = purged.looked_at.saturating_add(1);
            if self.entry(place).is_some_and(|entry| entry.may_go(now)) {
                self.remove(place);
                purged.removed = purged.removed.saturating_add(1);
            }
        }
        purged
    }

    /// The sessions that have not ended, in no particular order. What stands where one moved from is none.
    pub fn all(&self, now: Timestamp) -> impl Iterator<Item = (&StoreKey, &Record<T>)> {
        let entries = self.places.iter().flatten().filter(move |entry| entry.is_session(now));
        entries.map(|entry| (&entry.key, &entry.record))
    }

    /// How many sessions have not ended.
    #[must_use]
    pub fn length(&self, now: Timestamp) -> usize {
        self.all(now).count()
    }
}

/// When a place is free, in ms since 1970; `None`: not for this. The table is that of [`FixedStore::with_logins_first`].
fn free_at<T>(entry: Option<&Entry<T>>, for_login: bool, now: Timestamp) -> Option<i64> {
    match entry {
        None => Some(i64::MIN),
        Some(entry) if entry.has_ended(now) => Some(i64::MIN),
        Some(entry) if for_login && entry.record.principal().is_none() => Some(entry.end()),
        Some(_) => None,
    }
}

impl<T, const N: usize> Default for FixedStore<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Table<T> for FixedStore<T, N> {
    type Place = usize;

    fn find_vartime(&self, key: &StoreKey) -> Option<usize> {
        self.places.iter().position(|place| place.as_ref().is_some_and(|entry| entry.key == *key))
    }

    fn entry(&self, place: usize) -> Option<&Entry<T>> {
        self.places.get(place)?.as_ref()
    }

    fn set(&mut self, place: usize, record: &Record<T>, revision: u64)
    where
        T: Clone,
    {
        if let Some(Some(entry)) = self.places.get_mut(place) {
            entry.set(record, revision);
        }
    }

    fn set_cookie(&mut self, place: usize, cookie: &SessionCookie) {
        if let Some(Some(entry)) = self.places.get_mut(place) {
            *entry.record.cookie_mut() = *cookie;
        }
    }

    fn add(&mut self, entry: Entry<T>, now: Timestamp) -> Result<(), StoreFull> {
        let is_login = self.logins_first && entry.record.principal().is_some();
        let mut best: Option<(i64, &mut Option<Entry<T>>)> = None;
        for place in &mut self.places {
            let Some(at) = free_at(place.as_ref(), is_login, now) else { continue };
            if best.as_ref().is_none_or(|(best, _)| at < *best) {
                best = Some((at, place));
            }
        }
        *best.ok_or(StoreFull)?.1 = Some(entry);
        Ok(())
    }

    fn remove(&mut self, place: usize) {
        if let Some(place) = self.places.get_mut(place) {
            *place = None;
        }
    }

    fn next_revision(&mut self) -> u64 {
        self.revision = self.revision.wrapping_add(1);
        self.revision
    }
}

impl<T: Clone + Default, const N: usize> SessionStore<T> for FixedStore<T, N> {
    type Revision = u64;
    type Error = StoreFull;

    fn load(&mut self, key: &StoreKey, now: Timestamp) -> Result<Option<Loaded<T, u64>>, StoreFull> {
        Ok(table::load(self, key, now))
    }

    fn apply(&mut self, op: StoreOp<'_, T, u64>, now: Timestamp) -> Result<Answer<u64>, StoreFull> {
        table::apply(self, op, now)
    }
}

/// Neither ids nor data print.
impl<T, const N: usize> fmt::Debug for FixedStore<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedStore").field("places", &N).finish_non_exhaustive()
    }
}
