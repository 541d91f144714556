//! What handlers ask for: the session of their request, or a look at it.

use core::cell::{RefCell, RefMut};
use core::mem::replace;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use session_core::{Loaded, Lost, Pending, Principal, SessionEnded, StoreAction, StoreOp, Timestamp};
use session_core_redis::Revision;

use crate::{CoreSession, SessionError, Sessions, new_id};

/// The session of a request: an extractor, whose clones are the same session.
///
/// What a handler changes is stored at the end of the request, before its answer goes out.
pub struct Session<T: 'static> {
    slot: Rc<RefCell<Slot<T>>>,
    pub(crate) all: Data<Sessions<T>>,
}

/// How far the session of a request has come.
pub(crate) enum Slot<T> {
    /// Not used so far.
    Loaded(Box<Arrival<T>>),
    Open(Box<CoreSession<T>>),
    /// The request has ended, or only looks at it.
    Closed,
}

/// A request, and what the store had for it then.
pub(crate) struct Arrival<T> {
    pub(crate) pending: Pending<'static, T>,
    pub(crate) loaded: Vec<Loaded<T, Revision>>,
    pub(crate) now: Timestamp,
}

impl<T: Default> Session<T> {
    pub(crate) fn new(arrival: Arrival<T>, all: Data<Sessions<T>>) -> Self {
        Self { slot: Rc::new(RefCell::new(Slot::Loaded(Box::new(arrival)))), all }
    }

    /// Works with the session as the core has it. What it hands out for the store (a [`StoreOp`]) cannot leave the closure:
    /// for that there are [`perform`](Self::perform) and the methods that call it.
    ///
    /// # Errors
    ///
    /// [`SessionError::Late`] after the head of the answer was made, and [`SessionError::Busy`] while another task of the
    /// request waits for the store, as for all that follow.
    pub fn with<R>(&self, work: impl FnOnce(&mut CoreSession<T>) -> R) -> Result<R, SessionError> {
        Ok(work(self.slot()?.open()?))
    }

    /// Has the store do now what the session asks for, and tells the session what it said.
    ///
    /// # Errors
    ///
    /// [`SessionError::Lost`] if the store has not done it, or the store's.
    #[expect(clippy::await_holding_refcell_ref, reason = "who comes meanwhile is told that it is busy")]
    pub async fn perform<F>(&self, ask: F) -> Result<(), SessionError>
    where
        F: for<'s> FnOnce(&'s mut CoreSession<T>) -> Result<Option<StoreOp<'s, T, Revision>>, SessionEnded>,
    {
        let mut slot = self.slot()?;
        let session = slot.open()?;
        let Some(op) = ask(session)? else { return Ok(()) };
        let action = StoreAction::of(&op);
        let answer = self.all.store.apply(op, Timestamp::now()).await?;
        let lost = Lost::of(action, &answer);
        session.answered(answer);
        lost.map_or(Ok(()), |lost| Err(SessionError::Lost(lost)))
    }

    /// Logs a user in, after the program has made sure who it is (`recommended` only; under `express` a login is
    /// [`regenerate`](Self::regenerate) and what the program puts into the data).
    ///
    /// Where the policy counts epochs, take [`with`](Self::with) and
    /// [`authenticated_in_epoch`](session_core::Session::authenticated_in_epoch).
    ///
    /// # Errors
    ///
    /// [`SessionError::Login`]: nobody is logged in then.
    pub fn authenticated(&self, principal: Principal) -> Result<(), SessionError> {
        let id = new_id()?;
        Ok(self.with(|session| session.authenticated(principal, id, Timestamp::now()))??)
    }

    /// Goes on with an empty session under a new id.
    ///
    /// # Errors
    ///
    /// [`SessionError::Ended`] where there is none any more, or the store's: under `express` the old session goes now.
    pub async fn regenerate(&self) -> Result<(), SessionError> {
        let id = new_id()?;
        self.perform(|session| session.regenerate(id, Timestamp::now())).await
    }

    /// Writes the session now, and not only at the end of the request.
    ///
    /// # Errors
    ///
    /// [`SessionError::Lost`] if the store has not taken it: the end of the request says so too.
    pub async fn save(&self) -> Result<(), SessionError> {
        self.perform(|session| session.save().map(Some)).await
    }

    /// Ends the session, now: whoever does not wait for the answer is logged out too.
    ///
    /// # Errors
    ///
    /// The store's, or [`SessionError::Lost`] if it has not said that the session is gone. Under `recommended` the end of
    /// the request asks it once more.
    pub async fn destroy(&self) -> Result<(), SessionError> {
        self.perform(|session| Ok(Some(session.destroy()))).await
    }

    /// Ends the request; `None`: it has only looked at the session.
    pub(crate) fn take(&self) -> Result<Option<Box<CoreSession<T>>>, SessionError> {
        let mut slot = self.slot()?;
        if matches!(*slot, Slot::Loaded(_)) {
            slot.open()?;
        }
        match replace(&mut *slot, Slot::Closed) {
            Slot::Open(session) => Ok(Some(session)),
            _ => Ok(None),
        }
    }
}

impl<T> Session<T> {
    fn slot(&self) -> Result<RefMut<'_, Slot<T>>, SessionError> {
        self.slot.try_borrow_mut().map_err(|_| SessionError::Busy)
    }
}

impl<T> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self { slot: Rc::clone(&self.slot), all: self.all.clone() }
    }
}

impl<T> FromRequest for Session<T> {
    type Error = SessionError;
    type Future = Ready<Result<Self, SessionError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get().cloned().ok_or(SessionError::NoMiddleware))
    }
}

impl<T: Default> Slot<T> {
    fn open(&mut self) -> Result<&mut CoreSession<T>, SessionError> {
        *self = match replace(self, Self::Closed) {
            Self::Loaded(it) => {
                let session = it.pending.open(it.loaded, it.now, new_id)?;
                log::debug!("session opened: {}", session.opening());
                Self::Open(Box::new(session))
            }
            other => other,
        };
        match self {
            Self::Open(session) => Ok(session),
            _ => Err(SessionError::Late),
        }
    }
}

/// A look at the session of a request, if there is one that is alive: it keeps none alive, writes nothing and sends no
/// cookie. For pages that load themselves again, and for requests of other sites.
///
/// A request that looks has no [`Session`] to work with: that is [`SessionError::Late`], and so is to look at one that was
/// worked with before.
pub struct Seen<T>(pub Option<Loaded<T, Revision>>);

impl<T: 'static> FromRequest for Seen<T> {
    type Error = SessionError;
    type Future = Ready<Result<Self, SessionError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let look = |session: Session<T>| {
            let mut slot = session.slot()?;
            match replace(&mut *slot, Slot::Closed) {
                Slot::Loaded(it) => Ok(Self(it.pending.open_passive(it.loaded, it.now)?)),
                used => {
                    *slot = used;
                    Err(SessionError::Late)
                }
            }
        };
        ready(Session::from_request(request, payload).into_inner().and_then(look))
    }
}
