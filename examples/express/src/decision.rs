//! What is to be done for a session, and whether its cookie is sent.
//!
//! Node decides at two moments, in either order: when the head of the answer is written, and at its end. In between the
//! session may change, and a store may change it while it writes. So each moment asks anew, with the texts that
//! JavaScript has kept, and the whole request goes through the crate's lifecycle as if it ended there.
//!
//! Ids are not needed for it, only which of them are equal, and no time: JavaScript keeps both.

use std::sync::LazyLock;

use napi::bindgen_prelude::*;
use napi_derive::napi;
use session_core::{
    Attribute, Field, Fingerprint, Loaded, Outcome, Record, SessionCookie, SessionId, StoreAction, StoreKey, Timestamp,
    VerifiedId,
};

use crate::sessions::{Sessions, reason};

/// A fact: the id that the cookies named is not the request's.
#[napi]
pub const NEW: u32 = 1;
/// A fact: the session is another one than was opened.
#[napi]
pub const RENAMED: u32 = 2;
/// A fact: the store had the session that was opened.
#[napi]
pub const FOUND: u32 = 4;
/// A fact: `cookie.expires` is neither null nor undefined.
#[napi]
pub const HAS_EXPIRY: u32 = 8;
/// A fact: the cookie is secure and the connection is not encrypted.
#[napi]
pub const BLOCKED: u32 = 16;

/// What the store is to do at the end.
#[napi]
pub enum Action {
    Nothing,
    Save,
    Touch,
    Destroy,
}

/// Whether the cookie is sent.
#[napi]
pub enum Sends {
    No,
    Yes,
    IfChanged,
}

const TIMELESS: Timestamp = Timestamp::UNIX_EPOCH;

static OPENED_ID: LazyLock<SessionId> = LazyLock::new(|| SessionId::from_random([0; 24]));
static OTHER_ID: LazyLock<SessionId> = LazyLock::new(|| SessionId::from_random([1; 24]));
static COOKIE: LazyLock<SessionCookie> = LazyLock::new(SessionCookie::default);
static EMPTY: LazyLock<Print> = LazyLock::new(|| Print::of("{}"));
static CHANGED: LazyLock<Print> = LazyLock::new(|| Print::of("no JSON"));

/// The text of a session without its cookie, as far as it takes to tell whether it has changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Print(pub(crate) Fingerprint);

impl Print {
    fn of(text: &str) -> Self {
        Self(Fingerprint::of_bytes(text.as_bytes()))
    }
}

/// That of a session that nobody has put anything into.
impl Default for Print {
    fn default() -> Self {
        *EMPTY
    }
}

/// A session when it was opened, when the program saved it, and now.
#[derive(Clone, Copy)]
struct Prints {
    opened: Print,
    saved: Option<Print>,
    now: Print,
}

#[napi]
impl Sessions {
    /// Whether the cookie is sent, for each sum of facts.
    #[napi(catch_unwind)]
    pub fn sends(&self) -> Result<Vec<Sends>> {
        let sends = |facts, now| self.is_sent(facts, Prints { opened: *EMPTY, saved: None, now });
        let answer = |facts| {
            Ok(match (sends(facts, *EMPTY)?, sends(facts, *CHANGED)?) {
                (false, true) => Sends::IfChanged,
                (true, _) => Sends::Yes,
                (false, false) => Sends::No,
            })
        };
        (0..2 * BLOCKED).map(answer).collect()
    }

    /// Whether it is sent if that depends on it: by the session's text when it was opened, and now.
    #[napi(catch_unwind)]
    pub fn sends_with(&self, facts: u32, opened: String, now: String) -> Result<bool> {
        self.is_sent(facts, Prints { opened: Print::of(&opened), saved: None, now: Print::of(&now) })
    }

    /// What the store is to do at the end. Where the session is another one, its text does not count.
    #[napi(catch_unwind)]
    pub fn at_end(&self, facts: u32, opened: String, now: Option<String>, saved: Option<String>) -> Result<Action> {
        let opened = Print::of(&opened);
        let print = |text: &String| Print::of(text);
        let prints = Prints { opened, saved: saved.as_ref().map(print), now: now.as_ref().map_or(opened, print) };
        Ok(action_of(&self.close(facts, Some(prints))?))
    }

    /// The same where there is no session any more.
    #[napi(catch_unwind)]
    pub fn at_end_without(&self) -> Result<Action> {
        Ok(action_of(&self.close(0, None)?))
    }

    fn is_sent(&self, facts: u32, prints: Prints) -> Result<bool> {
        Ok(self.close(facts, Some(prints))?.cookie_reason().is_sent())
    }

    /// The request from its cookies to its end, if it ended now.
    fn close(&self, facts: u32, prints: Option<Prints>) -> Result<Outcome<'static, Print>> {
        let is = |fact| facts & fact != 0;
        let id = if is(RENAMED) { *OTHER_ID } else { *OPENED_ID };
        let sent = match (is(NEW), is(RENAMED)) {
            (false, _) => Some(id),
            (true, true) => Some(*OPENED_ID),
            (true, false) => None,
        };
        let pending = match sent {
            Some(id) => self.nameless.clone().with_verified(VerifiedId::trusted(id)),
            None => self.nameless.clone(),
        };
        let opened = prints.map_or(*EMPTY, |prints| prints.opened);
        let loaded = is(FOUND).then(|| Loaded::new(StoreKey::plain(&OPENED_ID), Record::new(*COOKIE, opened)));
        let mut session = pending.open(loaded, TIMELESS, || Ok::<_, Error>(*OPENED_ID)).map_err(reason)?;
        let Some(prints) = prints else {
            session.abandon();
            return Ok(session.close(TIMELESS));
        };
        // A new session of the crate is empty. One that a program's store has put something into is compared with that,
        // so the two change places.
        let begun = *session.data();
        let seen = |print| match print {
            print if print == opened => begun,
            print if print == begun => opened,
            print => print,
        };
        // Where a program has given the request another id, the crate does not take what was found under the first one.
        let untouched = is(FOUND) && session.revision().is_none() && !self.resave;
        if let Some(saved) = prints.saved.or(untouched.then_some(opened)) {
            *session.data_mut() = seen(saved);
            let _done_by_javascript = session.save().map_err(reason)?;
        }
        if is(RENAMED) {
            let _done_by_javascript = session.regenerate(id, TIMELESS).map_err(reason)?;
        }
        *session.data_mut() = seen(prints.now);
        if is(HAS_EXPIRY) {
            session.cookie_mut().set_expires(Some(TIMELESS), TIMELESS);
        }
        if is(BLOCKED) {
            session.cookie_mut().set_attribute(Field::Secure, Attribute::Bool(true)).map_err(reason)?;
        }
        Ok(session.close(TIMELESS))
    }
}

fn action_of(outcome: &Outcome<'static, Print>) -> Action {
    match outcome.write_reason().action() {
        StoreAction::Put | StoreAction::Create | StoreAction::Update | StoreAction::Replace => Action::Save,
        StoreAction::Touch => Action::Touch,
        StoreAction::Destroy => Action::Destroy,
        StoreAction::Nothing => Action::Nothing,
    }
}
