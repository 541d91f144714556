//! Sessions as they stand in lists.

use session_core::{Expires, Handle, Principal, Record, StoreKey, Timestamp};

use super::Visitor;
use super::sessions::Sessions;

/// A session in which somebody is logged in.
pub(super) struct Listed {
    pub(super) user: Principal,
    pub(super) login: Timestamp,
    pub(super) last_use: Timestamp,
    /// Not for pages: those show the handle.
    pub(super) key: StoreKey,
    pub(super) handle: Handle,
}

impl Sessions {
    /// The sessions in which somebody is logged in, the oldest login first.
    ///
    /// It goes through the whole store. A real app has an index of each user's sessions beside it, for lists alone: what
    /// an index has missed is still ended by the epoch.
    pub(super) fn logged_in(&self, now: Timestamp) -> Vec<Listed> {
        let store = self.store();
        let mut listed: Vec<_> = store.all(now).filter_map(|(key, record)| self.listed(*key, record)).collect();
        listed.sort_by_key(|session| session.login);
        listed
    }

    /// Those of one user.
    pub(super) fn logged_in_as(&self, user: &Principal, now: Timestamp) -> Vec<Listed> {
        let mut listed = self.logged_in(now);
        listed.retain(|session| session.user == *user);
        listed
    }

    fn listed(&self, key: StoreKey, record: &Record<Visitor>) -> Option<Listed> {
        let ticket = record.ticket()?;
        let (user, login) = (*ticket.principal()?, ticket.login()?);
        // One that was signed out everywhere stays in the store until its end, and is none.
        (ticket.epoch() == self.epoch(&user)).then_some(())?;
        let handle = Handle::new(&self.handles, &key);
        Some(Listed { user, login, last_use: last_use(record)?, key, handle })
    }
}

/// When a session ends if it is not used any more.
pub(super) fn end_if_unused(record: &Record<Visitor>) -> Option<Timestamp> {
    match record.cookie().expiry().expires() {
        Expires::At(end) => Some(end),
        _ => None,
    }
}

/// The last use that was noted: from there the time until that end is counted.
fn last_use(record: &Record<Visitor>) -> Option<Timestamp> {
    let counted = record.cookie().expiry().original_max_age().as_ms()?;
    Some(end_if_unused(record)?.saturating_add(counted.saturating_neg()))
}
