//! The end of a request: what is left to be done for a session, and what its answer may say.

use core::fmt;

use crate::decision::recommended::Lost;
use crate::decision::{CookieReason, StoreAction, WriteReason};
use crate::id::StoreKey;
use crate::record::{Loaded, Record};
use crate::session::{Opening, Session};
use crate::store::{Answer, SessionStore, StoreOp};
use crate::ticket::WriteId;
use crate::time::Timestamp;

impl<'c, T, V> Session<'c, T, V> {
    /// Ends the request: what is left to be done for the session, and its cookie.
    ///
    /// The session's life is counted from now, unless that was done when the cookie was sent early.
    pub fn close(mut self, now: Timestamp) -> Outcome<'c, T, V> {
        let (write_reason, cookie_reason) = self.decide(now);
        Outcome { session: self, write_reason, cookie_reason, write_id: None }
    }
}

/// What the end of a request asks of the store, before it has been done.
///
/// ```
/// # use session_core::{CookieName, CookieOptions, Fingerprint, FixedStore, Key, Policy, Request, SessionId, SessionManager};
/// # use session_core::{SessionStore, Timestamp};
/// # let policy = Policy::<u32>::express(Fingerprint::of_hash);
/// # let keys = Key::new("keyboard cat").into();
/// # let manager = SessionManager::new(policy, keys, CookieName::CONNECT_SID, CookieOptions::new())?;
/// # let mut store = FixedStore::<u32, 8>::new();
/// # let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// # let pending = manager.receive(Request::new([""], "/")).expect("every path has a session");
/// # let session = pending.open(None, now, || Ok::<_, core::convert::Infallible>(SessionId::from_random([1; 24])))?;
/// let outcome = session.close(now);
/// assert_eq!(outcome.write_reason().to_string(), "the session is new");
/// let answer = outcome.op().map(|op| store.apply(op, now)).transpose()?;
/// let settled = outcome.settle(answer);
/// assert!(manager.set_cookie(&settled)?.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the store does not hear of it unless the operation is performed"]
pub struct Outcome<'c, T, V = ()> {
    session: Session<'c, T, V>,
    write_reason: WriteReason,
    cookie_reason: CookieReason,
    write_id: Option<WriteId>,
}

impl<'c, T, V> Outcome<'c, T, V> {
    /// Takes the store's answer to [`op`](Self::op), or `None` if there was nothing to do; now the cookie can be sent.
    ///
    /// Under the `recommended` preset `None` to an operation is [`Answer::Unknown`].
    pub fn settle(mut self, answer: Option<Answer<V>>) -> Settled<'c, T, V> {
        self.hear(answer);
        Settled { session: self.session, cookie_reason: self.cookie_reason }
    }

    /// Takes the store's answer.
    fn hear(&mut self, answer: Option<Answer<V>>) {
        match (self.session.rules(), answer) {
            (Some(rules), answer) => {
                let answer = answer.unwrap_or(Answer::Unknown);
                self.cookie_reason = self.session.settle_guarded(&rules, self.write_reason, answer);
            }
            (None, Some(answer)) => self.session.answered(answer),
            (None, None) => {}
        }
    }

    /// Has a store that answers at once do what is asked, and takes its answer.
    ///
    /// # Errors
    ///
    /// The store's: nothing was written then, and no cookie is to be sent. Who wants to try again takes
    /// [`op`](Self::op) and [`settle`](Self::settle) instead, since this outcome is gone.
    pub fn apply<S>(mut self, store: &mut S, now: Timestamp) -> Result<Settled<'c, T, V>, S::Error>
    where
        S: SessionStore<T, Revision = V>,
    {
        let answer = self.op().map(|op| store.apply(op, now)).transpose()?;
        self.hear(answer);
        Ok(Settled { session: self.session, cookie_reason: self.cookie_reason })
    }

    /// Does not wait for the store, as Express does not: it writes the head of its answer first.
    ///
    /// So a cookie may go out for a session that the store then fails to take. Under the `recommended` preset that is not
    /// to be had: it says [`Lost::Unknown`] where there was something to do.
    pub fn settle_unanswered(self) -> Settled<'c, T, V> {
        self.settle(None)
    }

    /// Marks what is written, so that [`confirm`](Self::confirm) finds it again if the store does not answer
    /// (`recommended` only).
    ///
    /// It is for stores on the other end of a wire; one in memory always answers.
    pub const fn with_write_id(mut self, id: WriteId) -> Self {
        if let Some(ticket) = self.session.record_mut().ticket_mut() {
            ticket.write_id = Some(id);
            self.write_id = Some(id);
        }
        self
    }

    /// What the store has done, after [`Answer::Unknown`] and by what it has now under each of [`keys`](Self::keys).
    ///
    /// | asked for | it has | answer |
    /// |---|---|---|
    /// | destroy | anything under a key that was to go | `Unknown`: it was not done |
    /// | replace | a session under the key that was to go | `Unknown`: it was not done, or by half |
    /// | destroy | none there | `Gone`, which is what was asked for |
    /// | create, replace, update | a record with the write id of this request | `Done` |
    /// | create, replace, update | another one | `Conflict` |
    /// | create, replace, update | none | `Gone` |
    /// | anything else | | `Unknown` |
    ///
    /// A replace that was done by half leaves a record under a key that nobody holds: ask for its destruction.
    pub fn confirm(&self, reread: impl IntoIterator<Item = Loaded<T, V>>) -> Answer<V> {
        let Some(op) = self.op() else { return Answer::Unknown };
        let goes = match &op {
            StoreOp::Destroy { key, also } => [Some(*key), *also],
            StoreOp::Replace { old, .. } => [Some(*old), None],
            _ => [None, None],
        };
        let mut written = None;
        for found in reread {
            if goes.iter().flatten().any(|key| *key == found.key) {
                // Where one was to be destroyed, a mark says that it goes on under another id.
                if !found.record.is_moved() || matches!(op, StoreOp::Destroy { .. }) {
                    return Answer::Unknown;
                }
            } else if found.key == *op.key() {
                written = Some(found);
            }
        }
        match (self.write_reason.action(), self.write_id, written) {
            (StoreAction::Destroy, _, _) => Answer::Gone,
            (StoreAction::Create | StoreAction::Replace | StoreAction::Update, Some(id), Some(found)) => {
                if found.record.ticket().and_then(|ticket| ticket.write_id) == Some(id) {
                    Answer::Done(found.revision)
                } else {
                    Answer::Conflict
                }
            }
            (StoreAction::Create | StoreAction::Replace | StoreAction::Update, Some(_), None) => Answer::Gone,
            _ => Answer::Unknown,
        }
    }

    /// The keys that [`op`](Self::op) writes or removes: where to look after [`Answer::Unknown`].
    pub fn keys(&self) -> impl Iterator<Item = StoreKey> + use<'c, T, V> {
        let keys = match self.op() {
            Some(StoreOp::Destroy { key, also }) => [Some(key), also],
            Some(StoreOp::Replace { old, key, .. }) => [Some(key), Some(old)],
            Some(op) => [Some(*op.key()), None],
            None => [None, None],
        };
        keys.into_iter().flatten()
    }

    /// What the store is to do, if anything.
    #[must_use]
    pub fn op(&self) -> Option<StoreOp<'_, T, V>> {
        self.session.op(self.write_reason)
    }

    /// The session as it was closed.
    pub const fn session(&self) -> &Session<'c, T, V> {
        &self.session
    }

    /// Why the store is to do this, or nothing.
    #[must_use]
    pub const fn write_reason(&self) -> WriteReason {
        self.write_reason
    }

    /// Why the cookie is sent or not; under the `recommended` preset if the store does what is asked.
    #[must_use]
    pub const fn cookie_reason(&self) -> CookieReason {
        self.cookie_reason
    }
}

impl<T, V> fmt::Debug for Outcome<'_, T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("write_reason", &self.write_reason)
            .field("cookie_reason", &self.cookie_reason)
            .finish_non_exhaustive()
    }
}

/// A request whose store has done its part: what the answer's head may say.
///
/// See [`Outcome`] for how to come by one.
#[must_use = "the browser does not get its cookie unless the answer carries it"]
pub struct Settled<'c, T, V = ()> {
    session: Session<'c, T, V>,
    cookie_reason: CookieReason,
}

impl<'c, T, V> Settled<'c, T, V> {
    /// The session as it was closed.
    pub const fn session(&self) -> &Session<'c, T, V> {
        &self.session
    }

    /// Why the cookie is sent or not.
    #[must_use]
    pub const fn cookie_reason(&self) -> CookieReason {
        self.cookie_reason
    }

    /// What the request was to do and the store has not done (`recommended` only). Then the answer is not to say that all
    /// went well; [`SessionManager::set_cookie`](crate::SessionManager::set_cookie) refuses it.
    #[must_use]
    pub fn lost(&self) -> Option<Lost> {
        self.session.lost()
    }

    /// The record that was not stored, for whoever merges it with what is stored now.
    #[must_use]
    pub fn into_record(self) -> Record<T> {
        self.session.into_record()
    }

    /// What the answer's `Cache-Control` is to be, if the session says so: no cache may keep what was made for one user
    /// (`recommended` only).
    ///
    /// OWASP Session Management Cheat Sheet; RFC 9111, section 5.2.2: `Vary: Cookie` alone protects nothing.
    #[must_use]
    pub fn cache_control(&self) -> Option<&'static str> {
        let read = self.session.is_guarded() && self.session.opening() == Opening::Loaded;
        (read || self.session.is_guarded() && self.cookie_reason.is_sent()).then_some("private, no-store")
    }
}

impl<T, V> fmt::Debug for Settled<'_, T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settled").field("cookie_reason", &self.cookie_reason).finish_non_exhaustive()
    }
}
