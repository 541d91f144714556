//! The layer: gives each request its session, and each answer the session's headers.

use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use axum::http::{Request, Response};
use session_core::{Key, Proxy, SessionManager};
use session_core_redis::RedisStore;
use tower_layer::Layer;
use tower_service::Service;

use crate::engine::{Choices, Engine};
use crate::error::SessionError;
use crate::headers;
use crate::session::{Current, Session};

/// Gives each request its [`Session`], and each answer the session's headers.
///
/// Only what asks for a session costs a look into Redis, so it can stand around all routes. Two of them around one route, for
/// the same data, are one.
pub struct SessionLayer<T>(Arc<Engine<T>>);

impl<T> SessionLayer<T> {
    /// A layer with sessions of this manager in this store. Both may be shared with others.
    ///
    /// It takes no request to be encrypted, so that cookies for encrypted connections alone are not sent: see
    /// [`with_tls`](Self::with_tls) and [`with_proxy`](Self::with_proxy).
    pub fn new(manager: impl Into<Arc<SessionManager<'static, T, Vec<Key>>>>, store: RedisStore<T>) -> Self {
        let choices = Choices { tls: false, proxy: Proxy::Ignored };
        Self(Arc::new(Engine { manager: manager.into(), store, choices }))
    }

    /// Whether every request comes encrypted: to this program itself, or to a proxy in front of it which lets no other in.
    #[must_use]
    pub fn with_tls(self, tls: bool) -> Self {
        self.with(|choices| choices.tls = tls)
    }

    /// Whether `X-Forwarded-Proto` says how a request came: [`Proxy::Trusted`], where every request comes through a proxy
    /// that sets it.
    #[must_use]
    pub fn with_proxy(self, proxy: Proxy) -> Self {
        self.with(|choices| choices.proxy = proxy)
    }

    fn with(self, choose: impl FnOnce(&mut Choices)) -> Self {
        let mut choices = self.0.choices;
        choose(&mut choices);
        Self(Arc::new(Engine { manager: Arc::clone(&self.0.manager), store: self.0.store.clone(), choices }))
    }
}

impl<T, S> Layer<S> for SessionLayer<T> {
    type Service = SessionService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { inner, engine: Arc::clone(&self.0) }
    }
}

impl<T> Clone for SessionLayer<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for SessionLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer").field("choices", &self.0.choices).finish_non_exhaustive()
    }
}

/// A service with sessions: what [`SessionLayer`] makes.
pub struct SessionService<S, T> {
    inner: S,
    engine: Arc<Engine<T>>,
}

impl<S, T, B, R> Service<Request<B>> for SessionService<S, T>
where
    S: Service<Request<B>, Response = Response<R>, Future: Send> + Clone + Send + 'static,
    T: Send + Sync + 'static,
    B: Send + 'static,
    R: Default + Send,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The clone may not be ready, and this one is.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let engine = Arc::clone(&self.engine);
        Box::pin(async move {
            let is_inner = request.extensions().get::<Session<T>>().is_some();
            let Some(pending) = engine.receive(&request).filter(|_| !is_inner) else {
                return inner.call(request).await;
            };
            let session = Session::new(pending, Arc::clone(&engine));
            request.extensions_mut().insert(session.clone());
            // Whoever fails, panics or is cancelled here writes nothing.
            let response = inner.call(request).await?;
            Ok(end(&engine, &session, response).await.unwrap_or_else(SessionError::answer))
        })
    }
}

/// Closes the session, if there is one, and only then lets the answer go.
async fn end<T, R>(
    engine: &Engine<T>,
    session: &Session<T>,
    mut response: Response<R>,
) -> Result<Response<R>, SessionError> {
    let Current { session, seen, .. } = session.take().await;
    if seen {
        headers::keep_out_of_caches(response.headers_mut());
    }
    if let Some(session) = session {
        let settled = engine.close(session).await?;
        headers::add(response.headers_mut(), engine.manager.headers(&settled)?);
    }
    Ok(response)
}

impl<S: Clone, T> Clone for SessionService<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), engine: Arc::clone(&self.engine) }
    }
}

impl<S, T> fmt::Debug for SessionService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("choices", &self.engine.choices).finish_non_exhaustive()
    }
}
