//! What a session asks of a store, as data, and the interface of stores that answer at once.

pub(crate) mod conformance;
mod fixed;
#[cfg(feature = "alloc")]
mod heap;
#[cfg(feature = "alloc")]
mod shard;
mod table;

use core::fmt;

use crate::cookie::SessionCookie;
use crate::id::StoreKey;
use crate::record::{Loaded, Record};
use crate::time::Timestamp;

pub use fixed::FixedStore;
#[cfg(feature = "alloc")]
pub use heap::HeapStore;

/// What a store is to do. It is exhaustive, so that an adapter cannot miss a new one; each may come to say more, so match
/// it with `..`.
///
/// The `express` preset asks for `Put`, `Touch` and `Destroy` alone: those are what an Express store has.
///
/// ```
/// use session_core::{Answer, FixedStore, Record, SessionCookie, SessionStore, StoreOp, Timestamp};
///
/// let mut store = FixedStore::<u32, 8>::new();
/// let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// let record = Record::new(SessionCookie::default(), 5);
/// let key = "abc".parse()?;
///
/// assert!(matches!(store.apply(StoreOp::put(key, &record), now)?, Answer::Done(_)));
/// assert_eq!(store.apply(StoreOp::create(key, &record), now)?, Answer::Exists);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the store does not hear of it unless it is handed this"]
pub enum StoreOp<'a, T, V = ()> {
    /// Write the record, whether or not there is one: `store.set` of Express.
    #[non_exhaustive]
    Put {
        /// Where.
        key: StoreKey,
        /// What.
        record: &'a Record<T>,
    },
    /// Write the record unless there is one ([`Answer::Exists`]).
    #[non_exhaustive]
    Create {
        /// Where.
        key: StoreKey,
        /// What.
        record: &'a Record<T>,
    },
    /// Write the record if there is one ([`Answer::Gone`]) and it is of this revision ([`Answer::Conflict`]).
    ///
    /// [`Record::moved`] is none to this, [`Touch`](Self::Touch) and [`Replace`](Self::Replace).
    #[non_exhaustive]
    Update {
        /// Where.
        key: StoreKey,
        /// What.
        record: &'a Record<T>,
        /// The revision that was loaded.
        revision: &'a V,
    },
    /// Move the record's end, and leave its data as they are: `store.touch` of Express.
    ///
    /// It writes no data, so its answer to a record of another revision ([`Answer::Conflict`]) loses none.
    #[non_exhaustive]
    Touch {
        /// Where.
        key: StoreKey,
        /// The cookie that replaces the one in the record.
        cookie: &'a SessionCookie,
        /// The revision that was loaded: a record of another one is left alone ([`Answer::Conflict`]), and an end that is
        /// later than the one here stays, since a later request has set it; where it is later by a minute or more, a clock
        /// that was ahead may have set it, and a store may move it. `None`: as Express does it, blindly.
        revision: Option<&'a V>,
    },
    /// Remove the record. That there is none is no failure: `store.destroy` of Express.
    ///
    /// Where [`Record::moved`] stands, a store that can tell leaves it and says [`Answer::Conflict`]: to remove it would not
    /// end the session, which goes on under another id. One that cannot (a plain `DEL`) says `Done`, and a logout that
    /// crosses a login ends nothing then.
    #[non_exhaustive]
    Destroy {
        /// Where.
        key: StoreKey,
        /// Where it may be as well, while a store goes from ids to hashes: to be removed after the other, and only both
        /// are [`Answer::Done`].
        also: Option<StoreKey>,
    },
    /// Let one record go for another, in its very place if need be.
    ///
    /// A store that does this in steps creates the new one first, then lets the old one go, and removes the new one again
    /// if that fails.
    #[non_exhaustive]
    Replace {
        /// The key of the one that goes; if it is gone, nothing is written ([`Answer::Gone`]).
        old: StoreKey,
        /// The key of the one that comes; if there is one, nothing is written ([`Answer::Exists`]).
        key: StoreKey,
        /// What comes.
        record: &'a Record<T>,
        /// The revision of the one that goes; if it is of another one, nothing is written ([`Answer::Conflict`]).
        revision: Option<&'a V>,
        /// Until when [`Record::moved`] stands in the place of the one that goes; it may be left out where there is no
        /// room for it. `None`: nothing does.
        moved_until: Option<Timestamp>,
    },
}

impl<'a, T, V> StoreOp<'a, T, V> {
    /// [`StoreOp::Put`]
    pub const fn put(key: StoreKey, record: &'a Record<T>) -> Self {
        Self::Put { key, record }
    }

    /// [`StoreOp::Create`]
    pub const fn create(key: StoreKey, record: &'a Record<T>) -> Self {
        Self::Create { key, record }
    }

    /// [`StoreOp::Update`]
    pub const fn update(key: StoreKey, record: &'a Record<T>, revision: &'a V) -> Self {
        Self::Update { key, record, revision }
    }

    /// [`StoreOp::Touch`], blindly
    pub const fn touch(key: StoreKey, cookie: &'a SessionCookie) -> Self {
        Self::Touch { key, cookie, revision: None }
    }

    /// [`StoreOp::Touch`] of a record of this revision
    pub const fn touch_revision(key: StoreKey, cookie: &'a SessionCookie, revision: &'a V) -> Self {
        Self::Touch { key, cookie, revision: Some(revision) }
    }

    /// [`StoreOp::Destroy`]
    pub const fn destroy(key: StoreKey) -> Self {
        Self::Destroy { key, also: None }
    }

    /// [`StoreOp::Destroy`] of two keys
    pub const fn destroy_both(key: StoreKey, also: StoreKey) -> Self {
        Self::Destroy { key, also: Some(also) }
    }

    /// [`StoreOp::Replace`] of a record of this revision, or of any
    pub const fn replace(
        old: StoreKey,
        key: StoreKey,
        record: &'a Record<T>,
        revision: Option<&'a V>,
        moved_until: Option<Timestamp>,
    ) -> Self {
        Self::Replace { old, key, record, revision, moved_until }
    }
}

impl<T, V> StoreOp<'_, T, V> {
    /// What is asked, in one word for a log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Put { .. } => "put",
            Self::Create { .. } => "create",
            Self::Update { .. } => "update",
            Self::Touch { .. } => "touch",
            Self::Destroy { .. } => "destroy",
            Self::Replace { .. } => "replace",
        }
    }

    /// The key of the record that is written or removed.
    #[must_use]
    pub const fn key(&self) -> &StoreKey {
        match self {
            Self::Put { key, .. }
            | Self::Create { key, .. }
            | Self::Update { key, .. }
            | Self::Touch { key, .. }
            | Self::Destroy { key, .. }
            | Self::Replace { key, .. } => key,
        }
    }
}

/// Neither key nor data print.
impl<T, V> fmt::Debug for StoreOp<'_, T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreOp").field(&self.name()).finish()
    }
}

/// What a store says to a [`StoreOp`].
///
/// ```
/// use session_core::Answer;
///
/// let answer = Answer::Done(2_u64);
/// assert_ne!(answer, Answer::Conflict);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer<V = ()> {
    /// Done; the record is of this revision now. Of one that was destroyed any will do.
    Done(V),
    /// Nothing was written: there is no such record, or it has ended.
    Gone,
    /// Nothing was written: there is a record already.
    Exists,
    /// Nothing was written: the record is of another revision.
    Conflict,
    /// It was sent and no answer came, so it may or may not have been done.
    Unknown,
}

/// A revision may be the stored text itself, so it does not print.
impl<V> fmt::Debug for Answer<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done(_) => "Done",
            Self::Gone => "Gone",
            Self::Exists => "Exists",
            Self::Conflict => "Conflict",
            Self::Unknown => "Unknown",
        })
    }
}

/// A store that answers at once, such as [`FixedStore`] and, with the feature `alloc`, `HeapStore`.
///
/// There is no async twin: an async caller performs a [`StoreOp`] with its own client, in its own way.
///
/// ```
/// use session_core::{FixedStore, SessionStore, StoreOp, Timestamp};
///
/// fn log_out<S: SessionStore<u32>>(store: &mut S, key: &str, now: Timestamp) -> Result<(), S::Error> {
///     if let Ok(key) = key.parse() {
///         store.apply(StoreOp::destroy(key), now)?;
///     }
///     Ok(())
/// }
///
/// log_out(&mut FixedStore::<u32, 8>::new(), "abc", Timestamp::UNIX_EPOCH)?;
/// # Ok::<(), session_core::StoreFull>(())
/// ```
pub trait SessionStore<T> {
    /// By what the store tells two writes of a record apart.
    type Revision;
    /// Why the store could not do what it was asked.
    type Error;

    /// Gives the record of this key if there is one and it has not ended at `now`.
    ///
    /// # Errors
    ///
    /// The store's own: that the record is not there is no error.
    fn load(&mut self, key: &StoreKey, now: Timestamp) -> Result<Option<Loaded<T, Self::Revision>>, Self::Error>;

    /// Does what is asked. A record that has ended at `now` counts as none.
    ///
    /// # Errors
    ///
    /// The store's own; nothing was written then.
    fn apply(
        &mut self,
        op: StoreOp<'_, T, Self::Revision>,
        now: Timestamp,
    ) -> Result<Answer<Self::Revision>, Self::Error>;
}

impl<T, S: SessionStore<T> + ?Sized> SessionStore<T> for &mut S {
    type Revision = S::Revision;
    type Error = S::Error;

    fn load(&mut self, key: &StoreKey, now: Timestamp) -> Result<Option<Loaded<T, Self::Revision>>, Self::Error> {
        (**self).load(key, now)
    }

    fn apply(
        &mut self,
        op: StoreOp<'_, T, Self::Revision>,
        now: Timestamp,
    ) -> Result<Answer<Self::Revision>, Self::Error> {
        (**self).apply(op, now)
    }
}

/// The store holds as many live sessions as it can, so a new one was refused; none was dropped for it.
///
/// ```
/// use session_core::{FixedStore, Record, SessionCookie, SessionStore, StoreFull, StoreOp, Timestamp};
///
/// let mut store = FixedStore::<u32, 1>::new();
/// let record = Record::new(SessionCookie::default(), 0);
/// for (key, outcome) in [("a", Ok(())), ("b", Err(StoreFull))] {
///     let put = StoreOp::put(key.parse()?, &record);
///     assert_eq!(store.apply(put, Timestamp::UNIX_EPOCH).map(|_| ()), outcome);
/// }
/// # Ok::<(), session_core::IdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreFull;

impl fmt::Display for StoreFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session store is full")
    }
}

impl core::error::Error for StoreFull {}

/// How far a purge came.
///
/// ```
/// use session_core::{FixedStore, Timestamp};
///
/// let mut store = FixedStore::<u32, 8>::new();
/// let purged = store.purge(Timestamp::UNIX_EPOCH, 100);
/// assert!(purged.looked_at <= 100);
/// assert_eq!(purged.removed, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many places were looked at.
    pub looked_at: usize,
    /// How many sessions had ended and were removed.
    pub removed: usize,
}
