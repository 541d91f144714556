//! The way of a request through the core and the store.

use std::sync::Arc;

use axum::extract::OriginalUri;
use axum::http::Request;
use axum::http::header::COOKIE;
use getrandom::SysRng;
use session_core::{
    Key, Loaded, Pending, Proxy, SessionId, SessionManager, Settled, StoreKey, Timestamp, is_encrypted,
};
use session_core_redis::{RedisStore, Revision, StoreError};

use crate::error::SessionError;

/// A session as the core has it.
pub(crate) type CoreSession<T> = session_core::Session<'static, T, Revision>;

/// What all requests share.
pub(crate) struct Engine<T> {
    pub(crate) manager: Arc<SessionManager<'static, T, Vec<Key>>>,
    pub(crate) store: RedisStore<T>,
    pub(crate) choices: Choices,
}

/// How this program is reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choices {
    pub(crate) tls: bool,
    pub(crate) proxy: Proxy,
}

impl<T> Engine<T> {
    /// What the cookies of a request say; `None`: its path has no session.
    pub(crate) fn receive<B>(&self, request: &Request<B>) -> Option<Pending<'static, T>> {
        let headers = request.headers();
        let proto = headers.get("x-forwarded-proto").map_or(&b""[..], |proto| proto.as_bytes());
        let encrypted = is_encrypted(self.choices.tls, self.choices.proxy, proto);
        // A nested router hides the beginning of the path; the cookie's path counts from there.
        let uri = request.extensions().get::<OriginalUri>().map_or(request.uri(), |original| &original.0);
        let head = session_core::Request::new(headers.get_all(COOKIE), uri.path()).encrypted(encrypted);
        let pending = self.manager.receive(head)?;
        if pending.has_look_alike() {
            tracing::warn!("a cookie has the session's name in another case");
        }
        Some(pending)
    }

    /// What the store has for it.
    pub(crate) async fn load(&self, pending: &Pending<'static, T>) -> Result<Vec<Loaded<T, Revision>>, StoreError> {
        self.store.load_all(pending).await
    }

    /// What it has under one key.
    pub(crate) async fn load_again(&self, key: &StoreKey) -> Result<Option<Loaded<T, Revision>>, StoreError> {
        let Some(loaded) = self.store.load(key).await? else { return Ok(None) };
        Ok(Some(if self.manager.counts_epochs() { self.store.with_epoch(loaded).await? } else { loaded }))
    }

    /// The session of the request, of what the store had for it.
    pub(crate) fn open(
        &self,
        pending: Pending<'static, T>,
        loaded: Vec<Loaded<T, Revision>>,
    ) -> Result<CoreSession<T>, SessionError>
    where
        T: Default,
    {
        let session = pending.open(loaded, Timestamp::now(), new_id)?;
        tracing::debug!(opening = %session.opening(), "session opened");
        Ok(session)
    }

    /// Has the store do what is left to do. Only then may anything be answered.
    pub(crate) async fn close(&self, session: CoreSession<T>) -> Result<Settled<'static, T, Revision>, SessionError> {
        let now = Timestamp::now();
        let outcome = session.close(now);
        let write = outcome.write_reason();
        let settled = self.store.finish(outcome, now).await?;
        tracing::debug!(%write, cookie = %settled.cookie_reason(), "session closed");
        Ok(settled)
    }
}

/// A new id, of the operating system's random numbers.
pub(crate) fn new_id() -> Result<SessionId, getrandom::Error> {
    SessionId::try_generate(&mut SysRng)
}
