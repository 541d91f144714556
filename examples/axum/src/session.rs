//! The session of a request, for its handler.

use core::fmt;
use core::mem;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use session_core::{Loaded, Lost, Pending, Principal, SessionEnded, StoreAction, StoreOp, Timestamp};
use session_core_redis::Revision;
use tokio::sync::{Mutex, MutexGuard};

use crate::engine::{CoreSession, Engine, new_id};
use crate::error::SessionError;

/// The session of a request: an extractor, whose clones are the same session.
///
/// The extractor loads it; taken from a request's extensions in another way, it is loaded when it is first asked for
/// something. What a handler changes is stored at the end of the request, before its answer goes out. Work on it is done in
/// closures, so that nothing is locked while a handler waits for something else.
pub struct Session<T>(Arc<Shared<T>>);

struct Shared<T> {
    current: Mutex<Current<T>>,
    engine: Arc<Engine<T>>,
}

/// What has become of the session. After the end of the request there is nothing of it.
pub(crate) struct Current<T> {
    /// It has not been asked for.
    pending: Option<Pending<'static, T>>,
    /// It has been opened, and is to be closed.
    pub(crate) session: Option<CoreSession<T>>,
    /// It was looked at, or was to be.
    pub(crate) seen: bool,
}

impl<T> Session<T> {
    pub(crate) fn new(pending: Pending<'static, T>, engine: Arc<Engine<T>>) -> Self {
        let current = Current { pending: Some(pending), session: None, seen: false };
        Self(Arc::new(Shared { current: Mutex::new(current), engine }))
    }

    /// Ends the request, after whoever works on the session just now.
    pub(crate) async fn take(&self) -> Current<T> {
        mem::replace(&mut *self.0.current.lock().await, Current { pending: None, session: None, seen: false })
    }

    /// What there is to be looked at, without using it.
    ///
    /// # Errors
    ///
    /// [`SessionError::Store`], or [`SessionError::Late`] after the head of the answer was made.
    pub async fn look(&self) -> Result<Option<Loaded<T, Revision>>, SessionError> {
        let mut current = self.0.current.lock().await;
        current.seen = true;
        match &*current {
            Current { pending: Some(pending), .. } => {
                let loaded = self.0.engine.load(pending).await?;
                Ok(pending.open_passive(loaded, Timestamp::now())?)
            }
            Current { session: Some(session), .. } => Ok(self.0.engine.load_again(session.key()).await?),
            _ => Err(SessionError::Late),
        }
    }

    /// How often this user was signed out everywhere, where the policy counts that: to be read before they prove who they
    /// are, for [`authenticated_in_epoch`](Self::authenticated_in_epoch).
    ///
    /// # Errors
    ///
    /// [`SessionError::Store`]
    pub async fn epoch(&self, principal: &Principal) -> Result<u64, SessionError> {
        Ok(self.0.engine.store.epoch(principal).await?)
    }
}

impl<T: Default> Session<T> {
    /// Looks at the data.
    ///
    /// # Errors
    ///
    /// [`SessionError::Late`] after the head of the answer was made, and the store's where no extractor has loaded the session;
    /// both as for all that follow.
    pub async fn read<R>(&self, look: impl FnOnce(&T) -> R) -> Result<R, SessionError> {
        self.with(|session| look(session.data())).await
    }

    /// Changes the data.
    ///
    /// # Errors
    ///
    /// [`SessionError::Late`]
    pub async fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, SessionError> {
        self.with(|session| change(session.data_mut())).await
    }

    /// Works with the session as the core has it, for all that has no method here: `is_fresh`, `ticket`, `opening`, …
    ///
    /// What it hands out for the store (a `StoreOp`) cannot leave the closure: for that take the methods here.
    ///
    /// # Errors
    ///
    /// [`SessionError::Late`]
    pub async fn with<R>(&self, work: impl FnOnce(&mut CoreSession<T>) -> R) -> Result<R, SessionError> {
        Ok(work(live(&mut *self.open().await?)?))
    }

    /// Who is logged in; nobody under the `express` preset.
    ///
    /// # Errors
    ///
    /// [`SessionError::Late`]
    pub async fn principal(&self) -> Result<Option<Principal>, SessionError> {
        self.with(|session| session.principal().copied()).await
    }

    /// Logs a user in, after the program has made sure who it is: under a new id, and for a new while (`recommended` only;
    /// under `express` a login is [`regenerate`](Self::regenerate) and what the program puts into the data).
    ///
    /// # Errors
    ///
    /// [`SessionError::Login`]: nobody is logged in then.
    pub async fn authenticated(&self, principal: Principal) -> Result<(), SessionError> {
        let id = new_id()?;
        Ok(self.with(|session| session.authenticated(principal, id, Timestamp::now())).await??)
    }

    /// The same where the policy counts epochs.
    ///
    /// # Errors
    ///
    /// [`SessionError::Login`]: nobody is logged in then.
    pub async fn authenticated_in_epoch(&self, principal: Principal, epoch: u64) -> Result<(), SessionError> {
        let id = new_id()?;
        let now = Timestamp::now();
        Ok(self.with(|session| session.authenticated_in_epoch(principal, epoch, id, now)).await??)
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

    /// Goes on with the same data under a new id.
    ///
    /// # Errors
    ///
    /// As for [`regenerate`](Self::regenerate).
    pub async fn renew_id(&self) -> Result<(), SessionError> {
        let id = new_id()?;
        self.perform(|session| session.renew_id(id, Timestamp::now())).await
    }

    /// Writes the session now, and not only at the end of the request.
    ///
    /// # Errors
    ///
    /// [`SessionError::Lost`] if the store has not taken it: after a [`reload`](Self::reload) it can be changed and saved
    /// again. If that is not done, the end of the request says so too.
    pub async fn save(&self) -> Result<(), SessionError> {
        self.perform(|session| session.save().map(Some)).await
    }

    /// Takes what the store has now instead of what the handler has made of it.
    ///
    /// # Errors
    ///
    /// [`SessionError::NotLoaded`] if it is not there any more, or the store's. Nothing is changed then.
    pub async fn reload(&self) -> Result<(), SessionError> {
        let mut current = self.open().await?;
        let session = live(&mut current)?;
        let loaded = self.0.engine.load_again(session.key()).await?;
        Ok(session.reload(loaded, Timestamp::now())?)
    }

    /// Ends the session, now: whoever does not wait for the answer is logged out too.
    ///
    /// # Errors
    ///
    /// The store's, or [`Lost::Logout`] if it has not said that the session is gone. Under `recommended` the end of the
    /// request asks it once more.
    pub async fn destroy(&self) -> Result<(), SessionError> {
        self.perform(|session| Ok(Some(session.destroy()))).await
    }

    /// Has the store do now what the session asks for, and tells the session what it said.
    async fn perform<F>(&self, ask: F) -> Result<(), SessionError>
    where
        F: for<'s> FnOnce(&'s mut CoreSession<T>) -> Result<Option<StoreOp<'s, T, Revision>>, SessionEnded>,
    {
        let mut current = self.open().await?;
        let session = live(&mut current)?;
        let Some(op) = ask(session)? else { return Ok(()) };
        let action = StoreAction::of(&op);
        let answer = self.0.engine.store.apply(op, Timestamp::now()).await?;
        let lost = Lost::of(action, &answer);
        session.answered(answer);
        lost.map_or(Ok(()), |lost| Err(SessionError::Lost(lost)))
    }

    /// Takes the lock, and loads the session if that has not been done.
    async fn open(&self) -> Result<MutexGuard<'_, Current<T>>, SessionError> {
        let mut current = self.0.current.lock().await;
        if let Some(pending) = &current.pending {
            let loaded = self.0.engine.load(pending).await?;
            let pending = current.pending.take();
            current.session = pending.map(|pending| self.0.engine.open(pending, loaded)).transpose()?;
        }
        Ok(current)
    }
}

/// The session, if the request has not come to its end.
fn live<T>(current: &mut Current<T>) -> Result<&mut CoreSession<T>, SessionError> {
    current.session.as_mut().ok_or(SessionError::Late)
}

impl<T> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// What is in a session is nobody's business in a log.
impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl<T: Default + Send + Sync + 'static, S: Sync> FromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        let session = parts.extensions.get::<Self>().ok_or(SessionError::NoLayer)?;
        // So that no handler is at work when it turns out that Redis is away.
        drop(session.open().await?);
        Ok(session.clone())
    }
}
