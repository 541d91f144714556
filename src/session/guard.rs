//! What the recommended preset knows of a session during a request, and what it makes of the store's answers.
//!
//! The file is long since every fact and every step between them is one struct's.

use core::fmt;

use super::{Mark, NotLoaded, Origin, Session};
use crate::at_rest::IdsAtRest;
use crate::decision::recommended::{self, Facts, Life, Lost};
use crate::decision::{CookieReason, StoreAction, WriteReason};
use crate::expiry::{Expires, Expiry, MaxAge};
use crate::id::{SessionId, StoreKey};
use crate::lifetime::{self, Ending, Stored, Window};
use crate::policy::{Rules, Unset};
use crate::record::Loaded;
use crate::signature::Rejection;
use crate::store::{Answer, StoreOp};
use crate::ticket::Ticket;
use crate::time::Timestamp;

/// What a session was opened from; for the server's eyes.
///
/// ```
/// use session_core::{Ending, Opening};
///
/// assert_eq!(Opening::Ended(Ending::Idle).to_string(), "the session was not used for too long");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Opening {
    /// Two sessions that are alive, or one beside one that went on under another id: there is none to work with. Where both
    /// are alive, to end it is to end both, after which the user can go on.
    Ambiguous,
    /// A session that has ended: it is a new one. One that went on under another id leaves none to work with.
    Ended(Ending),
    /// The session that the browser named.
    Loaded,
    /// A good cookie, of a session that the store does not have: it is a new one.
    NotStored,
    /// No cookie that is good: it is a new one.
    Rejected(Rejection),
}

impl Opening {
    /// Whether there is no session to work with: what is changed is not stored, and no cookie is sent.
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(
            self,
            Self::Ambiguous
                | Self::Ended(Ending::Moved)
                | Self::Rejected(Rejection::Ambiguous | Rejection::TooManyCookies)
        )
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous => f.write_str("the cookies name two sessions"),
            Self::Ended(ending) => ending.fmt(f),
            Self::Loaded => f.write_str("the session was loaded"),
            Self::NotStored => f.write_str("the session is not in the store"),
            Self::Rejected(rejection) => rejection.fmt(f),
        }
    }
}

/// What the recommended preset knows of a session.
pub(super) struct Guard {
    pub(super) opening: Opening,
    pub(super) window: Window,
    /// Where the store has it, while it goes on under another id.
    pub(super) old: Option<StoreKey>,
    /// Where the store may have it as well.
    pub(super) also: Option<StoreKey>,
    /// The store has it.
    pub(super) stored: bool,
    /// What the store has of it has no ticket.
    pub(super) by_express: bool,
    /// The store has it under an id that it did not have before this request.
    introduced: bool,
    signed_by_older_key: bool,
    /// The store has not done what it was asked.
    refused: bool,
    lost: Option<Lost>,
    /// What was handed out last and has not been answered, and what the data were then.
    handed: Option<(WriteReason, Mark)>,
    /// The next answer is that of a save before the session was ended.
    late: bool,
    /// The end that options and limits give it, whatever the handler has made of its cookie.
    expiry: Expiry,
    /// Until when a mark stands under the old id.
    pub(super) moved_until: Option<Timestamp>,
}

impl Guard {
    /// Nothing of it counts under the express preset.
    pub(super) const EXPRESS: Self = Self {
        opening: Opening::NotStored,
        window: Window::ENDLESS,
        old: None,
        also: None,
        stored: false,
        by_express: false,
        introduced: false,
        signed_by_older_key: false,
        refused: false,
        lost: None,
        handed: None,
        late: false,
        expiry: Expiry::from_parts(MaxAge::Null, Expires::Null),
        moved_until: None,
    };
}

impl<'c, T, V> Session<'c, T, V> {
    /// What the recommended preset knows of the session from the start: the one that was found alive, a new one, or none to
    /// work with.
    pub(super) fn begin_guarded(&mut self, rules: &Rules, origin: Origin) {
        let Origin { opening, window: found, signed_by_older_key, both, now } = origin;
        let window = found.unwrap_or_else(|| Window::beginning(&rules.limits, now));
        let has_ticket = self.record.ticket().is_some();
        self.guard.window = window;
        if found.is_some() {
            self.guard.also = also(rules, &self.id, &self.key);
            (self.guard.stored, self.guard.by_express) = (true, !has_ticket);
            self.guard.signed_by_older_key = signed_by_older_key;
        } else {
            self.life = if opening.is_none() { Life::None } else { Life::Live };
            self.key = rules.at_rest.writes(&self.id);
        }
        self.renew_cookie(now);
        if !has_ticket {
            *self.record.ticket_mut() = Some(Ticket::anonymous(now, window.end));
        }
        // There is none to work with, and to end it is to end both that the cookies name: the way out for their user.
        if let Some((one, other)) = both {
            (self.guard.old, self.guard.also, self.guard.stored) = (Some(one), Some(other), true);
        }
    }

    pub(crate) const fn is_guarded(&self) -> bool {
        self.request.policy.rules.is_some()
    }

    pub(super) fn rename(&mut self, id: SessionId, now: Timestamp) {
        self.give_up_answer();
        if self.guard.stored && self.guard.old.is_none() {
            self.guard.old = Some(self.key);
        }
        self.id = id;
        let rules = self.request.policy.rules;
        self.key = rules.map_or(IdsAtRest::Plain, |rules| rules.at_rest).writes(&id);
        self.guard.moved_until = rules.map(|rules| now.saturating_add(rules.moved_for));
    }

    /// The cookie of the options, with the session's end; attributes in a document may be another's.
    pub(super) fn renew_cookie(&mut self, now: Timestamp) {
        if let Some(rules) = self.rules() {
            self.guard.expiry = lifetime::expiry(&rules.limits, self.guard.window.end, now);
        }
        self.restore_cookie();
    }

    /// The same as it was last renewed. Under this preset the options say nothing of time.
    fn restore_cookie(&mut self) {
        let cookie = self.request.options.cookie(self.request.encrypted, Timestamp::UNIX_EPOCH);
        *self.record.cookie_mut() = cookie.with_expiry(self.guard.expiry);
    }

    /// What was handed out has to be answered before the session becomes another one. If it is not, nobody can tell what
    /// the store has.
    fn give_up_answer(&mut self) {
        if self.guard.handed.take().is_some() {
            (self.guard.refused, self.guard.lost) = (true, Some(Lost::Unknown));
        }
    }

    /// Takes what the store has now, if that is alive; nothing that was refused before counts any more.
    pub(super) fn reload_guarded(
        &mut self,
        loaded: Loaded<T, V>,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<(), NotLoaded> {
        let unasked = rules.epochs && loaded.epoch.is_none() && loaded.record.principal().is_some();
        let window = judge(rules, &loaded, now).ok().filter(|_| !unasked).ok_or(NotLoaded)?;
        let by_express = loaded.record.ticket().is_none();
        (self.record, self.revision) = (loaded.record, Some(loaded.revision));
        if by_express {
            *self.record.ticket_mut() = Some(Ticket::anonymous(now, window.end));
        }
        (self.guard.window, self.guard.by_express, self.guard.stored) = (window, by_express, true);
        (self.guard.handed, self.guard.refused, self.guard.lost) = (None, false, None);
        self.renew_cookie(now);
        self.original = self.mark();
        Ok(())
    }

    /// Where none was found alive, it is the one that the cookie names which is to end: by another clock it may be alive.
    pub(super) fn end_what_was_sent(&mut self) {
        if self.guard.handed.take().is_some() {
            // It may be where the save was to put it, and where it was.
            self.guard.also = if self.guard.old.is_some() { Some(self.key) } else { self.guard.also };
            (self.guard.stored, self.guard.late) = (true, true);
        }
        let is_open = self.guard.stored || self.guard.opening.is_none();
        let Some((rules, sent)) = self.rules().zip(self.request.sent).filter(|_| !is_open) else { return };
        let key = rules.at_rest.writes(&sent);
        (self.guard.old, self.guard.also, self.guard.stored) = (Some(key), also(&rules, &sent, &key), true);
    }

    /// What the end of the request asks of the store, and the cookie as it will be if the store does it.
    pub(super) fn decide_guarded(&mut self, rules: &Rules, now: Timestamp) -> (WriteReason, CookieReason) {
        if self.is_live() {
            self.renew_cookie(now);
        }
        self.guard.moved_until = Some(now.saturating_add(rules.moved_for));
        let touch_due = lifetime::is_touch_due(&rules.limits, &self.guard.window, now);
        let mut facts = Facts { touch_due, ..self.facts_guarded(rules) };
        let reason = recommended::write(&facts);
        match reason.action() {
            StoreAction::Nothing => {}
            StoreAction::Destroy => {
                facts.refused = false;
                if let Life::Ended { confirmed } = &mut facts.life {
                    *confirmed = true;
                }
            }
            StoreAction::Create | StoreAction::Replace => (facts.stored, facts.introduced) = (true, true),
            StoreAction::Put | StoreAction::Touch | StoreAction::Update => {}
        }
        let moved = reason.action() != StoreAction::Nothing;
        let not_encrypted = reason == WriteReason::NotEncrypted;
        (reason, if not_encrypted { CookieReason::NotEncrypted } else { recommended::cookie(&facts, moved) })
    }

    /// Hands out what the end of the request would ask for if the data had changed.
    pub(super) fn save_guarded(&mut self) -> StoreOp<'_, T, V> {
        let reason = match (self.guard.stored, self.guard.old.is_some()) {
            (false, _) => WriteReason::Created,
            (true, true) => WriteReason::Renamed,
            (true, false) => WriteReason::Updated,
        };
        self.give_up_answer();
        self.restore_cookie();
        self.guard.handed = Some((reason, self.mark()));
        // A reason to write is an operation.
        self.op(reason).unwrap_or(StoreOp::Create { key: self.key, record: &self.record })
    }

    pub(super) fn answered_guarded(&mut self, answer: Answer<V>) {
        if core::mem::take(&mut self.guard.late) {
            return;
        }
        if matches!(self.life, Life::Ended { .. }) {
            self.note(WriteReason::Ended, self.original, answer);
        } else if let Some((reason, mark)) = self.guard.handed.take() {
            self.note(reason, mark, answer);
        }
    }

    /// Takes the answer to the operation of the end, and decides about the cookie.
    pub(crate) fn settle_guarded(&mut self, rules: &Rules, reason: WriteReason, answer: Answer<V>) -> CookieReason {
        let moved = matches!(answer, Answer::Done(_)) && reason.action() != StoreAction::Nothing;
        if reason.action() != StoreAction::Nothing {
            self.note(reason, self.mark(), answer);
        }
        let cookie = match reason {
            WriteReason::NotEncrypted => CookieReason::NotEncrypted,
            _ => recommended::cookie(&self.facts_guarded(rules), moved),
        };
        if cookie == CookieReason::NotEncrypted {
            self.guard.lost = self.guard.lost.or(Some(Lost::NotEncrypted));
        }
        cookie
    }

    /// What the request was to do and the store has not done.
    pub(crate) fn lost(&self) -> Option<Lost> {
        let nowhere = self.is_guarded() && self.guard.opening.is_none();
        let in_vain = nowhere
            && match self.life {
                Life::Live => false,
                Life::None => !self.original.equals(self.mark()),
                // Whatever session the user meant to end, it lives on.
                Life::Ended { .. } => !self.guard.stored,
            };
        if in_vain {
            return self.guard.lost.or(Some(Lost::NoSession));
        }
        self.guard.lost
    }

    /// What the session was opened from.
    #[must_use]
    pub const fn opening(&self) -> Opening {
        self.guard.opening
    }

    fn note(&mut self, reason: WriteReason, mark: Mark, answer: Answer<V>) {
        let action = reason.action();
        let lost = recommended::lost(reason, &answer);
        self.guard.lost = lost;
        if action == StoreAction::Destroy {
            self.guard.refused = lost.is_some();
            if let Life::Ended { confirmed } = &mut self.life {
                *confirmed = lost.is_none();
            }
            return;
        }
        let Answer::Done(revision) = answer else {
            self.guard.refused = true;
            return;
        };
        (self.revision, self.guard.refused) = (Some(revision), false);
        if let Expires::At(end) = self.record.cookie().expiry().expires() {
            self.guard.window.kept_until = Some(end);
        }
        if action == StoreAction::Touch {
            return;
        }
        self.guard.introduced |= matches!(action, StoreAction::Create | StoreAction::Replace);
        (self.guard.stored, self.guard.by_express, self.guard.old) = (true, false, None);
        self.guard.also = self.request.policy.rules.and_then(|rules| also(&rules, &self.id, &self.key));
        self.original = mark;
    }

    fn facts_guarded(&self, rules: &Rules) -> Facts {
        Facts {
            life: self.life,
            unset: if self.guard.opening.is_none() { Unset::Keep } else { self.request.policy.switches.unset },
            stored: self.guard.stored,
            renamed: self.guard.old.is_some(),
            edited: !self.original.equals(self.mark()),
            by_express: self.guard.by_express,
            touch_due: false,
            refused: self.guard.refused,
            introduced: self.guard.introduced,
            sent: self.request.sent.is_some(),
            signed_by_older_key: self.guard.signed_by_older_key,
            persistent: rules.persistent,
            secure: self.record.cookie().attribute(crate::cookie::Field::Secure).is_truthy(),
            encrypted: self.request.encrypted,
        }
    }
}

/// What the clock makes of a record.
pub(crate) fn judge<T, V>(rules: &Rules, loaded: &Loaded<T, V>, now: Timestamp) -> Result<Window, Ending> {
    let epoch = loaded.epoch.filter(|_| rules.epochs && loaded.record.principal().is_some());
    lifetime::judge(&rules.limits, Stored { epoch, ..stored(loaded) }, now)
}

pub(crate) fn stored<T, V>(loaded: &Loaded<T, V>) -> Stored<'_> {
    Stored {
        ticket: loaded.record.ticket(),
        expires: loaded.record.cookie().expiry().expires(),
        ttl_left: loaded.ttl_left,
        epoch: None,
    }
}

/// The other key under which the store may have the session of an id.
fn also(rules: &Rules, id: &SessionId, key: &StoreKey) -> Option<StoreKey> {
    rules.at_rest.destroys(id).find(|other| other != key)
}
