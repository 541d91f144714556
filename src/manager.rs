//! The beginning of a request: from its head to a session.

mod answer;
mod error;
mod found;
mod headers;
mod pending;

use crate::candidates::{self, Candidates, Reading};
use crate::cookie::{CookieName, CookieOptions, CookieScope, Cookies, check, check_former};
use crate::key::{Key, KeyRing};
use crate::policy::{Choices, Policy, Rules};
use crate::record::Loaded;
use crate::request::Request;
use crate::signature::{Rejection, Unprefixed, VerifiedId};
use crate::store::SessionStore;
use crate::time::Timestamp;

pub use error::{AnswerError, ConfigError, OpenError};
pub use headers::{HeaderValue, Headers};
pub use pending::Pending;

/// After how many seconds browsers drop every cookie: 400 days.
///
/// draft-ietf-httpbis-rfc6265bis-22, section 5.5.
const COOKIE_LIFETIME_CAP: i64 = 400 * 24 * 60 * 60;

/// What all requests of a program have in common: the policy, the keys, and the cookie's name and options.
///
/// `T` is the session data, `K` what the older keys are kept in, and `N` the policy's room for sessions of one request.
/// Nothing of it changes after it was made.
///
/// ```
/// use core::convert::Infallible;
/// use session_core::{
///     CookieName, CookieOptions, Fingerprint, FixedStore, Key, Policy, Request, SessionId, SessionManager, Timestamp,
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
/// let mut session = pending.open_from(&mut store, now, || Ok::<_, Infallible>(SessionId::from_random([7; 24])))?;
/// // 2. The handler works with the session.
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
pub struct SessionManager<'c, T, K = [Key; 0], const N: usize = 4> {
    policy: Choices<T>,
    keys: KeyRing<K>,
    name: CookieName<'c>,
    options: CookieOptions<'c>,
    unprefixed: Unprefixed,
    former: &'c [CookieScope<'c>],
}

impl<'c, T, K: AsRef<[Key]>, const N: usize> SessionManager<'c, T, K, N> {
    /// A manager of these.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the options hold more text than a record can keep, or a choice is not the preset's. Nothing else
    /// is checked under the `express` preset: npm cookie refuses a bad domain when the first cookie is written, and so does
    /// this.
    pub fn new(
        policy: Policy<T, N>,
        keys: KeyRing<K>,
        name: CookieName<'c>,
        options: CookieOptions<'c>,
    ) -> Result<Self, ConfigError> {
        options.check()?;
        let policy = policy.choices;
        if policy.misplaced {
            return Err(ConfigError::Misplaced);
        }
        let manager = Self { policy, keys, name, options, unprefixed: Unprefixed::Refused, former: &[] };
        if let Some(rules) = policy.rules {
            manager.check(&rules, &options)?;
        }
        Ok(manager)
    }

    /// Reads cookies of 2011 and 2012 as well (`express` only).
    #[must_use]
    pub fn with_unprefixed(mut self, unprefixed: Unprefixed) -> Self {
        self.unprefixed = unprefixed;
        self
    }

    /// Removes the cookie where it used to be set, whenever a new one is sent or a user logs out (`recommended` only).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Cookie`] if a browser would not take such a line, or it would remove the cookie where it is set now.
    pub fn with_former(mut self, former: &'c [CookieScope<'c>]) -> Result<Self, ConfigError> {
        for scope in former {
            check_former(self.name, &self.options, *scope).map_err(ConfigError::Cookie)?;
        }
        self.former = former;
        Ok(self)
    }

    /// Whether the policy counts epochs, so that [`Loaded::with_epoch`] is to say them.
    #[must_use]
    pub fn counts_epochs(&self) -> bool {
        self.policy.counts_epochs()
    }

    /// Looks at the head of a request; `None`: its path has no session.
    pub fn receive<H>(&self, request: Request<'_, H>) -> Option<Pending<'c, T, N>>
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
    ) -> Result<Option<Pending<'c, T, N>>, ConfigError>
    where
        H: IntoIterator<Item: AsRef<[u8]>>,
    {
        options.check()?;
        if let Some(rules) = self.policy.rules {
            self.check(&rules, &options)?;
        }
        Ok(self.pending(request, options))
    }

    /// Finds the session that the cookies of a request name, without a request: "is this user logged in?"
    ///
    /// Nothing is written, and no life is prolonged. Under the `recommended` preset a session that has ended is none; where
    /// it counts epochs, none of a principal is found: take [`receive`](Self::receive) and
    /// [`Pending::open_passive`] there.
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
        let pending = self.pending_of(cookie_headers, self.options, false);
        let loaded = pending.load(store, now)?;
        Ok(pending.open_passive(loaded, now).unwrap_or_default())
    }

    /// The verified id that the cookies of a request name, without a request and without a store.
    ///
    /// As in Express the first cookie of the name decides, even if it is no good. Under the `recommended` preset it is the
    /// one id that the cookies name, and none if there are several.
    ///
    /// # Errors
    ///
    /// [`Rejection`], for the server's eyes.
    pub fn verify(&self, cookie_headers: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<VerifiedId, Rejection> {
        if self.policy.rules.is_some() {
            let reading = self.candidates(cookie_headers);
            let mut ids = reading.candidates.as_ref().map_err(|rejection| *rejection)?.iter();
            return ids.next().filter(|_| ids.next().is_none()).copied().ok_or(Rejection::Ambiguous);
        }
        self.verify_first(cookie_headers)
    }

    fn verify_first(&self, cookie_headers: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<VerifiedId, Rejection> {
        for header in cookie_headers {
            if let Some(cookie) = Cookies::new(header.as_ref()).find_named(self.name) {
                return VerifiedId::of_cookie(cookie, &self.keys, self.unprefixed);
            }
        }
        Err(Rejection::Missing)
    }

    fn pending<H>(&self, request: Request<'_, H>, options: CookieOptions<'c>) -> Option<Pending<'c, T, N>>
    where
        H: IntoIterator<Item: AsRef<[u8]>>,
    {
        if !self.policy.path_rule.matches(options.scope(), request.target) {
            return None;
        }
        Some(self.pending_of(request.cookie_headers, options, request.encrypted))
    }

    fn pending_of(
        &self,
        cookie_headers: impl IntoIterator<Item: AsRef<[u8]>>,
        options: CookieOptions<'c>,
        encrypted: bool,
    ) -> Pending<'c, T, N> {
        Pending { policy: self.policy, options, encrypted, reading: self.candidates(cookie_headers) }
    }

    fn candidates(&self, cookie_headers: impl IntoIterator<Item: AsRef<[u8]>>) -> Reading<N> {
        match self.policy.rules {
            Some(rules) => candidates::read(cookie_headers, self.name, &self.keys, rules.candidates.into()),
            None => {
                let first = self.verify_first(cookie_headers);
                Reading { candidates: first.map(Candidates::one), look_alike: false }
            }
        }
    }

    /// What the recommended preset asks of a configuration.
    fn check(&self, rules: &Rules, options: &CookieOptions<'c>) -> Result<(), ConfigError> {
        check(self.name, options).map_err(ConfigError::Cookie)?;
        rules.limits.check().map_err(ConfigError::Limits)?;
        if !(1..=N).contains(&rules.candidates.into()) {
            return Err(ConfigError::Candidates);
        }
        if rules.persistent && rules.limits.idle() / 1000 > COOKIE_LIFETIME_CAP {
            return Err(ConfigError::CookieLifetime);
        }
        if self.keys.key_count().saturating_mul(rules.candidates.into()) > rules.signatures.into() {
            return Err(ConfigError::Keys);
        }
        if self.keys.keys().any(Key::secret_is_short) {
            return Err(ConfigError::SecretTooShort);
        }
        if !rules.express_keys && !self.keys.keys().all(Key::is_derived) {
            return Err(ConfigError::ExpressKeys);
        }
        Ok(())
    }
}
