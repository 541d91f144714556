//! Sessions for axum: the part to copy.

use core::any::Any;
use core::error::Error;
use core::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, COOKIE, HeaderValue, SET_COOKIE};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use getrandom::SysRng;
use session_core::{HeapStore, Rejection, Session, SessionEnded, SessionId, SessionManager, StoreFull, Timestamp};

use super::{Visitor, pages};

/// What all requests share.
pub(super) struct Sessions {
    pub(super) manager: SessionManager<'static, Visitor>,
    pub(super) store: Mutex<HeapStore<Visitor>>,
    /// Whether the terminal hears why sessions are stored and cookies sent.
    pub(super) verbose: bool,
}

impl Sessions {
    pub(super) fn store(&self) -> MutexGuard<'_, HeapStore<Visitor>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, what: impl Display) {
        if self.verbose {
            eprintln!("{what}");
        }
    }
}

/// The middleware: gives every request its session, and every answer the session's cookie.
pub(super) async fn sessions(
    State(app): State<Arc<Sessions>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    // 1. The request's cookies name a session, and it may be in the store.
    let head = session_core::Request::new(request.headers().get_all(COOKIE), request.uri().path());
    let Some(pending) = app.manager.receive(head) else {
        return Ok(next.run(request).await);
    };
    if let Some(rejection) = pending.rejection().filter(|rejection| *rejection != Rejection::Missing) {
        app.log(format_args!("a cookie was refused: {rejection}"));
    }
    let now = Timestamp::now();
    let loaded = pending.load(&mut *app.store(), now)?;
    let session = pending.open(loaded, now, new_id)?;

    // 2. The handler works with it.
    let current = Current::new(session);
    request.extensions_mut().insert(current.clone());
    let mut response = next.run(request).await;
    let Some(session) = current.take() else { return Ok(response) };

    // 3. The store does what is left to do, and then the answer carries the cookie.
    let now = Timestamp::now();
    let outcome = session.close(now);
    app.log(format_args!("store: {}; cookie: {}", outcome.write_reason(), outcome.cookie_reason()));
    let settled = outcome.apply(&mut *app.store(), now)?;
    if let Some(line) = app.manager.set_cookie(&settled)? {
        response.headers_mut().append(SET_COOKIE, HeaderValue::try_from(line.to_string())?);
    }
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A new id, of the operating system's random numbers.
pub(super) fn new_id() -> Result<SessionId, getrandom::Error> {
    SessionId::try_generate(&mut SysRng)
}

/// The session of a request, for its handler: `Extension(session): Extension<Current>`.
#[derive(Clone)]
pub(super) struct Current(Arc<Mutex<Option<Session<'static, Visitor, u64>>>>);

impl Current {
    fn new(session: Session<'static, Visitor, u64>) -> Self {
        Self(Arc::new(Mutex::new(Some(session))))
    }

    /// Works with the session. It is a closure, so that no lock is held while something is awaited.
    pub(super) fn with<R>(
        &self,
        work: impl FnOnce(&mut Session<'static, Visitor, u64>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        work(self.lock().as_mut().ok_or(SessionEnded)?)
    }

    fn take(&self) -> Option<Session<'static, Visitor, u64>> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Session<'static, Visitor, u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something went wrong on our side: the terminal hears what, and the user that it did.
pub(super) struct Failure(StatusCode);

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        eprintln!("error: {error}");
        let error: &dyn Any = &error;
        let status =
            if error.is::<StoreFull>() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
        Self(status)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Html(pages::failure())).into_response()
    }
}
