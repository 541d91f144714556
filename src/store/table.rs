//! What both stores do alike: the six operations over a table of entries.

use super::{Answer, StoreFull, StoreOp};
use crate::cookie::SessionCookie;
use crate::expiry::Expires;
use crate::id::StoreKey;
use crate::record::{Loaded, Record};
use crate::time::Timestamp;

/// A record in a store.
#[derive(Clone)]
pub(super) struct Entry<T> {
    pub(super) key: StoreKey,
    pub(super) record: Record<T>,
    pub(super) revision: u64,
}

/// For how many ms a record is kept after its end, so that a clock that was ahead for less than that ended no session;
/// and by how much a use may have been noted by a clock that is ahead of another one.
pub(super) const MARGIN: i64 = 60_000;

/// The end of a session that has none.
pub(super) const NEVER: i64 = i64::MAX;

impl<T> Entry<T> {
    /// When the session ends, in ms since 1970.
    pub(super) fn end(&self) -> i64 {
        end_of(self.record.cookie())
    }

    pub(super) fn has_ended(&self, now: Timestamp) -> bool {
        self.end() <= now.as_unix_ms()
    }

    pub(super) fn set(&mut self, record: &Record<T>, revision: u64)
    where
        T: Clone,
    {
        self.record.clone_from(record);
        self.revision = revision;
    }

    pub(super) fn is_session(&self, now: Timestamp) -> bool {
        !self.has_ended(now) && !self.record.is_moved()
    }

    /// Whether it can be removed, and not only be left out of every answer.
    pub(super) fn may_go(&self, now: Timestamp) -> bool {
        self.end().saturating_add(MARGIN) <= now.as_unix_ms()
    }
}

/// [`Expiry::is_expired`](crate::Expiry::is_expired) as a number that can stand in a column.
pub(super) fn end_of(cookie: &SessionCookie) -> i64 {
    match cookie.expiry().expires() {
        Expires::At(end) => end.as_unix_ms(),
        Expires::Ms(ms) if ms != 0 => ms,
        Expires::Absent | Expires::False | Expires::Invalid | Expires::Ms(_) | Expires::Null => NEVER,
    }
}

/// Where entries are kept. A place stays valid until the next entry is removed.
pub(super) trait Table<T> {
    type Place: Copy;

    fn find_vartime(&self, key: &StoreKey) -> Option<Self::Place>;
    fn entry(&self, place: Self::Place) -> Option<&Entry<T>>;
    /// Gives the entry in a place another record.
    fn set(&mut self, place: Self::Place, record: &Record<T>, revision: u64)
    where
        T: Clone;
    /// Gives the entry in a place another cookie.
    fn set_cookie(&mut self, place: Self::Place, cookie: &SessionCookie);
    /// Adds an entry of a key that is not there. Room may be made by removing what has ended.
    fn add(&mut self, entry: Entry<T>, now: Timestamp) -> Result<(), StoreFull>;
    fn remove(&mut self, place: Self::Place);
    /// A number that no write has had before.
    fn next_revision(&mut self) -> u64;
}

pub(super) fn load<T: Clone>(table: &mut impl Table<T>, key: &StoreKey, now: Timestamp) -> Option<Loaded<T, u64>> {
    let place = live(table, key, now)?;
    let Entry { key, record, revision } = table.entry(place)?;
    // Made in one piece, since it is large.
    Some(Loaded { key: *key, record: record.clone(), revision: *revision, ttl_left: None, epoch: None })
}

pub(super) fn apply<T: Clone + Default, M: Table<T>>(
    table: &mut M,
    op: StoreOp<'_, T, u64>,
    now: Timestamp,
) -> Result<Answer<u64>, StoreFull> {
    let (key, record, place) = match &op {
        StoreOp::Put { key, record } => (key, record, live(table, key, now)),
        StoreOp::Create { key, record } => match live(table, key, now) {
            Some(_) => return Ok(Answer::Exists),
            None => (key, record, None),
        },
        StoreOp::Update { key, record, revision } => match session(table, key, now) {
            None => return Ok(Answer::Gone),
            Some((_, stored)) if stored != **revision => return Ok(Answer::Conflict),
            Some((place, _)) => (key, record, Some(place)),
        },
        StoreOp::Touch { key, cookie, revision } => return Ok(touch(table, key, cookie, revision.copied(), now)),
        StoreOp::Destroy { key, also } => {
            let mut has_moved = false;
            for key in [Some(key), also.as_ref()].into_iter().flatten() {
                // "Done" would say that the session has ended, while it goes on.
                if find(table, key, now).is_some() && session(table, key, now).is_none() {
                    has_moved = true;
                } else {
                    remove(table, key);
                }
            }
            return Ok(if has_moved { Answer::Conflict } else { Answer::Done(table.next_revision()) });
        }
        StoreOp::Replace { old, key, record, revision, moved_until } => {
            let found = (session(table, old, now), live(table, key, now));
            match (found, revision) {
                ((None, _), _) => return Ok(Answer::Gone),
                ((Some(_), Some(_)), _) => return Ok(Answer::Exists),
                ((Some((_, stored)), None), Some(revision)) if stored != **revision => return Ok(Answer::Conflict),
                ((Some(_), None), _) => return replace(table, old, (key, record), *moved_until, now),
            }
        }
    };
    write(table, place, (key, record), now)
}

/// The place of a key whose session has not ended. One that ended long ago is removed.
fn live<T, M: Table<T>>(table: &mut M, key: &StoreKey, now: Timestamp) -> Option<M::Place> {
    find(table, key, now).map(|(place, _)| place)
}

fn find<T, M: Table<T>>(table: &mut M, key: &StoreKey, now: Timestamp) -> Option<(M::Place, u64)> {
    let place = table.find_vartime(key)?;
    let entry = table.entry(place)?;
    let (revision, ended, may_go) = (entry.revision, entry.has_ended(now), entry.may_go(now));
    if may_go {
        table.remove(place);
    }
    (!ended).then_some((place, revision))
}

/// The same of a session, and not of what stands where one moved from: who has loaded it before finds it gone.
fn session<T, M: Table<T>>(table: &mut M, key: &StoreKey, now: Timestamp) -> Option<(M::Place, u64)> {
    let (place, revision) = find(table, key, now)?;
    table.entry(place).is_some_and(|entry| !entry.record.is_moved()).then_some((place, revision))
}

/// Writes a record into the place that the key has, or adds it.
fn write<T: Clone, M: Table<T>>(
    table: &mut M,
    place: Option<M::Place>,
    (key, record): (&StoreKey, &Record<T>),
    now: Timestamp,
) -> Result<Answer<u64>, StoreFull> {
    let revision = table.next_revision();
    match place {
        Some(place) => table.set(place, record, revision),
        None => {
            // One that has ended.
            remove(table, key);
            table.add(Entry { key: *key, record: record.clone(), revision }, now)?;
        }
    }
    Ok(Answer::Done(revision))
}

fn remove<T, M: Table<T>>(table: &mut M, key: &StoreKey) {
    if let Some(place) = table.find_vartime(key) {
        table.remove(place);
    }
}

/// The old one goes first: a full table then has room for the new one, which is what matters.
fn replace<T: Clone + Default, M: Table<T>>(
    table: &mut M,
    old: &StoreKey,
    new: (&StoreKey, &Record<T>),
    moved_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Answer<u64>, StoreFull> {
    remove(table, old);
    let answer = write(table, None, new, now);
    if let Some(until) = moved_until.filter(|until| answer.is_ok() && *until > now) {
        // What has no room is left out.
        let _marked = write(table, None, (old, &Record::moved(now, until)), now);
    }
    answer
}

/// The data and so the revision stay as they are.
fn touch<T, M: Table<T>>(
    table: &mut M,
    key: &StoreKey,
    cookie: &SessionCookie,
    loaded: Option<u64>,
    now: Timestamp,
) -> Answer<u64> {
    let Some((place, revision)) = session(table, key, now) else { return Answer::Gone };
    if let Some(loaded) = loaded {
        if loaded != revision {
            return Answer::Conflict;
        }
        let gained = table.entry(place).map_or(0, |entry| end_of(cookie).saturating_sub(entry.end()));
        if gained <= 0 && gained > -MARGIN {
            return Answer::Done(revision);
        }
    }
    table.set_cookie(place, cookie);
    Answer::Done(revision)
}
