//! What a request does to the store and whether its answer carries the cookie under the `recommended` preset.
//!
//! *Stored*: the store has the session, loaded or written during the request; or it was not found alive and is to end, and a
//! good cookie names it. *Renamed*: it goes on under another id than it is stored under. *Edited*: `data_mut` was called
//! since it was loaded or written, or a user has logged in.
//!
//! What the end of a request does to the store; the first row that fits counts:
//!
//! | session | stored | renamed | edited | by Express | touch due | does | reason |
//! |---|---|---|---|---|---|---|---|
//! | ended, and the store has not said yet that it is gone | yes | | | | | destroy | `Ended` |
//! | let go, and `unset` is `Destroy` | yes | | | | | destroy | `Unset` |
//! | ended, let go, or none to work with | | | | | | nothing | `NoSession` |
//! | a write during the request was refused | | | | | | nothing | `Refused` |
//! | | no | | no | | | nothing | `Uninitialized` |
//! | is to be stored under another id, and the cookie is secure and the connection is not | | | | | | nothing | `NotEncrypted` |
//! | | no | | yes | | | create | `Created` |
//! | | yes | yes | | | | replace | `Renamed` |
//! | | yes | no | yes | | | update | `Updated` |
//! | | yes | no | no | yes | | update | `Adopted` |
//! | | yes | no | no | no | yes | touch | `Used` |
//! | | yes | no | no | no | no | nothing | `UsedLately` |
//!
//! Destroy comes before login and renewal, these before an update, and that before a touch.
//!
//! Whether the cookie is sent, once the store has answered; the first row that fits counts:
//!
//! | session | store | sent | reason |
//! |---|---|---|---|
//! | ended | has not said that it is gone | no | `Refused` |
//! | ended, and the browser has its cookie | says that it is gone | a removal | `Removed` |
//! | ended, let go, or none to work with | | no | `NoSession` |
//! | | has not done what it was asked, now or during the request | no | `Refused` |
//! | | has it under an id that it did not have before this request, and the cookie is secure and the connection is not | no | `NotEncrypted` |
//! | | has it under an id that it did not have before this request | yes | `New` |
//! | | does not have it | no | `Uninitialized` |
//! | the cookie was signed with an older key | | yes | `Resigned` |
//! | the cookie has an end of its own | has moved the session's | yes | `Rolling` |
//! | | | no | `Unchanged` |
//!
//! A late cookie would overwrite the one of a login that another tab has just got: so none goes out for what was not
//! done, and by default none at all for a session that keeps its id.
//!
//! What a request has lost is told by the operation and its answer, as the table of [`Lost::of`] says, but that the update of
//! a session by Express loses nothing.
//!
//! Two losses come from no answer: where the cookie could not be sent, nothing is stored (`NotEncrypted`); and where there
//! was no session to work with, `NoSession` tells whoever has changed it, or has ended what is not to be found.

use core::fmt;

use super::{CookieReason, StoreAction, WriteReason};
use crate::policy::Unset;
use crate::store::Answer;

/// Whether there is a session to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Live,
    /// Let go of, or none from the start.
    None,
    Ended {
        /// The store has said that it is gone.
        confirmed: bool,
    },
}

/// What is known of a session when the tables are asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) life: Life,
    pub(crate) unset: Unset,
    pub(crate) stored: bool,
    pub(crate) renamed: bool,
    pub(crate) edited: bool,
    pub(crate) by_express: bool,
    pub(crate) touch_due: bool,
    pub(crate) refused: bool,
    /// The store has it under an id that it did not have before this request.
    pub(crate) introduced: bool,
    /// The browser has sent its cookie.
    pub(crate) sent: bool,
    pub(crate) signed_by_older_key: bool,
    pub(crate) persistent: bool,
    pub(crate) secure: bool,
    pub(crate) encrypted: bool,
}

/// The first table of this file.
pub(crate) fn write(facts: &Facts) -> WriteReason {
    let Facts { life, unset, stored, renamed, edited, by_express, touch_due, refused, .. } = *facts;
    match life {
        Life::Ended { confirmed: false } if stored => WriteReason::Ended,
        Life::None if stored && unset == Unset::Destroy => WriteReason::Unset,
        Life::Ended { .. } | Life::None => WriteReason::NoSession,
        Life::Live if refused => WriteReason::Refused,
        Life::Live if !stored && !edited => WriteReason::Uninitialized,
        Life::Live if (!stored || renamed) && facts.secure && !facts.encrypted => WriteReason::NotEncrypted,
        Life::Live if !stored => WriteReason::Created,
        Life::Live if renamed => WriteReason::Renamed,
        Life::Live if edited => WriteReason::Updated,
        Life::Live if by_express => WriteReason::Adopted,
        Life::Live if touch_due => WriteReason::Used,
        Life::Live => WriteReason::UsedLately,
    }
}

/// The second table of this file: `facts` after the store has answered, and whether it has moved the session's end.
pub(crate) fn cookie(facts: &Facts, moved: bool) -> CookieReason {
    match facts.life {
        Life::Ended { confirmed: false } if facts.refused => CookieReason::Refused,
        Life::Ended { confirmed: true } if facts.sent => CookieReason::Removed,
        Life::Ended { .. } | Life::None => CookieReason::NoSession,
        Life::Live if facts.refused => CookieReason::Refused,
        Life::Live if facts.introduced && facts.secure && !facts.encrypted => CookieReason::NotEncrypted,
        Life::Live if facts.introduced => CookieReason::New,
        Life::Live if !facts.stored => CookieReason::Uninitialized,
        Life::Live if facts.signed_by_older_key => CookieReason::Resigned,
        Life::Live if facts.persistent && moved => CookieReason::Rolling,
        Life::Live => CookieReason::Unchanged,
    }
}

/// What is lost by this answer to what the end of a request asked for.
pub(crate) fn lost<V>(reason: WriteReason, answer: &Answer<V>) -> Option<Lost> {
    if reason == WriteReason::Adopted { None } else { Lost::of(reason.action(), answer) }
}

/// What a request was to do and the store has not done: its answer is to say so, and not that all went well.
///
/// The record is still there, in [`Settled::session`](crate::Settled::session): to be merged, or the handler runs again on
/// what is stored now.
///
/// ```
/// use session_core::Lost;
///
/// assert_eq!((Lost::Conflict.status(), Lost::Logout.status()), (409, 503));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// Another request has written the session since it was loaded.
    Conflict,
    /// The new id is taken: no generator of random numbers does that twice.
    Exists,
    /// The session has ended since it was loaded, or went on under another id.
    Gone,
    /// The session was to end, and the store has not said that it did.
    Logout,
    /// The cookie is `Secure` and the request did not come encrypted, so the session could not be found again: nothing was
    /// stored. [`Request::encrypted`](crate::Request::encrypted) says how a request came.
    NotEncrypted,
    /// There was no session to work with, and the handler has changed or ended it.
    NoSession,
    /// The store has not said whether it wrote the session.
    Unknown,
}

impl Lost {
    /// What is lost by this answer to this operation:
    ///
    /// | operation | `Done` | `Gone` | `Exists` | `Conflict` | `Unknown` |
    /// |---|---|---|---|---|---|
    /// | create | | `Unknown` | `Exists` | `Unknown` | `Unknown` |
    /// | put, update, replace | | `Gone` | `Exists` | `Conflict` | `Unknown` |
    /// | destroy | | | `Logout` | `Logout` | `Logout` |
    /// | touch | | | | | |
    ///
    /// A destroy finds `Conflict` where the session went on under another id: it has not ended. The end of a request asks
    /// this by itself ([`Settled::lost`](crate::Settled::lost)); it is for operations that a handler hands to the store.
    ///
    /// ```
    /// use session_core::{Answer, Lost, StoreAction, StoreKey, StoreOp};
    ///
    /// let op = StoreOp::<u32, u64>::destroy("abc".parse::<StoreKey>()?);
    /// let of = StoreAction::of(&op);
    /// assert_eq!(Lost::of(of, &Answer::<u64>::Gone), None, "there is none any more");
    /// assert_eq!(Lost::of(of, &Answer::<u64>::Unknown), Some(Lost::Logout));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn of<V>(action: StoreAction, answer: &Answer<V>) -> Option<Self> {
        match (action, answer) {
            (StoreAction::Nothing | StoreAction::Touch, _) | (_, Answer::Done(_)) => None,
            (StoreAction::Destroy, Answer::Gone) => None,
            (StoreAction::Destroy, _) => Some(Self::Logout),
            (_, Answer::Exists) => Some(Self::Exists),
            (StoreAction::Create, _) | (_, Answer::Unknown) => Some(Self::Unknown),
            (_, Answer::Gone) => Some(Self::Gone),
            (_, Answer::Conflict) => Some(Self::Conflict),
        }
    }

    /// The status for the answer: 409 where the same request may do better at once, 503 where the store has failed, 500
    /// where the program does not fit its configuration.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Conflict | Self::Gone | Self::NoSession => 409,
            Self::Exists | Self::Logout | Self::Unknown => 503,
            Self::NotEncrypted => 500,
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conflict => "another request has written the session",
            Self::Exists => "the new session id is taken",
            Self::Gone => "the session has ended or moved during the request",
            Self::Logout => "the store has not said that the session ended",
            Self::NotEncrypted => "the cookie is secure and the connection is not encrypted",
            Self::NoSession => "there was no session to work with",
            Self::Unknown => "the store has not said whether it wrote the session",
        })
    }
}

impl core::error::Error for Lost {}
