//! What an answer carries for its session.

use super::{AnswerError, COOKIE_LIFETIME_CAP, Headers, SessionManager};
use crate::cookie::{CookieAttributes, SetCookie, SetCookieError};
use crate::decision::CookieReason;
use crate::key::Key;
use crate::outcome::Settled;
use crate::policy::Rules;
use crate::session::Session;
use crate::text::thousandth;
use crate::time::Timestamp;

impl<'c, T, K: AsRef<[Key]>, const N: usize> SessionManager<'c, T, K, N> {
    /// The Set-Cookie line of the answer, if it is to carry one; after a logout under the `recommended` preset it is the
    /// one that makes the browser forget the cookie.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] if the store has not done what the request was to do, or the session's cookie has an attribute that
    /// npm cookie refuses.
    pub fn set_cookie<'s, V>(&self, settled: &'s Settled<'c, T, V>) -> Result<Option<SetCookie<'s>>, AnswerError>
    where
        'c: 's,
    {
        let session = settled.session();
        if let Some(lost) = settled.lost() {
            return Err(AnswerError::Lost(lost));
        }
        if session.sent_early() || !settled.cookie_reason().is_sent() {
            return Ok(None);
        }
        if settled.cookie_reason() == CookieReason::Removed {
            return Ok(Some(self.removal_cookie(session)?));
        }
        Ok(Some(self.line(session)?))
    }

    /// The headers of the answer: the session's Set-Cookie line if it is to carry one, and what caches are to do.
    ///
    /// After a logout under the `recommended` preset they remove the cookie. With that, and with a new cookie, they also
    /// remove it from where it used to be set.
    ///
    /// ```
    /// # use session_core::{CookieName, CookieOptions, FixedStore, Key, Policy, Request, SessionId, SessionManager, Timestamp};
    /// # let name = CookieName::HOST_SID;
    /// # let key = Key::derive([7; 32], Key::SESSION_COOKIES, name.as_str())?;
    /// # let manager = SessionManager::new(Policy::<u32>::recommended(), key.into(), name, CookieOptions::recommended())?;
    /// # let mut store = FixedStore::<u32, 8>::new();
    /// # let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
    /// # let pending = manager.receive(Request::new([""], "/").encrypted(true)).expect("every path has a session");
    /// # let mut session = pending.open(None, now, || Ok::<_, core::fmt::Error>(SessionId::from_random([1; 24])))?;
    /// *session.data_mut() += 1;
    /// let settled = session.close(now).apply(&mut store, now)?;
    /// let headers = manager.headers(&settled)?.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
    /// assert!(headers[0].starts_with("set-cookie: __Host-sid=s%3AAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB."));
    /// assert_eq!(headers[1], "cache-control: private, no-store");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`set_cookie`](Self::set_cookie).
    pub fn headers<'s, V>(&self, settled: &'s Settled<'c, T, V>) -> Result<Headers<'s>, AnswerError>
    where
        'c: 's,
    {
        let line = self.set_cookie(settled)?;
        // With a new cookie too, or the old one beside it would make two of them.
        let replaced = matches!(settled.cookie_reason(), CookieReason::New | CookieReason::Removed);
        let former = if replaced { self.former } else { &[] };
        Ok(Headers::new(line, former, settled.cache_control()))
    }

    /// The same before the end of the request, where the head of the answer is written early (`express` only).
    ///
    /// It is decided now and not again: what the handler changes later is stored, but the browser does not hear of it.
    ///
    /// # Errors
    ///
    /// As for [`set_cookie`](Self::set_cookie), and always under the `recommended` preset.
    pub fn set_cookie_early<'s, V>(
        &self,
        session: &'s mut Session<'c, T, V>,
        now: Timestamp,
    ) -> Result<Option<SetCookie<'s>>, AnswerError>
    where
        'c: 's,
    {
        if session.is_guarded() {
            return Err(AnswerError::Early);
        }
        if !session.decide_cookie(now).is_sent() {
            return Ok(None);
        }
        Ok(Some(self.line(session)?))
    }

    /// The line that makes the browser forget the session's cookie, for an answer after
    /// [`destroy`](Session::destroy); express-session never sends one.
    ///
    /// It is for the browser's tidiness: it is the store that ended the session.
    ///
    /// # Errors
    ///
    /// [`SetCookieError`] if the session's cookie has an attribute that npm cookie refuses.
    pub fn removal_cookie<'s, V>(&self, session: &'s Session<'c, T, V>) -> Result<SetCookie<'s>, SetCookieError>
    where
        'c: 's,
    {
        Ok(SetCookie::new(self.name, "", session.cookie().line_attributes()?)?.removal())
    }

    fn line<'s, V>(&self, session: &'s Session<'c, T, V>) -> Result<SetCookie<'s>, SetCookieError>
    where
        'c: 's,
    {
        let attributes = session.cookie().line_attributes()?;
        if session.is_kept_under_its_cookie() {
            // Signed anew, or with `s:`, it would name a key that the store does not have.
            return SetCookie::new(self.name, session.key().as_str(), attributes);
        }
        let attributes = match self.policy.rules {
            Some(rules) => lasting(attributes, &rules, session),
            None => attributes,
        };
        SetCookie::signed(self.name, session.id(), self.keys.signing_key(), attributes)
    }
}

/// The attributes with how long the cookie lasts: `Max-Age`, which needs no clock in common, or until the browser is
/// closed.
fn lasting<'s, T, V>(
    mut attributes: CookieAttributes<'s>,
    rules: &Rules,
    session: &Session<'_, T, V>,
) -> CookieAttributes<'s> {
    attributes.expires = None;
    match session.cookie().expiry().original_max_age().as_ms() {
        Some(left) if rules.persistent => {
            let seconds = i64::try_from(thousandth(u64::try_from(left).unwrap_or_default()));
            attributes.max_age(seconds.unwrap_or(COOKIE_LIFETIME_CAP).min(COOKIE_LIFETIME_CAP))
        }
        _ => attributes,
    }
}
