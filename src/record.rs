//! What a store keeps of a session.

#[cfg(feature = "serde")]
mod cookie_serde;
#[cfg(feature = "serde")]
mod error;
#[cfg(feature = "serde")]
mod fields;
#[cfg(feature = "serde")]
mod json;
#[cfg(feature = "serde")]
mod scalar;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "serde")]
mod ticket_serde;

use core::fmt;

use crate::cookie::SessionCookie;
use crate::expiry::{Expires, Expiry, MaxAge};
use crate::id::StoreKey;
use crate::ticket::Ticket;
use crate::time::Timestamp;

#[cfg(feature = "serde")]
pub use error::RecordError;

/// What a store keeps of a session: its cookie, and the program's own data.
///
/// In JSON it is Express's document, `{"cookie":{…},…data}`: with the feature `serde` it is read and written by
/// `Record::from_json` and `Record::write_json`, which need no heap, or by any serde format. The data owns the
/// document; to keep what other programs put there, take `Document` (features `alloc` and `serde`) for it.
///
/// ```
/// use session_core::{Record, SessionCookie};
///
/// let mut record = Record::new(SessionCookie::default(), 0_u32);
/// *record.data_mut() += 1;
/// assert_eq!(*record.data(), 1);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Record<T> {
    cookie: SessionCookie,
    ticket: Option<Ticket>,
    data: T,
    altered: bool,
}

impl<T> Record<T> {
    /// A record of this cookie and data.
    #[must_use]
    pub const fn new(cookie: SessionCookie, data: T) -> Self {
        Self { cookie, ticket: None, data, altered: false }
    }

    /// What stands in the place of a session that went on under another id, so that requests which still come with the
    /// old one neither begin another session nor are taken for it: a record without data, until a minute or so later.
    #[must_use]
    pub fn moved(now: Timestamp, until: Timestamp) -> Self
    where
        T: Default,
    {
        let expiry = Expiry::from_parts(MaxAge::Ms(until.ms_since(now)), Expires::At(until));
        let ticket = Ticket { moved: true, ..Ticket::anonymous(now, until) };
        Self::new(SessionCookie::default().with_expiry(expiry), T::default()).with_ticket(Some(ticket))
    }

    /// The same record with another ticket.
    #[must_use]
    pub(crate) const fn with_ticket(mut self, ticket: Option<Ticket>) -> Self {
        self.ticket = ticket;
        self
    }

    /// The same record, of which its reader says that it left out a part of what is stored.
    #[cfg(feature = "serde")]
    pub(crate) const fn altered(mut self, altered: bool) -> Self {
        self.altered = altered;
        self
    }

    /// The cookie, to be changed.
    pub const fn cookie_mut(&mut self) -> &mut SessionCookie {
        &mut self.cookie
    }

    pub(crate) const fn ticket_mut(&mut self) -> &mut Option<Ticket> {
        &mut self.ticket
    }

    /// The data, to be changed.
    pub const fn data_mut(&mut self) -> &mut T {
        &mut self.data
    }

    /// The cookie: when the session ends, and what its Set-Cookie line says.
    #[must_use]
    pub const fn cookie(&self) -> &SessionCookie {
        &self.cookie
    }

    /// What the recommended preset keeps beyond Express's fields; `None`: Express has written it.
    #[must_use]
    pub const fn ticket(&self) -> Option<&Ticket> {
        self.ticket.as_ref()
    }

    /// Whether it stands where a session was until it went on under another id, and so is none.
    #[must_use]
    pub const fn is_moved(&self) -> bool {
        matches!(self.ticket, Some(Ticket { moved: true, .. }))
    }

    /// The data.
    #[must_use]
    pub const fn data(&self) -> &T {
        &self.data
    }

    /// The data alone.
    #[must_use]
    pub fn into_data(self) -> T {
        self.data
    }

    /// Whether reading left out names that Express refuses (`id`, `save` and the like).
    ///
    /// What would be written then differs from what is stored, so such a session counts as changed.
    #[must_use]
    pub const fn is_altered(&self) -> bool {
        self.altered
    }
}

/// What is in a session is nobody's business in a log.
impl<T> fmt::Debug for Record<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("cookie", &self.cookie).finish_non_exhaustive()
    }
}

/// A record as a store answers it: with the key it was found under, and what the store alone knows.
///
/// A document that cannot be read is none: report it, leave it where it is, and give nothing for it, or its user is locked
/// out for as long as the cookie lasts. A store that cannot answer is another thing: then there is no request either.
///
/// A store answers only with what has not ended. Where it does not drop records by itself, whoever loads one asks
/// [`Expiry::is_expired`](crate::Expiry::is_expired) first: under the `express` preset `open` takes every record for alive,
/// as Express does. Under `recommended` it looks itself.
///
/// ```
/// use session_core::{Loaded, Record, SessionCookie, StoreKey};
///
/// let key: StoreKey = "abc".parse()?;
/// let loaded = Loaded::new(key, Record::new(SessionCookie::default(), 0_u32)).with_revision(7_u64);
/// assert_eq!(*loaded.record().data(), 0);
/// # Ok::<(), session_core::IdError>(())
/// ```
#[derive(Clone)]
pub struct Loaded<T, V = ()> {
    pub(crate) key: StoreKey,
    pub(crate) record: Record<T>,
    pub(crate) revision: V,
    pub(crate) ttl_left: Option<core::time::Duration>,
    pub(crate) epoch: Option<u64>,
}

impl<T> Loaded<T> {
    /// A record that was found under this key, in a store that counts no revisions.
    #[must_use]
    pub const fn new(key: StoreKey, record: Record<T>) -> Self {
        Self { key, record, revision: (), ttl_left: None, epoch: None }
    }
}

impl<T, V> Loaded<T, V> {
    /// Says which revision was loaded: whatever the store tells two writes apart by.
    #[must_use]
    pub fn with_revision<W>(self, revision: W) -> Loaded<T, W> {
        Loaded { key: self.key, record: self.record, revision, ttl_left: self.ttl_left, epoch: self.epoch }
    }

    /// Says how long the store would still have kept the record, where it drops records by itself (Redis).
    #[must_use]
    pub fn with_ttl_left(mut self, left: core::time::Duration) -> Self {
        self.ttl_left = Some(left);
        self
    }

    /// Says the epoch of the principal that is logged in ([`Record::principal`]), where epochs are counted: as it is in the
    /// database now, 0 where there is none. If it cannot be read, open no session.
    #[must_use]
    pub const fn with_epoch(mut self, epoch: u64) -> Self {
        self.epoch = Some(epoch);
        self
    }

    /// The key it was found under.
    #[must_use]
    pub const fn key(&self) -> &StoreKey {
        &self.key
    }

    /// The record.
    #[must_use]
    pub const fn record(&self) -> &Record<T> {
        &self.record
    }

    /// The revision.
    #[must_use]
    pub const fn revision(&self) -> &V {
        &self.revision
    }

    /// How long the store would still have kept the record, if it told.
    #[must_use]
    pub const fn ttl_left(&self) -> Option<core::time::Duration> {
        self.ttl_left
    }

    /// The record alone.
    #[must_use]
    pub fn into_record(self) -> Record<T> {
        self.record
    }
}

/// A revision may be the stored text itself.
impl<T, V> fmt::Debug for Loaded<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").field("record", &self.record).field("ttl_left", &self.ttl_left).finish_non_exhaustive()
    }
}
