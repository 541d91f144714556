//! One request's session: what it was when it was opened, and what is to be done for what it is now.
//!
//! Node decides at two moments, in either order: when the head of the answer is written, and at its end. In between
//! the session may change, and a store may change it while it writes. So each moment goes through a lifecycle of its
//! own, from what was opened to what is there now.

use napi::bindgen_prelude::*;
use napi_derive::napi;
use session_core::{
    Attribute, Field, Loaded, Outcome, Pending, Record, SessionCookie, SessionId, StoreAction, StoreKey, Timestamp,
};

use crate::sessions::{Print, Sessions, never};

/// No time decides here: when the session ends is JavaScript's to keep, and in `expiry` to decide.
const TIMELESS: Timestamp = Timestamp::UNIX_EPOCH;
/// Stands for an id that is no text. No other id is equal to it, since Node's headers have no NUL in them.
const NO_TEXT: &str = "\0";

/// One request's session.
#[napi]
pub struct Exchange {
    pending: Pending<'static, Print>,
    id: SessionId,
    found: bool,
    opened: Print,
    saved: Option<Print>,
}

/// What a session is at a moment.
struct Now {
    id: SessionId,
    /// None: it is not known whether it has changed.
    print: Print,
    has_expiry: bool,
    /// The cookie is secure and the connection is not encrypted.
    blocked: bool,
}

#[napi]
impl Exchange {
    /// Takes what was opened: a session that the store had under the id that was sent, or a new one.
    #[napi(constructor)]
    pub fn new(
        sessions: &Sessions,
        sent: Option<String>,
        id: Option<String>,
        text: String,
        found: bool,
    ) -> Result<Self> {
        let sent = sent.as_deref().map(parse).transpose()?;
        let id = parse(id.as_deref().unwrap_or(NO_TEXT))?;
        let found = found && sent == Some(id);
        Ok(Self { pending: sessions.pending(sent)?, id, found, opened: Print::of(&text), saved: None })
    }

    /// The program has saved the session, as it is now.
    #[napi]
    pub fn saved(&mut self, text: String) {
        self.saved = Some(Print::of(&text));
    }

    /// Whether the cookie is sent, when the head is written: 0 no, 1 yes, 2 if the text has changed, which is then to
    /// be told.
    #[napi]
    pub fn head(&self, id: String, has_expiry: bool, blocked: bool, text: Option<String>) -> Result<u32> {
        let now = |print| Ok::<_, Error>(Now { id: parse(&id)?, print, has_expiry, blocked });
        if let Some(text) = text {
            return Ok(u32::from(self.sends(&now(Print::of(&text))?)?));
        }
        let (unchanged, changed) = (self.sends(&now(self.opened)?)?, self.sends(&now(Print::of(""))?)?);
        Ok(if unchanged == changed { u32::from(changed) } else { 2 })
    }

    /// What the store is to do at the end: 0 nothing, 1 save, 2 touch, 3 destroy. Without an id there is no session any
    /// more; without a text it is another one, and so has changed.
    #[napi]
    pub fn end(&self, id: Option<String>, text: Option<String>) -> Result<u32> {
        let print = text.map_or(self.opened, |text| Print::of(&text));
        let now = match id {
            Some(id) => Some(Now { id: parse(&id)?, print, has_expiry: false, blocked: false }),
            None => None,
        };
        Ok(match self.close(now.as_ref())?.write_reason().action() {
            StoreAction::Put | StoreAction::Create | StoreAction::Update | StoreAction::Replace => 1,
            StoreAction::Touch => 2,
            StoreAction::Destroy => 3,
            StoreAction::Nothing => 0,
        })
    }

    fn sends(&self, now: &Now) -> Result<bool> {
        Ok(self.close(Some(now))?.cookie_reason().is_sent())
    }

    /// The request from its cookies to its end, if it ended now.
    fn close(&self, now: Option<&Now>) -> Result<Outcome<'static, Print>> {
        let record = || Record::new(SessionCookie::default(), self.opened);
        let loaded = self.found.then(|| Loaded::new(StoreKey::plain(&self.id), record()));
        let opened = self.pending.clone().open(loaded, TIMELESS, || never(self.id));
        let mut session = opened.map_err(reason)?;
        if let Some(saved) = self.saved {
            *session.data_mut() = self.seen(saved);
            let _op = session.save().map_err(reason)?;
        }
        match now {
            None => session.abandon(),
            Some(now) => {
                if now.id != self.id {
                    let _op = session.regenerate(now.id, TIMELESS).map_err(reason)?;
                }
                *session.data_mut() = self.seen(now.print);
                let cookie = session.cookie_mut();
                cookie.set_expires(now.has_expiry.then_some(TIMELESS), TIMELESS);
                cookie.set_attribute(Field::Secure, Attribute::Bool(now.blocked)).map_err(reason)?;
            }
        }
        Ok(session.close(TIMELESS))
    }

    /// A new session of the crate is empty. One that a program's store has put something into is compared with that, so
    /// the two change places.
    fn seen(&self, print: Print) -> Print {
        match print {
            print if self.found => print,
            print if print == self.opened => Print::default(),
            print if print == Print::default() => self.opened,
            print => print,
        }
    }
}

fn parse(id: &str) -> Result<SessionId> {
    id.parse().map_err(reason)
}

fn reason(error: impl ToString) -> Error {
    Error::from_reason(error.to_string())
}
