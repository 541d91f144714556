//! What a request does to the store and whether its answer carries the cookie: two tables, and the switches before them.
//!
//! *New*: the session's id is not the one that the browser sent. *Changed*: its id or its data is not what it was when
//! the request began. *Saved*: its id is that of the beginning, and its data that of the last `save`, or of loading
//! unless `resave` is on. *Stored*: it was saved during the request, or loaded with `resave` off.
//!
//! What the end of a request does to the store ([`WriteReason`]); the first row that fits counts:
//!
//! | session | new | `save_uninitialized` | stored | changed | saved | does | reason |
//! |---|---|---|---|---|---|---|---|
//! | let go, or ended, and `unset` is `Destroy` | | | | | | destroy | `Unset` |
//! | let go, or ended | | | | | | nothing | `NoSession` |
//! | | yes | no | no | yes | | put | `Changed` |
//! | | yes | no | no | no | | nothing | `Uninitialized` |
//! | | yes | | | | yes | nothing | `AlreadySaved` |
//! | | no | | | | yes | touch | `Unchanged` |
//! | | | | | yes | no | put | `Changed` |
//! | | yes | | | no | no | put | `New` |
//! | | no | | | no | no | put | `Resave` |
//!
//! Whether the cookie is sent ([`CookieReason`]); the first row that fits counts:
//!
//! | session | new | `save_uninitialized` | `rolling` | changed | has an expiry | sent | reason |
//! |---|---|---|---|---|---|---|---|
//! | let go, or ended | | | | | | no | `NoSession` |
//! | | yes | no | | no | | no | `Uninitialized` |
//! | | no | | no | no | | no | `Unchanged` |
//! | | no | | no | yes | no | no | `NoExpiry` |
//! | secure cookie, plain connection | | | | | | no | `NotEncrypted` |
//! | | | | | yes | | yes | `Changed` |
//! | | yes | | | no | | yes | `New` |
//! | | no | | yes | no | | yes | `Rolling` |
//!
//! They are `shouldSave`, `shouldTouch`, `shouldDestroy` and `shouldSetCookie` of express-session 1.19.0.

use core::fmt;

use crate::policy::{Switches, Unset};

/// What is known of a session when the tables are asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) live: bool,
    pub(crate) new: bool,
    pub(crate) changed: bool,
    pub(crate) saved: bool,
    pub(crate) stored: bool,
    pub(crate) has_expiry: bool,
    pub(crate) secure: bool,
    pub(crate) encrypted: bool,
}

/// Why the end of a request did to the store what it did.
///
/// ```
/// use session_core::{StoreAction, WriteReason};
///
/// assert_eq!(WriteReason::Unchanged.action(), StoreAction::Touch);
/// assert_eq!(WriteReason::Uninitialized.to_string(), "nothing was put into the new session");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteReason {
    /// Nothing: the new session was saved during the request and has not changed since.
    AlreadySaved,
    /// Put: the data changed, or the session has another id.
    Changed,
    /// Put: a new session, and new ones are stored even if they are empty.
    New,
    /// Nothing: the session was ended or let go of.
    NoSession,
    /// Put: nothing changed, but `resave` is on; or what was saved during the request was changed back.
    Resave,
    /// Touch: a session that the store has as it is.
    Unchanged,
    /// Nothing: an empty new session is not stored.
    Uninitialized,
    /// Destroy: the handler let go of the session and `unset` is `Destroy`.
    Unset,
}

/// What a [`WriteReason`] does to the store.
///
/// ```
/// use session_core::{StoreAction, WriteReason};
///
/// assert_eq!(WriteReason::Unset.action(), StoreAction::Destroy);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreAction {
    /// The session is removed.
    Destroy,
    /// Nothing is written.
    Nothing,
    /// The session is written.
    Put,
    /// Only its end is moved.
    Touch,
}

impl WriteReason {
    /// The first table of this file.
    pub(crate) fn decide(switches: Switches, facts: Facts) -> Self {
        let Facts { live, new, changed, saved, stored, .. } = facts;
        match (new, changed, saved) {
            _ if !live && switches.unset == Unset::Destroy => Self::Unset,
            _ if !live => Self::NoSession,
            (true, true, _) if !switches.save_uninitialized && !stored => Self::Changed,
            (true, false, _) if !switches.save_uninitialized && !stored => Self::Uninitialized,
            (true, _, true) => Self::AlreadySaved,
            (false, _, true) => Self::Unchanged,
            (_, true, false) => Self::Changed,
            (true, false, false) => Self::New,
            (false, false, false) => Self::Resave,
        }
    }

    /// What is done.
    #[must_use]
    pub const fn action(self) -> StoreAction {
        match self {
            Self::AlreadySaved | Self::NoSession | Self::Uninitialized => StoreAction::Nothing,
            Self::Changed | Self::New | Self::Resave => StoreAction::Put,
            Self::Unchanged => StoreAction::Touch,
            Self::Unset => StoreAction::Destroy,
        }
    }
}

impl fmt::Display for WriteReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadySaved => "the new session was saved during the request",
            Self::Changed => "the session changed",
            Self::New => "the session is new",
            Self::NoSession => "the session was ended or let go of",
            Self::Resave => "unchanged sessions are written again",
            Self::Unchanged => "the session did not change",
            Self::Uninitialized => "nothing was put into the new session",
            Self::Unset => "the session was let go of, which destroys it",
        })
    }
}

/// Why an answer carries the session's cookie or does not.
///
/// ```
/// use session_core::CookieReason;
///
/// // The classic "my login does not stick":
/// assert!(!CookieReason::NotEncrypted.is_sent());
/// assert_eq!(CookieReason::NotEncrypted.to_string(), "the cookie is secure and the connection is not encrypted");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieReason {
    /// Sent: the session changed.
    Changed,
    /// Sent: the session is new, and new ones are stored even if they are empty.
    New,
    /// Not sent: the session changed, but the browser has its cookie already and that has no end to move.
    NoExpiry,
    /// Not sent: the session was ended or let go of.
    NoSession,
    /// Not sent: the cookie is `Secure` and the request did not come encrypted.
    NotEncrypted,
    /// Sent: every answer moves the cookie's end.
    Rolling,
    /// Not sent: the browser has the cookie and nothing changed.
    Unchanged,
    /// Not sent: an empty new session is not stored.
    Uninitialized,
}

impl CookieReason {
    /// The second table of this file.
    pub(crate) fn decide(switches: Switches, facts: Facts) -> Self {
        let Facts { live, new, changed, has_expiry, secure, encrypted, .. } = facts;
        match (new, changed) {
            _ if !live => Self::NoSession,
            (true, false) if !switches.save_uninitialized => Self::Uninitialized,
            (false, false) if !switches.rolling => Self::Unchanged,
            (false, true) if !switches.rolling && !has_expiry => Self::NoExpiry,
            _ if secure && !encrypted => Self::NotEncrypted,
            (_, true) => Self::Changed,
            (true, false) => Self::New,
            (false, false) => Self::Rolling,
        }
    }

    /// Whether the cookie is sent.
    #[must_use]
    pub const fn is_sent(self) -> bool {
        matches!(self, Self::Changed | Self::New | Self::Rolling)
    }
}

impl fmt::Display for CookieReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "the session changed",
            Self::New => "the session is new",
            Self::NoExpiry => "the browser has the cookie and it has no end to move",
            Self::NoSession => "the session was ended or let go of",
            Self::NotEncrypted => "the cookie is secure and the connection is not encrypted",
            Self::Rolling => "every answer carries the cookie",
            Self::Unchanged => "the browser has the cookie and nothing changed",
            Self::Uninitialized => "nothing was put into the new session",
        })
    }
}
