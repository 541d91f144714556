//! A session during a request.
//!
//! The file is long since it is a list: what a handler may do, with its page.

mod errors;
mod express;
mod guard;
mod login;
mod operation;

use core::fmt;

use crate::cookie::{CookieOptions, SessionCookie};
use crate::decision::CookieReason;
use crate::decision::recommended::Life;
use crate::id::{SessionId, StoreKey};
use crate::lifetime::Window;
use crate::policy::{Choices, Rules};
use crate::record::{Loaded, Record};
use crate::store::{Answer, StoreOp};
use crate::time::{Timestamp, TimestampOutOfRange};

pub use errors::{LoginError, NotLoaded, SessionEnded};
use express::Mark;
use guard::Guard;
pub use guard::Opening;
pub(crate) use guard::{judge, stored};

/// A session during a request: what a handler sees of it.
///
/// [`close`](Session::close) ends the request. A session that is dropped without it, as when a request is cancelled,
/// writes nothing; only what was handed out before ([`save`](Session::save), [`destroy`](Session::destroy) and the
/// like) has been done.
///
/// `T` is the program's data and `V` the store's revision: `u64` with [`FixedStore`](crate::FixedStore) and `HeapStore`,
/// `()` with a store that counts none. `'c` is how long the texts of the configuration live, often `'static`. The
/// session's data do not print in `Debug`.
///
/// ```
/// # use session_core::{CookieName, CookieOptions, Fingerprint, FixedStore, Key, Policy, Request, SessionId, SessionManager};
/// # use session_core::{SessionStore, Timestamp};
/// # let policy = Policy::<u32>::express(Fingerprint::of_hash);
/// # let keys = Key::new("keyboard cat").into();
/// # let manager = SessionManager::new(policy, keys, CookieName::CONNECT_SID, CookieOptions::new())?;
/// # let mut store = FixedStore::<u32, 8>::new();
/// # let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// let pending = manager.receive(Request::new([""], "/")).expect("every path has a session");
/// let mut session = pending.open(None, now, || Ok::<_, core::convert::Infallible>(SessionId::from_random([1; 24])))?;
/// *session.data_mut() += 1;
/// let answer = store.apply(session.save()?, now)?;
/// session.answered(answer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a session that is dropped writes nothing: close it"]
pub struct Session<'c, T, V = ()> {
    request: SessionRequest<'c, T>,
    id: SessionId,
    key: StoreKey,
    record: Record<T>,
    revision: Option<V>,
    /// What the id was when the session was opened.
    original_id: SessionId,
    life: Life,
    /// `save` and `reload` are followed: not on a session that `regenerate` made (express-session #935).
    tracked: bool,
    /// What the data was when the session was opened.
    original: Mark,
    /// What the data was at the last `save`, or when it was loaded unless `resave` is on.
    saved: Option<Mark>,
    /// Counts the calls of `data_mut`.
    edits: u32,
    /// Decided before the end, when the answer's head is written.
    early: Option<CookieReason>,
    /// What the recommended preset knows beside.
    guard: Guard,
}

/// How a session came to be opened.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) opening: Opening,
    /// `None`: the store does not have it.
    pub(crate) window: Option<Window>,
    pub(crate) signed_by_older_key: bool,
    /// Two that are alive, where there is none to work with.
    pub(crate) both: Option<(StoreKey, StoreKey)>,
    /// The clock, or what shows it to be slow.
    pub(crate) now: Timestamp,
}

/// What a session needs to know of its request.
#[derive(Clone, Copy)]
pub(crate) struct SessionRequest<'c, T> {
    pub(crate) policy: Choices<T>,
    pub(crate) options: CookieOptions<'c>,
    pub(crate) encrypted: bool,
    /// The verified id that the browser sent, or the first of several.
    pub(crate) sent: Option<SessionId>,
}

impl<'c, T, V> Session<'c, T, V> {
    /// A session with what the store has of it, or a new one.
    pub(crate) fn begin(
        request: SessionRequest<'c, T>,
        id: SessionId,
        (key, record, revision): (StoreKey, Record<T>, Option<V>),
        origin: Origin,
    ) -> Self {
        let mut session = Self {
            request,
            id,
            key,
            record,
            revision,
            original_id: id,
            life: Life::Live,
            tracked: true,
            original: Mark::Altered,
            saved: None,
            edits: 0,
            early: None,
            guard: Guard::EXPRESS,
        };
        session.guard.opening = origin.opening;
        if !session.record.is_altered() {
            session.original = session.mark();
        }
        if origin.window.is_some() && !session.request.policy.switches.resave {
            session.saved = Some(session.original);
        }
        if let Some(rules) = session.request.policy.rules {
            session.begin_guarded(&rules, origin);
        }
        session
    }

    /// The data, to be changed.
    pub fn data_mut(&mut self) -> &mut T {
        self.edits = self.edits.wrapping_add(1);
        self.record.data_mut()
    }

    /// The cookie of this session alone, to be changed. By itself that is no change of the session.
    ///
    /// Under the `recommended` preset options and limits say what the cookie is, so what is changed here is not kept.
    pub const fn cookie_mut(&mut self) -> &mut SessionCookie {
        self.record.cookie_mut()
    }

    /// Sets how long the session lives in ms, counted from now; `None`: no limit of ours.
    ///
    /// By itself that is no change of the session, so the browser hears of it only when its cookie is sent anyway. Under
    /// the `recommended` preset the policy's limits decide instead.
    ///
    /// # Errors
    ///
    /// [`TimestampOutOfRange`] if the end is no date of JavaScript's; nothing is changed then.
    pub fn set_max_age(&mut self, ms: Option<i64>, now: Timestamp) -> Result<(), TimestampOutOfRange> {
        self.record.cookie_mut().set_max_age(ms, now)
    }

    /// Counts the session's life from now again; the end of the request does that too.
    pub fn touch(&mut self, now: Timestamp) {
        self.record.cookie_mut().touch(now);
    }

    /// Writes the session to the store now and not only at the end.
    ///
    /// Under the `recommended` preset [`answered`](Self::answered) is to hear what the store said before anything else is
    /// asked of the session, or the request ends with [`Lost`](crate::Lost): nobody could tell what the store has.
    ///
    /// # Errors
    ///
    /// [`SessionEnded`] where there is nothing to write any more: it is not to come back.
    pub fn save(&mut self) -> Result<StoreOp<'_, T, V>, SessionEnded> {
        self.check_live()?;
        if self.is_guarded() {
            return Ok(self.save_guarded());
        }
        if self.tracked {
            self.saved = Some(self.mark());
        }
        Ok(StoreOp::Put { key: self.key, record: &self.record })
    }

    /// Takes what the store has now instead of what the handler has made of it.
    ///
    /// # Errors
    ///
    /// [`NotLoaded`] if it is not the record of this session, or there is none; under the `recommended` preset also if it has
    /// ended, or its epoch is not said. Nothing is changed then.
    pub fn reload(&mut self, loaded: Option<Loaded<T, V>>, now: Timestamp) -> Result<(), NotLoaded> {
        let loaded = loaded.filter(|loaded| self.is_live() && loaded.key == self.key).ok_or(NotLoaded)?;
        if let Some(rules) = self.rules() {
            return self.reload_guarded(loaded, &rules, now);
        }
        self.record = loaded.record;
        self.revision = Some(loaded.revision);
        if let Some(Mark::Edits(stored)) = self.saved.or(Some(self.original)) {
            self.edits = stored;
        }
        Ok(())
    }

    /// Ends the stored session and goes on with an empty one under a new id: for a change of rights.
    ///
    /// What is returned is to be done now: under the `express` preset it removes the old session. Under `recommended` it is
    /// `None`, since the end of the request does all of it, and a login is [`authenticated`](Self::authenticated): what
    /// this gives is a session in which nobody is logged in, and which ends when the old one would have.
    ///
    /// The cookie is made anew from the options.
    ///
    /// # Errors
    ///
    /// [`SessionEnded`] where there is none any more.
    pub fn regenerate(&mut self, id: SessionId, now: Timestamp) -> Result<Option<StoreOp<'_, T, V>>, SessionEnded>
    where
        T: Default,
    {
        self.check_live()?;
        self.log_out_of_ticket();
        if self.is_guarded() {
            // An empty session is as little to be stored as one that has just begun.
            *self.record.data_mut() = T::default();
            self.original = self.mark();
        }
        self.replace(id, now, T::default())
    }

    /// Goes on under a new id with the same data: [`regenerate`](Self::regenerate), and the data put back.
    ///
    /// What is returned is to be done now: under the `express` preset it removes the old session. Under `recommended` it is
    /// `None`, and login and end stay what they were. The cookie is made anew from the options.
    ///
    /// # Errors
    ///
    /// [`SessionEnded`] where there is none any more.
    pub fn renew_id(&mut self, id: SessionId, now: Timestamp) -> Result<Option<StoreOp<'_, T, V>>, SessionEnded>
    where
        T: Default,
    {
        self.check_live()?;
        let data = core::mem::take(self.record.data_mut());
        self.replace(id, now, data)
    }

    /// Ends the session: what is returned removes it from the store.
    ///
    /// The data are gone at once; what is put in after this goes nowhere. Under the `recommended` preset the end of the
    /// request asks the store once more, unless [`answered`](Self::answered) has heard that it is gone. Where the session
    /// that the cookie names was not found alive, it is that one which is removed.
    pub fn destroy(&mut self) -> StoreOp<'_, T, V>
    where
        T: Default,
    {
        self.end_what_was_sent();
        self.life = Life::Ended { confirmed: false };
        *self.record.data_mut() = T::default();
        self.destruction()
    }

    /// Lets go of the session: `req.session = null`.
    ///
    /// Nothing is written at the end, and the policy's [`Unset`](crate::Unset) says whether the stored one stays.
    pub const fn abandon(&mut self) {
        // One that was ended is still to be ended.
        if self.is_live() || !self.is_guarded() {
            self.life = Life::None;
        }
    }

    /// Tells the session what the store said to the operation that was handed out last.
    pub fn answered(&mut self, answer: Answer<V>) {
        if self.is_guarded() {
            self.answered_guarded(answer);
        } else if let Answer::Done(revision) = answer {
            self.revision = Some(revision);
        }
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> &SessionId {
        &self.id
    }

    /// Under which key the store has the session, or will have it.
    #[must_use]
    pub const fn key(&self) -> &StoreKey {
        &self.key
    }

    /// The data.
    #[must_use]
    pub const fn data(&self) -> &T {
        self.record.data()
    }

    /// What the store has of the session, or will have.
    #[must_use]
    pub const fn record(&self) -> &Record<T> {
        &self.record
    }

    /// The cookie of this session.
    #[must_use]
    pub const fn cookie(&self) -> &SessionCookie {
        self.record.cookie()
    }

    /// The revision of the stored record, as far as the store has told it.
    #[must_use]
    pub const fn revision(&self) -> Option<&V> {
        self.revision.as_ref()
    }

    /// Whether the browser has not named it: it came without a session, or its id has changed since.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.request.sent != Some(self.id)
    }

    /// Whether it has neither been ended nor let go of.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self.life, Life::Live)
    }

    pub(crate) const fn rules(&self) -> Option<Rules> {
        self.request.policy.rules
    }

    pub(crate) const fn record_mut(&mut self) -> &mut Record<T> {
        &mut self.record
    }

    pub(crate) fn into_record(self) -> Record<T> {
        self.record
    }

    fn check_live(&self) -> Result<(), SessionEnded> {
        if self.is_live() { Ok(()) } else { Err(SessionEnded) }
    }

    fn replace(&mut self, id: SessionId, now: Timestamp, data: T) -> Result<Option<StoreOp<'_, T, V>>, SessionEnded> {
        let (old, ticket) = (self.key, self.record.ticket().copied());
        self.rename(id, now);
        self.record = Record::new(self.request.options.cookie(self.request.encrypted, now), data).with_ticket(ticket);
        if self.is_guarded() {
            self.renew_cookie(now);
            return Ok(None);
        }
        self.revision = None;
        self.tracked = false;
        Ok(Some(StoreOp::destroy(old)))
    }
}

impl<T, V> fmt::Debug for Session<'_, T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("new", &self.is_new())
            .field("live", &self.is_live())
            .field("cookie", self.cookie())
            .finish_non_exhaustive()
    }
}
