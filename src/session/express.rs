//! What the express preset decides about a session, and how either preset tells that its data have changed.

use super::Session;
use crate::decision::express::{self, Facts};
use crate::decision::{CookieReason, WriteReason};
use crate::fingerprint::Fingerprint;
use crate::id::StoreKey;
use crate::policy::Changes;
use crate::time::Timestamp;

/// A state of the data that can be compared with another.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Edits(u32),
    Fingerprint(Fingerprint),
    /// Equal to no other: what is stored differs from what was loaded.
    Altered,
}

impl Mark {
    pub(super) fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Edits(one), Self::Edits(two)) => one == two,
            (Self::Fingerprint(one), Self::Fingerprint(two)) => one == two,
            _ => false,
        }
    }
}
impl<T, V> Session<'_, T, V> {
    /// Decides about the cookie now, where the answer's head is written before its end, and says what comes out.
    ///
    /// It is decided once: [`close`](Self::close) does not do it again.
    pub(crate) fn decide_cookie(&mut self, now: Timestamp) -> CookieReason {
        let reason = self.early.unwrap_or_else(|| express::cookie(self.request.policy.switches, self.facts()));
        if reason.is_sent() && self.early.is_none() {
            self.touch(now);
        }
        self.early = Some(reason);
        reason
    }

    /// Counts the session's life from now, unless that was done when the cookie was sent early, and decides.
    pub(crate) fn decide(&mut self, now: Timestamp) -> (WriteReason, CookieReason) {
        if let Some(rules) = self.request.policy.rules {
            return self.decide_guarded(&rules, now);
        }
        if self.is_live() && !self.early.is_some_and(CookieReason::is_sent) {
            self.touch(now);
        }
        let facts = self.facts();
        let cookie_reason = self.early.unwrap_or_else(|| express::cookie(self.request.policy.switches, facts));
        (express::write(self.request.policy.switches, facts), cookie_reason)
    }

    /// Whether its cookie has been sent before the end of the request.
    pub(crate) fn sent_early(&self) -> bool {
        self.early.is_some_and(CookieReason::is_sent)
    }

    /// Whether the store has it under the whole value of its cookie, as with Connect 1.x.
    pub(crate) fn is_kept_under_its_cookie(&self) -> bool {
        !self.is_guarded() && self.key != StoreKey::plain(&self.id)
    }

    pub(super) fn mark(&self) -> Mark {
        match self.request.policy.changes {
            Changes::Flag => Mark::Edits(self.edits),
            Changes::Fingerprint(fingerprint) => Mark::Fingerprint(fingerprint(self.record.data())),
        }
    }

    fn facts(&self) -> Facts {
        let mark = self.mark();
        let same_id = self.id == self.original_id;
        let cookie = self.record.cookie();
        Facts {
            live: self.is_live(),
            new: self.is_new(),
            changed: !same_id || !self.original.equals(mark),
            saved: same_id && self.saved.is_some_and(|saved| saved.equals(mark)),
            stored: self.saved.is_some(),
            has_expiry: cookie.expiry().is_set(),
            secure: cookie.attribute(crate::cookie::Field::Secure).is_truthy(),
            encrypted: self.request.encrypted,
        }
    }
}
