//! What handlers ask for: the session of the request, or a look at it.

use core::cell::{RefCell, RefMut};
use core::mem::replace;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use session_core::{Loaded, Pending, SessionEnded, StoreOp, Timestamp};
use session_core_redis::Revision;

use super::{Failure, Session, Sessions, new_id};

/// The session of the request, for its handler.
pub struct Current<T: 'static> {
    pub(crate) slot: Rc<RefCell<Slot<T>>>,
    pub(crate) app: Data<Sessions<T>>,
}

/// Where the session of a request is.
pub(crate) enum Slot<T> {
    /// Loaded, and not opened so far.
    Loaded(Pending<'static, T>, Vec<Loaded<T, Revision>>, Timestamp),
    Open(Session<T>),
    /// The request has ended, or only looks at it.
    Closed,
}

impl<T: Default> Current<T> {
    /// Works with the session.
    ///
    /// # Errors
    ///
    /// [`Failure::Late`], [`Failure::Busy`]
    pub fn with<R>(&self, work: impl FnOnce(&mut Session<T>) -> R) -> Result<R, Failure> {
        Ok(work(self.slot()?.open()?))
    }

    /// Has the store do now what the session asks for, and tells the session what it said.
    ///
    /// # Errors
    ///
    /// [`Failure`]
    pub async fn perform<F>(&self, ask: F) -> Result<(), Failure>
    where
        F: for<'s> FnOnce(&'s mut Session<T>) -> Result<Option<StoreOp<'s, T, Revision>>, SessionEnded>,
    {
        let mut slot = self.slot()?;
        let session = slot.open()?;
        if let Some(op) = ask(session)? {
            let answer = self.app.store.apply(op, Timestamp::now()).await?;
            session.answered(answer);
        }
        Ok(())
    }

    pub async fn save(&self) -> Result<(), Failure> {
        self.perform(|session| session.save().map(Some)).await
    }

    pub async fn regenerate(&self) -> Result<(), Failure> {
        let id = new_id()?;
        self.perform(|session| session.regenerate(id, Timestamp::now())).await
    }

    pub async fn destroy(&self) -> Result<(), Failure> {
        self.perform(|session| Ok(Some(session.destroy()))).await
    }

    /// What is left to be closed, if the request did not only look at it.
    pub(crate) fn take(&self) -> Result<Option<Session<T>>, Failure> {
        let mut slot = self.slot()?;
        if !matches!(*slot, Slot::Closed) {
            slot.open()?;
        }
        match replace(&mut *slot, Slot::Closed) {
            Slot::Open(session) => Ok(Some(session)),
            _ => Ok(None),
        }
    }
}

impl<T> Current<T> {
    fn slot(&self) -> Result<RefMut<'_, Slot<T>>, Failure> {
        self.slot.try_borrow_mut().map_err(|_| Failure::Busy)
    }
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        Self { slot: Rc::clone(&self.slot), app: self.app.clone() }
    }
}

impl<T> FromRequest for Current<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get().cloned().ok_or(Failure::Missing))
    }
}

impl<T: Default> Slot<T> {
    /// The session, which is opened when it is first asked for.
    fn open(&mut self) -> Result<&mut Session<T>, Failure> {
        *self = match replace(self, Self::Closed) {
            Self::Loaded(pending, loaded, now) => Self::Open(pending.open(loaded, now, new_id)?),
            other => other,
        };
        match self {
            Self::Open(session) => Ok(session),
            _ => Err(Failure::Late),
        }
    }
}

/// A look at the session of the request that is no use of it: it keeps none alive and writes nothing.
pub struct Seen<T>(pub Option<Loaded<T, Revision>>);

impl<T: 'static> FromRequest for Seen<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let look = |current: Current<T>| {
            let mut slot = current.slot()?;
            match replace(&mut *slot, Slot::Closed) {
                Slot::Loaded(pending, loaded, now) => Ok(Self(pending.open_passive(loaded, now)?)),
                used => {
                    *slot = used;
                    Err(Failure::Late)
                }
            }
        };
        ready(Current::from_request(request, payload).into_inner().and_then(look))
    }
}
