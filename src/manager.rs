//! The beginning of a request: from its head to a session.

use core::fmt;

use crate::cookie::{AttributesTooLong, CookieName, CookieOptions, Cookies, SetCookie, SetCookieError};
use crate::id::{SessionId, StoreKey};
use crate::key::{Key, KeyRing};
use crate::outcome::Settled;
use crate::policy::Policy;
use crate::record::{Loaded, Record};
use crate::request::Request;
use crate::session::{Session, SessionRequest};
use crate::signature::{Rejection, Unprefixed, VerifiedId};
use crate::store::SessionStore;
use crate::time::Timestamp;

/// What all requests of a program have in common: the policy, the keys, and the cookie's name and options.
///
/// `T` is the session data, and `K` what the older keys are kept in. Nothing of it changes after it was made.
///
/// ```
/// use core::convert::Infallible;
/// use session_core::{
///     CookieName, CookieOptions, Fingerprint, FixedStore, Key, Policy, Request, SessionId, SessionManager, SessionStore,
///     Timestamp,
/// };
///
/// let manager = SessionManager::new(
///     Policy::<u32>::express(Fingerprint::of_hash),
///     Key::new("keyboard cat").into(),
///     CookieName::CONNECT_SID,
///     CookieOptions::new().max_age(60_000),
/// )?;
/// let mut store = FixedStore::<u32, 8>::new();
/// let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
///
/// // 1. A request comes in; the store looks for the sessions that its cookies name.
/// let pending = manager.receive(Request::new(["theme=dark"], "/")).expect("a path with a session");
/// let loaded = pending.load(&mut store, now)?;
/// // 2. The handler works with the session.
/// let mut session = pending.open(loaded, now, || Ok::<_, Infallible>(SessionId::from_random([7; 24])))?;
/// *session.data_mut() += 1;
/// // 3. The request ends; the store does what is asked, and the answer carries the cookie.
/// let settled = session.close(now).apply(&mut store, now)?;
/// let line = manager.set_cookie(&settled)?.expect("a new session").to_string();
/// assert!(line.starts_with("connect.sid=s%3ABwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH."));
///
/// // Outside any request: is this user logged in?
/// let cookie = line.split(';').next().unwrap();
/// assert_eq!(manager.lookup([cookie], &mut store, now)?.map(|found| *found.record().data()), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SessionManager<'c, T, K = [Key; 0]> {
    policy: Policy<T>,
    keys: KeyRing<K>,
    name: CookieName<'c>,
    options: CookieOptions<'c>,
    unprefixed: Unprefixed,
}

impl<'c, T, K: AsRef<[Key]>> SessionManager<'c, T, K> {
    /// A manager of these.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the options hold more text than a record can keep. Nothing else is checked under the `express`
    /// preset: npm cookie refuses a bad domain when the first cookie is written, and so does this.
    pub fn new(
        policy: Policy<T>,
        keys: KeyRing<K>,
        name: CookieName<'c>,
        options: CookieOptions<'c>,
    ) -> Result<Self, ConfigError> {
        options.check()?;
        Ok(Self { policy, keys, name, options, unprefixed: Unprefixed::Refused })
    }

    /// Reads cookies of 2011 and 2012 as well.
    #[must_use]
    pub fn with_unprefixed(mut self, unprefixed: Unprefixed) -> Self {
        self.unprefixed = unprefixed;
        self
    }

    /// Looks at the head of a request; `None`: its path has no session.
    pub fn receive<H>(&self, request: Request<'_, H>) -> Option<Pending<'c, T>>
    where
        H: IntoIterator<Item: AsRef<[u8]>>,
    {
        self.pending(request, self.options)
    }

    /// The same with other cookie options for this request, as express-session takes them from a function.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`new`](Self::new).
    pub fn receive_with<H>(
        &self,
        request: Request<'_, H>,
        options: CookieOptions<'c>,
    ) -> Result<Option<Pending<'c, T>>, ConfigError>
    where
        H: IntoIterator<Item: AsRef<[u8]>>,
    {
        options.check()?;
        Ok(self.pending(request, options))
    }

    /// Finds the session that the cookies of a request name, without a request: "is this user logged in?"
    ///
    /// Nothing is written, and no life is prolonged.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn lookup<S: SessionStore<T>>(
        &self,
        cookie_headers: impl IntoIterator<Item: AsRef<[u8]>>,
        store: &mut S,
        now: Timestamp,
    ) -> Result<Option<Loaded<T, S::Revision>>, S::Error> {
        match self.verify(cookie_headers) {
            Ok(verified) => store.load(&verified.store_key(), now),
            Err(_) => Ok(None),
        }
    }

    /// The verified id that the cookies of a request name, without a request and without a store.
    ///
    /// As in Express the first cookie of the name decides, even if it is no good.
    ///
    /// # Errors
    ///
    /// [`Rejection`], for the server's eyes.
    pub fn verify(&self, cookie_headers: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<VerifiedId, Rejection> {
        let name = self.name.as_str().as_bytes();
        for header in cookie_headers {
            if let Some(cookie) = Cookies::new(header.as_ref()).find(name) {
                return VerifiedId::of_cookie(cookie, &self.keys, self.unprefixed);
            }
        }
        Err(Rejection::Missing)
    }

    /// The Set-Cookie line of the answer, if it is to carry one.
    ///
    /// # Errors
    ///
    /// [`SetCookieError`] if the session's cookie has an attribute that npm cookie refuses.
    pub fn set_cookie<'s, V>(&self, settled: &'s Settled<'c, T, V>) -> Result<Option<SetCookie<'s>>, SetCookieError>
    where
        'c: 's,
    {
        let session = settled.session();
        if session.sent_early() || !settled.cookie_reason().is_sent() {
            return Ok(None);
        }
        self.line(session).map(Some)
    }

    /// The same before the end of the request, where the head of the answer is written early.
    ///
    /// It is decided now and not again: what the handler changes later is stored, but the browser does not hear of it.
    ///
    /// # Errors
    ///
    /// As for [`set_cookie`](Self::set_cookie).
    pub fn set_cookie_early<'s, V>(
        &self,
        session: &'s mut Session<'c, T, V>,
        now: Timestamp,
    ) -> Result<Option<SetCookie<'s>>, SetCookieError>
    where
        'c: 's,
    {
        if !session.decide_cookie(now).is_sent() {
            return Ok(None);
        }
        self.line(session).map(Some)
    }

    /// The line that makes the browser forget the session's cookie, for an answer after
    /// [`destroy`](Session::destroy); express-session never sends one.
    ///
    /// It is for the browser's tidiness: it is the store that ended the session.
    ///
    /// # Errors
    ///
    /// As for [`set_cookie`](Self::set_cookie).
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
        let signature = self.keys.signing_key().sign(session.id().as_str());
        SetCookie::signed_id(self.name, session.id(), signature, attributes)
    }

    fn pending<H>(&self, request: Request<'_, H>, options: CookieOptions<'c>) -> Option<Pending<'c, T>>
    where
        H: IntoIterator<Item: AsRef<[u8]>>,
    {
        if !self.policy.path_rule.matches(options.scope(), request.target) {
            return None;
        }
        let verified = self.verify(request.cookie_headers);
        Some(Pending { policy: self.policy, options, encrypted: request.encrypted, verified })
    }
}

/// A request whose cookies have been read: what the store is to look for.
///
/// ```
/// # use session_core::{CookieName, CookieOptions, Fingerprint, Key, Policy, Rejection, Request, SessionManager};
/// # let policy = Policy::<u32>::express(Fingerprint::of_hash);
/// # let keys = Key::new("keyboard cat").into();
/// # let manager = SessionManager::new(policy, keys, CookieName::CONNECT_SID, CookieOptions::new())?;
/// let pending = manager.receive(Request::new(["connect.sid=s:abc.forged"], "/")).expect("a path with a session");
/// assert_eq!(pending.candidates().count(), 0);
/// assert_eq!(pending.rejection(), Some(Rejection::BadSignature));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request without an open session loses what it would have kept"]
pub struct Pending<'c, T> {
    policy: Policy<T>,
    options: CookieOptions<'c>,
    encrypted: bool,
    verified: Result<VerifiedId, Rejection>,
}

impl<'c, T> Pending<'c, T> {
    /// The keys to look for in the store, each of a verified id. With the `express` preset there is one at most.
    pub fn candidates(&self) -> impl Iterator<Item = StoreKey> {
        self.verified.iter().map(VerifiedId::store_key)
    }

    /// Looks for them in a store that answers at once; any other way of loading them is the caller's.
    ///
    /// # Errors
    ///
    /// The store's: answer with an error (503) then, since "no session" would log users out.
    pub fn load<S: SessionStore<T>>(
        &self,
        store: &mut S,
        now: Timestamp,
    ) -> Result<impl IntoIterator<Item = Loaded<T, S::Revision>> + use<'c, T, S>, S::Error> {
        match &self.verified {
            Ok(verified) => store.load(&verified.store_key(), now),
            Err(_) => Ok(None),
        }
    }

    /// Why there are none.
    #[must_use]
    pub fn rejection(&self) -> Option<Rejection> {
        self.verified.as_ref().err().copied()
    }

    /// Opens the session that was loaded, or a new one under the id that `new_id` gives, which is not asked otherwise.
    ///
    /// An id that the store does not know is never taken over. A record of another key than the candidates' is left
    /// alone, so that no request gets another one's session.
    ///
    /// If the store cannot tell, open no session: answer with an error (503), or logged-in users find themselves
    /// logged out.
    ///
    /// # Errors
    ///
    /// [`OpenError`]
    pub fn open<V, E>(
        self,
        loaded: impl IntoIterator<Item = Loaded<T, V>>,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<SessionId, E>,
    ) -> Result<Session<'c, T, V>, OpenError<E>>
    where
        T: Default,
    {
        let Self { policy, options, encrypted, verified } = self;
        let request = SessionRequest { policy, options, encrypted, sent: verified.ok().map(|verified| *verified.id()) };
        if let Ok(verified) = verified {
            let key = verified.store_key();
            if let Some(loaded) = loaded.into_iter().find(|loaded| loaded.key == key) {
                return Ok(Session::found(request, *verified.id(), loaded));
            }
        }
        let id = new_id().map_err(OpenError::Id)?;
        let record = Record::new(options.cookie(encrypted, now), T::default());
        Ok(Session::fresh(request, id, record))
    }
}

/// Why a manager, or the options of a request, are refused.
///
/// ```
/// use session_core::{AttributesTooLong, ConfigError};
///
/// assert_eq!(ConfigError::from(AttributesTooLong), ConfigError::AttributesTooLong);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The attributes of the cookie hold over 160 bytes of text.
    AttributesTooLong,
}

impl From<AttributesTooLong> for ConfigError {
    fn from(_: AttributesTooLong) -> Self {
        Self::AttributesTooLong
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AttributesTooLong => AttributesTooLong.fmt(f),
        }
    }
}

impl core::error::Error for ConfigError {}

/// Why no session could be opened.
///
/// ```
/// use session_core::OpenError;
///
/// assert_eq!(OpenError::Id(core::fmt::Error).to_string(), "no new session id could be made");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError<E> {
    /// The generator of ids failed, and this is its error.
    Id(E),
}

impl<E> fmt::Display for OpenError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no new session id could be made")
    }
}

impl<E: core::error::Error + 'static> core::error::Error for OpenError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Id(error) => Some(error),
        }
    }
}
