//! For what looks at a session and is no use of it: it keeps none alive, writes nothing and sends no cookie.

use core::fmt;
use core::mem;
use core::task::{Context, Poll};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Request, Response};
use session_core::{Loaded, Pending, Timestamp};
use session_core_redis::Revision;
use tower_layer::Layer;
use tower_service::Service;

use crate::engine::Engine;
use crate::error::SessionError;
use crate::headers;
use crate::layer::Answering;

/// What a request may look at: for pages that load themselves again, and for requests of other sites. Else they would keep
/// a session alive that nobody uses.
pub struct Seen<T>(Arc<Option<Loaded<T, Revision>>>);

impl<T> Seen<T> {
    /// The session, if there is one that is alive.
    #[must_use]
    pub fn loaded(&self) -> Option<&Loaded<T, Revision>> {
        (*self.0).as_ref()
    }

    /// Its data.
    #[must_use]
    pub fn data(&self) -> Option<&T> {
        self.loaded().map(|loaded| loaded.record().data())
    }
}

impl<T> Clone for Seen<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// What is in a session is nobody's business in a log.
impl<T> fmt::Debug for Seen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seen").field(&self.0).finish()
    }
}

impl<T: Send + Sync + 'static, S: Sync> FromRequestParts<S> for Seen<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        parts.extensions.get::<Self>().cloned().ok_or(SessionError::NoLayer)
    }
}

/// Lets each request look at its session: see [`SessionLayer::passive`](crate::SessionLayer::passive).
///
/// No cache keeps the answers, since another visitor is to get another one.
pub struct PassiveLayer<T>(pub(crate) Arc<Engine<T>>);

impl<T, S> Layer<S> for PassiveLayer<T> {
    type Service = PassiveService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        PassiveService { inner, engine: Arc::clone(&self.0) }
    }
}

impl<T> Clone for PassiveLayer<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for PassiveLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassiveLayer").field("choices", &self.0.choices).finish_non_exhaustive()
    }
}

/// A service that looks at sessions: what [`PassiveLayer`] makes.
pub struct PassiveService<S, T> {
    inner: S,
    engine: Arc<Engine<T>>,
}

impl<S, T, B, R> Service<Request<B>> for PassiveService<S, T>
where
    S: Service<Request<B>, Response = Response<R>, Future: Send> + Clone + Send + 'static,
    T: Send + Sync + 'static,
    B: Send + 'static,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Answering<R, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The clone may not be ready, and this one is.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let engine = Arc::clone(&self.engine);
        Box::pin(async move {
            let pending = engine.receive(&request);
            match look(&engine, pending).await {
                Ok(seen) => request.extensions_mut().insert(seen),
                Err(error) => return Ok(error.answer()),
            };
            let mut response = inner.call(request).await?;
            headers::keep_out_of_caches(response.headers_mut());
            Ok(response)
        })
    }
}

async fn look<T>(engine: &Engine<T>, pending: Option<Pending<'static, T>>) -> Result<Seen<T>, SessionError> {
    let Some(pending) = pending else { return Ok(Seen(Arc::new(None))) };
    let loaded = engine.load(&pending).await?;
    Ok(Seen(Arc::new(pending.open_passive(loaded, Timestamp::now())?)))
}

impl<S: Clone, T> Clone for PassiveService<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), engine: Arc::clone(&self.engine) }
    }
}

impl<S, T> fmt::Debug for PassiveService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassiveService").field("choices", &self.engine.choices).finish_non_exhaustive()
    }
}
