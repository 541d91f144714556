//! A request between its cookies and its session.

use core::convert::Infallible;

use super::error::OpenError;
use super::found::{Found, LoadedOf};
use crate::candidates::{Candidates, Reading};
use crate::cookie::CookieOptions;
use crate::id::{SessionId, StoreKey};
use crate::lifetime::{self, Ending, Window};
use crate::policy::Choices;
use crate::record::{Loaded, Record};
use crate::session::{Opening, Origin, Session, SessionRequest, judge, stored};
use crate::signature::{Rejection, VerifiedId};
use crate::store::SessionStore;
use crate::time::Timestamp;

/// An id's key is plain or hashed.
const FORMS: usize = 2;

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
pub struct Pending<'c, T, const N: usize = 4> {
    pub(super) policy: Choices<T>,
    pub(super) options: CookieOptions<'c>,
    pub(super) encrypted: bool,
    pub(super) reading: Reading<N>,
}

impl<'c, T, const N: usize> Pending<'c, T, N> {
    /// The most keys under which the sessions of a request may be.
    const KEYS: usize = FORMS * N;

    /// The same with this id instead of what the request's cookies say: it came in another way, such as by a header of an
    /// API, or by a cookie that a framework has read.
    ///
    /// The browser is taken to know it, so its cookie is not sent for that reason alone.
    ///
    /// ```
    /// # use session_core::{CookieName, CookieOptions, Fingerprint, Key, Policy, Request, SessionManager, Unprefixed};
    /// # use session_core::{KeyRing, VerifiedId};
    /// # let policy = Policy::<u32>::express(Fingerprint::of_hash);
    /// # let keys = KeyRing::from(Key::new("keyboard cat"));
    /// # let token = format!("s:abc.{}", keys.signing_key().sign("abc").as_str());
    /// # let manager = SessionManager::new(policy, keys.clone(), CookieName::CONNECT_SID, CookieOptions::new())?;
    /// // Authorization: Session s:abc.…
    /// let verified = VerifiedId::read(&token, &keys, Unprefixed::Refused)?;
    /// let pending = manager.receive(Request::new([""], "/")).expect("a path with a session").with_verified(verified);
    /// assert!(pending.candidates().eq([verified.store_key()]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_verified(mut self, verified: VerifiedId) -> Self {
        self.reading.candidates = Ok(Candidates::one(verified));
        self
    }

    /// The keys to look for in the store, each of a verified id. With the `express` preset there is one at most.
    ///
    /// While a store goes over to hashed ids an id has two of them, one after the other: the first that is there is its
    /// session.
    pub fn candidates(&self) -> impl Iterator<Item = StoreKey> {
        (0..Self::KEYS).filter_map(|place| self.key_at(place))
    }

    /// Looks for them in a store that answers at once; any other way of loading them is the caller's.
    ///
    /// Of each id it gives the record under the first of its keys that is there, and looks for nothing behind it.
    ///
    /// # Errors
    ///
    /// The store's: answer with an error (503) then, since "no session" would log users out.
    pub fn load<S: SessionStore<T>>(
        &self,
        store: &mut S,
        now: Timestamp,
    ) -> Result<impl IntoIterator<Item = Loaded<T, S::Revision>> + use<'c, T, S, N>, S::Error> {
        let mut found = LoadedOf { places: [const { None }; N] };
        for (number, place) in found.places.iter_mut().enumerate() {
            *place = self.load_one(number, store, now)?;
        }
        Ok(found)
    }

    /// What the store has of the id of this number, under the first of its keys that is there: see `IdsAtRest::reads`.
    fn load_one<S: SessionStore<T>>(
        &self,
        number: usize,
        store: &mut S,
        now: Timestamp,
    ) -> Result<Option<Loaded<T, S::Revision>>, S::Error> {
        for form in 0..FORMS {
            let Some(key) = self.key_at(FORMS * number + form) else { break };
            if let Some(loaded) = store.load(&key, now)? {
                if loaded.key == key {
                    return Ok(Some(loaded));
                }
            }
        }
        Ok(None)
    }

    /// Whether the policy counts epochs, so that [`Loaded::with_epoch`] is to say them.
    #[must_use]
    pub fn counts_epochs(&self) -> bool {
        self.policy.counts_epochs()
    }

    /// Why there are none.
    #[must_use]
    pub fn rejection(&self) -> Option<Rejection> {
        self.reading.candidates.as_ref().err().copied()
    }

    /// Whether there was a cookie with our name in another case, where our name has a prefix like `__Host-`: somebody tries
    /// what some browsers let pass, which a server may want to know (`recommended` only).
    #[must_use]
    pub const fn has_look_alike(&self) -> bool {
        self.reading.look_alike
    }

    /// Opens the session that was loaded, or a new one under the id that `new_id` gives, which is not asked otherwise.
    ///
    /// An id that the store does not know is never taken over. A record of another key than the candidates' is left
    /// alone, so that no request gets another one's session.
    ///
    /// Under the `recommended` preset a session that has ended is none. Where the cookies name two that are alive, or one
    /// that went on under another id, be it beside one that is alive, there is no session to work with:
    /// [`Session::opening`] says so, the data are empty, and what is put into them is [`Lost`](crate::Lost).
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
        let mut live = None;
        let found = self.find(loaded, now, &mut live)?;
        self.open_found(found, live, now, new_id)
    }

    /// The same with what a store has that answers at once: [`load`](Self::load) and [`open`](Self::open) in one.
    ///
    /// ```
    /// # use core::convert::Infallible;
    /// # use session_core::{CookieName, CookieOptions, Fingerprint, FixedStore, Key, Policy, Request, SessionId, SessionManager};
    /// # use session_core::Timestamp;
    /// # let policy = Policy::<u32>::express(Fingerprint::of_hash);
    /// # let keys = Key::new("keyboard cat").into();
    /// # let manager = SessionManager::new(policy, keys, CookieName::CONNECT_SID, CookieOptions::new())?;
    /// # let mut store = FixedStore::<u32, 8>::new();
    /// # let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
    /// # let pending = manager.receive(Request::new([""], "/")).expect("every path has a session");
    /// let session = pending.open_from(&mut store, now, || Ok::<_, Infallible>(SessionId::from_random([7; 24])))?;
    /// assert!(session.is_new());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`]. Where the policy counts epochs, a session of somebody who is logged in is refused unless the store
    /// says its epoch.
    pub fn open_from<S: SessionStore<T>, E>(
        self,
        store: &mut S,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<SessionId, E>,
    ) -> Result<Session<'c, T, S::Revision>, OpenError<E, S::Error>>
    where
        T: Default,
    {
        let (mut found, mut live) = (Found::NOTHING, None);
        for number in 0..N {
            let Some(verified) = self.verified_at(FORMS * number) else { break };
            let Some(loaded) = self.load_one(number, store, now).map_err(OpenError::Store)? else { continue };
            if self.is_first_alive(verified, &loaded, now, &mut found)? {
                live = Some(loaded);
            }
        }
        self.open_found(found, live, now, new_id)
    }

    fn open_found<V, E, S>(
        &self,
        found: Found<'_>,
        live: Option<Loaded<T, V>>,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<SessionId, E>,
    ) -> Result<Session<'c, T, V>, OpenError<E, S>>
    where
        T: Default,
    {
        let rules = self.policy.rules;
        let ambiguous = found.is_ambiguous();
        let opening = match (&live, found.ended, &self.reading.candidates) {
            _ if ambiguous => Opening::Ambiguous,
            (Some(_), ..) => Opening::Loaded,
            (None, Some(ending), _) => Opening::Ended(ending),
            (None, None, Ok(_)) => Opening::NotStored,
            (None, None, Err(rejection)) => Opening::Rejected(*rejection),
        };
        // One that moved cannot be ended by its old id.
        let is_one_of_two = ambiguous && found.ended != Some(Ending::Moved);
        let one = live.as_ref().filter(|_| is_one_of_two).map(|loaded| loaded.key);

        let mut request = self.request();
        let mut origin = Origin { opening, window: None, signed_by_older_key: false, both: one.zip(found.other), now };
        // The session is put together in one place, since each such place takes the stack of a whole one.
        let (id, key, record, revision) = match (live, found.live) {
            (Some(loaded), Some((verified, window))) if !ambiguous => {
                request.sent = Some(*verified.id());
                origin.now = rules.map_or(now, |rules| lifetime::now(&rules.limits, &stored(&loaded), now));
                origin.window = Some(window);
                origin.signed_by_older_key = verified.key_state().is_outdated();
                (*verified.id(), loaded.key, loaded.record, Some(loaded.revision))
            }
            _ => {
                let id = new_id().map_err(OpenError::Id)?;
                let cookie = self.options.cookie(self.encrypted, now);
                (id, StoreKey::plain(&id), Record::new(cookie, T::default()), None)
            }
        };
        Ok(Session::begin(request, id, (key, record, revision), origin))
    }

    /// The session that was loaded, only to be looked at: nothing is written, no life prolonged and no cookie sent.
    ///
    /// For what asks again and again by itself, and for requests of other sites: else they keep a session alive that
    /// nobody uses.
    ///
    /// # Errors
    ///
    /// [`OpenError::NeedsEpoch`]
    pub fn open_passive<V>(
        &self,
        loaded: impl IntoIterator<Item = Loaded<T, V>>,
        now: Timestamp,
    ) -> Result<Option<Loaded<T, V>>, OpenError<Infallible>> {
        let mut live = None;
        let found = self.find(loaded, now, &mut live)?;
        Ok(live.filter(|_| !found.is_ambiguous()))
    }

    /// Sorts what was loaded; `live` is the place for the one session that is alive, since it is large, and each hand that
    /// it goes through takes its time.
    fn find<V, E>(
        &self,
        loaded: impl IntoIterator<Item = Loaded<T, V>>,
        now: Timestamp,
        live: &mut Option<Loaded<T, V>>,
    ) -> Result<Found<'_>, OpenError<E>> {
        let mut found = Found::NOTHING;
        for loaded in loaded {
            let Some(verified) = self.verified_under(&loaded.key) else { continue };
            if self.is_first_alive(verified, &loaded, now, &mut found)? {
                *live = Some(loaded);
            }
        }
        Ok(found)
    }

    /// Whether this is the first one that is alive; what else it is, is noted.
    fn is_first_alive<'v, V, E, S>(
        &self,
        verified: &'v VerifiedId,
        loaded: &Loaded<T, V>,
        now: Timestamp,
        found: &mut Found<'v>,
    ) -> Result<bool, OpenError<E, S>> {
        let judged = self.policy.rules.map_or(Ok(Window::ENDLESS), |rules| judge(&rules, loaded, now));
        match judged {
            Ok(_) if self.counts_epochs() && loaded.epoch.is_none() && loaded.record.principal().is_some() => {
                return Err(OpenError::NeedsEpoch);
            }
            Ok(window) => match found.live {
                None => {
                    found.live = Some((verified, window));
                    return Ok(true);
                }
                Some((other, _)) if other.id() != verified.id() => found.other = Some(loaded.key),
                Some(_) => {}
            },
            Err(ending) if found.ended != Some(Ending::Moved) => found.ended = Some(ending),
            Err(_) => {}
        }
        Ok(false)
    }

    /// The id whose session the store may have under this key.
    fn verified_under(&self, key: &StoreKey) -> Option<&VerifiedId> {
        (0..Self::KEYS)
            .find(|place| self.key_at(*place).as_ref() == Some(key))
            .and_then(|place| self.verified_at(place))
    }

    /// Where the store may have a session, in the order in which to look: one place for each id and each form of its key.
    fn key_at(&self, place: usize) -> Option<StoreKey> {
        let verified = self.verified_at(place)?;
        match self.policy.rules {
            Some(rules) => rules.at_rest.read_at(verified.id(), place % FORMS),
            None => (place % FORMS == 0).then(|| verified.store_key()),
        }
    }

    fn verified_at(&self, place: usize) -> Option<&VerifiedId> {
        self.reading.candidates.as_ref().ok()?.get(place / FORMS)
    }

    fn request(&self) -> SessionRequest<'c, T> {
        let sent = self.verified_at(0).map(|verified| *verified.id());
        SessionRequest { policy: self.policy, options: self.options, encrypted: self.encrypted, sent }
    }
}
