//! What a request does to the store, whether its answer carries the cookie, and why: the words of it, and a file for each
//! preset with its tables.

pub(crate) mod express;
pub(crate) mod recommended;

use core::fmt;

use crate::store::StoreOp;

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
    /// Update: a session that Express has made gets what the recommended preset keeps of one.
    Adopted,
    /// Nothing: the new session was saved during the request and has not changed since.
    AlreadySaved,
    /// Put: the data changed, or the session has another id.
    Changed,
    /// Create: something was put into the new session.
    Created,
    /// Destroy: the session was ended, and the store has not said yet that it is gone.
    Ended,
    /// Put: a new session, and new ones are stored even if they are empty.
    New,
    /// Nothing: the session was ended or let go of.
    NoSession,
    /// Nothing: the cookie is `Secure` and the request did not come encrypted, so nobody could find the session again.
    NotEncrypted,
    /// Nothing: the store has refused what was saved during the request.
    Refused,
    /// Replace: the session goes on under another id.
    Renamed,
    /// Put: nothing changed, but `resave` is on; or what was saved during the request was changed back.
    Resave,
    /// Touch: a session that the store has as it is.
    Unchanged,
    /// Nothing: an empty new session is not stored.
    Uninitialized,
    /// Destroy: the handler let go of the session and `unset` is `Destroy`.
    Unset,
    /// Update: the data changed.
    Updated,
    /// Touch: the session's last use is to be noted.
    Used,
    /// Nothing: the session's last use was noted not long ago.
    UsedLately,
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
    /// The session is written unless there is one.
    Create,
    /// The session is removed.
    Destroy,
    /// Nothing is written.
    Nothing,
    /// The session is written, whether or not there is one.
    Put,
    /// One session goes for another.
    Replace,
    /// Only its end is moved.
    Touch,
    /// The session is written if it is what was loaded.
    Update,
}

impl StoreAction {
    /// What an operation does.
    #[must_use]
    pub const fn of<T, V>(op: &StoreOp<'_, T, V>) -> Self {
        match op {
            StoreOp::Put { .. } => Self::Put,
            StoreOp::Create { .. } => Self::Create,
            StoreOp::Update { .. } => Self::Update,
            StoreOp::Touch { .. } => Self::Touch,
            StoreOp::Destroy { .. } => Self::Destroy,
            StoreOp::Replace { .. } => Self::Replace,
        }
    }
}

impl WriteReason {
    /// What is done.
    #[must_use]
    pub const fn action(self) -> StoreAction {
        match self {
            Self::AlreadySaved
            | Self::NoSession
            | Self::NotEncrypted
            | Self::Refused
            | Self::Uninitialized
            | Self::UsedLately => StoreAction::Nothing,
            Self::Changed | Self::New | Self::Resave => StoreAction::Put,
            Self::Created => StoreAction::Create,
            Self::Renamed => StoreAction::Replace,
            Self::Adopted | Self::Updated => StoreAction::Update,
            Self::Unchanged | Self::Used => StoreAction::Touch,
            Self::Ended | Self::Unset => StoreAction::Destroy,
        }
    }
}

impl fmt::Display for WriteReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Adopted => "the session was made by express",
            Self::AlreadySaved => "the new session was saved during the request",
            Self::Changed => "the session changed",
            Self::Created => "something was put into the new session",
            Self::Ended => "the session was ended",
            Self::New => "the session is new",
            Self::NoSession => "the session was ended or let go of",
            Self::NotEncrypted => "the cookie is secure and the connection is not encrypted",
            Self::Refused => "the store refused what was saved during the request",
            Self::Renamed => "the session goes on under another id",
            Self::Resave => "unchanged sessions are written again",
            Self::Unchanged => "the session did not change",
            Self::Uninitialized => "nothing was put into the new session",
            Self::Unset => "the session was let go of, which destroys it",
            Self::Updated => "the session changed",
            Self::Used => "the session's last use is to be noted",
            Self::UsedLately => "the session's last use was noted not long ago",
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
    /// Not sent: the store has not done what the cookie would stand for.
    Refused,
    /// Sent: the session was ended, and the browser is to forget its cookie.
    Removed,
    /// Sent: its signature was made with an older key.
    Resigned,
    /// Sent: every answer moves the cookie's end, or the one that noted its use.
    Rolling,
    /// Not sent: the browser has the cookie and nothing changed.
    Unchanged,
    /// Not sent: an empty new session is not stored.
    Uninitialized,
}

impl CookieReason {
    /// Whether the cookie is sent.
    #[must_use]
    pub const fn is_sent(self) -> bool {
        matches!(self, Self::Changed | Self::New | Self::Removed | Self::Resigned | Self::Rolling)
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
            Self::Refused => "the store has not done what the cookie would stand for",
            Self::Removed => "the session was ended and the browser is to forget it",
            Self::Resigned => "the cookie was signed with an older key",
            Self::Rolling => "the answer moves the cookie's end",
            Self::Unchanged => "the browser has the cookie and nothing changed",
            Self::Uninitialized => "nothing was put into the new session",
        })
    }
}
