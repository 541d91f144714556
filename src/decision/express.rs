//! What a request does to the store and whether its answer carries the cookie under the `express` preset.
//!
//! *New*: the session's id is not the one that the browser sent. *Changed*: its id or its data is not what it was when
//! the request began. *Stored*: it was saved during the request, or loaded with `resave` off. *Saved*: it is stored, its id
//! is that of the beginning, and its data are what they were then.
//!
//! What the end of a request does to the store ([`WriteReason`]); the first row that fits counts:
//!
//! | session | new | `save_uninitialized` | stored | changed | saved | does | reason |
//! |---|---|---|---|---|---|---|---|
//! | let go, or ended, and `unset` is `Destroy` | | | | | | destroy | `Unset` |
//! | let go, or ended | | | | | | nothing | `NoSession` |
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
use super::{CookieReason, WriteReason};
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

/// The first table of this file.
pub(crate) fn write(switches: Switches, facts: Facts) -> WriteReason {
    let Facts { live, new, changed, saved, stored, .. } = facts;
    match (new, changed, saved) {
        _ if !live && switches.unset == Unset::Destroy => WriteReason::Unset,
        _ if !live => WriteReason::NoSession,
        (true, false, _) if !switches.save_uninitialized && !stored => WriteReason::Uninitialized,
        (true, _, true) => WriteReason::AlreadySaved,
        (false, _, true) => WriteReason::Unchanged,
        (_, true, false) => WriteReason::Changed,
        (true, false, false) => WriteReason::New,
        (false, false, false) => WriteReason::Resave,
    }
}

/// The second table of this file.
pub(crate) fn cookie(switches: Switches, facts: Facts) -> CookieReason {
    let Facts { live, new, changed, has_expiry, secure, encrypted, .. } = facts;
    match (new, changed) {
        _ if !live => CookieReason::NoSession,
        (true, false) if !switches.save_uninitialized => CookieReason::Uninitialized,
        (false, false) if !switches.rolling => CookieReason::Unchanged,
        (false, true) if !switches.rolling && !has_expiry => CookieReason::NoExpiry,
        _ if secure && !encrypted => CookieReason::NotEncrypted,
        (_, true) => CookieReason::Changed,
        (true, false) => CookieReason::New,
        (false, false) => CookieReason::Rolling,
    }
}
